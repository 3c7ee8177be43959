"""Goes everywhere by itself: on each screen it presses every key that is bound, types into whatever opens, goes back.

A new screen is covered by one line in `WAYS` (a room by its entry in the table of rooms alone), a new key, dialog
or panel by nothing at all.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from textual.screen import Screen
from textual.widget import Widget

import deskterm.screens
from deskterm.screens.keymap import Keymap
from deskterm.screens.rooms import ROOMS, TICKETS
from deskterm.screens.settings.drafts_screen import DraftsScreen
from deskterm.screens.settings.keys_screen import KeysScreen
from deskterm.screens.ticket import TicketScreen
from deskterm.screens.widgets.query_bar import QueryBar
from tests.screens.driver import Person

Check = Callable[[Person], None]

_LEAVES_THE_PROGRAM = frozenset({"leave", "app.leave"})

_POKES = ("down", "up", "[", "/", "backspace", "backspace", "a")
"""What is typed into whatever has opened: a beginning of markup, a move, a letter."""

_DEEP = 8
"""How often Esc may be needed to come back from anywhere: a picker over a panel over a ticket over a room."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a screen is reached from the desk."""

    name: str
    keys: tuple[str, ...]


WAYS = (
    Way(TICKETS, ()),
    Way("ticket", ("6", "enter")),
    *(Way(room.name, ("g", room.letter)) for room in ROOMS if room.name != TICKETS),
    Way("keys", ("g", "s", "G", "k", "enter")),
    Way("drafts", ("g", "s", "G", "enter")),
)
_SCREENS = {"ticket": TicketScreen, "keys": KeysScreen, "drafts": DraftsScreen}
"""Screens that are no rooms of their own."""


def every_class(kind: type) -> Iterator[type]:
    """All classes of a kind that the package of the screens defines and none other of it refines."""
    for module in pkgutil.walk_packages(deskterm.screens.__path__, "deskterm.screens."):
        importlib.import_module(module.name)
    seen: set[type] = set()
    left = [kind]
    while left:
        for found in left.pop().__subclasses__():
            if found not in seen:
                seen.add(found)
                left.append(found)
    ours = {found for found in seen if found.__module__.startswith("deskterm.screens.")}
    refined = {base for found in ours for base in found.__mro__[1:]}
    yield from sorted(ours - refined, key=lambda found: found.__name__)


def every_screen() -> set[str]:
    """The names of all screens."""
    return {found.__name__ for found in every_class(Screen)}


def every_widget() -> set[str]:
    """The names of all widgets that are no screens."""
    return {found.__name__ for found in every_class(Widget) if not issubclass(found, Screen)}


def bound_keys(person: Person) -> list[str]:
    """One key for each thing that keys do where the focus is; leaving the program is not among them."""
    found: dict[tuple[str, str], str] = {}
    for key, active in person.screen.active_bindings.items():
        action = active.binding.action
        if active.enabled and action not in _LEAVES_THE_PROGRAM:
            found.setdefault((type(active.node).__name__, action), key)
    return list(found.values())


@dataclass(slots=True)
class Crawler:
    """One person going everywhere; `check` looks at what stands on the terminal after every step."""

    person: Person
    check: Check
    pokes: Sequence[str] = _POKES
    seen: set[str] = field(default_factory=set)
    """The names of the screens and widgets that were shown."""
    proposed: bool = False
    """Whether something was proposed to what is typed."""

    async def crawl(self, way: Way) -> None:
        """Reach a screen and press all its keys."""
        await self.go(way)
        for key in bound_keys(self.person):
            await self.step(key)
            await self.poke()
            await self.come_back(way)
        await self.leave()

    async def go(self, way: Way) -> None:
        """Reach a screen from the desk, by the keys as they come: among the settings they may have been changed."""
        self.person.app.session.keymap = Keymap()
        self.person.app.session.apply_settings()
        for key in way.keys:
            await self.person.strike(key)
        await self.person.until(lambda: self._is_there(way), f"the way to {way.name}")
        await self.person.settles()
        self.look()

    async def step(self, key: str) -> None:
        """Press a key, wait for what it does, and look."""
        await self.person.strike(key)
        self.look()

    async def poke(self) -> None:
        """Type into what has opened, if something has."""
        for key in self.pokes:
            if not self.person.is_at_rest:
                await self.step(key)

    async def come_back(self, way: Way) -> None:
        """To the screen at rest, by Esc alone; by the way again where Esc has left it."""
        for _ in range(_DEEP):
            if self.person.is_at_rest and (self._is_there(way) or self.person.screen is self.person.desk):
                break
            await self.step("escape")
        assert self.person.is_at_rest, f"Esc does not lead out:\n{self.person.text}"
        if not self._is_there(way):
            await self.go(way)

    async def leave(self) -> None:
        """Back to the desk by Esc alone."""
        for _ in range(_DEEP):
            if self.person.is_at_rest and self.person.screen is self.person.desk:
                return
            await self.step("escape")
        raise AssertionError(f"Esc does not lead out:\n{self.person.text}")

    def look(self) -> None:
        """Check what stands there, and note what it is."""
        screen = self.person.app.screen
        self.seen.add(type(screen).__name__)
        self.seen |= {type(widget).__name__ for widget in screen.query("*") if widget.display}
        self.proposed |= any(bar.input.proposals.is_open for bar in screen.query(QueryBar))
        self.check(self.person)

    def _is_there(self, way: Way) -> bool:
        screen = self.person.app.screen
        if way.name in _SCREENS:
            return isinstance(screen, _SCREENS[way.name])
        return getattr(screen, "room", "") == way.name and not isinstance(screen, tuple(_SCREENS.values()))
