"""The audit chain: complete, in the same transaction, and broken by any tampering."""

import pytest
from pysqlite3 import dbapi2

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.errors import Conflict, Invalid, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.audit import AuditLog, VerifyAudit
from deskterm.engine.services.ticket_reading import ShowTicket, TicketHistory
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket, ReplyTicket, TakeTicket
from tests.conftest import MovingClock


def tamper(desk: Desk, *statements: str) -> None:
    """Do what only somebody who holds the file can do: drop the guards and write."""
    connection = dbapi2.connect(str(desk.paths.database), isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        if name.startswith("event"):
            connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_events_cannot_be_changed_or_deleted(desk: Desk) -> None:
    """Through the database's own guards, an event is for ever."""
    connection = dbapi2.connect(str(desk.paths.database), isolation_level=None)
    for statement in ("UPDATE event SET actor_id = 2", "DELETE FROM event", "DELETE FROM event_value"):
        with pytest.raises(dbapi2.DatabaseError, match="never"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor_id = 2 WHERE id = 5",
        "UPDATE event SET at = at + 1 WHERE id = 5",
        "UPDATE event_value SET new = '\"something else\"' WHERE event_id = 5",
        "DELETE FROM event WHERE id = 5",
        "DELETE FROM event_value WHERE event_id = 5",
        "UPDATE event SET id = CASE id WHEN 5 THEN 900 WHEN 6 THEN 5 END WHERE id IN (5, 6)",
    ],
)
def test_tampering_is_found_and_named(desk: Desk, admin: Seat, statement: str) -> None:
    """Altered, dropped and swapped events break the chain at the first of them."""
    assert admin.ask(VerifyAudit()).ok
    tamper(desk, statement)
    verdict = admin.ask(VerifyAudit())
    assert (verdict.ok, verdict.first_broken in (5, 6)) == (False, True)


def test_erased_values_keep_the_chain_valid(desk: Desk, admin: Seat) -> None:
    """A value that was blanked on purpose, its salt with it, does not break the chain."""
    tamper(desk, "UPDATE event_value SET salt = x'', old = NULL, new = NULL WHERE event_id = 5")
    assert admin.ask(VerifyAudit()).ok


def test_a_failed_command_leaves_no_event(admin: Seat) -> None:
    """What is refused half-way has changed and recorded nothing."""
    number = admin.do(NewTicket(subject="One")).number
    before = admin.ask(VerifyAudit())
    with pytest.raises(NotFound):
        admin.do(ChangeTickets(numbers=(number, 9999), changes={"priority": "high"}))
    with pytest.raises(Invalid):
        admin.do(ChangeTickets(numbers=(number,), changes={"priority": "high", "colour": "red"}))
    assert admin.ask(VerifyAudit()) == before
    assert admin.ask(ShowTicket(number=number)).ticket.priority.label == "normal"


def test_history_tells_every_change(admin: Seat, clock: MovingClock) -> None:
    """Each field change stands as old → new, by whom and from where."""
    number = admin.do(NewTicket(subject="Something", queue="Service Desk")).number
    clock.move(hours=1)
    admin.do(TakeTicket(number=number))
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent", "queue": "Network"}, add_tags=("av",)))
    told = [(e.actor, e.source, e.field, e.old, e.new) for e in admin.ask(TicketHistory(number=number))][-4:]
    assert told == [
        ("admin", "cli", "assignee", None, "admin"),
        ("admin", "cli", "queue", "Service Desk", "Network"),
        ("admin", "cli", "priority", "normal", "urgent"),
        ("admin", "cli", "tag", None, "av"),
    ]


def test_ticket_as_it_was(admin: Seat, clock: MovingClock) -> None:
    """Replaying the events gives the ticket of any moment: fields, tags, messages."""
    number = admin.do(NewTicket(subject="First name", body="Hello")).number
    as_new = admin.ask(ShowTicket(number=number))
    clock.move(hours=2)
    noon = clock()
    clock.move(hours=1)
    admin.do(ChangeTickets(numbers=(number,), changes={"subject": "Second name", "priority": "high"}, add_tags=("x",)))
    admin.do(ReplyTicket(number=number, body="Done", status="Resolved"))
    was = admin.ask(ShowTicket(number=number, at=noon))
    assert (was.ticket.subject, was.ticket.status, was.ticket.tags) == ("First name", "New", as_new.ticket.tags)
    assert (was.ticket.priority, was.ticket.version) == (as_new.ticket.priority, as_new.ticket.version)
    assert [message.body for message in was.messages] == ["Hello"]
    with pytest.raises(NotFound, match="no ticket"):
        admin.ask(ShowTicket(number=number, at=noon - 100 * 3_600_000))


def test_stale_version_is_refused_with_what_changed(admin: Seat) -> None:
    """A reply composed against an older ticket is refused, and the sentence names who did what meanwhile."""
    row = admin.do(NewTicket(subject="Race"))
    admin.do(ChangeTickets(numbers=(row.number,), changes={"priority": "urgent"}))
    with pytest.raises(Conflict, match="admin: priority is now urgent"):
        admin.do(ReplyTicket(number=row.number, body="Old news", version=row.version))
    fresh = admin.ask(ShowTicket(number=row.number)).ticket
    assert admin.do(NoteTicket(number=row.number, body="New", version=fresh.version)).version > fresh.version


def test_only_recorded_changes_move_the_version(desk: Desk, admin: Seat, clock: MovingClock) -> None:
    """A change somebody made is noticed; a renewed lease, which shows nowhere, is not."""
    from deskterm.engine.door.desk import open_desk
    from deskterm.engine.door.seat import seat_for_os_login
    from deskterm.engine.services.jobs import HoldLease
    from tests.conftest import os_login

    other = seat_for_os_login(open_desk(desk.path, clock), os_login(), "cli")
    before = admin.data_version()
    other.do(HoldLease(holder="somebody"))
    assert admin.data_version() == before
    other.do(NewTicket(subject="Noticed"))
    assert admin.data_version() > before
    other.close()


def test_audit_log_filters(admin: Seat) -> None:
    """By actor, by the beginning of the action, newest first."""
    number = admin.do(NewTicket(subject="Logged")).number
    admin.do(NoteTicket(number=number, body="n"))
    actions = [event.action for event in admin.ask(AuditLog(actor="admin", action="ticket.", limit=2))]
    assert actions == ["ticket.note", "ticket.create"]
    assert admin.ask(AuditLog(actor="nobody")) == ()
