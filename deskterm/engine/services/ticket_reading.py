"""One ticket: its thread, its history, why it stands where it stands, its attachments, and how far I have read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from deskterm.engine.domain.errors import Denied, NotFound
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import AttachmentRow, EventRow, TicketDetail, TicketRow, instant
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.model.enums import Level, Priority

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.services.routing import RuleTrace


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTicket(Query[TicketDetail]):
    """A ticket with its thread, as it is or as it was. `at`: UTC milliseconds."""

    number: int
    at: int | None = None


@action("ticket.show", needs=Permission.READ)
def show_ticket(tx: "ReadTx", query: ShowTicket) -> TicketDetail:
    """As it was: the events up to that moment are replayed over the first one."""
    row = tx.ticket_row(query.number)
    detail = TicketDetail(row, tx.thread(query.number), tx.links(query.number))
    return detail if query.at is None else _as_it_was(tx, detail, query.at)


def _as_it_was(tx: "ReadTx", detail: TicketDetail, at: int) -> TicketDetail:
    number = detail.ticket.number
    if detail.ticket.level < Level.READ:
        raise Denied("How a ticket was is for agents.")
    moment = instant(at)
    events = [event for event in tx.ticket_events(number) if event.at <= moment]
    if not events:
        raise NotFound(f"There was no ticket {number} at {moment:%Y-%m-%d %H:%M} UTC.")
    messages = tuple(message for message in detail.messages if message.at <= moment)
    return TicketDetail(_replayed(tx, detail.ticket, events), messages, ())


def _replayed(tx: "ReadTx", row: TicketRow, events: Iterable[EventRow]) -> TicketRow:
    fields: dict[str, Any] = {}
    tags: set[str] = set()
    last = row.created_at
    version = 0
    resolved = closed = responded = None
    categories = {status.name: status.category for status in tx.statuses()}
    for event in events:
        last, version = event.at, event.id
        if event.field == "":
            fields.update(cast("Mapping[str, object]", event.new))
        elif event.field == "tag":
            tags ^= {str(event.new if event.new is not None else event.old)}
        else:
            fields[event.field] = event.new
        if event.field == "status":
            over = (categories.get(str(event.new)) or 0) >= 4
            resolved = (resolved or event.at) if over else None
            closed = event.at if (categories.get(str(event.new)) or 0) == 5 else None
        if event.action == "ticket.reply" and event.field == "message":
            responded = responded or (event.at if row.first_response_at == event.at else None)
    return replace(
        row,
        subject=fields.get("subject", row.subject),
        type=fields.get("type", row.type),
        status=fields.get("status", row.status),
        category=categories.get(str(fields.get("status"))) or row.category,
        priority=Priority[str(fields.get("priority", "normal")).upper()],
        queue=fields.get("queue", row.queue),
        assignee=fields.get("assignee"),
        tags=tuple(sorted(tags)),
        updated_at=last,
        version=version,
        resolved_at=resolved,
        closed_at=closed,
        first_response_at=responded,
        snoozed_until=None,
        unread=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHistory(Query[tuple[EventRow, ...]]):
    """Everything that happened to a ticket, oldest first; `after` is an event id."""

    number: int
    after: int = 0


@action("ticket.history", needs=Permission.SEE_DESK)
def ticket_history(tx: "ReadTx", query: TicketHistory) -> tuple[EventRow, ...]:
    """Internal: owning the ticket is not enough."""
    return tuple(event for event in tx.ticket_events(query.number, query.after) if event.field != "rules")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a ticket stands where it stands: what set each field, and every rule that was looked at."""

    effects: tuple[EventRow, ...]
    rules: "tuple[RuleTrace, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyTicket(Query[Why]):
    """Which rule, job or person set a ticket's fields, and which rules did not match, and why."""

    number: int
    field: str = ""


@action("ticket.why", needs=Permission.SEE_DESK)
def why_ticket(tx: "ReadTx", query: WhyTicket) -> Why:
    """Read from what was recorded then, never evaluated again now."""
    from deskterm.engine.services.routing import rule_traces

    events = tx.ticket_events(query.number)
    effects = tuple(
        event for event in events if event.field not in ("rules", "message") and query.field in ("", event.field)
    )
    return Why(effects, rule_traces(tx, events))


@dataclass(frozen=True, slots=True)
class AttachmentContent:
    """An attachment and where its bytes lie; `path` is read by its digest, never by its name."""

    row: AttachmentRow
    content: bytes
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAttachment(Query[AttachmentContent]):
    """The bytes of an attachment, by its name or the beginning of its SHA-256."""

    number: int
    name: str


@action("ticket.attachment", needs=Permission.READ)
def read_attachment(tx: "ReadTx", query: ReadAttachment) -> AttachmentContent:
    """Only from messages the actor may read; of several with one name, the newest."""
    files = [file for message in tx.thread(query.number) for file in message.attachments]
    wanted = query.name.lower()
    fits = [
        file for file in files if file.name.lower() == wanted or (len(wanted) > 5 and file.sha256.startswith(wanted))
    ]
    if not fits:
        known = ", ".join(file.name for file in files)
        raise NotFound(f'Ticket {query.number} has no attachment "{query.name}"; there is: {known or "none"}.')
    blobs = tx.desk.blobs
    return AttachmentContent(fits[-1], blobs.get(fits[-1].sha256), blobs.path(fits[-1].sha256))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeen(Command[None]):
    """Remember that I have read a ticket up to a message.

    `message_id`: the newest that was shown, so that one that came meanwhile stays unread; None is the last there is.
    """

    number: int
    message_id: int | None = None


@action("ticket.see", needs=Permission.READ, audited=False)
def mark_seen(tx: "PlainTx", command: MarkSeen) -> None:
    """A reading mark is the reader's own and is not audited."""
    tx.require_level(command.number)
    tx.mark_seen(command.number, command.message_id)
