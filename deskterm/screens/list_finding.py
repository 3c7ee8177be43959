"""Finding a place in the ticket list without changing what it shows: the next hit, a ticket by its number."""

from collections.abc import Iterator

from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.ticket_windows import PlaceTickets, ReadWindow
from deskterm.screens.list_reading import ListReading, piece_of
from deskterm.screens.listing import Listing
from deskterm.screens.session import Session

UNREAD = "is:unread"
"""What is gone to from ticket to ticket where nothing was looked for."""

_FIRST_LOOK, _WIDER = 250, 4
"""Rows asked about at first, and how many times as many with each look that finds nothing."""

_AROUND = 250
"""Numbers held on either side of a ticket that was far from what was held."""

_MOST = 10_000_000
"""More than any list is long."""


class ListFinding:
    """Moves the cursor of a listing to what is looked for. It asks; it draws nothing."""

    def __init__(self, session: Session, listing: Listing, reading: ListReading) -> None:
        self.words = ""
        """What is looked for, in the words of a query; unread tickets where there are none."""
        self.has_wrapped = False
        """Whether the last hit was found from the other end on."""
        self._thread = session.thread
        self._listing = listing
        self._reading = reading

    async def find_next(self, by: int) -> bool:
        """Move to the next hit, or with -1 to the one before; from the other end on when there is none.

        Raises:
            BadQuery: the words do not parse.
        """
        query, row = self._reading.query, self._listing.cursor
        self.has_wrapped = False
        number = await self._beyond(row, by)
        if number is None:
            self.has_wrapped = True
            number = await self._from_the_other_end(row, by)
        if number is None or query != self._reading.query:
            return False
        return await self.go_to(number)

    async def go_to(self, number: int) -> bool:
        """Move to a ticket; False when the list does not hold it."""
        listing = self._listing
        row = listing.find(number)
        if row is None and not listing.stretch.is_whole:
            row = await self._settle_around(number)
        if row is not None:
            listing.move(row)
        return row is not None

    async def _beyond(self, row: int, by: int) -> int | None:
        """The next hit in the direction, first among what is held."""
        held = self._listing.stretch
        found = await self._among(range(row + 1, held.end) if by > 0 else range(row - 1, held.above - 1, -1))
        if found is None and (held.has_after if by > 0 else held.has_before):
            found = await self._behind(held.last if by > 0 else held.first, by)
        return found

    async def _from_the_other_end(self, row: int, by: int) -> int | None:
        held = self._listing.stretch
        if held.has_before if by > 0 else held.has_after:
            return await self._behind("", by)
        return await self._among(range(held.above, row + 1) if by > 0 else range(held.end - 1, row - 1, -1))

    async def _among(self, rows: range) -> int | None:
        """The first hit in these rows, in their order."""
        for part in _looks(rows):
            low, high = min(part[0], part[-1]), max(part[0], part[-1])
            numbers = tuple(self._listing.stretch.part(range(low, high + 1)))
            hits = await self._thread.ask(PlaceTickets(numbers=numbers, query=self.words or UNREAD))
            found = next((number for number in numbers[:: part.step] if number in hits), None)
            if found is not None:
                return found
        return None

    async def _behind(self, place: str, by: int) -> int | None:
        """The first hit that follows a place of the list, as far as the desk knows."""
        wanted = ReadWindow(query=self._reading.query, also=self.words or UNREAD, place=place, backward=by < 0, limit=1)
        return next(iter((await self._thread.ask(wanted)).numbers), None)

    async def _settle_around(self, number: int) -> int | None:
        """Hold a far part of a long list: its row is counted, its neighbours are read."""
        query, held = self._reading.query, self._listing.stretch
        edition = held.edition
        place = (await self._thread.ask(PlaceTickets(query=query, numbers=(number,)))).get(number)
        if place is None:
            return None
        above = await self._thread.ask(CountTickets(query=query, at_most=_MOST, before=place))
        before, after = [
            await self._thread.ask(ReadWindow(query=query, place=place, backward=backward, limit=_AROUND))
            for backward in (True, False)
        ]
        if held.edition != edition:
            return self._listing.find(number)
        held.settle_around(piece_of(before), number, place, piece_of(after), above.n)
        return self._listing.find(number)


def _looks(rows: range) -> Iterator[range]:
    """The rows in parts, each longer than the one before."""
    start, size = 0, _FIRST_LOOK
    while start < len(rows):
        yield rows[start : start + size]
        start, size = start + size, size * _WIDER
