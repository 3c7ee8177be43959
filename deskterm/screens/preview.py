"""The ticket under the cursor beside the list, read when the cursor rests."""

import asyncio
from typing import TYPE_CHECKING

from deskterm.engine.door.errors import DeskError
from deskterm.screens.session import Session
from deskterm.screens.widgets.line_view import LineView

if TYPE_CHECKING:
    from deskterm.engine.services.thread_reading import TicketThread

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
        read = None if number is None else await self._read(number)
        if read is None:
            self._number = None
            self.clear()
            return
        from deskterm.screens.widgets.preview_lines import preview_page

        page = preview_page(read, self._session.now(), self._session.zone, self._session.glyphs)
        draw = self.update if number == self._number else self.open
        self._number = number
        draw(page)

    async def _read(self, number: int) -> "TicketThread | None":
        """The ticket; None when it can no longer be read, which the list says in its own line."""
        from deskterm.engine.services.thread_reading import ReadThread

        try:
            return await self._session.thread.ask(ReadThread(number=number))
        except DeskError:
            return None
