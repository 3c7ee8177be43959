"""What the ticket list holds: numbers in order, rows where they were read, a cursor, marks, and what is new.

Pure bookkeeping, no widget. The rule of the list: it never moves under the cursor. The cursor belongs to a ticket
number, not to a row; changes by others are shown in place; the order is taken over only when the user asks for
it, or while they rest at the top.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskterm.engine.services.rows import TicketRow

_ROWS_KEPT = 2_000
"""Rows remembered; those far from what is read are dropped first and read again when they come into sight."""


@dataclass(frozen=True, slots=True)
class News:
    """How the desk differs from the list shown: tickets that would come in, and that would go."""

    new: int = 0
    gone: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)


class Listing:
    """The tickets of one query as they are shown."""

    def __init__(self) -> None:
        self.numbers: tuple[int, ...] = ()
        self.rows: dict[int, TicketRow] = {}
        self.marks: set[int] = set()
        self.follows_top = True
        self.anchor: int | None = None
        self.news = News()
        self.acted: set[int] = set()
        """Tickets changed by own actions: they may leave the list, others stay where they are."""
        self.lost: set[int] = set()
        """Tickets that can no longer be read: gone, or out of one's sight."""
        self._row_of: dict[int, int] = {}
        self._cursor: int | None = None
        self._fresh: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def cursor(self) -> int:
        """The row of the ticket the cursor belongs to; 0 in an empty list."""
        return self._row_of.get(self._cursor or 0, 0)

    @property
    def current(self) -> int | None:
        """The number under the cursor."""
        return self.numbers[self.cursor] if self.numbers else None

    @property
    def current_row(self) -> TicketRow | None:
        """The ticket under the cursor, if it was read."""
        number = self.current
        return None if number is None else self.rows.get(number)

    def open(self, numbers: Sequence[int]) -> None:
        """Show another query's tickets from the top; marks are of the query and go with it."""
        self.marks.clear()
        self.anchor = None
        self.lost.clear()
        self._cursor = None
        self.follows_top = True
        self._take(tuple(numbers))

    def adopt(self, numbers: Sequence[int]) -> None:
        """Take over the desk's order; the cursor stays with its ticket, or goes to the nearest one left."""
        survivor = self._survivor(set(numbers))
        self._take(tuple(numbers))
        self._cursor = survivor

    def hear(self, numbers: Sequence[int]) -> None:
        """Note the desk's order without showing it: `news` tells the difference."""
        self._fresh = tuple(numbers)
        shown, fresh = self._row_of.keys(), set(self._fresh)
        self.news = News(len(fresh - shown), len(shown - fresh))

    def drop_acted(self) -> None:
        """Take out what own actions took out of the query; the cursor goes to the next ticket."""
        leaving = self.acted - set(self._fresh)
        self.acted = set()
        if leaving & self._row_of.keys():
            fresh = self._fresh
            self.adopt([number for number in self.numbers if number not in leaving])
            self.hear(fresh)

    def show_news(self) -> None:
        """Take over what was heard, from the top."""
        self._cursor = None
        self.follows_top = True
        self._take(self._fresh)

    def move(self, row: int) -> None:
        """The cursor goes to a row, and so to its ticket."""
        if row < len(self.numbers):
            self._cursor = self.numbers[row]
            self.follows_top = row == 0

    def find(self, number: int) -> int | None:
        """The row of a ticket, None when the list does not hold it."""
        return self._row_of.get(number)

    def step(self, number: int, by: int) -> int | None:
        """The number `by` rows after a ticket, None at the ends."""
        row = self._row_of.get(number)
        if row is None or not 0 <= row + by < len(self.numbers):
            return None
        return self.numbers[row + by]

    def remember(self, rows: Iterable[TicketRow]) -> None:
        """Keep rows that were read."""
        for row in rows:
            self.rows.pop(row.number, None)
            self.rows[row.number] = row
        for number in list(self.rows)[: max(0, len(self.rows) - _ROWS_KEPT)]:
            del self.rows[number]

    def missing(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of the numbers that have not been read and are not known to be lost."""
        return tuple(number for number in numbers if number not in self.rows and number not in self.lost)

    def toggle_mark(self) -> None:
        """Mark the ticket under the cursor, or unmark it."""
        if self.current is not None:
            self.marks ^= {self.current}

    def toggle_all(self) -> None:
        """Mark every ticket of the list; unmark them when they all are."""
        everything = set(self.numbers)
        self.marks = set() if everything <= self.marks else everything

    def toggle_range(self) -> None:
        """Begin a range at the cursor, or mark everything between where it began and the cursor."""
        if self.anchor is None:
            self.anchor = self.current
        else:
            self.marks |= {self.numbers[row] for row in self._range()}
            self.anchor = None

    def unmark(self) -> None:
        """Drop the range being drawn, else the marks."""
        if self.anchor is not None:
            self.anchor = None
        else:
            self.marks.clear()

    def is_marked(self, number: int) -> bool:
        """Whether a ticket is marked, or would be by the range being drawn."""
        return number in self.marks or self._row_of.get(number, -1) in self._range()

    def _range(self) -> range:
        """The rows of the range being drawn; empty when there is none."""
        start = None if self.anchor is None else self._row_of.get(self.anchor)
        if start is None:
            return range(0)
        low, high = sorted((start, self.cursor))
        return range(low, high + 1)

    def _take(self, numbers: tuple[int, ...]) -> None:
        self.numbers = self._fresh = numbers
        self.news = News()
        self._row_of = {number: row for row, number in enumerate(numbers)}
        self.marks &= self._row_of.keys()

    def _survivor(self, staying: set[int]) -> int | None:
        after = self.numbers[self.cursor :]
        before = reversed(self.numbers[: self.cursor])
        return next((number for number in (*after, *before) if number in staying), None)
