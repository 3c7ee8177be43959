"""Where one was in the tickets read in this session, so that coming back finds the same lines."""

from dataclasses import dataclass

from deskterm.screens.widgets.sheet import Place
from deskterm.screens.widgets.thread_lines import Thread

_MOST = 200
"""Tickets remembered; the ones read longest ago are forgotten."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A ticket as it was left: the place at the top, the newest message there was, and what was unfolded."""

    place: Place | None
    last_message: int
    thread: Thread


class Visits:
    """By ticket number."""

    def __init__(self) -> None:
        self._visits: dict[int, Visit] = {}

    def get(self, number: int) -> Visit | None:
        """How a ticket was left."""
        return self._visits.get(number)

    def remember(self, number: int, visit: Visit) -> None:
        """Keep how a ticket was left, but not its text."""
        visit.thread.let_go()
        self._visits.pop(number, None)
        self._visits[number] = visit
        if len(self._visits) > _MOST:
            del self._visits[next(iter(self._visits))]
