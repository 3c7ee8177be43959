"""Working a ticket through the door: what follows from what, and what is refused."""

import pytest

from deskterm.engine.door.errors import Conflict, Denied, DeskError, Invalid, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import AddOrganization, ChangePerson
from deskterm.engine.services.roles import ExplainPermissions
from deskterm.engine.services.rows import Level, MessageKind
from deskterm.engine.services.ticket_reading import MarkSeen, ReadAttachment, ShowTicket, TicketHistory
from deskterm.engine.services.tickets import (
    AssignTicket,
    ChangeTickets,
    NewAttachment,
    NewTicket,
    NoteTicket,
    ReleaseTicket,
    ReplyTicket,
    TakeTicket,
)
from deskterm.engine.services.vocabulary import AddQueue, ChangeQueue, ListQueues
from tests.conftest import MovingClock, seat


def network_ticket(admin: Seat) -> int:
    """A ticket that stands in Network."""
    return admin.do(NewTicket(subject="Cable", queue="Network", requester_email="eva@customer.example")).number


def test_first_public_reply_opens_a_new_ticket(admin: Seat, ann: Seat, clock: MovingClock) -> None:
    """New becomes open with the first answer, whose time is kept; a note changes neither."""
    number = network_ticket(admin)
    assert ann.do(NoteTicket(number=number, body="Looking")).status == "New"
    clock.move(hours=1)
    row = ann.do(ReplyTicket(number=number, body="We are on it"))
    assert (row.status, row.first_response_at is not None) == ("Open", True)
    clock.move(hours=1)
    assert ann.do(ReplyTicket(number=number, body="Still on it")).first_response_at == row.first_response_at


def test_resolving_and_reopening_keep_the_times(admin: Seat, ann: Seat) -> None:
    """Resolved has a time; open again has none."""
    number = network_ticket(admin)
    assert ann.do(ReplyTicket(number=number, body="Done", status="Resolved")).resolved_at is not None
    (row,) = ann.do(ChangeTickets(numbers=(number,), changes={"status": "Open"}))
    assert row.resolved_at is None


def test_closed_is_final(admin: Seat, ann: Seat) -> None:
    """Nothing works on a closed ticket any more."""
    number = network_ticket(admin)
    ann.do(ChangeTickets(numbers=(number,), changes={"status": "Closed"}))
    for command in (
        ReplyTicket(number=number, body="x"),
        TakeTicket(number=number),
        ChangeTickets(numbers=(number,), changes={"status": "Open"}),
    ):
        with pytest.raises(Conflict, match="closed for good"):
            ann.do(command)


def test_take_refuses_what_somebody_has(admin: Seat, ann: Seat, bo: Seat) -> None:
    """Taking is for what nobody owns; taking one's own twice is harmless."""
    number = network_ticket(admin)
    assert bo.do(TakeTicket(number=number)).assignee == "bo"
    assert bo.do(TakeTicket(number=number)).assignee == "bo"
    with pytest.raises(Conflict, match="bo already has"):
        ann.do(TakeTicket(number=number))


def test_assigning_others_needs_full(admin: Seat, ann: Seat, bo: Seat) -> None:
    """Work lets one take and give back one's own; giving to others, or taking from them, needs full."""
    number = network_ticket(admin)
    with pytest.raises(Denied, match="full level on queue Network"):
        bo.do(AssignTicket(number=number, to="ann"))
    admin.do(AssignTicket(number=number, to="ann"))
    with pytest.raises(Denied, match="full"):
        bo.do(ReleaseTicket(number=number))
    assert ann.do(ReleaseTicket(number=number)).assignee is None
    with pytest.raises(Invalid, match="cannot work on that queue"):
        seat(admin, "cleo", Workplace="work")
        admin.do(AssignTicket(number=number, to="cleo"))


def test_moving_takes_it_from_whoever_cannot_work_there(admin: Seat, bo: Seat) -> None:
    """A ticket moved to a queue its assignee may not work on stands there unassigned."""
    number = network_ticket(admin)
    bo.do(TakeTicket(number=number))
    (row,) = admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Workplace"}))
    assert (row.queue, row.assignee) == ("Workplace", None)


def test_agent_without_the_queue_sees_nothing_of_it(admin: Seat, bo: Seat) -> None:
    """A ticket of another queue reads as missing, whatever one tries."""
    number = admin.do(NewTicket(subject="Secret", body="x", queue="Security")).number
    for attempt in (
        lambda: bo.ask(ShowTicket(number=number)),
        lambda: bo.ask(TicketHistory(number=number)),
        lambda: bo.ask(ReadAttachment(number=number, name="x")),
        lambda: bo.do(TakeTicket(number=number)),
        lambda: bo.do(NoteTicket(number=number, body="x")),
        lambda: bo.do(ChangeTickets(numbers=(number,), changes={"priority": "low"})),
        lambda: bo.do(MarkSeen(number=number)),
    ):
        with pytest.raises(NotFound, match=f"There is no ticket {number}"):
            attempt()
    assert [queue.name for queue in bo.ask(ListQueues())] == ["Network"]
    with pytest.raises(NotFound, match="no queue"):
        bo.do(ChangeTickets(numbers=(network_ticket(admin),), changes={"queue": "Security"}))


def test_reading_level_reads_and_no_more(admin: Seat) -> None:
    """Read shows tickets and notes; replying, noting and taking are refused with the level that is missing."""
    reader = seat(admin, "rex", Network="read")
    number = network_ticket(admin)
    admin.do(NoteTicket(number=number, body="internal"))
    assert reader.ask(ShowTicket(number=number)).messages[-1].body == "internal"
    for command in (
        ReplyTicket(number=number, body="x"),
        NoteTicket(number=number, body="x"),
        TakeTicket(number=number),
    ):
        with pytest.raises(Denied, match="yours is read"):
            reader.do(command)


def test_requester_sees_own_tickets_without_notes(admin: Seat, rita: Seat) -> None:
    """A requester follows their own ticket, never its notes, files of notes, or history."""
    number = rita.do(NewTicket(subject="My keyboard", body="Broken")).number
    other = network_ticket(admin)
    file = NewAttachment(name="secret.txt", media_type="text/plain", content=b"canary")
    admin.do(NoteTicket(number=number, body="canary", attachments=(file,)))
    admin.do(ReplyTicket(number=number, body="A new one is coming"))
    detail = rita.ask(ShowTicket(number=number))
    assert [message.body for message in detail.messages] == ["Broken", "A new one is coming"]
    assert (detail.ticket.level, detail.ticket.unread) == (Level.OWN, False)
    with pytest.raises(NotFound, match="no attachment"):
        rita.ask(ReadAttachment(number=number, name="secret.txt"))
    with pytest.raises(NotFound):
        rita.ask(ShowTicket(number=other))
    with pytest.raises(Denied):
        rita.ask(TicketHistory(number=number))
    with pytest.raises(Denied):
        rita.ask(ShowTicket(number=number, at=admin.desk.now()))


def test_requester_reply_wakes_a_resolved_ticket(admin: Seat, rita: Seat) -> None:
    """The requester's own reply comes in as theirs and opens the ticket again."""
    number = rita.do(NewTicket(subject="Chair", body="Squeaks")).number
    admin.do(ReplyTicket(number=number, body="Oiled", status="Resolved"))
    assert rita.do(ReplyTicket(number=number, body="It still squeaks")).status == "Open"
    last = admin.ask(ShowTicket(number=number)).messages[-1]
    assert (last.inbound, last.author) == (True, "Rita")
    with pytest.raises(Denied, match="Only agents"):
        rita.do(ReplyTicket(number=number, body="x", status="Closed"))
    with pytest.raises(Denied, match="Only agents choose queue"):
        rita.do(NewTicket(subject="x", queue="Security"))


def test_shared_organization_ends_with_membership(admin: Seat, rita: Seat) -> None:
    """Colleagues of a sharing organization see each other's tickets, and no longer once they have left it."""
    admin.do(AddOrganization(name="Acme", domains=("acme.example",), shared=True))
    number = admin.do(NewTicket(subject="Theirs", requester_email="eva@acme.example")).number
    with pytest.raises(NotFound):
        rita.ask(ShowTicket(number=number))
    admin.do(ChangePerson(who="rita", changes={"organization": "Acme"}))
    assert rita.ask(ShowTicket(number=number)).ticket.number == number
    admin.do(ChangePerson(who="rita", changes={"organization": "none"}))
    with pytest.raises(NotFound):
        rita.ask(ShowTicket(number=number))


def test_role_change_takes_effect_at_the_next_request(admin: Seat, bo: Seat) -> None:
    """A level taken away is gone for a session that is already open."""
    number = network_ticket(admin)
    assert bo.ask(ShowTicket(number=number))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    with pytest.raises(NotFound):
        bo.ask(ShowTicket(number=number))


def test_auditor_changes_nothing(admin: Seat, ada: Seat) -> None:
    """An auditor reads everything and is refused every change."""
    number = network_ticket(admin)
    assert ada.ask(ShowTicket(number=number)).ticket.level is Level.READ
    for command in (TakeTicket(number=number), NoteTicket(number=number, body="x"), AddQueue(name="x")):
        with pytest.raises(Denied):
            ada.do(command)


def test_last_admin_stays(admin: Seat) -> None:
    """Nobody can lock everybody out."""
    for changes in ({"active": "no"}, {"role": "agent"}):
        with pytest.raises(Denied, match="last admin"):
            admin.do(ChangePerson(who="admin", changes=changes))


def test_permissions_are_explained(admin: Seat, bo: Seat) -> None:
    """Each answer names the role, the level and the queue it comes from."""
    number = network_ticket(admin)
    said = {line.permission: (line.allowed, line.why) for line in admin.ask(ExplainPermissions(who="bo", on=number))}
    assert said["work"] == (True, "level work on queue Network")
    assert said["full"] == (False, "level work on queue Network")
    by_role = {line.permission: line.why for line in admin.ask(ExplainPermissions(who="bo"))}
    assert by_role["create"] == "role agent, which extends requester"


def test_attachments_are_stored_once_and_read_by_name(admin: Seat) -> None:
    """Two files with the same bytes are one on disk; a name with a path in it stays a name."""
    number = network_ticket(admin)
    files = tuple(NewAttachment(name=name, media_type="text/plain", content=b"same") for name in ("a.txt", "b.txt"))
    admin.do(NoteTicket(number=number, body="files", attachments=files))
    found = admin.ask(ReadAttachment(number=number, name="B.txt"))
    assert (found.content, found.path.name) == (b"same", found.row.sha256)
    stored = [path for path in admin.desk.paths.attachments.rglob("*") if path.is_file()]
    assert len(stored) == 1


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (lambda n: NewTicket(subject="  \n "), "needs a subject"),
        (lambda n: NewTicket(subject="x", requester_email="nobody"), "not a mail address"),
        (lambda n: NewTicket(subject="x", priority="soon"), "no priority"),
        (lambda n: NewTicket(subject="x", queue="Nowhere"), "no queue"),
        (lambda n: NewTicket(subject="x", type="Wish"), "no type"),
        (lambda n: ReplyTicket(number=n, body=" \n"), "reply is empty"),
        (lambda n: ReplyTicket(number=n, body="x", status="Done"), "no status"),
        (lambda n: ReplyTicket(number=n, body="x", status="Merged"), "merging sets it"),
        (lambda n: AssignTicket(number=n, to="nobody"), "nobody called"),
        (lambda n: ChangeTickets(numbers=(n,), add_tags=("two words",)), "cannot be a tag"),
        (lambda n: ChangeTickets(numbers=(n,)), "nothing to change"),
        (lambda n: ChangeTickets(numbers=(), changes={"priority": "low"}), "nothing to change"),
        (lambda n: NoteTicket(number=4, body="x"), "no ticket 4"),
        (lambda n: AddQueue(name=""), "needs a name"),
        (lambda n: AddQueue(name="network"), "already"),
        (lambda n: ChangeQueue(name="Service Desk", changes={"active": "no"}), "default queue"),
        (lambda n: ChangeQueue(name="Network", changes={"colour": "red"}), "has no"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(admin: Seat, command, sentence: str) -> None:  # type: ignore[no-untyped-def]
    """Each is refused with what and where, and the chain is as long as before."""
    from deskterm.engine.services.audit import VerifyAudit

    number = network_ticket(admin)
    before = admin.ask(VerifyAudit())
    with pytest.raises(DeskError, match=sentence) as refusal:
        admin.do(command(number))
    assert "\n" not in str(refusal.value)
    assert admin.ask(VerifyAudit()) == before


def test_control_characters_are_made_visible_when_stored(admin: Seat) -> None:
    """An escape sequence in a subject or body is kept as visible text."""
    number = admin.do(NewTicket(subject="\x1b]0;owned\x07 hi", body="a\x1b[31mb\x00c")).number
    detail = admin.ask(ShowTicket(number=number))
    assert "\x1b" not in detail.ticket.subject + detail.messages[0].body
    assert "owned" in detail.ticket.subject


def test_reply_waits_in_the_outbox(admin: Seat) -> None:
    """A reply for somebody with an address is queued to go out in the same transaction; a note never is."""
    number = network_ticket(admin)
    admin.do(NoteTicket(number=number, body="internal"))
    admin.do(ReplyTicket(number=number, body="public"))
    by_kind = {message.kind: message.delivery for message in admin.ask(ShowTicket(number=number)).messages}
    assert by_kind == {MessageKind.NOTE: "", MessageKind.REPLY: "queued"}
