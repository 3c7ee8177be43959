"""The tickets one has read last, for the way back to them; kept for the next login."""

from collections.abc import Sequence
from contextlib import suppress

from deskterm.engine.door.errors import DeskError
from deskterm.screens.desk_thread import ScreenSeat
from deskterm.screens.preferences import Preferences, command

MOST = 20


class RecentTickets:
    """Their numbers, the last one first."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._numbers = preferences.numbers("recent")[:MOST]
        self._kept = list(self._numbers)

    def add(self, number: int) -> None:
        """A ticket is being read."""
        self._numbers = [number, *(one for one in self._numbers if one != number)][:MOST]

    def besides(self, number: int | None) -> Sequence[int]:
        """All but the one that is being read."""
        return [one for one in self._numbers if one != number]

    def save(self, seat: ScreenSeat) -> None:
        """Keep them for the next login, on the desk's thread. What cannot be kept is not missed much."""
        if self._numbers == self._kept:
            return
        numbers, self._kept = self._numbers, list(self._numbers)
        with suppress(DeskError):
            seat.do(command("recent", self._preferences.take("recent", numbers)))
