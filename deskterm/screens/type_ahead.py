"""Keys typed ahead: held while something opens, given back in order when it can take them.

Over a slow line a whole word arrives at once: what follows `R` must reach the reply, not the list behind it.
"""

import time
from collections.abc import Callable

from textual import events

Input = events.Key | events.Paste

_LONGEST_HOLD_SECONDS = 5.0
"""A desk that takes longer than this to answer must not take the keyboard away."""


class TypeAhead:
    """Holds input between `hold` and `release`; `replay` is given each held event in the order it came."""

    def __init__(self) -> None:
        self.replay: Callable[[Input], object] = lambda event: None
        self._turn = 0
        self._is_held = False
        self._since = 0.0
        self._events: list[Input] = []

    def hold(self) -> int:
        """Hold from now on; the answer names this hold."""
        self._turn += 1
        self._is_held = True
        self._since = time.monotonic()
        return self._turn

    def release(self, turn: int | None = None) -> None:
        """Give back what was held. With a `turn` only if no other hold has begun since."""
        if not self._is_held or turn not in (None, self._turn):
            return
        self._is_held = False
        held, self._events = self._events, []
        for event in sorted(held, key=lambda event: event.time):
            self.replay(_again(event))

    def takes(self, event: events.Event) -> bool:
        """Whether the event was kept back.

        Also one that the focused widget has seen and did not want: it was sent there before the hold began.
        """
        if not self._is_held or not isinstance(event, Input):
            return False
        if time.monotonic() - self._since > _LONGEST_HOLD_SECONDS:
            self.release()
            return False
        self._events.append(event)
        return True


def _again(event: Input) -> Input:
    """The same input as if it came now."""
    if isinstance(event, events.Key):
        return events.Key(event.key, event.character)
    return events.Paste(event.text)
