"""The panel beside a thread: fields, clocks, the requester and their other tickets, who takes part, files, dates."""

from collections.abc import Callable, Iterator
from datetime import datetime

from deskterm.engine.services.rows import AttachmentRow, MessageRow, SlaState, TicketRow
from deskterm.engine.services.thread_reading import MOST_OTHERS, TicketContext, TicketThread
from deskterm.screens.widgets.ages import size
from deskterm.screens.widgets.cells import fit, one_line
from deskterm.screens.widgets.header_lines import clocks, deadline, who
from deskterm.screens.widgets.inks import Part
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Line, Page, page_of

_NAME_WIDTH = 13
"""Cells of the names in front of the values."""


def side_page(read: TicketThread, context: TicketContext | None, reading: Reading, *, has_focus: bool) -> Page:
    """All that is known of a ticket besides its thread; what is `around` it comes a moment later."""
    heading = Line(((" Details", "cursor" if has_focus else "strong"),), wraps=False)
    sections = (_fields, _clock, _requester, _participants, _links, _files, _dates)
    lines = [line for section in sections for line in section(read, context, reading)]
    return page_of([heading, *lines])


_Section = Callable[[TicketThread, TicketContext | None, Reading], Iterator[Line]]


def _title(words: str) -> Iterator[Line]:
    yield Line(())
    yield Line(((f" {words}", "strong"),), wraps=False)


def _value(name: str, value: str, ink: str = "plain") -> Line:
    label: Part = (f" {fit(one_line(name), _NAME_WIDTH)} ", "dim")
    return Line(((one_line(value), ink),), hang=((" " * (_NAME_WIDTH + 2), "plain"),), label=(label,))


def _item(words: str, ink: str = "plain") -> Line:
    return Line(((one_line(words), ink),), ((" ", "plain"),), (("   ", "plain"),))


def _fields(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    ticket = read.detail.ticket
    shown = (
        ("type", ticket.type),
        ("status", ticket.status),
        ("priority", ticket.priority.label),
        ("impact", ticket.impact or ""),
        ("urgency", ticket.urgency or ""),
        ("queue", ticket.queue),
        ("assignee", ticket.assignee or "nobody"),
        ("came by", ticket.channel),
        ("tags", ", ".join(ticket.tags)),
        ("your level", ticket.level.label),
        *((name, str(value)) for name, value in ticket.custom.items()),
    )
    yield Line(())
    for name, value in shown:
        if value:
            yield _value(name, value)


def _clock(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    ticket = read.detail.ticket
    yield from _title("SLA")
    known = [line for clock in clocks(ticket) if (line := _clock_line(ticket, *clock, reading)) is not None]
    if ticket.sla_policy is not None:
        yield _value("policy", ticket.sla_policy)
    if ticket.sla_state is not SlaState.NONE:
        yield _value("state", ticket.sla_state.label.replace("_", " "))
    yield from known
    if ticket.sla_policy is None and ticket.sla_state is SlaState.NONE and not known:
        yield _item("no SLA", "dim")


def _clock_line(
    ticket: TicketRow, name: str, due: datetime | None, met: datetime | None, reading: Reading
) -> Line | None:
    label = name.replace("first response", "first resp.").replace("next response", "next resp.")
    if met is not None:
        words = "late" if due is not None and met > due else "met" if due is not None else "at"
        return _value(label, f"{words} {reading.time(met)}", "warn" if words == "late" else "plain")
    if due is None:
        return None
    words, ink = deadline("", due, ticket, reading)
    return _value(label, words.strip(), ink)


def _requester(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    ticket = read.detail.ticket
    yield from _title("Requester")
    for words in (ticket.requester.name, ticket.requester.email, ticket.organization):
        if words:
            yield _item(words)
    if context is None:
        return
    others = context.others
    more = "+" if len(others) == MOST_OTHERS else ""
    words = f"{len(others)}{more} other open ticket{'' if len(others) == 1 else 's'}" if others else ""
    yield _item(words or "no other open ticket", "plain" if others else "dim")
    for other in others:
        yield _item(f"#{other.number} {other.subject} ({other.status})")


def _participants(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    listed = [(one.kind, who(one.person.name, one.person.email)) for one in context.participants] if context else []
    wrote = dict.fromkeys(_writer(message) for message in read.detail.messages)
    asker = read.detail.ticket.requester
    known = {words for _, words in listed} | {who(asker.name, asker.email)}
    everybody = [*listed, *(("wrote", words) for words in wrote if words and words not in known)]
    if everybody:
        yield from _title("Participants")
        for kind, words in everybody:
            yield _value(kind, words)


def _writer(message: MessageRow) -> str:
    """Agents by name alone; who wrote in with the address."""
    return who(message.author, message.author_email) if message.inbound else message.author or message.author_email


def _links(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    if read.detail.links:
        yield from _title("Links")
        for link in read.detail.links:
            yield _item(f"{link.kind.replace('_', ' ')} #{link.number} {link.subject}")


def _files(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    files = attachments(read)
    if files:
        yield from _title(f"Attachments {reading.glyphs.dash} f saves")
        for file, _ in files:
            yield _item(f"{file.name} ({size(file.bytes)})", "accent")


def attachments(read: TicketThread) -> list[tuple[AttachmentRow, MessageRow]]:
    """All files of a thread with their messages, the newest first."""
    messages = reversed(read.detail.messages)
    return [(file, message) for message in messages for file in message.attachments]


def _dates(read: TicketThread, context: TicketContext | None, reading: Reading) -> Iterator[Line]:
    ticket = read.detail.ticket
    dates = (
        ("created", ticket.created_at),
        ("updated", ticket.updated_at),
        ("snoozed to", ticket.snoozed_until),
        ("resolved", ticket.resolved_at),
        ("closed", ticket.closed_at),
    )
    yield from _title("Dates")
    for name, at in dates:
        if at is not None:
            yield _value(name, reading.time(at))
