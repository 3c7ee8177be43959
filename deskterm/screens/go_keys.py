"""What follows `g`: for one key, the letters of the rooms.

`g` goes to the top of a list at once, as everywhere. Then it waits for the next key, for a second at most: the letter
of a room opens that room, any other key does what it always does. docs/decisions/0009-go-keys.md says why.
"""

import time
from collections.abc import Callable, Mapping

from textual import events

WAIT_SECONDS = 1.0
"""How long `g` waits for a letter: longer than it takes to type two keys, shorter than it takes to read a line."""


class GoKeys:
    """Waits for one key after `begin`."""

    def __init__(self) -> None:
        self._letters: Mapping[str, Callable[[], object]] = {}
        self._ended: Callable[[], object] | None = None
        self._since = 0.0
        self._ender: events.Event | None = None

    def begin(self, letters: Mapping[str, Callable[[], object]], ended: Callable[[], object]) -> bool:
        """Wait for one of the letters; `ended` is called when the waiting is over, whatever came.

        The key that has just ended a waiting begins none: `gg` is the top of the list, to whoever knows it from vi.
        """
        if self._ender is not None:
            return False
        self._letters, self._ended = letters, ended
        self._since = time.monotonic()
        return True

    @property
    def is_waiting(self) -> bool:
        """Whether the next key may be a letter."""
        return self._ended is not None

    def end(self) -> None:
        """Wait no longer."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()

    def takes(self, event: events.Event) -> bool:
        """Whether the event was the letter of a room. Any input ends the waiting."""
        if event is not self._ender:
            self._ender = None
        if not self.is_waiting or not isinstance(event, events.Key | events.Paste | events.MouseDown):
            return False
        self._ender = event
        is_late = event.time - self._since > WAIT_SECONDS
        self.end()
        chosen = self._letters.get(event.key) if isinstance(event, events.Key) and not is_late else None
        if chosen is not None:
            chosen()
        return chosen is not None
