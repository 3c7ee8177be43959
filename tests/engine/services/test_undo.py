"""Undo: one's own change goes back, all of it, unless something later depends on it."""

import pytest

from deskterm.engine.door.errors import Conflict, Denied, Invalid, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.audit import VerifyAudit
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.ticket_reading import ShowTicket, TicketHistory
from deskterm.engine.services.tickets import (
    AssignTicket,
    ChangeTickets,
    NewTicket,
    NoteTicket,
    ReleaseTicket,
    ReplyTicket,
    TakeTicket,
)
from deskterm.engine.services.undoing import UndoChange
from tests.conftest import MovingClock


@pytest.fixture
def number(admin: Seat) -> int:
    """A new ticket of the queue Network."""
    return admin.do(NewTicket(subject="Switch is dead", queue="Network", priority="high", tags=("rack",))).number


def row(person: Seat, number: int) -> TicketRow:
    """The ticket as it is."""
    return person.ask(ShowTicket(number=number)).ticket


def facts(ticket: TicketRow) -> tuple[object, ...]:
    """Everything that an undo has to bring back."""
    fields = (ticket.subject, ticket.type, ticket.status, ticket.category, ticket.priority, ticket.queue)
    return (*fields, ticket.assignee, ticket.tags, ticket.resolved_at, ticket.closed_at)


CHANGES = (
    ChangeTickets(numbers=(), changes={"priority": "urgent", "type": "Bug"}),
    ChangeTickets(numbers=(), changes={"status": "Resolved"}),
    ChangeTickets(numbers=(), changes={"status": "Closed"}),
    ChangeTickets(numbers=(), changes={"queue": "Security", "assignee": "admin"}),
    ChangeTickets(numbers=(), changes={"subject": "Router is dead"}, add_tags=("core",), remove_tags=("rack",)),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ",".join(change.changes))
def test_every_field_goes_back(admin: Seat, clock: MovingClock, number: int, change: ChangeTickets) -> None:
    """Whatever a change set, undo brings the ticket to what it was, and says of which event it is the undo."""
    before = facts(row(admin, number))
    clock.move(hours=1)
    admin.do(ChangeTickets(numbers=(number,), changes=change.changes, add_tags=change.add_tags,
                           remove_tags=change.remove_tags))  # fmt: skip
    assert facts(row(admin, number)) != before
    clock.move(hours=1)
    admin.do(UndoChange(number=number))
    assert facts(row(admin, number)) == before
    last = admin.ask(TicketHistory(number=number))[-1]
    assert (last.action, last.cause[:14]) == ("ticket.undo", "undo of event ")
    assert admin.ask(VerifyAudit()).ok
    assert all(result.ok for result in admin.ask(CheckDesk(deep=True)))


def test_old_subject_is_found_again(admin: Seat, number: int) -> None:
    """The search follows the subject back."""
    admin.do(ChangeTickets(numbers=(number,), changes={"subject": "Router"}))
    admin.do(UndoChange(number=number))
    assert (admin.ask(CountTickets(query="router")).n, admin.ask(CountTickets(query="switch")).n) == (0, 1)


def test_one_undo_takes_a_bulk_back(admin: Seat) -> None:
    """A change of many tickets is one change: undone on all, by whichever of them it is named."""
    numbers = tuple(admin.do(NewTicket(subject=f"t{n}")).number for n in range(5))
    admin.do(ChangeTickets(numbers=numbers, changes={"priority": "low"}))
    assert len(admin.do(UndoChange(number=numbers[3]))) == 5
    assert {row(admin, n).priority.label for n in numbers} == {"normal"}


def test_undo_goes_back_step_by_step(admin: Seat, number: int) -> None:
    """The second undo takes back what came before, not the undo."""
    for priority in ("low", "urgent"):
        admin.do(ChangeTickets(numbers=(number,), changes={"priority": priority}))
    seen = [admin.do(UndoChange(number=number))[0].priority.label for _ in range(2)]
    assert seen == ["low", "high"]
    with pytest.raises(Conflict, match="nothing of yours to undo"):
        admin.do(UndoChange(number=number))


def test_later_change_of_the_same_field_stands(admin: Seat, bo: Seat, number: int) -> None:
    """Somebody else's later priority is named and stays; nothing is half undone."""
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "low", "type": "Bug"}))
    bo.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent"}))
    with pytest.raises(Conflict, match=f"bo has changed the priority of ticket {number} since"):
        admin.do(UndoChange(number=number))
    assert (row(admin, number).priority.label, row(admin, number).type) == ("urgent", "Bug")


def test_later_change_of_another_field_does_not_matter(admin: Seat, bo: Seat, number: int) -> None:
    """What does not depend on it stays, and does not hold the undo up."""
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "low"}))
    bo.do(ChangeTickets(numbers=(number,), changes={"type": "Bug"}))
    admin.do(UndoChange(number=number))
    assert (row(admin, number).priority.label, row(admin, number).type) == ("high", "Bug")


def test_bulk_is_all_or_nothing(admin: Seat, bo: Seat, number: int) -> None:
    """One ticket of a bulk that was changed since keeps the whole undo from happening."""
    other = admin.do(NewTicket(subject="other")).number
    admin.do(ChangeTickets(numbers=(other, number), changes={"priority": "low"}))
    bo.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent"}))
    with pytest.raises(Conflict):
        admin.do(UndoChange(number=other))
    assert row(admin, other).priority.label == "low"


def test_move_and_assignment_go_back_together(admin: Seat, bo: Seat, number: int) -> None:
    """A move that took the ticket from who cannot work there gives it back to them."""
    admin.do(AssignTicket(number=number, to="bo"))
    admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
    assert row(admin, number).assignee is None
    admin.do(UndoChange(number=number))
    assert (row(admin, number).queue, row(admin, number).assignee) == ("Network", "bo")


def test_move_stays_when_somebody_got_the_ticket_since(admin: Seat, lea: Seat, number: int) -> None:
    """Whoever has it has it in the new queue."""
    admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
    lea.do(TakeTicket(number=number))
    with pytest.raises(Conflict, match="lea has changed the assignee"):
        admin.do(UndoChange(number=number))


def test_take_and_release_go_back(bo: Seat, number: int) -> None:
    """Both are one's own to undo with work alone."""
    bo.do(TakeTicket(number=number))
    bo.do(ReleaseTicket(number=number))
    assert bo.do(UndoChange(number=number))[0].assignee == "bo"
    assert bo.do(UndoChange(number=number))[0].assignee is None


def test_only_ones_own(admin: Seat, bo: Seat, number: int) -> None:
    """Neither by ticket nor by event does one undo a colleague's change, whatever one's role."""
    bo.do(ChangeTickets(numbers=(number,), changes={"priority": "low"}))
    event = admin.ask(TicketHistory(number=number))[-1].id
    with pytest.raises(NotFound):
        admin.do(UndoChange(event=event))
    admin_did = bo.ask(TicketHistory(number=number))[0].id
    with pytest.raises(NotFound):
        bo.do(UndoChange(event=admin_did))


def test_messages_and_new_tickets_stay(admin: Seat, number: int) -> None:
    """A reply or note that went with a status is said to stay; so is a ticket that was opened."""
    admin.do(ReplyTicket(number=number, body="Done.", status="Resolved"))
    event = admin.ask(TicketHistory(number=number))[-1].id
    with pytest.raises(Conflict, match="message went with it"):
        admin.do(UndoChange(event=event))
    admin.do(NoteTicket(number=number, body="note"))
    with pytest.raises(Conflict, match="nothing of yours to undo"):
        admin.do(UndoChange(number=number))


def test_undo_needs_the_rights_of_now(admin: Seat, bo: Seat, number: int) -> None:
    """Who has lost the queue undoes nothing there."""
    bo.do(ChangeTickets(numbers=(number,), changes={"priority": "low"}))
    admin.do(ChangePerson(who="bo", levels={"Network": "read"}))
    with pytest.raises(Denied):
        bo.do(UndoChange(number=number))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    with pytest.raises(NotFound):
        bo.do(UndoChange(number=number))


def test_who_left_does_not_get_the_ticket_back(admin: Seat, bo: Seat, number: int) -> None:
    """An assignee who may no longer work there is not given the ticket again."""
    admin.do(AssignTicket(number=number, to="bo"))
    admin.do(ReleaseTicket(number=number))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    with pytest.raises(Invalid, match="cannot work on that queue"):
        admin.do(UndoChange(number=number))
    assert row(admin, number).assignee is None


def test_same_undo_twice_says_so(admin: Seat, number: int) -> None:
    """By its event, a change is undone once."""
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "low"}))
    event = admin.ask(TicketHistory(number=number))[-1].id
    admin.do(UndoChange(event=event))
    with pytest.raises(Conflict, match="taken back already"):
        admin.do(UndoChange(event=event))
