"""The rooms of the desk: where `g` and a letter lead, and the palette too."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from textual.binding import Binding

from deskterm.engine.services.rows import Actor, Permission
from deskterm.screens.keymap import Keymap


@dataclass(frozen=True, slots=True)
class Room:
    """A room: `letter` leads there after `g`; without the permission `needs` it stays closed (None: open to all)."""

    name: str
    letter: str
    label: str
    summary: str
    needs: Permission | None = None


TICKETS = "tickets"

ROOMS = (
    Room(TICKETS, "t", "Tickets", "The list of tickets"),
    Room("jobs", "j", "Jobs", "What runs by itself, when, and how it went", Permission.SEE_JOBS),
    Room("settings", "s", "Settings", "Colours, keys, and what else is one's own"),
)


@lru_cache
def letter_binding(room: Room) -> Binding:
    """The letter of a room as a binding, for the keymap; no widget listens to it."""
    return Binding(room.letter, "", room.label, id=f"go.{room.name}", tooltip=room.summary)


def letters(rooms: Sequence[Room], keymap: Keymap) -> dict[str, Room]:
    """The rooms by their letters."""
    return {key: room for room in rooms for key in keymap.keys(letter_binding(room))}


def closed(room: Room, actor: Actor) -> str:
    """Why a room is closed to somebody, in words; empty when it is open."""
    if room.needs is None or room.needs in actor.permissions:
        return ""
    return f"needs the permission {room.needs}, which the role {actor.role} has not"


def ways_from(here: str, actor: Actor) -> Sequence[Room]:
    """The rooms that are open to somebody, but for the one where they are."""
    return [room for room in ROOMS if room.name != here and not closed(room, actor)]
