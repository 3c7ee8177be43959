"""Somebody's cat on the keyboard: every key that is bound anywhere, pastes, clicks, other sizes, in any order.

What must hold whatever it does: nothing crashes, what was begun is never lost, Esc leads out, and keys go on working.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from textual import events
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import TextArea

from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.screens.drafts import Key
from tests.screens.driver import Person
from tests.siege.corpus import TEXTS, typed
from tests.siege.crawler import Crawler, Way, every_class
from tests.siege.sight import looks_right

_LEAVE = frozenset({"q", "ctrl+q"})
"""Keys that end the program where nothing is open: a cat that leaves is no test."""

_OFTEN = ("escape", "enter", "y", "n", "down", "up", "space", "tab", "R", "N", "ctrl+d")
_SIZES = ((80, 24), (120, 40), (40, 10), (200, 60), (60, 20), (1, 1), (90, 50))
_STEADY = 25
"""Presses after which it is checked that Esc leads out."""


def every_key() -> list[str]:
    """All keys that anything of ours binds, and letters to type."""
    found = set("abcdefghijklmnoprstuvwxyz0123456789 [/\\")
    for node in every_class(DOMNode):
        for binding in getattr(node, "BINDINGS", ()):
            keys = binding.key if isinstance(binding, Binding) else binding[0]
            found |= set(keys.split(","))
    return sorted(found - _LEAVE)


@dataclass(slots=True)
class Monkey:
    """One cat, repeatable by its dice; `meddle` is called between its keys."""

    person: Person
    dice: Random
    meddle: Callable[[], object]
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=40))
    presses: int = 0

    async def play(self, way: Way, presses: int) -> None:
        """So many presses, on one screen as far as the cat stays there.

        Raises:
            AssertionError: with the last things done, for repetition.
        """
        try:
            while self.presses < presses:
                await self._round(way)
                print(f"\r{way.name}: {self.presses:,} presses", end="", flush=True)
        except BaseException as error:
            raise AssertionError(f"press {self.presses}; last: {' '.join(self.recent)}\n{error}") from error

    async def _round(self, way: Way) -> None:
        await self._find(way)
        for _ in range(_STEADY):
            await self._one()
        await self._leads_out()

    async def _find(self, way: Way) -> None:
        """By the way to the screen; whoever may not go there, or finds nothing there, stays on the desk."""
        for key in way.keys:
            await self._press(key)

    async def _one(self) -> None:
        """Anything."""
        what = self.dice.random()
        if what < 0.02:
            await self._resize()
        elif what < 0.04:
            await self._paste()
        elif what < 0.06:
            await self._click()
        elif what < 0.35:
            await self._press(self.dice.choice(_OFTEN))
        else:
            await self._press(self.dice.choice(_KEYS))
        if self.dice.random() < 0.2:
            self.meddle()

    async def _press(self, key: str) -> None:
        self.recent.append(key)
        self.presses += 1
        before = self._begun()
        await self.person.strike(key)
        await self._kept(before)
        looks_right(self.person)

    async def _resize(self) -> None:
        size = self.dice.choice(_SIZES)
        self.recent.append(f"{size[0]}x{size[1]}")
        await self.person.pilot.resize_terminal(*size)
        await self.person.settles()

    async def _paste(self) -> None:
        text = typed(self.dice.choice(TEXTS))[:2000]
        self.recent.append(f"paste {text[:20]!a}")
        self.person.give(events.Paste(text))
        await self.person.settles()

    async def _click(self) -> None:
        width, height = self.person.app.size
        x, y = self.dice.randrange(width), self.dice.randrange(height)
        self.recent.append(f"click {x},{y}")
        for kind in (events.MouseDown, events.MouseUp):
            self.person.give(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
        await self.person.settles()

    # What must not be lost.

    def _begun(self) -> dict[Key, str]:
        """The texts that are being written or kept."""
        found = {key: draft.body for key, draft in self.person.app.session.drafts}
        return {key: text for key, text in found.items() if text.strip()}

    async def _kept(self, before: dict[Key, str]) -> None:
        """What was begun is still there, or being edited, or sent."""
        after = self._begun()
        for key in before.keys() - after.keys():
            if not isinstance(self.person.screen.focused, TextArea):
                await self._was_sent(key, before[key])

    async def _was_sent(self, key: Key, text: str) -> None:
        number, kind = key
        if kind == "new":
            return  # it has become a ticket, whose number nobody knows here
        seat = self.person.app.session.seat
        bodies = [message.body for message in seat.ask(ShowTicket(number=number)).messages]
        assert any(text.strip() in body for body in bodies), f"lost of #{number} ({kind}): {text[:200]!r}"

    # What must go on.

    async def _leads_out(self) -> None:
        """Esc leads to the desk, where keys still do what they do."""
        await self.person.pilot.resize_terminal(80, 24)
        await Crawler(self.person, looks_right).leave()
        for key, words in (("colon", "Do"), ("escape", "")):
            await self.person.strike(key)
            assert words in self.person.text, self.person.text


_KEYS = every_key()
