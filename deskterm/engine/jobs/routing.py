"""The routing sweep: tickets that came in without the rules, or that a mended rule held up."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.routing import RouteTicket, UnroutedTickets

MOST_PER_RUN = 500


def sweep_unrouted(seat: Seat) -> str:
    """Route them one by one, so that each is kept even if the next fails; says how many."""
    numbers = seat.ask(UnroutedTickets(limit=MOST_PER_RUN))
    routed = sum(seat.do(RouteTicket(number=number)) for number in numbers)
    return f"{routed} tickets routed"
