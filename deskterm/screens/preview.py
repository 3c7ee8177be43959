"""The ticket under the cursor beside the list, read when the cursor rests."""

import asyncio
from functools import partial

from deskterm.engine.door.errors import DeskError
from deskterm.engine.services.rows import TicketDetail
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.screens.session import Session
from deskterm.screens.widgets.line_view import LineView
from deskterm.screens.widgets.thread_lines import Reading, preview_page

_REST_SECONDS = 0.15
"""How long the cursor rests before its ticket is read."""


class Preview(LineView):
    """Header and thread of one ticket; reading here does not count as having seen it."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._number: int | None = None

    async def show(self, number: int | None) -> None:
        """Read a ticket once no other is asked for; the one shown already is read again at once."""
        if number is not None and number != self._number:
            await asyncio.sleep(_REST_SECONDS)
        detail = None if number is None else await self._read(number)
        if detail is None:
            self.clear()
            return
        reading = Reading(self._session.now(), self._session.zone, self._session.glyphs)
        draw = self.update if number == self._number else self.open
        self._number = number
        draw(partial(preview_page, detail, reading))

    async def _read(self, number: int) -> TicketDetail | None:
        """The ticket; None when it can no longer be read, which the list says in its own line."""
        try:
            return await self._session.thread.ask(ShowTicket(number=number))
        except DeskError:
            return None
