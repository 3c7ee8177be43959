"""The desk on one page, for where no screen can be drawn."""

from typing import TYPE_CHECKING

from deskterm.cli.console import Console
from deskterm.cli.ticket_columns import SHOWN, cells
from deskterm.cli.view import count_of

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat

_MOST_URGENT = "is:open sort:-priority,created"
_TICKETS = 10


def open_or_print(console: Console, seat: "Seat", *, print_only: bool = False) -> int:
    """Open the screens where a person sits at a terminal that can draw, else print the desk."""
    if console.can_open_screens and not print_only:
        return console.runtime.open_screens(seat, ascii_only=console.ascii)
    print_overview(console, seat)
    return 0


def print_overview(console: Console, seat: "Seat") -> None:
    """Queues and views with their counts, then the ten most urgent tickets: by priority, the oldest first."""
    from deskterm.engine.services.ticket_lists import ListTickets
    from deskterm.engine.services.views import ListViews
    from deskterm.engine.services.vocabulary import ListQueues

    out = console.out
    out.line(seat.desk.name)
    out.line("")
    if seat.may(ListQueues) is None:
        queues = seat.ask(ListQueues())
        out.table(("queue", "open", "unassigned"), ([q.name, q.open, q.unassigned] for q in queues))
        out.line("")
    out.table(("view", "tickets", "query"), ([v.name, count_of(v), v.query] for v in seat.ask(ListViews())))
    out.line("")
    tickets = seat.ask(ListTickets(query=_MOST_URGENT, limit=_TICKETS)).rows
    out.table(SHOWN, cells(tickets, SHOWN))
