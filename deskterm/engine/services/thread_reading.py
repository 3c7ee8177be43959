"""A ticket as it is read on the screen: the thread with what was done between its messages, and what is around it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import EventRow, ParticipantRow, TicketDetail, TicketRow
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx

MOST_OTHERS = 50
"""Other tickets of a requester that are looked at."""


@dataclass(frozen=True, slots=True)
class TicketThread:
    """A ticket, its messages, and the ids of those the reader has not seen.

    `changes`: of its fields, and between them where each message came (field `message`, `new` its id).
    """

    detail: TicketDetail
    changes: tuple[EventRow, ...] = ()
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThread(Query[TicketThread]):
    """A ticket with its thread, what was changed between the messages, and what I have not read yet."""

    number: int


@action("ticket.read", needs=Permission.READ)
def read_thread(tx: "ReadTx", query: ReadThread) -> TicketThread:
    """Changes are part of the history, which is for those who see the desk."""
    number = query.number
    detail = TicketDetail(tx.ticket_row(number), tx.thread(number), tx.links(number))
    changes = tx.changes(number) if Permission.SEE_DESK in tx.actor.permissions else ()
    return TicketThread(detail, changes, tx.unread(number))


@dataclass(frozen=True, slots=True)
class TicketContext:
    """What is around a ticket: its requester's other open tickets (the last changed), and who else takes part."""

    others: tuple[TicketRow, ...]
    participants: tuple[ParticipantRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext(Query[TicketContext]):
    """What is around a ticket: its requester's other open tickets, and who else takes part."""

    number: int


@action("ticket.context", needs=Permission.READ)
def read_context(tx: "ReadTx", query: ReadContext) -> TicketContext:
    """Of the other tickets only those I may see."""
    return TicketContext(tx.others_open(query.number, MOST_OTHERS), tx.participants(query.number))
