"""Reading a ticket list: the query's order, and rows where one looks. It asks; it draws nothing."""

import asyncio
from collections.abc import Sequence

from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import ListTicketNumbers, ListTickets, ReadTicketRows
from deskterm.screens.listing import Listing
from deskterm.screens.session import Session

_FIRST_ROWS = 60
"""Rows of the first answer: more than a screen, so that it is painted before the whole order is known."""

_SWIFT_SECONDS = 0.3
"""A query that took longer than this is not asked again at every character."""

_READ_AHEAD = 60
"""Rows read above and below those in sight."""


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

    async def open(self, query: str) -> bool:
        """Put the query's first rows into the listing; True when there are more, which `read_order` brings.

        Raises:
            BadQuery: the listing is as it was.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        page = await self._thread.ask(ListTickets(query=query, limit=_FIRST_ROWS))
        self.is_swift = loop.time() - begun < _SWIFT_SECONDS
        self.query, self.is_loaded, self.now = query, True, self._session.now()
        self._listing.rows.clear()
        self._listing.remember(page.rows)
        self._listing.open([row.number for row in page.rows])
        return bool(page.next)

    async def read_order(self) -> None:
        """Take over the whole order of the query, as far as lists go."""
        numbers = await self._thread.ask(ListTicketNumbers(query=self.query))
        self._listing.adopt(numbers)

    async def refresh(self, sight: range) -> None:
        """Read again what is in sight; the order is heard of, and taken over only by who rests at the top."""
        fresh = await self._thread.ask(ListTicketNumbers(query=self.query))
        self._listing.hear(fresh)
        self._listing.drop_acted()
        if self._listing.follows_top:
            self._listing.adopt(fresh)
        numbers = self._near(sight)
        rows = await self._thread.ask(ReadTicketRows(numbers=numbers))
        self._listing.rows.clear()
        self._keep(numbers, rows)
        self.now = self._session.now()

    async def read_missing(self, sight: range) -> bool:
        """Read rows in sight that have not been read, and some around them; False when there were none."""
        if not self._listing.missing(self._listing.numbers[sight.start : sight.stop]):
            return False
        numbers = self._listing.missing(self._near(sight))
        rows = await self._thread.ask(ReadTicketRows(numbers=numbers))
        self._keep(numbers, rows)
        return True

    def _near(self, sight: range) -> tuple[int, ...]:
        return self._listing.numbers[max(0, sight.start - _READ_AHEAD) : sight.stop + _READ_AHEAD]

    def _keep(self, asked: Sequence[int], rows: Sequence[TicketRow]) -> None:
        self._listing.remember(rows)
        self._listing.lost |= set(asked) - {row.number for row in rows}
