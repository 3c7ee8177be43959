"""Taking a held reply back: as if it had never been written, and its text is not lost."""

from typing import Any

import pytest

from deskterm.engine.door.errors import Conflict, Denied, Invalid, NotFound
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.drafts import ListDrafts, SaveDraft
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.outgoing import UnsendReply
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.ticket_reading import MarkSeen, ShowTicket, TicketHistory, WhyTicket
from deskterm.engine.services.tickets import ChangeTickets, NewAttachment, NewTicket, NoteTicket, ReplyTicket
from tests.conftest import MovingClock

WORD = "zanzibar"


@pytest.fixture
def number(admin: Seat) -> int:
    """A new ticket of a customer on Network."""
    row = admin.do(NewTicket(subject="Cable", body="Cut.", queue="Network", requester_email="eva@customer.example"))
    return row.number


def reply(seat: Seat, number: int, **more: Any) -> TicketRow:
    return seat.do(ReplyTicket(number=number, body=f"About {WORD}.", hold_seconds=10, **more))


def bodies(seat: Seat, number: int) -> list[str]:
    return [message.body for message in seat.ask(ShowTicket(number=number)).messages]


def broken(admin: Seat) -> list[str]:
    return [check.name for check in admin.ask(CheckDesk(deep=True)) if not check.ok]


def outbox(seat: Seat) -> list[tuple[Any, ...]]:
    with seat.desk.backend.reading() as reader:
        return reader.rows("SELECT state, attempts, next_try_at FROM outbox")


def test_hold_keeps_the_reply_back(bo: Seat, number: int, clock: MovingClock) -> None:
    """It waits in the outbox and is not due before its time; without a hold it is due at once."""
    reply(bo, number)
    bo.do(ReplyTicket(number=number, body="At once."))
    assert outbox(bo) == [("queued", 0, clock.at + 10_000), ("queued", 0, clock.at)]
    for seconds in (-1, 3601):
        with pytest.raises(Invalid, match="held for at most"):
            bo.do(ReplyTicket(number=number, body="x", hold_seconds=seconds))


def test_reply_is_gone_as_if_never_written(admin: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Message, attachment, search row, outbox row, status and first response: all as before, and all proven."""
    before = admin.ask(ShowTicket(number=number))
    clock.move(seconds=5)
    file = NewAttachment("plan.txt", "text/plain", b"cable plan")
    sent = reply(bo, number, attachments=(file,))
    assert (sent.status, sent.first_response_at is not None) == ("Open", True)
    assert broken(admin) == []
    clock.move(seconds=5)
    unsent = bo.do(UnsendReply(number=number))
    after = admin.ask(ShowTicket(number=number))
    assert after.messages == before.messages
    assert (after.ticket.status, after.ticket.first_response_at) == (before.ticket.status, None)
    assert (outbox(bo), admin.ask(CountTickets(query=WORD)).n, broken(admin)) == ([], 0, [])
    assert (unsent.number, unsent.body, unsent.version) == (number, f"About {WORD}.", after.ticket.version)
    (attached,) = unsent.attachments
    assert (attached.name, attached.type, attached.bytes) == ("plan.txt", "text/plain", 10)
    with admin.desk.backend.reading() as reader:
        assert reader.rows("SELECT count(*) FROM attachment") == [(0,)]


def test_text_becomes_the_draft_again(bo: Seat, number: int, clock: MovingClock) -> None:
    """In the same transaction, with the status that was chosen, and before what was begun since."""
    reply(bo, number, status="Resolved")
    clock.move(seconds=3)
    bo.do(SaveDraft(number=number, kind="reply", body="And another thing", fields={"cc": "x@y.example"}))
    unsent = bo.do(UnsendReply(number=number))
    (draft,) = bo.ask(ListDrafts())
    assert draft.body == unsent.body == f"About {WORD}.\n\nAnd another thing"
    assert draft.fields == unsent.fields == {"cc": "x@y.example", "status": "Resolved"}
    assert (draft.version, draft.saved_at) == (unsent.version, unsent.saved_at)
    again = bo.do(ReplyTicket(number=number, body=draft.body, version=unsent.version, hold_seconds=10))
    assert (again.status, bodies(bo, number)[-1]) == ("Open", draft.body)


def test_attachments_can_be_sent_again(bo: Seat, number: int) -> None:
    """What was taken back is handed in by its digest; the bytes are still there."""
    reply(bo, number, attachments=(NewAttachment("a.txt", "text/plain", b"x"),))
    files = bo.do(UnsendReply(number=number)).attachments
    again = tuple(NewAttachment(file.name, file.type, sha256=file.sha256, bytes=file.bytes) for file in files)
    reply(bo, number, attachments=again)
    assert [file.name for file in bo.ask(ShowTicket(number=number)).messages[-1].attachments] == ["a.txt"]


def test_history_why_and_the_past_still_hold(admin: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """The chain says that it was sent and taken back; the ticket as it was is still told, before, between and after."""
    start = clock.at
    clock.move(seconds=10)
    reply(bo, number, status="Resolved")
    clock.move(seconds=5)
    bo.do(UnsendReply(number=number))
    clock.move(seconds=5)
    events = [(event.action, event.field) for event in admin.ask(TicketHistory(number=number))]
    assert events[-4:] == [
        ("ticket.reply", "message"),
        ("ticket.reply", "status"),
        ("ticket.unsend", "status"),
        ("ticket.unsend", "message"),
    ]
    moments = [admin.ask(ShowTicket(number=number, at=start + 1000 * second)) for second in (0, 12, 18)]
    assert [moment.ticket.status for moment in moments] == ["New", "Resolved", "New"]
    assert [moment.ticket.resolved_at is None for moment in moments] == [True, False, True]
    assert "status" in [event.field for event in admin.ask(WhyTicket(number=number)).effects]
    assert broken(admin) == []


def test_times_of_a_resolved_ticket_come_back(bo: Seat, number: int, clock: MovingClock) -> None:
    """A reply that reopened, or one that closed, gives the former times back exactly."""
    bo.do(ChangeTickets(numbers=(number,), changes={"status": "Resolved"}))
    before = bo.ask(ShowTicket(number=number)).ticket
    clock.move(hours=5)
    for status in ("Open", "Closed"):
        assert reply(bo, number, status=status).status == status
        clock.move(seconds=2)
        bo.do(UnsendReply(number=number))
        after = bo.ask(ShowTicket(number=number)).ticket
        assert (after.status, after.resolved_at, after.closed_at) == ("Resolved", before.resolved_at, None)


def test_what_others_changed_since_stays(admin: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """A status set after the reply, a colleague's reply and a note are not touched."""
    reply(bo, number)
    clock.move(seconds=2)
    admin.do(ReplyTicket(number=number, body="Me too."))
    admin.do(NoteTicket(number=number, body="A note."))
    admin.do(ChangeTickets(numbers=(number,), changes={"status": "Waiting for requester"}))
    bo.do(UnsendReply(number=number))
    row = admin.ask(ShowTicket(number=number)).ticket
    assert (bodies(admin, number), row.status) == (["Cut.", "Me too.", "A note."], "Waiting for requester")
    assert row.first_response_at is not None
    assert row.first_response_at.timestamp() * 1000 == clock.at
    assert broken(admin) == []


def test_status_that_others_set_again_is_theirs(admin: Seat, bo: Seat, number: int) -> None:
    """Away and back to the status of the reply: it stands by the colleague's decision now."""
    reply(bo, number)
    for status in ("Waiting for requester", "Open"):
        admin.do(ChangeTickets(numbers=(number,), changes={"status": status}))
    bo.do(UnsendReply(number=number))
    assert admin.ask(ShowTicket(number=number)).ticket.status == "Open"


def test_nobody_is_told_to_read_what_is_gone(admin: Seat, bo: Seat, number: int) -> None:
    """Who had read everything before has read everything after."""
    admin.do(MarkSeen(number=number))
    reply(bo, number)
    assert admin.ask(ShowTicket(number=number)).ticket.unread
    bo.do(UnsendReply(number=number))
    assert not admin.ask(ShowTicket(number=number)).ticket.unread


def test_earlier_first_response_stays(admin: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Only the reply that was the first response takes it along."""
    first = admin.do(ReplyTicket(number=number, body="First.")).first_response_at
    clock.move(hours=1)
    reply(bo, number)
    bo.do(UnsendReply(number=number))
    assert admin.ask(ShowTicket(number=number)).ticket.first_response_at == first


def test_it_is_too_late_when_the_hold_is_over(admin: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Due, under way or sent: it stays, and so does everything else."""
    reply(bo, number)
    clock.move(seconds=10)
    with pytest.raises(Conflict, match="no longer held"):
        bo.do(UnsendReply(number=number))
    clock.move(seconds=-5)
    for change in ("state = 'sent'", "state = 'queued', attempts = 1"):
        with admin.desk.backend.writing() as writer:
            writer.execute(f"UPDATE outbox SET {change}")
        with pytest.raises(Conflict, match="no longer held"):
            bo.do(UnsendReply(number=number))
    assert bodies(bo, number) == ["Cut.", f"About {WORD}."]
    assert bo.ask(ListDrafts()) == ()


def test_only_ones_own_last_reply_is_taken_back(admin: Seat, bo: Seat, number: int) -> None:
    """Not a colleague's, not a note, and once."""
    reply(admin, number)
    bo.do(NoteTicket(number=number, body="Note."))
    with pytest.raises(Conflict, match="sent no reply"):
        bo.do(UnsendReply(number=number))
    admin.do(UnsendReply(number=number))
    with pytest.raises(Conflict, match="sent no reply"):
        admin.do(UnsendReply(number=number))
    assert bodies(admin, number) == ["Cut.", "Note."]


def test_reply_that_goes_nowhere_is_not_held(admin: Seat, bo: Seat) -> None:
    """Nothing waits of a reply to somebody without an address; it stays."""
    made = admin.do(NewTicket(subject="x", queue="Network")).number
    with admin.desk.backend.writing() as writer:
        writer.execute("UPDATE person SET email = '' WHERE login = 'admin'")
    reply(bo, made)
    with pytest.raises(Conflict, match="no longer held"):
        bo.do(UnsendReply(number=made))


def test_reply_that_was_read_stays(admin: Seat, bo: Seat, rita: Seat) -> None:
    """What the requester has read at the desk cannot be unwritten."""
    made = rita.do(NewTicket(subject="Mine")).number
    admin.do(ChangeTickets(numbers=(made,), changes={"queue": "Network"}))
    reply(bo, made)
    rita.do(MarkSeen(number=made))
    with pytest.raises(Conflict, match="Rita has read the reply"):
        bo.do(UnsendReply(number=made))


def test_rights_are_asked_at_the_last_moment(admin: Seat, bo: Seat, number: int) -> None:
    """Who lost the queue meanwhile cannot even learn that the ticket is there."""
    reply(bo, number)
    admin.do(ChangePerson(who="bo", levels={"Network": "read"}))
    with pytest.raises(Denied):
        bo.do(UnsendReply(number=number))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    with pytest.raises(NotFound):
        bo.do(UnsendReply(number=number))


def test_taken_back_by_another_session_of_mine(bo: Seat, number: int, admin: Seat) -> None:
    """Two windows at once: one takes it back, the other is told that there is nothing."""
    reply(bo, number)
    other = seat_for_login(bo.desk, "bo", "screen")
    other.do(UnsendReply(number=number))
    with pytest.raises(Conflict):
        bo.do(UnsendReply(number=number))
    assert broken(admin) == []
