"""What several commands do to a ticket, inside their transaction: open it, say something, move it along."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deskterm.engine.domain.errors import Conflict, Denied, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import PersonRow
from deskterm.engine.domain.text import file_name, one_line, visible
from deskterm.engine.model.enums import Category, Level, MessageKind, Priority

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.desk_sql import PersonKey
    from deskterm.engine.store.reply_sql import StatusStep
    from deskterm.engine.store.words_sql import StatusWord

MAX_SUBJECT = 250
MAX_BODY = 1_000_000
MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file to attach; before the transaction its bytes are stored and `sha256` takes their place."""

    name: str
    media_type: str
    content: bytes = b""
    sha256: str = ""
    bytes: int = 0


def store_files(seat: "Seat", command: Any) -> Any:
    """Store a command's attachments before its transaction begins."""
    stored = tuple(_store(seat, file) for file in command.attachments)
    return replace(command, attachments=stored)


def _store(seat: "Seat", file: NewAttachment) -> NewAttachment:
    if file.sha256:
        return file
    if len(file.content) > MAX_ATTACHMENT_BYTES:
        raise Invalid(f"{file.name} is larger than {MAX_ATTACHMENT_BYTES // 1024 // 1024} MB.")
    sha256 = seat.desk.blobs.put(file.content)
    return replace(file, name=file_name(file.name), content=b"", sha256=sha256, bytes=len(file.content))


def subject_line(text: str) -> str:
    """A subject as it is kept: one visible line.

    Raises:
        Invalid: nothing is left of it.
    """
    subject = one_line(text, MAX_SUBJECT)
    if not subject:
        raise Invalid("A ticket needs a subject.")
    return subject


def body_text(text: str, what: str) -> str:
    """A message's text as it is kept.

    Raises:
        Invalid: it is empty or longer than a million characters.
    """
    body = visible(text).strip("\n")
    if not body.strip():
        raise Invalid(f"The {what} is empty.")
    if len(body) > MAX_BODY:
        raise Invalid(f"The {what} is longer than {MAX_BODY:,} characters.")
    return body


def priority(word: str) -> Priority:
    """A priority by its word.

    Raises:
        Invalid: naming those there are.
    """
    try:
        return Priority[word.upper()]
    except KeyError:
        known = ", ".join(found.label for found in Priority)
        raise Invalid(f'There is no priority "{word}"; there is: {known}.') from None


def require_open(ticket: "Ticket") -> None:
    """Refuse to work on what is over.

    Raises:
        Conflict: the ticket is closed, merged or in the bin.
    """
    if ticket.merged_into is not None:
        raise Conflict(f"Ticket {ticket.id} was merged into {ticket.merged_into}.")
    if ticket.deleted_at is not None:
        raise Conflict(f"Ticket {ticket.id} is in the bin.")
    if ticket.category == Category.CLOSED:
        raise Conflict(f"Ticket {ticket.id} is closed for good; a new ticket can follow it up.")


def set_status(tx: "WriteTx", ticket: "Ticket", status: "StatusWord", cause: str = "") -> bool:
    """Move a ticket to a status, with what follows from its category; whether anything changed."""
    if ticket.status_id == status.id:
        return False
    if status.category == Category.MERGED:
        raise Invalid(f'"{status.name}" is where merged tickets stand; merging sets it.')
    if ticket.category == Category.CLOSED:
        require_open(ticket)
    tx.change(ticket, status=status.id, cause=cause)
    category = status.category
    ticket.category, ticket.is_open = category, category.is_open
    over = category >= Category.RESOLVED
    ticket.resolved_at = (ticket.resolved_at or tx.now) if over else None
    ticket.closed_at = tx.now if category == Category.CLOSED else None
    return True


def move_to(tx: "WriteTx", ticket: "Ticket", category: Category, cause: str) -> None:
    """Move a ticket to the default status of a category."""
    set_status(tx, ticket, tx.default_status(category), cause)


def put_back(tx: "WriteTx", ticket: "Ticket", step: "StatusStep", cause: str = "") -> None:
    """Move a ticket back into a status it was in, with the times it had then."""
    was_over = ticket.category >= Category.RESOLVED
    tx.change(ticket, status=step.status_id, cause=cause)
    ticket.category, ticket.is_open = step.category, step.category.is_open
    if not (was_over and step.category >= Category.RESOLVED):
        ticket.resolved_at = step.resolved_at
    ticket.closed_at = step.closed_at


def reopen(tx: "WriteTx", ticket: "Ticket", cause: str) -> None:
    """Open a closed ticket again, where its queue's policy on late replies says so."""
    status = tx.default_status(Category.OPEN)
    tx.change(ticket, status=status.id, cause=cause)
    ticket.category, ticket.is_open = Category.OPEN, True
    ticket.resolved_at = ticket.closed_at = None


def assignable(tx: "WriteTx", who: str, queue_id: int) -> "PersonRow":
    """A person who can be given a ticket of this queue.

    Raises:
        NotFound: nobody answers to it.
        Invalid: they may not work on this queue.
    """
    person = tx.person(who)
    actor = tx.actor_of(person.id)
    if actor is None or not actor.may(Permission.WORK, queue_id, owns=False):
        raise Invalid(f"{person.login or person.name} cannot work on that queue.")
    return person


def assign(tx: "WriteTx", ticket: "Ticket", who: str, cause: str = "") -> None:
    """Give a ticket to somebody, or to nobody with `none`."""
    person = None if who == "none" else assignable(tx, who, ticket.queue_id)
    tx.change(ticket, assignee=person.id if person else None, cause=cause)


def require_assigning(tx: "WriteTx", ticket: "Ticket", who: str) -> None:
    """Taking and giving back one's own needs work on the queue; everything else needs full.

    Raises:
        Denied: naming what is missing.
    """
    mine = ticket.assignee_id in (None, tx.actor.person_id)
    if mine and who in (tx.actor.login, "none"):
        return
    tx.require_level(ticket.id or 0, Permission.FULL)


def move_queue(tx: "WriteTx", ticket: "Ticket", name: str, cause: str = "") -> None:
    """Move a ticket to a queue; an assignee who cannot work there no longer has it."""
    queue = tx.queue(name)
    if not queue.active:
        raise Invalid(f'The queue "{queue.name}" is disabled.')
    if tx.change(ticket, queue=queue.id, cause=cause) and ticket.assignee_id is not None:
        actor = tx.actor_of(ticket.assignee_id)
        if actor is None or not actor.may(Permission.WORK, ticket.queue_id, owns=False):
            tx.change(ticket, assignee=None, cause=cause or f"moved to {queue.name}")


def set_field(tx: "WriteTx", ticket: "Ticket", field: str, value: str, cause: str = "") -> None:
    """Set one field by its public name, as commands and rules do.

    Raises:
        Invalid: no such field can be set, or not to this.
    """
    setters: dict[str, Callable[[], object]] = {
        "status": lambda: set_status(tx, ticket, tx.status(value), cause),
        "priority": lambda: tx.change(ticket, priority=int(priority(value)), cause=cause),
        "type": lambda: tx.change(ticket, type=tx.ticket_type(value).id, cause=cause),
        "queue": lambda: move_queue(tx, ticket, value, cause),
        "assignee": lambda: assign(tx, ticket, value, cause),
        "subject": lambda: set_subject(tx, ticket, value, cause),
    }
    if field not in setters:
        raise Invalid(f'There is no field "{field}" to set; there is: {", ".join(setters)}, tag.')
    setters[field]()


def set_subject(tx: "WriteTx", ticket: "Ticket", value: str, cause: str) -> None:
    """Change the subject, and what it is found by."""
    if tx.change(ticket, subject=subject_line(value), cause=cause):
        tx.index_ticket(ticket, tx.person_key(ticket.requester_id), again=True)


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything a new ticket starts with; names are those of the desk, None takes the default."""

    subject: str
    requester_id: int
    organization_id: int | None
    channel: str
    queue: str | None = None
    type: str | None = None
    priority: Priority = Priority.NORMAL


def open_ticket(tx: "WriteTx", opening: Opening, requester: "PersonKey") -> "Ticket":
    """Insert a new ticket and make it searchable; its first message and the rules come after."""
    queue = tx.queue(opening.queue) if opening.queue else tx.default_queue()
    ticket = tx.insert_ticket(
        subject=opening.subject,
        type_id=tx.ticket_type(opening.type).id,
        status_id=tx.default_status(Category.NEW).id,
        category=int(Category.NEW),
        is_open=True,
        priority=int(opening.priority),
        queue_id=queue.id,
        requester_id=opening.requester_id,
        organization_id=opening.organization_id,
        channel=opening.channel,
        created_at=tx.now,
        updated_at=tx.now,
        routed=1,
    )
    tx.record_ticket(ticket, "", None, _initial(ticket), action="ticket.create")
    tx.index_ticket(ticket, requester)
    return ticket


def _initial(ticket: "Ticket") -> dict[str, object]:
    from deskterm.engine.door.write_tx import TICKET_COLUMNS

    fields = {name: getattr(ticket, column) for name, column in TICKET_COLUMNS.items()}
    return {name: value for name, value in fields.items() if value not in (None, False)}


@dataclass(frozen=True, slots=True)
class Saying:
    """A message about to be added. `inbound`: it came from outside; `automatic`: a machine wrote it."""

    kind: MessageKind
    author_id: int
    body: str
    inbound: bool = False
    automatic: bool = False
    files: Sequence[NewAttachment] = ()
    mail_id: int | None = None
    rfc_message_id: str | None = None
    recipients: Sequence[str] = ()


def say(tx: "WriteTx", ticket: "Ticket", saying: Saying, cause: str = "") -> int:
    """Add a message to a ticket; its id."""
    from deskterm.engine.door.write_tx import NewMessage

    message = NewMessage(
        ticket_id=ticket.id or 0,
        kind=saying.kind,
        author_id=saying.author_id,
        at=tx.now,
        body=saying.body,
        inbound=saying.inbound,
        automatic=saying.automatic,
        mail_id=saying.mail_id,
        rfc_message_id=saying.rfc_message_id,
        recipients=json.dumps(list(saying.recipients)),
        files=[(file.name, file.media_type, file.bytes, file.sha256) for file in saying.files],
    )
    message_id = tx.add_message(message)
    ticket.last_message_id = message_id
    action = "ticket.message" if saying.inbound else f"ticket.{saying.kind.label}"
    tx.record_ticket(ticket, "message", None, message_id, cause, action)
    return message_id


def require_agent_choice(tx: "WriteTx", chosen: dict[str, object]) -> None:
    """Queue, priority and the like are for agents to choose, not for requesters.

    Raises:
        Denied: naming what was chosen.
    """
    named = [name for name, value in chosen.items() if value]
    if named and Permission.WORK not in tx.actor.permissions:
        raise Denied(f"Only agents choose {', '.join(named)}.")


def is_agent_on(level: Level) -> bool:
    """Whether a level speaks for the desk, not for the requester."""
    return level >= Level.WORK
