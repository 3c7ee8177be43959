"""`check` finds what is broken, and `status` counts what is there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.health import CheckDesk, DeskStatus
from deskterm.engine.services.tickets import NewAttachment, NewTicket, NoteTicket
from deskterm.engine.store.migrations import SCHEMA_VERSION


def broken(admin: Seat, *, deep: bool = True) -> set[str]:
    """Names of the invariants that do not hold."""
    return {check.name for check in admin.ask(CheckDesk(deep=deep)) if not check.ok}


def spoil(sql: str) -> Callable[[Desk], None]:
    """Write past the door."""

    def write(desk: Desk) -> None:
        connection = dbapi2.connect(str(desk.paths.database), isolation_level=None)
        for statement in sql.split(";;"):
            connection.execute(statement)
        connection.close()

    return write


def blob(desk: Desk) -> Path:
    """The one stored file."""
    return next(path for path in desk.paths.attachments.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("counters", spoil("UPDATE ticket_counter SET n = n + 1")),
        ("counters", spoil("DROP TRIGGER ticket_counter_update;; UPDATE ticket SET priority = 4")),
        ("tickets", spoil("UPDATE ticket SET is_open = 0")),
        ("versions", spoil("UPDATE ticket SET version = version + 1")),
        ("last messages", spoil("UPDATE ticket SET last_message_id = NULL")),
        ("search index", spoil("DELETE FROM message_search WHERE rowid = 1")),
        ("search index", spoil("INSERT INTO ticket_search (rowid, subject) VALUES (9999, 'x')")),
        ("foreign keys", spoil("PRAGMA foreign_keys = OFF;; UPDATE ticket SET requester_id = 999")),
        ("audit chain", spoil("DROP TRIGGER event_no_update;; UPDATE event SET cause = 'x' WHERE id = 3")),
        ("event values", spoil("DROP TRIGGER event_value_no_delete;; DELETE FROM event_value WHERE event_id = 3")),
        ("attachments", lambda desk: blob(desk).unlink()),
        ("attachments", lambda desk: blob(desk).write_bytes(b"evil")),
        ("file modes", lambda desk: os.chmod(desk.paths.database, 0o644)),  # noqa: PTH101
    ],
)
def test_check_finds_what_is_broken(desk: Desk, admin: Seat, name: str, damage: Callable[[Desk], None]) -> None:
    """A sound desk passes every check; each damage is found by the check that is there for it."""
    number = admin.do(NewTicket(subject="Sound", body="All is well")).number
    file = NewAttachment(name="a.txt", media_type="text/plain", content=b"good")
    admin.do(NoteTicket(number=number, body="With a file", attachments=(file,)))
    assert broken(admin) == set()
    damage(desk)
    assert name in broken(admin)


def test_status_counts(admin: Seat) -> None:
    """Tickets, open ones, unassigned ones, and the schema."""
    for _ in range(3):
        admin.do(NewTicket(subject="One of three"))
    status = admin.ask(DeskStatus())
    assert (status.tickets, status.open, status.unassigned, status.rules_with_problems) == (3, 3, 3, 0)
    assert (status.schema, status.name, status.path) == (SCHEMA_VERSION, "Test desk", str(admin.desk.path))
