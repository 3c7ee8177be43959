"""Keys typed ahead: held while something opens, given back in order when it can take them.

Over a slow line a whole word arrives at once: what follows `R` must reach the reply, not the list behind it. And what
a key does is found on the way from the focused widget up to the app, while the letters after it would be sent to that
widget already: `/status` would set a status. So the keys after a key wait until it has gone its way.
"""

import time
from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widget import Widget

Input = events.Key | events.Paste

_LONGEST_HOLD_SECONDS = 5.0
"""A desk that takes longer than this to answer must not take the keyboard away."""


class KeyDone(Message, bubble=True):
    """Follows a key through the widgets; where it arrives, the key has arrived before.

    It goes twice: behind the key, and behind whatever the key's action has said.
    """

    def __init__(self, widget: Widget, turn: int, rounds: int = 2) -> None:
        super().__init__()
        self.widget = widget
        self.turn = turn
        self.rounds = rounds


class TypeAhead:
    """Holds input between `hold` and `release`; `replay` is given each held event in the order it came."""

    def __init__(self) -> None:
        self.replay: Callable[[Input], object] = lambda event: None
        self._turn = 0
        self._is_held = False
        self._since = 0.0
        self._events: list[Input] = []
        self._given: list[Input] = []
        """Events given back that have not come in again."""
        self._followed: events.Key | None = None

    def hold(self) -> int:
        """Hold from now on; the answer names this hold."""
        self._turn += 1
        self._is_held, self._followed = True, None
        self._since = time.monotonic()
        return self._turn

    def release(self, turn: int | None = None) -> None:
        """Give back what was held. With a `turn` only if no other hold has begun since."""
        if not self._is_held or turn not in (None, self._turn):
            return
        self._is_held, self._followed = False, None
        if not self._given:
            self._give_back()

    def follow(self, key: events.Key, widget: Widget) -> None:
        """Hold until a key that was sent to a widget has done what it does; a letter that is written there is done."""
        if not (key.is_printable and widget.check_consume_key(key.key, key.character)):
            turn = self.hold()
            self._followed = key
            self._send_after(KeyDone(widget, turn))

    def done(self, message: KeyDone) -> None:
        """The key has gone all its way, or has one more round to go."""
        if message.rounds > 1:
            self._send_after(KeyDone(message.widget, message.turn, message.rounds - 1))
        else:
            self.release(message.turn)

    def _send_after(self, message: KeyDone) -> None:
        if not (message.widget.is_attached and message.widget.post_message(message)):
            self.release(message.turn)

    def takes(self, event: events.Event) -> bool:
        """Whether the event was kept back.

        Also one that the focused widget has seen and did not want: it was sent there before the hold began. And one
        that comes while earlier ones are on their way back.
        """
        if not isinstance(event, Input) or event is self._followed:
            return False
        is_given = self._came_back(event)
        if self._is_held and time.monotonic() - self._since > _LONGEST_HOLD_SECONDS:
            self.release()
        if self._is_held or (self._given and not is_given):
            self._events.append(event)
            return True
        if not self._given:
            self._give_back()
        return False

    def _came_back(self, event: Input) -> bool:
        left = [one for one in self._given if one is not event]
        came, self._given = len(left) < len(self._given), left
        return came

    def _give_back(self) -> None:
        held, self._events = self._events, []
        self._given = [_again(event) for event in sorted(held, key=lambda event: event.time)]
        for event in list(self._given):
            if self.replay(event) is False:
                self._came_back(event)


def _again(event: Input) -> Input:
    """The same input, to go its way from the beginning."""
    again = events.Key(event.key, event.character) if isinstance(event, events.Key) else events.Paste(event.text)
    again.time = event.time
    return again
