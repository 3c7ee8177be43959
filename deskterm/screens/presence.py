"""Where this program is, told to the desk as seldom as will do, and who else is there."""

import os
import time
from functools import partial

from deskterm.engine.door.errors import DeskError
from deskterm.engine.services.rows import Permission, PresenceRow
from deskterm.screens.desk_thread import DeskThread, ScreenSeat

_SIGN_SECONDS = 30.0
"""A sign of life is given again after so long; the desk forgets one after three times that."""


class Presence:
    """One program's place at the desk: at most one ticket, read or written on."""

    def __init__(self, thread: DeskThread) -> None:
        self._thread = thread
        self._place = os.urandom(8).hex()
        self._told: tuple[int, str] | None = None
        self._told_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether a sign of life is to be given."""
        return self._told is not None and time.monotonic() - self._told_at >= _SIGN_SECONDS

    async def come(self, number: int, doing: str) -> None:
        """Be at a ticket, `reading`, `replying` or `noting`: told when it is new, or when a sign of life is due."""
        if self._told != (number, doing) or self.is_due:
            self._told, self._told_at = (number, doing), time.monotonic()
            await self._thread.run(partial(_tell, self._place, number, doing))

    def sign(self) -> None:
        """Give a sign of life where one is due. From any thread."""
        told = self._told
        if told is not None and self.is_due and not self._thread.is_closed:
            self._told_at = time.monotonic()
            self._thread.submit(partial(_tell, self._place, *told))

    def leave(self) -> None:
        """Be nowhere any more. From any thread; what becomes of it is not waited for."""
        if self._told is not None and not self._thread.is_closed:
            self._told = None
            self._thread.submit(partial(_tell, self._place, None, "reading"))

    async def others(self, number: int) -> tuple[PresenceRow, ...]:
        """Who else is at a ticket; oneself in another session too. Nobody, where one may not read it any more."""
        from deskterm.engine.services.presence import ListPresence

        try:
            return await self._thread.ask(ListPresence(number=number, besides=self._place))
        except DeskError:
            return ()


def _tell(place: str, number: int | None, doing: str, seat: ScreenSeat) -> None:
    """A desk that cannot be written now hears of it the next time."""
    from deskterm.engine.services.presence import TellPresence

    if Permission.SEE_DESK not in seat.actor.permissions:
        return
    try:
        seat.do(TellPresence(place=place, number=number, doing=doing))
    except DeskError:
        return
