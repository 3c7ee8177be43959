"""The screen that is wanted: Textual's output applied to rows, as a terminal would."""

import re

from deskterm.screens.terminal.rows import Row, Run
from deskterm.screens.terminal.styles import PLAIN, UNKNOWN, Style, dressed
from deskterm.screens.terminal.widths import WIDE, width


class Canvas:
    """Rows, the cursor and the pen.

    `column` None: the cursor's column is not known. `touched`: the rows that were written to since somebody last
    emptied it, and how far to the right. `written`: what was written since the cursor was moved, and from
    which column: a mark that comes next combines with it, and where it ends only the terminal may know.
    """

    def __init__(self, columns: int, rows: int, doubtful: re.Pattern[str]) -> None:
        self._doubtful = doubtful
        self._runs: list[Run] = []
        self.style = PLAIN
        self.written: tuple[int, list[Run]] | None = None
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Begin anew with nothing on it."""
        self.columns, self.height = columns, rows
        self.rows = [Row(columns) for _ in range(rows)]
        self.touched: dict[int, int] = {}
        self.row: int | None = None
        self.column: int | None = None
        self.written = None
        self._runs.clear()

    def forget(self, style: Style) -> None:
        """What stands on the screen is no longer known, nor where the cursor is; the pen is like this."""
        self.resize(self.columns, self.height)
        self.style = style

    # What can come. Text is collected until the cursor is moved, since a mark may combine across a change of style.

    def text(self, text: str) -> None:
        """Characters, none of them a control character."""
        if self.written and not self._runs and (self.column is None or self._doubtful.match(text)):
            self.column, self._runs = self.written[0], [*self.written[1]]
        self._runs.append((text, self.style))

    def sgr(self, parameters: str) -> None:
        """A change of the pen.

        Raises:
            UnknownStyle: a parameter is not understood.
        """
        self.style = dressed(self.style, parameters)

    def link(self, link: str) -> None:
        """The beginning of a hyperlink, or with ";" its end."""
        self.style = self.style._replace(link="" if link == ";" else link)

    def move(self, row: int, column: int) -> None:
        """Put the cursor there, or as near as the screen reaches."""
        self.settle()
        self.written = None
        self.row, self.column = min(row, self.height - 1), min(column, self.columns - 1)

    def carriage_return(self) -> None:
        """Put the cursor into the first column."""
        self.settle()
        self.written = None
        self.column = 0

    def line_feed(self) -> bool:
        """Put the cursor a row down, in whatever column; False when that would scroll."""
        self.settle()
        if self.row is None or self.row + 1 >= self.height:
            return False
        self.written = None
        self.row, self.column = self.row + 1, None
        return True

    @property
    def is_style_known(self) -> bool:
        """Whether it is known how text would look."""
        return not self.style.attributes & UNKNOWN.attributes

    @property
    def is_lost(self) -> bool:
        """Whether nobody knows where text would go, or how it would look."""
        return self.row is None or (self.column is None and not self.written) or not self.is_style_known

    def settle(self) -> None:
        """Write what was collected."""
        if not self._runs:
            return
        runs, self._runs = self._runs, []
        assert self.row is not None and self.column is not None, "text goes where the cursor is known to be"
        start = self.column
        self.column = self._write(self.rows[self.row], start, runs)
        self.written = (start, runs)
        reach = self.columns if self.column is None else self.column
        self.touched[self.row] = max(self.touched.get(self.row, 0), reach)

    def _write(self, row: Row, column: int, runs: list[Run]) -> int | None:
        """Write runs; the column after them, unless only the terminal knows it."""
        doubtful = self._first_doubtful(column, runs)
        if doubtful is not None:
            row.write(column, *_split(runs, *doubtful))
            return None
        row.write(column, runs)
        end = column + sum(width(text) for text, _ in runs)
        return end if end < self.columns else None

    def _first_doubtful(self, column: int, runs: list[Run]) -> tuple[int, int] | None:
        """The place (run, character) of the character after which terminals may disagree about the columns."""
        for number, (text, _) in enumerate(runs):
            found = None if text.isascii() else self._doubtful.search(text)
            end = found.start() if found else len(text)
            room = self.columns - column
            if (length := width(text[:end])) > room:
                return _base(runs, number, _fitting(text, room))
            if found:
                return _base(runs, number, end)
            column += length
        return None


def _fitting(text: str, room: int) -> int:
    """How many characters of a text that is too long fit into so many cells."""
    for count, character in enumerate(text):
        room -= 2 if WIDE.match(character) else 1
        if room < 0:
            return count
    return len(text)


def _base(runs: list[Run], number: int, place: int) -> tuple[int, int]:
    """The place of the character before this one: it combines with it, or it is written over it at the edge."""
    if place or not number:
        return number, max(place - 1, 0)
    return number - 1, len(runs[number - 1][0]) - 1


def _split(runs: list[Run], number: int, place: int) -> tuple[list[Run], list[Run]]:
    """The runs before a place and those from it on."""
    text, style = runs[number]
    before, after = text[:place], text[place:]
    return [*runs[:number], *([(before, style)] if before else [])], [(after, style), *runs[number + 1 :]]
