"""Every key of the screens: what it does, where, and which of them would get in each other's way.

The parts that may be on the terminal together are found from the classes, so that a new screen is in it by being there.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, TextArea

from deskterm import screens
from deskterm.screens.keymap import Keymap, is_letter, shown_key
from deskterm.screens.rooms import ROOMS, letter_binding

PLACES: Mapping[str, str] = {
    "desk": "ticket list",
    "ticket": "tickets",
    "list": "every list",
    "page": "reading",
    "query": "query",
    "write": "writing",
    "new": "new ticket",
    "picker": "choosing",
    "arranger": "columns",
    "ask": "a line asked for",
    "go": "after g",
    "room": "rooms",
    "jobs": "jobs",
    "settings": "settings",
    "keys": "keys",
    "drafts": "drafts",
    "app": "everywhere",
}
"""Where a binding works, by the first part of its id; in the order in which people look for them."""


@dataclass(frozen=True)
class KeyRow:
    """A binding: `owners` are the kinds of widget or screen that have it, `default` the keys it comes with."""

    name: str
    label: str
    summary: str
    default: tuple[str, ...]
    owners: frozenset[type[DOMNode]]

    @property
    def place(self) -> str:
        """Where it works, in words."""
        first = self.name.partition(".")[0]
        return PLACES.get(first, first)


@lru_cache(1)
def key_rows() -> tuple[KeyRow, ...]:
    """All bindings of the screens by place, then in the order in which they are declared."""
    found: dict[str, KeyRow] = {}
    for owner in node_kinds():
        for binding in own_bindings(owner):
            _add(found, binding, frozenset({owner}))
    for room in ROOMS:
        _add(found, letter_binding(room), frozenset())
    places = {first: place for place, first in enumerate(PLACES)}
    return tuple(sorted(found.values(), key=lambda row: places.get(row.name.partition(".")[0], len(places))))


def _add(found: dict[str, KeyRow], binding: Binding, owners: frozenset[type[DOMNode]]) -> None:
    name = binding.id or ""
    known = found.get(name)
    keys = tuple(key.strip() for key in binding.key.split(","))
    if known is not None:
        keys, owners = known.default, known.owners | owners
    if name and not binding.system:
        found[name] = KeyRow(name, binding.description, binding.tooltip, keys, owners)


def node_kinds() -> Sequence[type[DOMNode]]:
    """The kinds of widgets and screens of deskterm that declare keys, and the app."""
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    kinds = [kind for kind in _descendants(DOMNode) if kind.__module__.startswith("deskterm.")]
    return [kind for kind in kinds if "BINDINGS" in kind.__dict__]


def own_bindings(kind: type[DOMNode]) -> Iterator[Binding]:
    """The bindings that a kind declares itself."""
    for binding in kind.__dict__["BINDINGS"]:
        yield from [binding] if isinstance(binding, Binding) else Binding.make_bindings([binding])


def _descendants(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for below in kind.__subclasses__():
        yield below
        yield from _descendants(below)


# What gets in each other's way.


def clashes(rows: Sequence[KeyRow], keymap: Keymap, row: KeyRow, key: str) -> list[KeyRow]:
    """The bindings that `row` would meet at a key, in this keymap.

    Two that come with the same key, such as Esc on a panel and on the screen below it, are meant to.
    """
    return [
        other
        for other in rows
        if other.name != row.name
        and key in keys_of(other, keymap)
        and not (key in other.default and key in row.default)
        and _meet(row, other, key)
    ]


def keys_of(row: KeyRow, keymap: Keymap) -> tuple[str, ...]:
    """The keys of a binding in a keymap."""
    kept = keymap.entries.get(row.name)
    return tuple(kept.split(",")) if kept else row.default


def shown_keys(row: KeyRow, keymap: Keymap) -> str:
    """The same as people write them."""
    return " ".join(shown_key(key) for key in keys_of(row, keymap))


def _meet(one: KeyRow, other: KeyRow, key: str) -> bool:
    if not one.owners or not other.owners:
        return one.owners == other.owners
    return any(_together(a, b, key) for a in one.owners for b in other.owners)


def _together(one: type[DOMNode], other: type[DOMNode], key: str) -> bool:
    """Whether a key could reach both: they are one screen, or one panel, or a panel on a screen."""
    if issubclass(one, App) or issubclass(other, App):
        return True
    one_is_screen, other_is_screen = issubclass(one, Screen), issubclass(other, Screen)
    if one_is_screen == other_is_screen:
        return _shares_a_kind(one, other) or (not one_is_screen and one.__module__ == other.__module__)
    panel = other if one_is_screen else one
    return not (issubclass(panel, Input | TextArea) and is_letter(key))


def _shares_a_kind(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether some kind is both."""
    kinds = {one, *_descendants(one)}
    return bool(kinds & {other, *_descendants(other)})
