"""Lists too long to be read whole: windows of them, and what a list needs to hear of after a change.

What these cost follows from what is asked for, never from how many tickets the desk holds.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx

MOST_IN_WINDOW = 50_000

MOST_CHANGES = 2_000
"""Events looked at in one answer."""


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbours in a list, in its order; `first` and `last` are the places of the two at its ends.

    `is_last`: nothing lies beyond it in the direction it was read in.
    """

    numbers: tuple[int, ...]
    first: str
    last: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWindow(Query[Window]):
    """The tickets of a list that follow a place, or with `backward` those before it.

    Without a place from the top, or backward from the end. `also`: a second query that must hold as well, whose
    order does not count.
    """

    query: str = ""
    also: str = ""
    place: str = ""
    backward: bool = False
    limit: int = 250


@action("ticket.window", needs=Permission.READ)
def read_window(tx: "ReadTx", query: ReadWindow) -> Window:
    """By key, never by counting off."""
    if not 1 <= query.limit <= MOST_IN_WINDOW:
        raise Invalid(f"A window holds from 1 to {MOST_IN_WINDOW:,} tickets.")
    numbers, first, last = tx.find_window(query.query, query.also, query.limit, query.place, backward=query.backward)
    return Window(numbers, first, last, len(numbers) < query.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTickets(Query[dict[int, str]]):
    """Those of the tickets that a list holds, in its order, each with its place."""

    numbers: tuple[int, ...]
    query: str = ""
    also: str = ""


@action("ticket.places", needs=Permission.READ)
def place_tickets(tx: "ReadTx", query: PlaceTickets) -> dict[int, str]:
    """Each is looked up by itself."""
    return dict(tx.places(query.query, query.also, query.numbers))


@dataclass(frozen=True, slots=True)
class Changes:
    """Tickets with events after one, each once, as far as they may be seen; `created`: those that began with them.

    `last` is the newest event looked at; `is_whole`: there was nothing after it.
    """

    last: int
    numbers: tuple[int, ...] = ()
    created: tuple[int, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChanges(Query[Changes]):
    """Which tickets something happened to after the event `since`; without one, only which event is the newest."""

    since: int | None = None


@action("ticket.changes", needs=Permission.READ)
def list_changes(tx: "ReadTx", query: ListChanges) -> Changes:
    """From the audit log; what happened is not told."""
    if query.since is None:
        return Changes(tx.last_event())
    tickets, last, events = tx.changed_tickets(query.since, MOST_CHANGES)
    created = tuple(number for number, is_new in tickets.items() if is_new)
    return Changes(last, tuple(tickets), created, events < MOST_CHANGES)
