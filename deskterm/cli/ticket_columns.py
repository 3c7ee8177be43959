"""The columns a list of tickets can show, by the names of the JSON keys."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from deskterm.engine.services.rows import TicketRow

Reader = Callable[["TicketRow"], object]

_READERS: dict[str, Reader] = {
    "number": lambda ticket: ticket.number,
    "status": lambda ticket: ticket.status,
    "priority": lambda ticket: ticket.priority,
    "queue": lambda ticket: ticket.queue,
    "assignee": lambda ticket: ticket.assignee,
    "requester": lambda ticket: ticket.requester.name or ticket.requester.email,
    "updated_at": lambda ticket: ticket.updated_at,
    "subject": lambda ticket: ticket.subject,
    "type": lambda ticket: ticket.type,
    "status_category": lambda ticket: ticket.category,
    "impact": lambda ticket: ticket.impact,
    "urgency": lambda ticket: ticket.urgency,
    "requester.name": lambda ticket: ticket.requester.name,
    "requester.email": lambda ticket: ticket.requester.email,
    "organization": lambda ticket: ticket.organization,
    "tags": lambda ticket: ticket.tags,
    "channel": lambda ticket: ticket.channel,
    "created_at": lambda ticket: ticket.created_at,
    "first_response_due": lambda ticket: ticket.first_response_due,
    "next_response_due": lambda ticket: ticket.next_response_due,
    "resolution_due": lambda ticket: ticket.resolution_due,
    "next_due": lambda ticket: ticket.next_due,
    "sla": lambda ticket: ticket.sla_state,
    "sla.policy": lambda ticket: ticket.sla_policy,
    "first_response_at": lambda ticket: ticket.first_response_at,
    "resolved_at": lambda ticket: ticket.resolved_at,
    "closed_at": lambda ticket: ticket.closed_at,
    "snoozed_until": lambda ticket: ticket.snoozed_until,
    "merged_into": lambda ticket: ticket.merged_into,
    "version": lambda ticket: ticket.version,
}

SHOWN = ("number", "status", "priority", "queue", "assignee", "requester", "updated_at", "subject")
"""What a table shows unless told otherwise."""

EXPORTED = tuple(_READERS)
"""What a CSV file holds unless told otherwise."""


def chosen_columns(wanted: str, unless_told: Sequence[str]) -> tuple[str, ...]:
    """The columns named in a comma-separated list; custom fields as `custom.NAME`.

    Raises:
        BadParameter: there is no such column; the answer lists them.
    """
    names = tuple(name.strip() for name in wanted.split(",") if name.strip())
    for name in names:
        if name not in _READERS and not name.startswith("custom."):
            raise typer.BadParameter(f"There is no column {name!r}; there are {', '.join(_READERS)} and custom.NAME.")
    return names or tuple(unless_told)


def cells(tickets: Iterable["TicketRow"], columns: Sequence[str]) -> Iterable[list[object]]:
    """One row of values a ticket."""
    readers = [_reader(column) for column in columns]
    return ([read(ticket) for read in readers] for ticket in tickets)


def _reader(column: str) -> Reader:
    if column in _READERS:
        return _READERS[column]
    name = column.removeprefix("custom.")
    return lambda ticket: ticket.custom.get(name)
