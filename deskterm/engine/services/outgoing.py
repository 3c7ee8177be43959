"""What has to leave the desk is written to the outbox in the same transaction and delivered by a job.

A reply may be held there for a while, and as long as it is held its author can take it back.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import AttachmentRow, UnsentRow, instant
from deskterm.engine.domain.threads import our_message_id, reply_to_address
from deskterm.engine.door.actions import Command, action
from deskterm.engine.services import working

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.reply_sql import SentReply

LONGEST_HOLD_SECONDS = 3600
FIRST_REPLY = "first reply"
"""Why a new ticket becomes open by itself."""


def subject_tag(prefix: str, number: int) -> str:
    """What a subject carries so that the answer finds its ticket, e.g. `[#1042]` or `[ACME#1042]`."""
    return f"[{prefix}#{number}]"


def queue_reply(tx: "WriteTx", ticket: "Ticket", message_id: int, hold_seconds: int) -> None:
    """Queue an agent's reply for the requester and those copied in, not to leave before it was held so long.

    Without any address there is nobody to send it to.

    Raises:
        Invalid: it would be held for more than an hour.
    """
    from deskterm.engine.domain.audit import value_text
    from deskterm.engine.model.messages import Outbox

    if not 0 <= hold_seconds <= LONGEST_HOLD_SECONDS:
        raise Invalid(f"A reply is held for at most {LONGEST_HOLD_SECONDS:,} seconds.")
    settings = tx.desk.settings
    number = ticket.id or 0
    rfc_message_id = our_message_id(tx.desk.key, number, message_id, settings.mail_domain).strip("<>")
    tx.name_message(message_id, rfc_message_id)
    recipients = tx.recipients(number)
    if not recipients.to:
        return
    address = next((queue.address for queue in tx.words.queues if queue.id == ticket.queue_id), "")
    payload = {
        "to": list(recipients.to),
        "cc": list(recipients.cc),
        "from": address,
        "reply_to": reply_to_address(tx.desk.key, number, address) if address else "",
        "subject": f"Re: {ticket.subject} {subject_tag(settings.prefix, number)}",
        "message_id": rfc_message_id,
    }
    tx.session.add(
        Outbox(
            kind="mail",
            ticket_id=number,
            message_id=message_id,
            payload=value_text(payload) or "",
            next_try_at=tx.now + hold_seconds * 1000,
            created_at=tx.now,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsendReply(Command[UnsentRow]):
    """Take back my last reply on a ticket while it is held; its text becomes my draft again."""

    number: int


@action("ticket.unsend", needs=Permission.REPLY)
def unsend_reply(tx: "WriteTx", command: UnsendReply) -> UnsentRow:
    """Message, attachments, search row and outbox row go; the status goes back where nothing changed it since."""
    ticket = tx.ticket(command.number)
    reply = _held_reply(tx, ticket)
    chosen = _take_status_back(tx, ticket, reply)
    files = tx.remove_message(ticket, reply)
    row = _draft_again(tx, ticket, reply, chosen, files)
    tx.flush()
    return row


def _held_reply(tx: "WriteTx", ticket: "Ticket") -> "SentReply":
    reply = tx.last_reply(ticket.id or 0)
    if reply is None:
        raise Conflict(f"You have sent no reply on ticket {ticket.id}.")
    if ticket.merged_into is not None:
        raise Conflict(f"Ticket {ticket.id} was merged into {ticket.merged_into}; the reply stays.")
    if reply.held_until is None or reply.held_until <= tx.now:
        raise Conflict(f"Your last reply on ticket {ticket.id} is no longer held, so it cannot be taken back.")
    if tx.is_read(ticket, ticket.requester_id, reply.id):
        raise Conflict(f"{tx.person_key(ticket.requester_id).name} has read the reply already.")
    return reply


def _take_status_back(tx: "WriteTx", ticket: "Ticket", reply: "SentReply") -> str:
    """Undo the status that came with the reply, if it still stands; the status its author had chosen."""
    steps = tx.status_steps(ticket.id or 0)
    mine = [place for place, step in enumerate(steps) if step.command_id == reply.command_id]
    if not mine or mine[0] == 0:
        return ""
    with_reply, before = steps[mine[0]], steps[mine[0] - 1]
    if mine[0] == len(steps) - 1 and ticket.status_id == with_reply.status_id:
        working.put_back(tx, ticket, before)
    return "" if with_reply.cause == FIRST_REPLY else tx.words.status_name(with_reply.status_id)


def _draft_again(
    tx: "WriteTx", ticket: "Ticket", reply: "SentReply", chosen: str, files: tuple[AttachmentRow, ...]
) -> UnsentRow:
    """The text as a draft, before what its author has begun since."""
    number = ticket.id or 0
    begun = tx.draft(number, "reply")
    fields = {**(begun.fields if begun else {}), **({"status": chosen} if chosen else {})}
    body = reply.body
    if begun is not None and begun.body.strip() and begun.body.strip() not in body:
        body = f"{body}\n\n{begun.body}"
    tx.keep_draft(number, "reply", body, fields, ticket.version)
    return UnsentRow(number, body, ticket.version, fields, instant(tx.now), files)
