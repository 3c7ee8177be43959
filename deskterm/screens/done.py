"""What was done to tickets from here, newest last: `u` goes back through it."""

import time
from dataclasses import dataclass, field

_MOST = 50


@dataclass(frozen=True, slots=True)
class Done:
    """One change of one ticket or of many: `event` is one of its events, `words` is what was told of it."""

    event: int
    words: str
    at: float = field(default_factory=time.monotonic)


class DoneChanges:
    """The changes of one person while the program runs."""

    def __init__(self) -> None:
        self._changes: list[Done] = []

    @property
    def last(self) -> Done | None:
        """The change that would be undone next."""
        return self._changes[-1] if self._changes else None

    def add(self, done: Done) -> None:
        """Remember a change; the oldest are forgotten."""
        self._changes = [*self._changes, done][-_MOST:]

    def take(self, done: Done) -> None:
        """It is being undone, or cannot be."""
        self._changes = [one for one in self._changes if one is not done]
