"""An answer that came in, by mail or at a seat: it wakes its ticket, and the rules that wait for messages run."""

from typing import TYPE_CHECKING

from deskterm.engine.domain.quotes import is_bare_thanks, visible_reply
from deskterm.engine.model.enums import Category
from deskterm.engine.services import working
from deskterm.engine.services.routing import Arrival, route

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket

REPLIED = "requester replied"
"""Why a ticket is open again."""


def wants_something(body: str) -> bool:
    """Whether an answer does more than thank."""
    return not is_bare_thanks(visible_reply(body))


def take_in(tx: "WriteTx", ticket: "Ticket", arrival: Arrival) -> None:
    """Wake the ticket, as the desk itself, and run the rules over what has arrived."""
    with tx.as_desk():
        if ticket.category in (Category.PENDING, Category.RESOLVED):
            working.move_to(tx, ticket, Category.OPEN, REPLIED)
        elif ticket.category == Category.CLOSED:
            working.reopen(tx, ticket, REPLIED)
        route(tx, ticket, arrival, "message")
