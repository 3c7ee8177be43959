"""Working a ticket: open, reply, note, take, assign, release, change."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Denied, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import TicketRow
from deskterm.engine.domain.text import one_line
from deskterm.engine.door.actions import Command, action
from deskterm.engine.model.enums import Category, Level, MessageKind, Priority
from deskterm.engine.services import outgoing, working
from deskterm.engine.services.routing import Arrival, route
from deskterm.engine.services.working import NewAttachment

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.desk_sql import PersonKey

MOST_AT_ONCE = 10_000
"""Tickets that one command may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket(Command[TicketRow]):
    """Open a ticket, for oneself or for somebody who asked.

    `requester_email`: who asked; None is the actor. Names of type, queue and so on are the desk's; None takes
    the default and lets the rules decide.
    """

    subject: str
    body: str = ""
    requester_email: str | None = None
    requester_name: str = ""
    type: str | None = None
    priority: str | None = None
    queue: str | None = None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    channel: str = "cli"


@action("ticket.create", needs=Permission.CREATE)
def new_ticket(tx: "WriteTx", command: NewTicket) -> TicketRow:
    """Open it, let the rules run, then set what was chosen by hand, which has the last word."""
    chosen: dict[str, object] = {name: getattr(command, name) for name in ("priority", "queue", "assignee", "type")}
    working.require_agent_choice(tx, {**chosen, "tags": command.tags})
    subject = working.subject_line(command.subject)
    body = working.body_text(command.body, "text") if command.body else ""
    requester = _requester(tx, command)
    opening = working.Opening(
        subject=subject,
        requester_id=requester.id,
        organization_id=requester.organization_id,
        channel=command.channel,
        queue=command.queue,
        type=command.type,
        priority=working.priority(command.priority) if command.priority else Priority.NORMAL,
    )
    ticket = working.open_ticket(tx, opening, requester)
    if body:
        working.say(tx, ticket, working.Saying(MessageKind.REPLY, requester.id, body, inbound=True))
    with tx.as_desk():
        route(tx, ticket, Arrival(body, requester.email, requester.name))
    _set_chosen(tx, ticket, chosen)
    for tag in command.tags:
        tx.tag(ticket, tag_name(tag))
    tx.flush()
    level = tx.level(ticket.id or 0)
    with tx.as_desk():
        row = tx.ticket_row(ticket.id or 0)
    tx.forget_sent_draft(0, "new")
    return replace(row, level=level, unread=False)


def _set_chosen(tx: "WriteTx", ticket: "Ticket", chosen: dict[str, object]) -> None:
    """What was chosen by hand has the last word over the rules."""
    for name, value in chosen.items():
        if not value:
            continue
        if name == "assignee" and value != tx.actor.login:
            tx.flush()
            working.require_assigning(tx, ticket, str(value))
        working.set_field(tx, ticket, name, str(value))


def _requester(tx: "WriteTx", command: NewTicket) -> "PersonKey":
    if command.requester_email is None:
        return tx.myself()
    email = mail_address(command.requester_email)
    if Permission.WORK not in tx.actor.permissions and email != tx.myself().email:
        raise Denied("Only agents open tickets for others.")
    return requester_by_email(tx, email, command.requester_name)


def mail_address(text: str) -> str:
    """A mail address in the form it is kept.

    Raises:
        Invalid: it is none.
    """
    email = one_line(text, 254).lower()
    local, at, domain = email.rpartition("@")
    if not (local and at and "." in domain) or " " in email:
        raise Invalid(f'"{text}" is not a mail address.')
    return email


def requester_by_email(tx: "WriteTx", email: str, name: str) -> "PersonKey":
    """The person with this address; an unknown one becomes a requester without a login."""
    found = tx.person_by_email(email)
    if found is not None:
        return found
    return tx.add_requester(one_line(name, 120) or email.partition("@")[0] or "unknown sender", email)


def tag_name(text: str) -> str:
    """A tag in the form it is kept.

    Raises:
        Invalid: empty, too long, or with a comma or space in it.
    """
    name = one_line(text, 60).lstrip("+").strip()
    if not name or "," in name or " " in name:
        raise Invalid(f'"{text}" cannot be a tag: one word of up to 60 characters.')
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTicket(Command[TicketRow]):
    """Answer publicly: the requester gets it, and a new ticket becomes open.

    `hold_seconds`: how long it waits before it leaves the desk; as long it can be taken back.
    """

    number: int
    body: str
    attachments: tuple[NewAttachment, ...] = ()
    status: str | None = None
    version: int | None = None
    hold_seconds: int = 0


@action("ticket.reply", needs=Permission.REPLY, prepare=working.store_files)
def reply_ticket(tx: "WriteTx", command: ReplyTicket) -> TicketRow:
    """An agent's reply goes out by mail; a requester's own reply comes in and wakes the ticket."""
    ticket = tx.ticket(command.number, command.version)
    working.require_open(ticket)
    body = working.body_text(command.body, "reply")
    if tx.level(command.number) < Level.WORK:
        _requester_reply(tx, ticket, command, body)
    else:
        _agent_reply(tx, ticket, command, body)
    tx.forget_sent_draft(command.number, "reply")
    tx.flush()
    return tx.ticket_row(command.number)


def _agent_reply(tx: "WriteTx", ticket: "Ticket", command: ReplyTicket, body: str) -> None:
    saying = working.Saying(MessageKind.REPLY, tx.actor.person_id, body, files=command.attachments)
    message_id = working.say(tx, ticket, saying)
    outgoing.queue_reply(tx, ticket, message_id, command.hold_seconds)
    ticket.first_response_at = ticket.first_response_at or tx.now
    if command.status:
        working.set_status(tx, ticket, tx.status(command.status))
    elif ticket.category == Category.NEW:
        working.move_to(tx, ticket, Category.OPEN, outgoing.FIRST_REPLY)


def _requester_reply(tx: "WriteTx", ticket: "Ticket", command: ReplyTicket, body: str) -> None:
    if command.status:
        raise Denied("Only agents set the status.")
    working.say(
        tx,
        ticket,
        working.Saying(MessageKind.REPLY, tx.actor.person_id, body, inbound=True, files=command.attachments),
    )
    from deskterm.engine.services import answers  # its words of many languages: for requesters alone

    if answers.wants_something(body):
        me = tx.myself()
        answers.take_in(tx, ticket, Arrival(body, me.email, me.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTicket(Command[TicketRow]):
    """Write an internal note that only agents read."""

    number: int
    body: str
    attachments: tuple[NewAttachment, ...] = ()
    status: str | None = None
    version: int | None = None


@action("ticket.note", needs=Permission.WORK, prepare=working.store_files)
def note_ticket(tx: "WriteTx", command: NoteTicket) -> TicketRow:
    """Add the note, and move the ticket along when a status was given."""
    ticket = tx.ticket(command.number, command.version)
    if command.status:
        working.require_open(ticket)
    body = working.body_text(command.body, "note")
    saying = working.Saying(MessageKind.NOTE, tx.actor.person_id, body, files=command.attachments)
    working.say(tx, ticket, saying)
    if command.status:
        working.set_status(tx, ticket, tx.status(command.status))
    tx.forget_sent_draft(command.number, "note")
    tx.flush()
    return tx.ticket_row(command.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTicket(Command[TicketRow]):
    """Become the assignee of a ticket nobody owns."""

    number: int
    version: int | None = None


@action("ticket.take", needs=Permission.WORK)
def take_ticket(tx: "WriteTx", command: TakeTicket) -> TicketRow:
    """Refused when somebody else has it: that needs an assignment."""
    ticket = tx.ticket(command.number, command.version)
    working.require_open(ticket)
    row = tx.ticket_row(command.number)
    if ticket.assignee_id not in (None, tx.actor.person_id):
        raise Conflict(f"{row.assignee} already has ticket {command.number}.")
    tx.change(ticket, assignee=tx.actor.person_id)
    tx.flush()
    return tx.ticket_row(command.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket(Command[TicketRow]):
    """Give a ticket to a colleague; `to` is a login."""

    number: int
    to: str
    version: int | None = None


@action("ticket.assign", needs=Permission.WORK)
def assign_ticket(tx: "WriteTx", command: AssignTicket) -> TicketRow:
    """Giving to others needs full on the queue; to oneself, work is enough."""
    ticket = tx.ticket(command.number, command.version)
    working.require_open(ticket)
    working.require_assigning(tx, ticket, command.to)
    working.assign(tx, ticket, command.to)
    tx.flush()
    return tx.ticket_row(command.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTicket(Command[TicketRow]):
    """Put a ticket back to its queue with nobody's name on it."""

    number: int
    version: int | None = None


@action("ticket.release", needs=Permission.WORK)
def release_ticket(tx: "WriteTx", command: ReleaseTicket) -> TicketRow:
    """One's own with work; somebody else's needs full."""
    ticket = tx.ticket(command.number, command.version)
    working.require_open(ticket)
    working.require_assigning(tx, ticket, "none")
    tx.change(ticket, assignee=None)
    tx.flush()
    return tx.ticket_row(command.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTickets(Command[tuple[TicketRow, ...]]):
    """Change fields and tags of one or many tickets, all or nothing.

    `changes` by public field name: status, priority, type, queue, assignee (login or none), subject.
    `version` only with a single number; `versions` by number, for those that must not have changed meanwhile.
    """

    numbers: tuple[int, ...]
    changes: dict[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    version: int | None = None
    versions: dict[int, int] = field(default_factory=dict)


@action("ticket.change", needs=Permission.WORK)
def change_tickets(tx: "WriteTx", command: ChangeTickets) -> tuple[TicketRow, ...]:
    """Every ticket is changed, or none."""
    if not command.numbers or not (command.changes or command.add_tags or command.remove_tags):
        raise Invalid("There is nothing to change.")
    if len(command.numbers) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE:,} tickets can be changed at once.")
    if command.version is not None and len(command.numbers) > 1:
        raise Invalid("A version belongs to one ticket, not to many.")
    for number in dict.fromkeys(command.numbers):
        _change_one(tx, number, command)
    tx.flush()
    return tx.ticket_rows(command.numbers)


def _change_one(tx: "WriteTx", number: int, command: ChangeTickets) -> None:
    ticket = tx.ticket(number, command.versions.get(number, command.version))
    working.require_open(ticket)
    if "assignee" in command.changes:
        working.require_assigning(tx, ticket, command.changes["assignee"])
    # The queue comes first: who can be assigned depends on it.
    for name in sorted(command.changes, key=lambda name: name != "queue"):
        if name == "assignee" and "queue" in command.changes:
            tx.flush()
            working.require_assigning(tx, ticket, command.changes[name])
        working.set_field(tx, ticket, name, command.changes[name])
    for tag in command.add_tags:
        tx.tag(ticket, tag_name(tag))
    for tag in command.remove_tags:
        tx.untag(ticket, tag_name(tag))
