"""Reading a ticket list: the query's order as far as it is held, and rows where one looks. It asks; it draws nothing.

What a change elsewhere costs follows from what changed and what is in sight, not from how long the list is: only the
tickets that something happened to are asked about.
"""

import asyncio
from collections.abc import Callable, Sequence

from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import CountTickets, ListTickets, ReadTicketRows
from deskterm.engine.services.ticket_windows import (
    Changes,
    ListChanges,
    PlaceTickets,
    ReadWindow,
    Window,
)
from deskterm.screens.listing import Listing
from deskterm.screens.session import Session
from deskterm.screens.stretch import MOST_HELD, Piece

_FIRST_ROWS = 60
"""Rows of the first answer: more than a screen, so that it is painted before the whole order is known."""

_SWIFT_SECONDS = 0.3
"""A query that took longer than this is not asked again at every character."""

_READ_AHEAD = 60
"""Rows read above and below those in sight."""

_WINDOW = 250
"""Numbers read at once of a list that is too long to be held; the desk finds so many along an index."""

_MOST_WINDOWS = 40
"""Windows read to reach what is in sight; more than a page key pressed down can run ahead."""

_MOST_ANSWERS = 5
"""Answers with changes asked for before a list is said to be out of date as a whole."""

_TRUE_FOR_SECONDS = 60.0
"""How long a list is taken to differ by what was recorded alone: tickets become late without anything happening."""


class ListReading:
    """The query that is shown, and how what it finds comes into the listing."""

    def __init__(self, session: Session, listing: Listing) -> None:
        self.query = ""
        self.now = session.now()
        """The moment the ages of the list are told at."""
        self.is_loaded = False
        self.is_swift = True
        self._session = session
        self._thread = session.thread
        self._listing = listing
        self._actor = session.actor
        self._last_event = 0
        self._compared_at = 0.0

    # Opening.

    async def open(self, query: str) -> bool:
        """Put the query's first rows into the listing; True when there are more, which `read_order` brings.

        Raises:
            BadQuery: the listing is as it was.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        newest = await self._thread.ask(ListChanges())
        page = await self._thread.ask(ListTickets(query=query, limit=_FIRST_ROWS))
        self.is_swift = loop.time() - begun < _SWIFT_SECONDS
        self.query, self.is_loaded, self.now = query, True, self._session.now()
        self._actor, self._compared_at, self._last_event = self._session.actor, begun, newest.last
        self._listing.rows.clear()
        self._listing.remember(page.rows)
        self._listing.open(Piece([row.number for row in page.rows], last=page.next, is_last=not page.next))
        return bool(page.next)

    async def read_order(self) -> None:
        """Take over the whole order of the query if it can be held, else its beginning and its length."""
        piece, total, is_bound = await self._order()
        self._listing.adopt(piece, total, is_bound=is_bound)

    async def _order(self) -> tuple[Piece, int, bool]:
        count = await self._thread.ask(CountTickets(query=self.query, at_most=MOST_HELD + 1))
        limit = MOST_HELD if count.n <= MOST_HELD else _WINDOW
        window = await self._thread.ask(ReadWindow(query=self.query, limit=limit))
        return piece_of(window), count.n, count.is_bound

    async def reload(self) -> None:
        """Take over the desk's order of now; the cursor stays with its ticket."""
        newest = await self._thread.ask(ListChanges())
        await self.read_order()
        self._compared(newest)
        await self.find_hidden()

    async def find_hidden(self) -> None:
        """Which marked tickets the query does not find."""
        marks = tuple(self._listing.marks)
        if marks:
            found = await self._thread.ask(PlaceTickets(query=self.query, numbers=marks))
            self._listing.hidden = self._listing.marks.difference(found)

    # Hearing of changes.

    async def refresh(self, sight: range) -> None:
        """Read again what is in sight, and hear of what came in and what fell out."""
        await self._hear()
        self._listing.drop_acted()
        numbers = self._near(sight)
        rows = await self._thread.ask(ReadTicketRows(numbers=numbers))
        self._listing.rows.clear()
        self._listing.lost.clear()
        self._keep(numbers, rows)
        self.now = self._session.now()

    async def _hear(self) -> None:
        if self._actor != self._session.actor or not len(self._listing):
            # What one may see has changed, or there is nothing that could move under the cursor.
            self._actor = self._session.actor
            await self.reload()
        elif self._listing.stretch.is_whole and self._since_compared() > _TRUE_FOR_SECONDS:
            await self._compare()
        else:
            await self._hear_changes()

    def _since_compared(self) -> float:
        return asyncio.get_running_loop().time() - self._compared_at

    async def _compare(self) -> None:
        """Note the whole order of now beside the one shown."""
        newest = await self._thread.ask(ListChanges())
        window = await self._thread.ask(ReadWindow(query=self.query, limit=MOST_HELD))
        self._listing.hear_all(window.numbers)
        self._compared(newest)
        await self.find_hidden()

    def _compared(self, newest: Changes) -> None:
        """The list was compared with the desk as it was after this event."""
        self._last_event, self._compared_at = newest.last, asyncio.get_running_loop().time()

    async def _hear_changes(self) -> None:
        for _ in range(_MOST_ANSWERS):
            changes = await self._thread.ask(ListChanges(since=self._last_event))
            await self._hear_of(changes)
            if changes.is_whole:
                return
        self._last_event = (await self._thread.ask(ListChanges())).last
        self._listing.is_stale = True

    async def _hear_of(self, changes: Changes) -> None:
        """In a list too long to be held only tickets created since are new: others may have stood in it before."""
        if changes.numbers:
            listing = self._listing
            places = await self._thread.ask(PlaceTickets(query=self.query, numbers=changes.numbers))
            found = set(places)
            if not listing.stretch.is_whole:
                found &= {*listing.numbers, *changes.created}
            listing.hear(changes.numbers, found)
        self._last_event = changes.last

    # Looking.

    async def read_missing(self, sight: range) -> bool:
        """Read rows in sight that have not been read, and some around them; False when there were none."""
        is_reached = await self._reach(sight)
        held = self._listing.stretch
        if not self._listing.missing(held.part(sight)):
            return is_reached
        numbers = self._listing.missing(self._near(sight))
        rows = await self._thread.ask(ReadTicketRows(numbers=numbers))
        self._keep(numbers, rows)
        return True

    async def _reach(self, sight: range) -> bool:
        """Hold the rows in sight and some on either side; whether there was anything to read for that."""
        held = self._listing.stretch
        for count in range(_MOST_WINDOWS):
            if held.has_before and sight.start - _READ_AHEAD < held.above:
                await self._go_up(sight)
            elif held.has_after and sight.stop + _READ_AHEAD > held.end:
                await self._go_down(sight)
            else:
                return count > 0
        return True

    async def _go_up(self, sight: range) -> None:
        held = self._listing.stretch
        if sight.start < _WINDOW < held.above:
            await self._read_on("", False, lambda piece: held.begin(piece, held.total, is_bound=held.is_bound))
        else:
            await self._read_on(held.first, True, held.prepend)

    async def _go_down(self, sight: range) -> None:
        held = self._listing.stretch
        if sight.stop > max(held.total - _WINDOW, held.end + _WINDOW):
            await self._read_on("", True, held.finish)
        else:
            await self._read_on(held.last, False, held.append)

    async def _read_on(self, place: str, backward: bool, take: Callable[[Piece], None]) -> None:
        """Read a window and take it, unless the list has become another one meanwhile."""
        held, query = self._listing.stretch, self.query
        before = held.edition
        wanted = ReadWindow(query=query, place=place, backward=backward, limit=_WINDOW)
        window = await self._thread.ask(wanted)
        if held.edition == before:
            take(piece_of(window))

    def _near(self, sight: range) -> tuple[int, ...]:
        rows = range(max(0, sight.start - _READ_AHEAD), sight.stop + _READ_AHEAD)
        return tuple(self._listing.stretch.part(rows))

    def _keep(self, asked: Sequence[int], rows: Sequence[TicketRow]) -> None:
        self._listing.remember(rows)
        self._listing.lost |= set(asked) - {row.number for row in rows}


def piece_of(window: Window) -> Piece:
    return Piece(window.numbers, window.first, window.last, window.is_last)
