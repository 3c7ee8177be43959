"""What could stand at the cursor of a line of text: the proposals, the one moved to, and how they are drawn."""

from collections.abc import Sequence
from typing import Protocol

from deskterm.screens.widgets.cells import cell_len, fit, fit_right, one_line
from deskterm.screens.widgets.cover import Cover
from deskterm.screens.widgets.inks import Parts

_MOST_LINES = 6

_EDGE = "│"
"""On both sides, for terminals whose own colours tell no ground from another; the guard makes ASCII of it."""

_LONGEST_WORD, _LONGEST_LABEL = 32, 31
"""Cells: what is longer is cut, so that the list under the proposals stays readable."""


class Proposal(Protocol):
    """What may be put into the text: `insert` takes the place of the characters from `start` to `end`."""

    @property
    def insert(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def count(self) -> int | None: ...


class Proposals:
    """Proposals in their order; none at all is closed."""

    def __init__(self) -> None:
        self.is_choosing = False
        """Whether somebody has moved to one of them."""
        self._proposals: tuple[Proposal, ...] = ()
        self._cursor = 0
        self._top = 0

    @property
    def is_open(self) -> bool:
        """Whether something is proposed."""
        return bool(self._proposals)

    @property
    def chosen(self) -> Proposal:
        """The proposal moved to: the first one before anybody has moved."""
        return self._proposals[self._cursor]

    def propose(self, proposals: Sequence[Proposal]) -> None:
        """Have others in place of these."""
        self._proposals, self._cursor, self._top = tuple(proposals), 0, 0
        self.is_choosing = False

    def step(self, by: int) -> None:
        """Move to a proposal; the first step comes to the first or the last one, and it goes round."""
        begun = self._cursor + by if self.is_choosing else min(by, 0)
        self._cursor = begun % len(self._proposals)
        self.is_choosing = True

    def at(self, row: int) -> Proposal:
        """The proposal drawn in this line."""
        return self._proposals[self._top + row]

    def cover(self, x: int, width: int, height: int) -> Cover | None:
        """The lines in sight, with the words at column `x` of a list of this size; None when nothing is proposed."""
        if not self._proposals:
            return None
        lines = max(1, min(_MOST_LINES, len(self._proposals), height))
        self._top = min(max(self._top, self._cursor - lines + 1), self._cursor)
        columns = _Columns(self._proposals)
        room = min(columns.width, width)
        drawn = [self._line(columns, row, room) for row in range(self._top, self._top + lines)]
        return Cover(max(0, min(x - 2, width - room)), room, tuple(drawn))

    def _line(self, columns: "_Columns", row: int, width: int) -> Parts:
        word, rest = columns.line(row, width - 4)
        if self.is_choosing and row == self._cursor:
            return (_EDGE, "field-dim"), (f" {word}{rest} ", "cursor"), (_EDGE, "field-dim")
        return (f"{_EDGE} ", "field-dim"), (word, "field"), (f"{rest} {_EDGE}", "field-dim")


class _Columns:
    """The word, what it says, and how many there are, each as wide as the longest of them."""

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        self._words = [one_line(one.insert) for one in proposals]
        self._labels = [one_line(one.label) for one in proposals]
        self._counts = ["" if one.count is None else f"{one.count:,}" for one in proposals]
        self._word = min(_widest(self._words), _LONGEST_WORD)
        self._label = min(_widest(self._labels), _LONGEST_LABEL)
        self._count = _widest(self._counts)

    @property
    def width(self) -> int:
        """The cells a line would like to have, with its edges."""
        return 4 + self._word + sum(column + 2 for column in (self._label, self._count) if column)

    def line(self, row: int, width: int) -> tuple[str, str]:
        """The word, and what stands behind it; what there is no room for is cut from the right, the count last."""
        count = f"  {fit_right(self._counts[row], self._count)}" if self._count else ""
        room = max(width - cell_len(count), 0)
        word = fit(self._words[row], min(self._word, room))
        label = fit(f"  {self._labels[row]}" if self._label else "", room - cell_len(word))
        return word, f"{label}{count}"


def _widest(texts: Sequence[str]) -> int:
    return max((cell_len(text) for text in texts), default=0)
