"""Who gets a public reply: asked before it is sent, and by the same rule when it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import RecipientsRow
from deskterm.engine.door.actions import Query, action
from deskterm.engine.model.enums import Level

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRecipients(Query[RecipientsRow]):
    """The addresses that my public reply on a ticket would go to."""

    number: int


@action("ticket.recipients", needs=Permission.REPLY)
def list_recipients(tx: "ReadTx", query: ListRecipients) -> RecipientsRow:
    """None for who writes to the desk: that reply comes in."""
    if tx.require_level(query.number, Permission.READ) < Level.WORK:
        return RecipientsRow(())
    return tx.recipients(query.number)
