"""The few lines under a line of text that say what could stand at the cursor."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from textual import events

from deskterm.screens.widgets.cells import cell_len, fit, fit_right, one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.virtual_list import VirtualList

MOST_LINES = 6

_EDGE = "│"
"""On both sides, for terminals whose own colours tell no ground from another; the guard makes ASCII of it."""

_LONGEST_WORD, _LONGEST_LABEL = 32, 36
"""Cells: what is longer is cut, so that the list under the popup stays readable."""


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


class ProposalLines:
    """Proposals as lines: the word, what it says, how many there are."""

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        self.is_choosing = False
        """Whether the cursor is shown: nobody has moved into the list before."""
        self._words = [one_line(one.insert) for one in proposals]
        self._labels = [one_line(one.label) for one in proposals]
        self._counts = ["" if one.count is None else f"{one.count:,}" for one in proposals]
        self._word = min(_widest(self._words), _LONGEST_WORD)
        self._label = min(_widest(self._labels), _LONGEST_LABEL)
        self._count = _widest(self._counts)

    def __len__(self) -> int:
        return len(self._words)

    @property
    def width(self) -> int:
        """The cells a line would like to have."""
        return 4 + self._word + sum(column + 2 for column in (self._label, self._count) if column)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """One proposal; what there is no room for is cut from the right, the count last."""
        count = f"  {fit_right(self._counts[row], self._count)}" if self._count else ""
        room = max(width - cell_len(count) - 4, 0)
        word = fit(self._words[row], min(self._word, room))
        label = fit(f"  {self._labels[row]}" if self._label else "", room - cell_len(word))
        if here and self.is_choosing:
            return (_EDGE, "field-dim"), (f" {word}{label}{count} ", "cursor"), (_EDGE, "field-dim")
        return (f"{_EDGE} ", "field-dim"), (word, "field"), (f"{label}{count} {_EDGE}", "field-dim")


def _widest(texts: Sequence[str]) -> int:
    return max((cell_len(text) for text in texts), default=0)


class CompletionList(VirtualList, can_focus=False):
    """Lies over what stands below the line it belongs to; the line keeps the focus and hands the keys on."""

    DEFAULT_CSS = """
    CompletionList { layer: above; display: none; width: 1; height: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"ink--field", "ink--field-dim"}

    def __init__(self, taken: Callable[[Proposal], None]) -> None:
        self._taken = taken
        self._proposals: tuple[Proposal, ...] = ()
        self._lines = ProposalLines(())
        super().__init__(self._lines)

    @property
    def is_open(self) -> bool:
        """Whether something is proposed."""
        return bool(self._proposals)

    @property
    def is_choosing(self) -> bool:
        """Whether somebody has moved to one of the proposals."""
        return self.is_open and self._lines.is_choosing

    @property
    def chosen(self) -> Proposal:
        """The proposal under the cursor: the first one before anybody has moved."""
        return self._proposals[self.cursor]

    def propose(self, proposals: Sequence[Proposal], *, x: int, y: int) -> None:
        """Show proposals, the words at this column of the screen and the first line at this row of it."""
        if not proposals:
            self.close()
            return
        self._proposals, self._lines = tuple(proposals), ProposalLines(proposals)
        screen = self.screen.size
        width = min(self._lines.width, screen.width)
        self.styles.width, self.styles.height = width, max(1, min(MOST_LINES, len(proposals), screen.height - y - 2))
        self.styles.offset = max(0, min(x - 2, screen.width - width)), y
        self.display = True
        self.show(self._lines, 0)

    def close(self) -> None:
        """Propose nothing."""
        self._proposals, self.display = (), False

    def step(self, rows: int) -> None:
        """Move to a proposal; the first step comes to the first or the last one, and it goes round."""
        if self._lines.is_choosing:
            self.move_to((self.cursor + rows) % len(self._lines))
        else:
            self._lines.is_choosing = True
            self.move_to(0 if rows > 0 else len(self._lines) - 1)
        self.repaint_changed()

    def on_virtual_list_moved(self, event: VirtualList.Moved) -> None:
        """Nobody else's matter."""
        event.stop()

    def on_virtual_list_scrolled(self, event: VirtualList.Scrolled) -> None:
        """Nor this."""
        event.stop()

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Taken with the mouse."""
        event.stop()
        if self.is_open:
            self._taken(self.chosen)

    def on_click(self, event: events.Click) -> None:
        """One click takes it."""
        event.prevent_default()
        row = self.scroll_offset.y + event.y
        if row < len(self._lines):
            self.move_to(row)
            self.action_choose()
