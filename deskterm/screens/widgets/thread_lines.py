"""A ticket's thread as lines: who said what, told apart by words and gutter, quotes and long mails folded.

Pure: a detail row and a width in, inked lines out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from deskterm.engine.services.rows import AttachmentRow, MessageKind, MessageRow, SlaState, TicketDetail, TicketRow
from deskterm.screens.widgets.ages import age, due, moment, size
from deskterm.screens.widgets.cells import lines_of, one_line, wrap
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.line_view import Page

_LINES_SHOWN = 200
"""Lines of one message shown before the rest is folded."""

_DUE_WORDS = (
    ("first response", "first_response_due"),
    ("next response", "next_response_due"),
    ("resolution", "resolution_due"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a thread is read: the moment and zone of its times, its signs, and what is unfolded."""

    now: datetime
    zone: tzinfo
    glyphs: Glyphs
    shows_quotes: bool = False
    shows_events: bool = True


def thread_page(detail: TicketDetail, reading: Reading, width: int) -> Page:
    """The whole thread, oldest message first."""
    lines: list[Parts] = []
    starts: list[int] = []
    hidden = 0
    for message in detail.messages:
        if message.kind is MessageKind.SYSTEM and not reading.shows_events:
            hidden += 1
            continue
        starts.append(len(lines))
        lines.extend(_message_lines(message, width, reading))
    if hidden:
        lines.append(((f"{reading.glyphs.folded} {hidden} system events {reading.glyphs.dash} e shows them", "dim"),))
    return Page(tuple(lines), tuple(starts))


def preview_page(detail: TicketDetail, reading: Reading, width: int) -> Page:
    """The ticket's header, then its thread."""
    subject = ((f"#{detail.ticket.number} ", "accent"), (one_line(detail.ticket.subject), "strong"))
    header: list[Parts] = [subject, *header_lines(detail.ticket, reading), ()]
    thread = thread_page(detail, reading, width)
    return Page((*header, *thread.lines), tuple(start + len(header) for start in thread.starts))


def _message_lines(message: MessageRow, width: int, reading: Reading) -> Iterator[Parts]:
    if message.kind is MessageKind.SYSTEM:
        yield _event_line(message, reading)
        return
    gutter = _gutter(message, reading.glyphs)
    yield (gutter, *_heading(message, reading))
    for line in _body(message, width - 2, reading):
        yield (gutter, line)
    for attachment in message.attachments:
        yield (gutter, (_attachment(attachment, reading.glyphs), "accent"))
    yield ()


def _event_line(message: MessageRow, reading: Reading) -> Parts:
    when = moment(message.at, reading.now, reading.zone)
    return ((f"{reading.glyphs.dot} {when} {one_line(message.body)}", "dim"),)


def _gutter(message: MessageRow, glyphs: Glyphs) -> Part:
    if message.kind is MessageKind.NOTE:
        return f"{glyphs.note} ", "internal"
    return (f"{glyphs.requester} ", "accent") if message.inbound else (f"{glyphs.agent} ", "public")


def _heading(message: MessageRow, reading: Reading) -> Parts:
    ink, kind = _kind(message)
    dot = reading.glyphs.dot
    when = f"{moment(message.at, reading.now, reading.zone)} ({age(message.at, reading.now)})"
    sent = f" {dot} {message.delivery}" if message.delivery else ""
    address = f"  <{one_line(message.author_email)}>" if message.inbound and message.author_email else ""
    name = one_line(message.author) or one_line(message.author_email) or "unknown"
    shown = "" if name == one_line(message.author_email) else address
    return (name, ink), (f" {dot} ", "dim"), (kind, ink), (f" {dot} {when}{sent}{shown}", "dim")


def _kind(message: MessageRow) -> Part:
    """The ink and the words of what a message is."""
    if message.kind is MessageKind.NOTE:
        return "internal", "INTERNAL NOTE"
    if message.automatic:
        return "dim", "automatic mail"
    return ("accent", "requester") if message.inbound else ("public", "public reply")


def _body(message: MessageRow, width: int, reading: Reading) -> Iterator[Part]:
    whole = lines_of(message.body.strip("\r\n"))
    cut = lines_of(message.visible_reply.strip("\r\n")) if message.visible_reply.strip() else []
    shown = whole if reading.shows_quotes else cut[:_LINES_SHOWN]
    for line in shown:
        ink = "dim" if line.startswith(">") else "plain"
        yield from ((part, ink) for part in wrap(line.rstrip(), max(width, 8)))
    folded = len(whole) - len(shown)
    if folded > 0:
        yield _fold(folded, quoted=len(cut) <= _LINES_SHOWN, glyphs=reading.glyphs)


def _fold(count: int, *, quoted: bool, glyphs: Glyphs) -> Part:
    what = "quoted or signature" if quoted else "more"
    return f"{glyphs.folded} {count:,} {what} line{'s' if count > 1 else ''} {glyphs.dash} o unfolds", "dim"


def _attachment(attachment: AttachmentRow, glyphs: Glyphs) -> str:
    return f"{glyphs.clip} {one_line(attachment.name)} ({one_line(attachment.type)}, {size(attachment.bytes)})"


def title_line(ticket: TicketRow) -> Parts:
    """The ticket's number and subject, for the title line."""
    return ((f" #{ticket.number} {one_line(ticket.subject)}", "title"),)


def header_lines(ticket: TicketRow, reading: Reading) -> tuple[Parts, ...]:
    """Where it stands, who asked, and the clock: two lines, or three with an SLA."""
    dot = f" {reading.glyphs.dot} "
    state = dot.join(_state_words(ticket))
    people = dot.join(one_line(word) for word in _people_words(ticket, reading) if word)
    clock = _clock(ticket, reading)
    second: Parts = ((" ", "plain"), *_priority_part(ticket), (state, "plain"))
    return (second, ((f" {people}", "dim"),), *(((" ", "plain"), *clock),) * bool(clock))


def _priority_part(ticket: TicketRow) -> Parts:
    ink = {4: "urgent", 3: "warn"}.get(int(ticket.priority), "plain")
    return ((f"{ticket.priority.label} ", ink),)


def _state_words(ticket: TicketRow) -> tuple[str, ...]:
    owner = f"assigned to {ticket.assignee}" if ticket.assignee else "nobody has it"
    return tuple(one_line(word) for word in (ticket.type, ticket.status, ticket.queue, owner))


def _people_words(ticket: TicketRow, reading: Reading) -> tuple[str, ...]:
    name, email = ticket.requester.name, ticket.requester.email
    who = f"{name} <{email}>" if name and email and name != email else name or email
    tags = f"tags {', '.join(ticket.tags)}" if ticket.tags else ""
    came = f"by {ticket.channel}, {moment(ticket.created_at, reading.now, reading.zone)}"
    merged = f"merged into #{ticket.merged_into}" if ticket.merged_into else ""
    return who, ticket.organization or "", came, tags, merged


def _clock(ticket: TicketRow, reading: Reading) -> Parts:
    """The deadlines in plain words: `first response overdue by 2h`, `resolution due in 3d`."""
    if ticket.sla_state is SlaState.PAUSED:
        return (("clock paused while waiting", "dim"),)
    words = (_deadline(name, getattr(ticket, field), reading.now) for name, field in _DUE_WORDS)
    parts = [part for part in words if part is not None]
    if not parts or not ticket.category.is_open:
        return ()
    dot = f" {reading.glyphs.dot} "
    return tuple(part for index, part in enumerate(parts) for part in ((((dot, "dim"),) if index else ()) + (part,)))


def _deadline(name: str, at: datetime | None, now: datetime) -> Part | None:
    if at is None:
        return None
    words = due(at, now)
    if words.startswith("-"):
        return f"{name} overdue by {words[1:]}", "urgent"
    return f"{name} due {'now' if words == 'due' else words}", "plain"
