"""What the ticket list holds: the tickets of one query, rows where they were read, a cursor, marks, and what is new.

Pure bookkeeping, no widget. The rule of the list: it never moves under the cursor. The cursor belongs to a ticket,
not to a row; changes by others are shown in place; what came in is counted and what fell out is greyed, and both are
taken over only when the user asks for it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from deskterm.engine.services.rows import TicketRow
from deskterm.screens.stretch import Piece, Stretch

_ROWS_KEPT = 2_000
"""Rows remembered; those far from what is read are dropped first and read again when they come into sight."""

_NEAR_THE_END = 50
"""How many rows before the end of what is held more of the list is wanted."""


@dataclass(frozen=True, slots=True)
class News:
    """How the desk differs from the list shown: tickets that would come in, and that would go.

    `is_more`: too much happened to be counted.
    """

    new: int = 0
    gone: int = 0
    is_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.is_more)


@dataclass(slots=True)
class _Spot:
    """A ticket and the row it was last seen in; without a number, a row that is not held yet."""

    row: int = 0
    number: int | None = None


def _nothing() -> None:
    return None


class Listing:
    """The tickets of one query as they are shown."""

    def __init__(self) -> None:
        self.stretch = Stretch()
        self.rows: dict[int, TicketRow] = {}
        self.marks: set[int] = set()
        self.hidden: set[int] = set()
        """Marked tickets that the query of the moment does not find."""
        self.fresh: set[int] = set()
        """Tickets that the query finds by now and the list does not show."""
        self.gone: set[int] = set()
        """Tickets that the list shows and the query no longer finds."""
        self.acted: set[int] = set()
        """Tickets changed by own actions: they may leave the list, others stay where they are."""
        self.lost: set[int] = set()
        """Tickets that can no longer be read: gone, or out of one's sight."""
        self.is_stale = False
        """Whether more has happened than was looked at ticket by ticket."""
        self.more_wanted: Callable[[], None] = _nothing
        """Called when the cursor comes near the end of what is held of a longer list."""
        self._cursor = _Spot()
        self._anchor: _Spot | None = None

    def __len__(self) -> int:
        return len(self.stretch)

    @property
    def numbers(self) -> Sequence[int]:
        """The tickets held, in list order: all of them, unless the list is very long."""
        return self.stretch.numbers

    @property
    def largest(self) -> int:
        """The largest number of the tickets held so far."""
        return self.stretch.largest

    def at(self, row: int) -> int | None:
        """The ticket in a row; None where the list is not held."""
        return self.stretch.at(row)

    @property
    def news(self) -> News:
        """What taking over the desk's order would bring."""
        return News(len(self.fresh), len(self.gone), self.is_stale)

    # The cursor.

    @property
    def cursor(self) -> int:
        """The row of the ticket the cursor belongs to; 0 in an empty list."""
        return self._row_of(self._cursor) if len(self) else 0

    @property
    def current(self) -> int | None:
        """The number under the cursor; None in an empty list, and where the list is not held yet."""
        return self.stretch.at(self.cursor)

    @property
    def current_row(self) -> TicketRow | None:
        """The ticket under the cursor, if it was read."""
        number = self.current
        return None if number is None else self.rows.get(number)

    def move(self, row: int) -> None:
        """The cursor goes to a row, and so to its ticket."""
        if 0 <= row < len(self):
            self._cursor = _Spot(row, self.stretch.at(row))
            if self._is_near_an_end(row):
                self.more_wanted()

    def move_to_first(self, wanted: Collection[int]) -> None:
        """The cursor goes to the first of these tickets; it stays where none is held."""
        place = next((place for place, number in enumerate(self.numbers) if number in wanted), None)
        if place is not None:
            self.move(self.stretch.above + place)

    def find(self, number: int) -> int | None:
        """The row of a ticket, None when the list does not hold it."""
        return self.stretch.find(number, self._cursor.row)

    def step(self, number: int, by: int) -> int | None:
        """The number `by` rows after a ticket, None at the ends."""
        row = self.find(number)
        return None if row is None else self.stretch.at(row + by)

    def goes_on(self, number: int, by: int) -> bool:
        """Whether the list is known to go on beyond what is held of it, as seen from a ticket in that direction."""
        held, row = self.stretch, self.find(number)
        beyond = held.has_after if by > 0 else held.has_before
        return beyond and row is not None and row + by not in held.rows

    def take_shift(self) -> int:
        """By how many rows everything has moved because the list was found to begin elsewhere; told once."""
        shift = self.stretch.take_shift()
        if self._cursor.number is None:
            self._cursor.row += shift
        return shift

    def _is_near_an_end(self, row: int) -> bool:
        held = self.stretch
        above, below = row - held.above, held.end - row
        return (held.has_before and above < _NEAR_THE_END) or (held.has_after and below <= _NEAR_THE_END)

    def _row_of(self, spot: _Spot) -> int:
        """Where a ticket is now: still in its row, or looked for."""
        if spot.number is None:
            spot.row = min(spot.row, len(self) - 1)
            spot.number = self.stretch.at(spot.row)
        elif self.stretch.at(spot.row) != spot.number:
            found = self.stretch.find(spot.number)
            spot.row = min(spot.row, len(self) - 1) if found is None else found
        return spot.row

    # Coming from the desk.

    def open(self, piece: Piece, total: int | None = None, *, is_bound: bool = False) -> None:
        """Show another query's tickets from the top; marks stay with their tickets."""
        self._forget_news()
        self.lost.clear()
        self._anchor = None
        self._cursor = _Spot()
        self.stretch.begin(piece, total, is_bound=is_bound)

    def adopt(self, piece: Piece, total: int | None = None, *, is_bound: bool = False) -> None:
        """Take over the desk's order; the cursor stays with its ticket, or goes to the nearest one left."""
        survivor = self._survivor(set(piece.numbers))
        self._forget_news()
        self.stretch.begin(piece, total, is_bound=is_bound)
        row = None if survivor is None else self.stretch.find(survivor, self._cursor.row)
        self._cursor = _Spot(row or 0, survivor)

    def _forget_news(self) -> None:
        self.fresh.clear()
        self.gone.clear()
        self.acted.clear()
        self.is_stale = False

    def hear(self, changed: Iterable[int], fitting: Collection[int]) -> None:
        """Something happened to these tickets, and those of them that the query now finds are `fitting`."""
        touched = set(changed)
        listed = touched.intersection(self.stretch.numbers)
        found = touched.intersection(fitting)
        self.gone = (self.gone - found) | (listed - found)
        self.fresh = (self.fresh - touched) | (found - listed)
        self.hidden = ((self.hidden - found) | (touched - found - listed)) & self.marks

    def hear_all(self, numbers: Sequence[int]) -> None:
        """Note the desk's whole order without showing it."""
        listed, found = set(self.stretch.numbers), set(numbers)
        self.gone, self.fresh, self.is_stale = listed - found, found - listed, False

    def drop_acted(self) -> None:
        """Take out what own actions took out of the query; the cursor goes to the next ticket."""
        leaving = self.acted & self.gone
        self.acted = set()
        if leaving:
            held = self.stretch
            survivor = self._survivor(set(held.numbers) - leaving)
            row = self.cursor
            held.remove(leaving)
            self.gone -= leaving
            self._cursor = _Spot(row, survivor)

    def _survivor(self, staying: set[int]) -> int | None:
        """The ticket under the cursor, or the nearest one below, or above, that stays."""
        place = self.cursor - self.stretch.above
        after = self.numbers[max(place, 0) :]
        before = reversed(self.numbers[: max(place, 0)])
        return next((number for part in (after, before) for number in part if number in staying), None)

    # Rows.

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

    # Marks.

    @property
    def anchor(self) -> int | None:
        """The ticket at which the range being drawn began."""
        return None if self._anchor is None else self._anchor.number

    @property
    def marked(self) -> tuple[int, ...]:
        """The marked tickets: those held in list order, then the others by number."""
        held = tuple(number for number in self.numbers if number in self.marks) if self.marks else ()
        return (*held, *sorted(self.marks.difference(held)))

    def toggle_mark(self) -> None:
        """Mark the ticket under the cursor, or unmark it."""
        if self.current is not None:
            self.marks ^= {self.current}

    def toggle_all(self) -> None:
        """Mark every ticket held; unmark them when they all are."""
        everything = set(self.numbers)
        self.marks = self.marks - everything if everything <= self.marks else self.marks | everything

    def begin_range(self) -> None:
        """Begin a range at the cursor."""
        if self.current is not None:
            self._anchor = _Spot(self.cursor, self.current)

    def end_range(self) -> bool:
        """Mark everything between where the range began and the cursor; False when not all of that is held."""
        rows, self._anchor = self.range, None
        is_held = bool(rows) and self.stretch.at(rows[0]) is not None and self.stretch.at(rows[-1]) is not None
        if is_held:
            self.marks |= set(self.stretch.part(rows))
        return is_held

    def unmark(self) -> None:
        """Drop the range being drawn, else the marks."""
        if self._anchor is not None:
            self._anchor = None
        else:
            self.marks.clear()
            self.hidden.clear()

    def is_marked(self, row: int) -> bool:
        """Whether the ticket in a row is marked, or would be by the range being drawn."""
        return self.stretch.at(row) in self.marks or row in self.range

    @property
    def range(self) -> range:
        """The rows of the range being drawn; empty when there is none."""
        if self._anchor is None:
            return range(0)
        low, high = sorted((self._row_of(self._anchor), self.cursor))
        return range(low, high + 1)
