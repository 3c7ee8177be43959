"""The terminal's pen: where it is, what it looks like, and the cheapest text that takes it elsewhere.

Only what xterm, tmux, screen, PuTTY, VTE, kitty and the Linux console all do alike is used. Repeating a character
(REP), scrolling by CSI S and T, and erasing to a colour are not among that.
"""

from collections.abc import Iterable

from deskterm.screens.terminal.styles import PLAIN, UNKNOWN, Style, change
from deskterm.screens.terminal.tokens import CSI

_LINE_FEEDS_AT_MOST = 2


class Pencil:
    """Collects what is to be sent, and knows what the terminal makes of it.

    `column` None: the row is known, the column is not; `row` None: neither is.
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.row: int | None = None
        self.column: int | None = None
        self.style = UNKNOWN

    def lift(self) -> None:
        """Count no longer on where the cursor is."""
        self.row = self.column = None

    def forget(self) -> None:
        """Something else has moved and dyed the pen."""
        self.lift()
        self.style = UNKNOWN._replace(link=self.style.link)

    def take(self) -> str:
        """What was collected."""
        text = "".join(self.sent)
        self.sent.clear()
        return text

    def dress(self, style: Style) -> None:
        """Look like this."""
        if self.style is not style and self.style != style:
            self.sent.append(change(self.style, style))
            self.style = style

    def move(self, row: int, column: int) -> None:
        """Go there."""
        if self.row != row or self.column != column:
            self.sent.append(_way((self.row, self.column), row, column))
            self.row, self.column = row, column

    def write(self, text: str, cells: int, columns: int) -> None:
        """Write a text of so many cells in a row of so many columns.

        Where the cursor is after the last column, terminals disagree about.
        """
        self.sent.append(text)
        assert self.column is not None
        self.column += cells
        if self.column >= columns:
            self.column = None

    def write_doubtful(self, row: int, column: int, runs: Iterable[tuple[str, Style]]) -> None:
        """Write runs there of which only the terminal knows where they end."""
        self.move(row, column)
        for text, style in runs:
            self.dress(style)
            self.sent.append(text)
        self.column = None

    def erase_to_end(self) -> None:
        """Blank the rest of the row, in the terminal's own colours."""
        self.dress(PLAIN)
        self.sent.append(f"{CSI}K")

    def erase(self, cells: int) -> None:
        """Blank so many cells from here on; the cursor stays."""
        self.dress(PLAIN)
        self.sent.append(f"{CSI}{cells}X")

    def clear(self) -> None:
        """Blank the screen."""
        self.dress(PLAIN)
        self.sent.append(f"{CSI}2J")

    def scroll(self, top: int, bottom: int, by: int) -> None:
        """Move the rows from top to bottom up by so many, or down; what comes in is blank.

        Most terminals put the cursor home with the margins; it is not counted on.
        """
        self.dress(PLAIN)
        letter, count = ("M", by) if by > 0 else ("L", -by)
        self.sent.append(f"{CSI}{top + 1};{bottom + 1}r{CSI}{top + 1}H{CSI}{count if count > 1 else ''}{letter}{CSI}r")
        self.lift()


def _way(start: tuple[int | None, int | None], row: int, column: int) -> str:
    """The shortest of the ways from a start."""
    ways = [_absolute(row, column)]
    from_row, from_column = start
    if from_row == row:
        ways += _along(from_column, column)
    elif from_row is not None:
        ways += _across(from_row, from_column, row, column)
    return min(ways, key=_cost)


def _cost(way: str) -> int:
    """Bytes on the line: the terminal's driver sends a carriage return with every line feed."""
    return len(way) + way.count("\n")


def _absolute(row: int, column: int) -> str:
    if column == 0:
        return f"{CSI}{row + 1}H" if row else f"{CSI}H"
    return f"{CSI}{row + 1};{column + 1}H" if row else f"{CSI};{column + 1}H"


def _along(start: int | None, column: int) -> list[str]:
    """Ways within a row."""
    if column == 0:
        return ["\r"]
    ways = [f"{CSI}{column + 1}G"]
    if start is not None:
        ways.append(_step("C", column - start) if column > start else _back(start - column))
    return ways


def _back(count: int) -> str:
    return "\b" * count if count <= 4 else _step("D", count)


def _across(from_row: int, from_column: int | None, row: int, column: int) -> list[str]:
    """Ways to another row."""
    down = row - from_row
    ways = []
    if 0 < down <= _LINE_FEEDS_AT_MOST:
        ways.append("\r" + "\n" * down + (_step("C", column) if column else ""))
    if from_column == column:
        ways.append(_step("B", down) if down > 0 else _step("A", -down))
    return ways


def _step(letter: str, count: int) -> str:
    return f"{CSI}{count}{letter}" if count > 1 else f"{CSI}{letter}"
