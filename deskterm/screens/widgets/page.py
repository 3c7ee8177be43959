"""Text of any length as blocks of lines: made when first looked at, wrapped where they are in sight.

Pure: nothing here knows Textual. A block's text is that of all its lines, the folded ones too, so that what is
folded can be searched; every row knows which stretch of that text it shows.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from deskterm.screens.widgets.cells import cell_len, spans
from deskterm.screens.widgets.inks import Parts

_NARROWEST = 8
"""Cells that text is wrapped to at least; what does not fit the terminal is cut."""

_WIDEST = 120
"""Cells that text is wrapped to at most: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line before it is wrapped. `gutter` stands before its first row, `hang` (None: the same) before the others.

    A `label` stands there instead of a gutter and is part of the words.
    `fold`: the foldable part it belongs to, 0 for none. Without `wraps` it is one row, cut by whoever draws it.
    """

    parts: Parts
    gutter: Parts = ()
    hang: Parts | None = None
    fold: int = 0
    wraps: bool = True
    is_heading: bool = False
    label: Parts = ()

    @property
    def text(self) -> str:
        """Its words, with the label and without the gutter."""
        return _text(self.label) + _text(self.parts) if self.label else _text(self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is drawn, and where its words stand in the text of its block. `fold`: what it stands for."""

    parts: Parts
    gutter: Parts = ()
    start: int = 0
    end: int = 0
    fold: int = 0
    is_heading: bool = False


class Folds:
    """Which of the foldable parts of a section are open."""

    def __init__(self) -> None:
        self.stamp = 0
        """Changes when something was opened or closed."""
        self._opened: set[int] = set()
        self._all = False

    def is_open(self, part: int) -> bool:
        """Whether a part is shown in full."""
        return self._all or part in self._opened

    def open(self, part: int) -> None:
        """Show one part."""
        self._opened.add(part)
        self.stamp += 1

    def set_all(self, *, opened: bool) -> None:
        """Show all parts, or none."""
        self._all = opened
        self._opened.clear()
        self.stamp += 1


@dataclass(frozen=True, slots=True)
class Made:
    """The lines of a block, and what stands for each foldable part while it is closed: nothing, where it is missing."""

    lines: Sequence[Line]
    folds: Mapping[int, Line] = field(default_factory=dict)


class Block:
    """Some lines that stay together. Two blocks of one key are the same place in two versions of a page.

    With a `part` the whole block is that foldable part, or a piece of it; while it is closed its lines are not even
    made, and `closed` stands for them.
    """

    def __init__(
        self,
        key: Hashable,
        make: Callable[[], Made],
        *,
        weight: int = 1,
        starts: bool = False,
        folds: Folds | None = None,
        part: int = 0,
        closed: Line | None = None,
    ) -> None:
        self.key = key
        self.weight = max(weight, 1)
        """About how long it is, compared with the others of its page."""
        self.starts = starts
        """Whether a section (a message, a day) begins here."""
        self.folds = folds or Folds()
        self._part, self._closed = part, closed
        self._make = make
        self._made: Made | None = None
        self._text: str | None = None
        self._rows: tuple[Row, ...] = ()
        self._rows_for = (0, -1)

    @property
    def _all(self) -> Made:
        if self._made is None:
            self._made = self._make()
        return self._made

    @property
    def text(self) -> str:
        """All its words, a line feed between lines."""
        if self._text is None:
            self._text = "\n".join(line.text for line in self._all.lines)
        return self._text

    @property
    def parts(self) -> frozenset[int]:
        """Its foldable parts."""
        if self._part:
            return frozenset((self._part,))
        return frozenset(line.fold for line in self._all.lines if line.fold)

    def rows(self, width: int) -> Sequence[Row]:
        """Wrapped to a width, what is folded as one row."""
        wanted = (width, self.folds.stamp)
        if self._rows_for != wanted:
            is_closed = self._part and not self.folds.is_open(self._part)
            rows = self._unmade() if is_closed else self._laid_out(min(width, _WIDEST))
            self._rows = tuple(rows)
            self._rows_for = wanted
        return self._rows

    def reveal(self, offset: int) -> None:
        """Open what hides a place in the text."""
        if self._part and not self.folds.is_open(self._part):
            self.folds.open(self._part)
        for line in self._all.lines:
            offset -= len(line.text) + 1
            if offset < 0:
                if line.fold and not self.folds.is_open(line.fold):
                    self.folds.open(line.fold)
                return

    def _unmade(self) -> Iterator[Row]:
        if self._closed is not None:
            yield Row(self._closed.parts, self._closed.gutter, fold=self._part)

    def _laid_out(self, width: int) -> Iterator[Row]:
        offset = 0
        for closed, group in groupby(self._all.lines, self._closed_part):
            lines = list(group)
            size = sum(len(line.text) + 1 for line in lines)
            if closed:
                yield from self._folded(closed, offset, offset + size - 1)
            else:
                yield from _wrapped(lines, offset, width)
            offset += size

    def _closed_part(self, line: Line) -> int:
        return line.fold if line.fold and not self.folds.is_open(line.fold) else 0

    def _folded(self, part: int, start: int, end: int) -> Iterator[Row]:
        line = self._all.folds.get(part)
        if line is not None:
            yield Row(line.parts, line.gutter, start, end, part)


def _wrapped(lines: Sequence[Line], offset: int, width: int) -> Iterator[Row]:
    for line in lines:
        yield from _rows_of(line, offset, width)
        offset += len(line.text) + 1


def _rows_of(line: Line, offset: int, width: int) -> Iterator[Row]:
    words, label = _text(line.parts), _text(line.label)
    room = max(width - _width(line.label or line.gutter), _NARROWEST)
    gutter, before, begin = line.gutter, line.label, offset
    offset += len(label)
    for start, end in spans(words, room) if line.wraps else ((0, len(words)),):
        parts = line.parts if end - start == len(words) else cut_out(line.parts, start, end)
        yield Row((*before, *parts), gutter, begin if before else offset + start, offset + end, 0, line.is_heading)
        gutter, before = gutter if line.hang is None else line.hang, ()


def _text(parts: Parts) -> str:
    return parts[0][0] if len(parts) == 1 else "".join(text for text, _ in parts)


def _width(parts: Parts) -> int:
    return sum(cell_len(text) for text, _ in parts)


def cut_out(parts: Parts, start: int, end: int) -> Parts:
    """The characters from `start` to `end` (not included) of inked parts."""
    if len(parts) == 1:
        return ((parts[0][0][start:end], parts[0][1]),)
    found = []
    for text, ink in parts:
        piece = text[max(start, 0) : max(end, 0)]
        if piece:
            found.append((piece, ink))
        start, end = start - len(text), end - len(text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks in the order they are read."""

    blocks: tuple[Block, ...] = ()


def page_of(lines: Sequence[Line]) -> Page:
    """Few lines, without sections."""
    return Page((Block("page", lambda: Made(lines), weight=len(lines)),))
