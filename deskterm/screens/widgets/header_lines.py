"""The lines above a thread: what, where and who, and the clock in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deskterm.engine.services.rows import Level, SlaState, TicketRow
from deskterm.screens.widgets.ages import plain_span
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.message_lines import Reading

_PRIORITY_INK = {4: "urgent", 3: "warn"}

_LEVEL_WORDS = {Level.OWN: "as requester", Level.READ: "read only"}
"""What is said of a level that is less than work."""


def title_line(ticket: TicketRow) -> Parts:
    """The ticket's number and subject, for the title line."""
    return ((f" #{ticket.number} {one_line(ticket.subject)}", "title"),)


@dataclass(frozen=True, slots=True)
class Head:
    """One line of a header; `right` is set against the right edge and never cut."""

    left: Parts
    right: Parts = ()


def header_lines(ticket: TicketRow, reading: Reading) -> tuple[Head, ...]:
    """Where it stands, the clock where one runs, and who asked: the first ones are needed most."""
    clock, who_asked = clock_parts(ticket, reading), Head(_people(ticket, reading))
    if _runs(ticket):
        return Head(_state(ticket, reading)), Head(_joined(clock, reading)), who_asked
    return Head(_state(ticket, reading), (*_joined(clock, reading), (" ", "plain"))), who_asked


def _runs(ticket: TicketRow) -> bool:
    return ticket.category.is_open and any(due and not met for _, due, met in clocks(ticket))


def _state(ticket: TicketRow, reading: Reading) -> Parts:
    owner = f"{ticket.assignee or 'nobody'} has it"
    words = (ticket.type, ticket.status, ticket.queue, owner)
    plain = [(one_line(word), "plain") for word in words]
    priority = (ticket.priority.label, _PRIORITY_INK.get(int(ticket.priority), "plain"))
    level = _LEVEL_WORDS.get(ticket.level)
    limits = ((level, "warn"),) if level else ()
    return _joined((*_fate(ticket, reading), *limits, priority, *plain), reading)


def _fate(ticket: TicketRow, reading: Reading) -> Iterator[Part]:
    """What says that this is no ticket to work on now."""
    if ticket.merged_into is not None:
        yield f"merged into #{ticket.merged_into} {reading.glyphs.dash} Enter", "urgent"
    if ticket.deleted:
        yield "in the bin", "urgent"
    if ticket.snoozed_until is not None and ticket.snoozed_until > reading.now:
        yield f"snoozed until {reading.time(ticket.snoozed_until)}", "warn"


def _people(ticket: TicketRow, reading: Reading) -> Parts:
    tags = f"tags {', '.join(ticket.tags)}" if ticket.tags else ""
    came = f"by {ticket.channel}, {reading.time(ticket.created_at)}"
    words = (who(ticket.requester.name, ticket.requester.email), ticket.organization or "", tags, came)
    return _joined(tuple((one_line(word), "dim") for word in words if word), reading)


def who(name: str, email: str) -> str:
    """`Rosa Customer <rosa@x.example>`, or what of it is known."""
    return f"{name} <{email}>" if name and email and name != email else name or email


def _joined(parts: tuple[Part, ...], reading: Reading) -> Parts:
    dot = (f" {reading.glyphs.dot} ", "dim")
    spaced = [piece for part in parts for piece in (dot, part)]
    return ((" ", "plain"), *spaced[1:])


# The clock.


def clocks(ticket: TicketRow) -> tuple[tuple[str, datetime | None, datetime | None], ...]:
    """The deadlines of the SLA: name, when it is due, when it was met."""
    return (
        ("first response", ticket.first_response_due, ticket.first_response_at),
        ("next response", ticket.next_response_due, None),
        ("resolution", ticket.resolution_due, ticket.resolved_at),
    )


def clock_parts(ticket: TicketRow, reading: Reading) -> tuple[Part, ...]:
    """`first response in 42 min (14:45), paused`, `resolution overdue by 2 h (12:00)`, or that there is no SLA."""
    if not ticket.category.is_open:
        return _ended(ticket, reading)
    running = [(name, due) for name, due, met in clocks(ticket) if due is not None and met is None]
    if not running:
        return (("no SLA" if ticket.sla_policy is None else "nothing is due", "dim"),)
    parts = [deadline(name, due, ticket, reading) for name, due in running]
    if ticket.sla_state is SlaState.PAUSED:
        parts[-1] = (f"{parts[-1][0]}, paused", parts[-1][1])
    return tuple(parts)


def _ended(ticket: TicketRow, reading: Reading) -> tuple[Part, ...]:
    at = ticket.closed_at or ticket.resolved_at
    ended = (f"{ticket.category.label} {reading.time(at)}",) if at is not None else (ticket.category.label,)
    sla = "no SLA" if ticket.sla_state is SlaState.NONE else f"SLA {ticket.sla_state.label.replace('_', ' ')}"
    return tuple((word, "dim") for word in (*ended, sla))


def deadline(name: str, due: datetime, ticket: TicketRow, reading: Reading) -> Part:
    """One deadline in plain words, with the moment itself."""
    left = (due - reading.now).total_seconds()
    at = f"({reading.time(due)})"
    if abs(left) < 60:
        return f"{name} due now {at}", "urgent"
    if left > 0:
        at_risk = ticket.sla_state is SlaState.AT_RISK and due == ticket.next_due
        return f"{name} in {plain_span(left)} {at}", "warn" if at_risk else "plain"
    if ticket.sla_state is SlaState.PAUSED:
        return f"{name} due {reading.time(due)}", "plain"
    return f"{name} overdue by {plain_span(-left)} {at}", "urgent"
