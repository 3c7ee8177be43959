"""The routing sweep: tickets that came in without the rules, or that a mended rule held up."""

from deskterm.engine.door.errors import Busy, DeskError, LeaseLost, ReadOnly
from deskterm.engine.door.failures import record_failure
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.routing import RouteTicket, SkipTicket, UnroutedTickets

MOST_PER_RUN = 500


def sweep_unrouted(seat: Seat) -> str:
    """Route them one by one, so that each is kept even if the next fails; says how many."""
    numbers = seat.ask(UnroutedTickets(limit=MOST_PER_RUN))
    routed = sum(_route(seat, number) for number in numbers)
    failed = len(numbers) - routed
    return f"{routed} tickets routed" + (f", {failed} put aside" if failed else "")


def _route(seat: Seat, number: int) -> bool:
    """One that cannot be routed is put aside until a rule is mended; it never holds up the next."""
    try:
        return seat.do(RouteTicket(number=number))
    except (Busy, ReadOnly, LeaseLost):
        raise
    except Exception as error:  # the runner's edge: the failure is recorded and the ticket kept
        if not isinstance(error, DeskError):
            record_failure(seat.desk, error)
        seat.do(SkipTicket(number=number))
        return False
