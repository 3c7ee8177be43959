"""The rooms of the desk: where `g` and a letter lead, and the palette too."""

from collections.abc import Sequence
from dataclasses import dataclass

from deskterm.engine.services.rows import Actor, Permission


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
)


def closed(room: Room, actor: Actor) -> str:
    """Why a room is closed to somebody, in words; empty when it is open."""
    if room.needs is None or room.needs in actor.permissions:
        return ""
    return f"needs the permission {room.needs}, which the role {actor.role} has not"


def ways_from(here: str, actor: Actor) -> Sequence[Room]:
    """The rooms that are open to somebody, but for the one where they are."""
    return [room for room in ROOMS if room.name != here and not closed(room, actor)]
