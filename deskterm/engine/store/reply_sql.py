"""Replies that wait to be sent, and taking one back as if it had never been written."""

import json
from dataclasses import dataclass
from typing import Any

from deskterm.engine.domain.rows import AttachmentRow
from deskterm.engine.model.enums import Category
from deskterm.engine.store.backend import Reader, Writer


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply of the desk and what waits of it: `held_until` (UTC milliseconds) is None where nothing does.

    `command_id`: the event with which the command began that sent it.
    """

    id: int
    at: int
    body: str
    command_id: int
    held_until: int | None


_LAST = """
SELECT m.id, m.at, m.body, (
    SELECT e.command_id FROM event e JOIN event_value v ON v.event_id = e.id
    WHERE e.kind = 'ticket' AND e.subject_id = m.ticket_id AND e.field = 'message' AND v.new = CAST(m.id AS TEXT)
), (
    SELECT max(x.next_try_at) FROM outbox x WHERE x.message_id = m.id
    HAVING min(x.state = 'queued' AND x.attempts = 0)
)
FROM message m WHERE m.ticket_id = ? AND m.author_id = ? AND m.kind = 1 AND m.inbound = 0 ORDER BY m.id DESC LIMIT 1
"""


def last_reply(reader: Reader, number: int, author_id: int) -> SentReply | None:
    """The newest reply that somebody sent on a ticket."""
    row = reader.row(_LAST, (number, author_id))
    return SentReply(row[0], row[1], row[2], row[3] or 0, row[4]) if row else None


def files(reader: Reader, message_id: int) -> tuple[AttachmentRow, ...]:
    """The attachments of a message."""
    found = reader.rows(
        "SELECT id, name, media_type, bytes, sha256 FROM attachment WHERE message_id = ? ORDER BY id", (message_id,)
    )
    return tuple(AttachmentRow(*row) for row in found)


def is_read(reader: Reader, number: int, person_id: int, message_id: int) -> bool:
    """Whether somebody has read a ticket as far as a message."""
    wanted = "SELECT 1 FROM ticket_seen WHERE person_id = ? AND ticket_id = ? AND message_id >= ?"
    return reader.row(wanted, (person_id, number, message_id)) is not None


def first_response(reader: Reader, number: int) -> int | None:
    """When somebody of the desk first replied, in UTC milliseconds."""
    row = reader.row(
        "SELECT min(at) FROM message WHERE ticket_id = ? AND kind = 1 AND inbound = 0 AND automatic = 0", (number,)
    )
    return row[0] if row else None


def remove(writer: Writer, message_id: int) -> None:
    """Take a message out, with its attachments, what waits of it and its search row; stored files stay."""
    writer.execute("DELETE FROM outbox WHERE message_id = ?", (message_id,))
    writer.execute("DELETE FROM attachment WHERE message_id = ?", (message_id,))
    writer.execute("DELETE FROM message_search WHERE rowid = ?", (message_id,))
    writer.execute("DELETE FROM message WHERE id = ?", (message_id,))


def last_message(reader: Reader, number: int) -> int | None:
    """The newest message of a ticket."""
    row = reader.row("SELECT max(id) FROM message WHERE ticket_id = ?", (number,))
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class StatusStep:
    """A status that a ticket came into, by which event, with the times that follow from all steps up to it."""

    status_id: int
    category: Category
    event_id: int
    command_id: int
    cause: str
    resolved_at: int | None
    closed_at: int | None


def status_steps(reader: Reader, number: int) -> tuple[StatusStep, ...]:
    """Every status a ticket has been in, oldest first."""
    categories = {row[0]: Category(row[1]) for row in reader.rows("SELECT id, category FROM status")}
    found = reader.rows(
        "SELECT e.id, e.command_id, e.at, e.cause, e.field, v.new FROM event e JOIN event_value v ON v.event_id = e.id "
        "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.field IN ('', 'status') ORDER BY e.id",
        (number,),
    )
    steps: list[StatusStep] = []
    for event_id, command_id, at, cause, field, new in found:
        value: Any = json.loads(new or "null")
        status_id = value if field else value["status"]
        before = steps[-1].resolved_at if steps else None
        category = categories[status_id]
        resolved = (before or at) if category >= Category.RESOLVED else None
        closed = at if category == Category.CLOSED else None
        steps.append(StatusStep(status_id, category, event_id, command_id, cause, resolved, closed))
    return tuple(steps)
