"""A query that is asked again is not made anew, and still means what it means at that moment."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.ticket_lists import CountTickets, ListTicketNumbers, ListTickets
from deskterm.engine.services.tickets import NewTicket
from deskterm.engine.services.vocabulary import ChangeQueue
from tests.conftest import MovingClock


def found(person: Seat, query: str) -> tuple[list[int], tuple[int, ...], int]:
    """The three ways in which a query is asked."""
    page = [row.number for row in person.ask(ListTickets(query=query)).rows]
    return page, person.ask(ListTicketNumbers(query=query)), person.ask(CountTickets(query=query)).n


def test_time_in_a_query_goes_on(admin: Seat, clock: MovingClock) -> None:
    """What was created within the hour is not two hours later, whatever was asked before."""
    number = admin.do(NewTicket(subject="new")).number
    assert found(admin, "created:>=-1h") == ([number], (number,), 1)
    clock.move(hours=2)
    assert found(admin, "created:>=-1h") == ([], (), 0)


def test_lost_queue_is_lost_at_once(admin: Seat, bo: Seat) -> None:
    """The query of an agent who loses a queue finds nothing of it the next time."""
    number = admin.do(NewTicket(subject="switch", queue="Network")).number
    assert found(bo, "switch") == ([number], (number,), 1)
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    assert found(bo, "switch") == ([], (), 0)


def test_renamed_queue_is_found_by_its_new_name(admin: Seat) -> None:
    """A name means the queue that has it now."""
    number = admin.do(NewTicket(subject="switch", queue="Network")).number
    assert found(admin, "queue:Network")[2] == 1
    admin.do(ChangeQueue(name="Network", changes={"name": "Wires"}))
    admin.do(ChangeQueue(name="Security", changes={"name": "Network"}))
    assert found(admin, "queue:Network")[2] == 0
    assert found(admin, "queue:Wires") == ([number], (number,), 1)


def test_two_people_never_share_an_answer(admin: Seat, ann: Seat, bo: Seat) -> None:
    """`me` is whoever asks, though both ask the same desk in one process."""
    admin.do(NewTicket(subject="hers", queue="Network", assignee="admin"))
    assert found(admin, "assignee:me")[2] == 1
    assert found(bo, "assignee:me")[2] == 0
    assert found(ann, "assignee:me")[2] == 0
