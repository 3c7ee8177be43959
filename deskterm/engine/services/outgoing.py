"""What has to leave the desk is written to the outbox in the same transaction and delivered by a job."""

from typing import TYPE_CHECKING

from deskterm.engine.domain.threads import our_message_id, reply_to_address

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket


def subject_tag(prefix: str, number: int) -> str:
    """What a subject carries so that the answer finds its ticket, e.g. `[#1042]` or `[ACME#1042]`."""
    return f"[{prefix}#{number}]"


def queue_reply(tx: "WriteTx", ticket: "Ticket", message_id: int) -> None:
    """Queue an agent's reply for the requester; without an address there is nobody to send it to."""
    from deskterm.engine.domain.audit import value_text
    from deskterm.engine.model.messages import Outbox

    settings = tx.desk.settings
    number = ticket.id or 0
    rfc_message_id = our_message_id(tx.desk.key, number, message_id, settings.mail_domain).strip("<>")
    tx.name_message(message_id, rfc_message_id)
    requester = tx.person_key(ticket.requester_id)
    if not requester.email:
        return
    address = next((queue.address for queue in tx.words.queues if queue.id == ticket.queue_id), "")
    payload = {
        "to": [requester.email],
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
            next_try_at=tx.now,
            created_at=tx.now,
        )
    )
