"""Mail in: stored raw first, parsed after in a process of its own, then a ticket, an answer, or the quarantine.

Nothing is lost: the raw bytes and a row are committed before anybody tries to read them, what cannot be read is
kept with the reason, and whatever a kill leaves unread is read by the intake job.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as RawMessage
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Busy, DeskError, Invalid, LeaseLost, NotFound, ReadOnly
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import MailRow, instant
from deskterm.engine.domain.text import base_subject, one_line
from deskterm.engine.domain.threads import Append
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.door.failures import record_failure
from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail import MailUnreadable, ParsedMail
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.model.enums import Level, MailState, MessageKind
from deskterm.engine.services import answers, follow_ups, newcomers, working
from deskterm.engine.services.routing import Arrival, route
from deskterm.engine.services.working import NewAttachment

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.desk_sql import PersonKey
    from deskterm.engine.store.words_sql import QueueWord

LEFT_ALONE_SECONDS = 60
"""A stored mail this young is still in the hands of whoever received it."""


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """What became of one mail. `number`: its ticket; `reason`: why it was ignored or quarantined."""

    id: int
    state: MailState
    number: int | None = None
    reason: str = ""


def receive_mail(seat: Seat, raw: bytes, *, queue: str | None, reader: MailReader) -> MailOutcome:
    """Take in one raw mail; when this returns it is stored durably, whatever became of it.

    Raises:
        Denied: the seat may not hand in mail.
        Busy, ReadOnly: the desk cannot take it now; nothing was kept, so it must be handed in again.
    """
    seat.require(Permission.RECEIVE_MAIL)
    system = seat.as_system("mail")
    sha256 = seat.desk.blobs.put(raw)
    stored = system.do(StoreMail(sha256=sha256, bytes=len(raw), dedup=deduplication_key(raw, sha256), queue=queue))
    if stored.state is not MailState.RECEIVED:
        return MailOutcome(stored.id, MailState.IGNORED, stored.number, "duplicate")
    return read_stored(system, stored.id, raw, reader)


def deduplication_key(raw: bytes, sha256: str) -> str:
    """What makes two mails the same one: the Message-ID, or all their bytes where it is missing."""
    found = _MESSAGE_ID.search(_head(raw))
    message_id = "".join(found[1].decode("latin-1").split()).strip("<>") if found else ""
    return f"id:{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()}" if message_id else sha256


_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*((?:[^\n]|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_MOST_HEADER = 256_000


def _head(raw: bytes) -> bytes:
    """The header with plain line ends; what stands below the first empty line has no say."""
    return raw[:_MOST_HEADER].lstrip().replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]


def read_stored(system: Seat, mail_id: int, raw: bytes, reader: MailReader, *, approved: bool = False) -> MailOutcome:
    """Read a stored mail and file it; what goes wrong with it puts it in quarantine, never in the way."""
    try:
        parsed = reader.read(raw)
    except MailUnreadable as error:
        return system.do(QuarantineMail(id=mail_id, reason=str(error), **_sketch(raw)))
    files = tuple(_stored(system, file.name, file.media_type, file.content) for file in parsed.attachments)
    try:
        return system.do(FileMail(id=mail_id, mail=parsed, files=files, approved=approved))
    except (Busy, ReadOnly, LeaseLost):
        raise
    except Exception as error:  # the intake's edge: one mail that cannot be filed never holds up the next
        if not isinstance(error, DeskError):
            record_failure(system.desk, error)
        reason = f"could not be filed: {error if isinstance(error, DeskError) else type(error).__name__}"
        return system.do(QuarantineMail(id=mail_id, reason=reason, sender=parsed.sender_email, subject=parsed.subject))


def _stored(system: Seat, name: str, media_type: str, content: bytes) -> NewAttachment:
    sha256 = system.desk.blobs.put(content)
    return NewAttachment(name, media_type, sha256=sha256, bytes=len(content))


def _sketch(raw: bytes) -> dict[str, str]:
    """Sender and subject of what cannot be read, as far as they can be guessed, for the quarantine list."""
    try:
        head: RawMessage = message_from_bytes(_head(raw)[:20_000] + b"\n\n")
        return {
            "sender": one_line(str(head.get("From", "")), 200),
            "subject": one_line(str(head.get("Subject", "")), 200),
        }
    except (ValueError, RecursionError, LookupError):
        return {"sender": "", "subject": ""}


def read_stored_mails(seat: Seat) -> int:
    """Read every mail that has waited longer than its receiver would need; how many."""
    system = seat.as_system("mail")
    oldest = seat.desk.now() - LEFT_ALONE_SECONDS * 1000
    waiting = [row for row in seat.ask(ListMail(state=MailState.RECEIVED)) if row.received_at <= instant(oldest)]
    with MailReader() as reader:
        for row in reversed(waiting):
            _read_waiting(system, row, reader)
    return len(waiting)


def _read_waiting(system: Seat, row: MailRow, reader: MailReader) -> None:
    """One whose bytes are gone is put aside with that reason; it never holds up the next."""
    try:
        raw = system.desk.blobs.get(row.sha256)
    except NotFound as error:
        system.do(QuarantineMail(id=row.id, reason=str(error)))
        return
    read_stored(system, row.id, raw, reader)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A raw mail as it is kept; a state other than received says that it came in before."""

    id: int
    state: MailState
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMail(Command[StoredMail]):
    """Keep a raw mail that was handed in, once per Message-ID and channel. `sha256` names its stored bytes."""

    sha256: str
    bytes: int
    dedup: str
    queue: str | None = None


@action("mail.store", needs=Permission.RECEIVE_MAIL)
def store_mail(tx: "WriteTx", command: StoreMail) -> StoredMail:
    """One that was stored but never read comes back as received, so that it is read now."""
    from deskterm.engine.model.messages import Mail

    queue = tx.queue(command.queue) if command.queue else None
    channel = f"mail to {queue.name}" if queue else "mail"
    known = tx.mail_by_key(channel, command.dedup)
    if known is not None:
        return StoredMail(known.id or 0, MailState(known.state), known.ticket_id)
    mail = Mail(
        channel=channel,
        dedup=command.dedup,
        sha256=command.sha256,
        bytes=command.bytes,
        received_at=tx.now,
        state=MailState.RECEIVED,
        queue_id=queue.id if queue else None,
    )
    tx.session.add(mail)
    tx.flush()
    tx.record("mail", mail.id, "", None, {"channel": channel, "sha256": command.sha256, "bytes": command.bytes})
    return StoredMail(mail.id or 0, MailState.RECEIVED, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineMail(Command[MailOutcome]):
    """Put a mail aside that cannot be read, with the reason, for admins and leads to look at."""

    id: int
    reason: str
    sender: str = ""
    subject: str = ""


@action("mail.hold", needs=Permission.RECEIVE_MAIL)
def quarantine_mail(tx: "WriteTx", command: QuarantineMail) -> MailOutcome:
    """Its raw bytes stay."""
    mail = tx.raw_mail(command.id)
    if mail.state not in (MailState.RECEIVED, MailState.QUARANTINED):
        return MailOutcome(command.id, MailState(mail.state), mail.ticket_id, mail.reason)
    tx.change_entity(
        "mail",
        mail,
        state=MailState.QUARANTINED.value,
        reason=one_line(command.reason, 500),
        sender=one_line(command.sender, 200),
        subject=one_line(command.subject, 200),
    )
    return MailOutcome(command.id, MailState.QUARANTINED, None, mail.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMail(Command[MailOutcome]):
    """Make a ticket of a mail that was read, or add it to the one it answers. `approved`: somebody let it in."""

    id: int
    mail: ParsedMail
    files: tuple[NewAttachment, ...] = ()
    approved: bool = False


@action("mail.file", needs=Permission.RECEIVE_MAIL)
def file_mail(tx: "WriteTx", command: FileMail) -> MailOutcome:
    """Everything about the mail in one transaction: requester, ticket, message, rules, and the mail's own state.

    One of a flood of unknown senders is held.
    """
    mail = tx.raw_mail(command.id)
    if mail.state not in (MailState.RECEIVED, MailState.QUARANTINED) or mail.ticket_id is not None:
        return MailOutcome(command.id, MailState.IGNORED, mail.ticket_id, "duplicate")
    parsed = command.mail
    ignored = _reason_to_ignore(tx, parsed)
    if ignored:
        _settle(tx, command, MailState.IGNORED, None, ignored)
        return MailOutcome(command.id, MailState.IGNORED, None, ignored)
    sender = newcomers.find_sender(tx, parsed, approved=command.approved)
    if sender is None:
        reason = newcomers.why_held(parsed)
        _settle(tx, command, MailState.QUARANTINED, None, reason)
        return MailOutcome(command.id, MailState.QUARANTINED, None, reason)
    decision = follow_ups.decide(tx, parsed, only_added=not _wakes(parsed))
    if isinstance(decision, Append):
        ticket = tx.ticket(decision.number)
        _append(tx, ticket, command, sender)
        state = MailState.APPENDED
    else:
        ticket = _open(tx, command, sender, mail.queue_id)
        follow_ups.link_new(tx, ticket, decision)
        state = MailState.CREATED
    _settle(tx, command, state, ticket.id, "")
    return MailOutcome(command.id, state, ticket.id)


def _reason_to_ignore(tx: "WriteTx", parsed: ParsedMail) -> str:
    """Our own mail coming back is a loop, whoever sent it round."""
    if parsed.message_id and tx.sent_by_us(parsed.message_id):
        return "our own mail"
    if parsed.sender_email and tx.is_own_address(parsed.sender_email):
        return "from one of our own addresses"
    return ""


def _settle(tx: "WriteTx", command: FileMail, state: MailState, number: int | None, reason: str) -> None:
    tx.change_entity(
        "mail",
        tx.raw_mail(command.id),
        state=state.value,
        reason=reason,
        sender=command.mail.sender_email,
        subject=command.mail.subject,
        ticket_id=number,
    )


def _open(tx: "WriteTx", command: FileMail, sender: "PersonKey", queue_id: int | None) -> "Ticket":
    parsed = command.mail
    queue, disabled = _queue(tx, queue_id)
    opening = working.Opening(
        subject=_plain_subject(parsed, tx.desk.settings.prefix) or "(no subject)",
        requester_id=sender.id,
        organization_id=sender.organization_id,
        channel="mail",
        queue=queue.name,
    )
    ticket = working.open_ticket(tx, opening, sender)
    if disabled is not None:
        tx.record_ticket(ticket, "queue", disabled.id, queue.id, f"the queue {disabled.name} is disabled")
    _say(tx, ticket, command, sender)
    newcomers.copy_in(tx, ticket, parsed)
    route(tx, ticket, _arrival(parsed), "created")
    return ticket


def _queue(tx: "WriteTx", queue_id: int | None) -> "tuple[QueueWord, QueueWord | None]":
    """Where a mail's ticket is opened; and where it was meant to be, if that queue takes nothing in any more."""
    wanted = next((queue for queue in tx.words.queues if queue.id == queue_id), None)
    if wanted is not None and wanted.active:
        return wanted, None
    return tx.default_queue(), wanted


def _plain_subject(parsed: ParsedMail, prefix: str) -> str:
    """The subject without the signs of an answer; a tag of ours would lead answers to another ticket."""
    return one_line(base_subject(parsed.subject, prefix) or parsed.subject, working.MAX_SUBJECT)


def _wakes(parsed: ParsedMail) -> bool:
    """Whether somebody wants something: no machine wrote it, and it does more than thank."""
    return not (parsed.automatic or parsed.is_bounce) and answers.wants_something(parsed.body)


def _append(tx: "WriteTx", ticket: "Ticket", command: FileMail, sender: "PersonKey") -> None:
    parsed = command.mail
    _say(tx, ticket, command, sender)
    wakes = _wakes(parsed)
    if wakes and follow_ups.is_proven(tx, parsed, ticket.id or 0):
        newcomers.copy_in(tx, ticket, parsed)
    if parsed.is_bounce:
        bounced = parsed.bounced_address or "the requester's address"
        _tell(tx, ticket, f"A mail server reports trouble delivering a mail of this ticket to {bounced}.")
    if wakes:
        answers.take_in(tx, ticket, _arrival(parsed))


def _tell(tx: "WriteTx", ticket: "Ticket", text: str) -> None:
    working.say(tx, ticket, working.Saying(MessageKind.SYSTEM, tx.actor.person_id, text, automatic=True))


def _say(tx: "WriteTx", ticket: "Ticket", command: FileMail, sender: "PersonKey") -> None:
    parsed = command.mail
    saying = working.Saying(
        kind=MessageKind.REPLY,
        author_id=sender.id,
        body=parsed.body[: working.MAX_BODY],
        inbound=True,
        automatic=bool(parsed.automatic),
        files=command.files,
        mail_id=command.id,
        rfc_message_id=parsed.message_id or None,
        recipients=(*parsed.recipients, *parsed.cc),
    )
    working.say(tx, ticket, saying)


def _arrival(parsed: ParsedMail) -> Arrival:
    return Arrival(parsed.body, parsed.sender_email, parsed.sender_name, (*parsed.recipients, *parsed.cc))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMail(Query[tuple[MailRow, ...]]):
    """Raw mails in one state, newest first: quarantined, received, created, appended, ignored, dropped."""

    state: str = MailState.QUARANTINED.value
    limit: int = 500


@action("mail.list", needs=Permission.QUARANTINE)
def list_mail(tx: "ReadTx", query: ListMail) -> tuple[MailRow, ...]:
    """For admins and leads; of a mail that became a ticket, only with that ticket in sight."""
    return tuple(row for row in tx.mails(query.state, query.limit) if _in_sight(tx, row))


def _in_sight(tx: "ReadTx", row: MailRow) -> bool:
    return row.number is None or tx.level(row.number) >= Level.READ


@dataclass(frozen=True, slots=True)
class MailContent:
    """A raw mail with its bytes."""

    row: MailRow
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMail(Query[MailContent]):
    """A raw mail as it came in."""

    id: int


@action("mail.show", needs=Permission.QUARANTINE)
def show_mail(tx: "ReadTx", query: ShowMail) -> MailContent:
    """With its bytes, unread."""
    row = tx.mail(query.id)
    if not _in_sight(tx, row):
        raise NotFound(f"There is no mail {query.id}.")
    return MailContent(row, tx.desk.blobs.get(row.sha256))


def retry_mail(seat: Seat, mail_id: int, reader: MailReader) -> MailOutcome:
    """Try once more to read a mail from the quarantine; that somebody does so lets an unknown sender in.

    Raises:
        Invalid: it is not in quarantine.
    """
    content = seat.ask(ShowMail(id=mail_id))
    if content.row.state != MailState.QUARANTINED:
        raise Invalid(f"Mail {mail_id} is not in quarantine; it was {content.row.state}.")
    return read_stored(seat.as_system("mail"), mail_id, content.raw, reader, approved=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMail(Command[MailRow]):
    """Take a mail out of the quarantine for good; its raw bytes are kept."""

    id: int


@action("mail.drop", needs=Permission.QUARANTINE)
def drop_mail(tx: "WriteTx", command: DropMail) -> MailRow:
    """Only what is in quarantine can be dropped."""
    mail = tx.raw_mail(command.id)
    if mail.state != MailState.QUARANTINED:
        raise Invalid(f"Mail {command.id} is not in quarantine; it was {mail.state}.")
    tx.change_entity("mail", mail, state=MailState.DROPPED.value)
    tx.flush()
    return tx.mail(command.id)


def facts_of_mail(parsed: ParsedMail) -> dict[str, str | tuple[str, ...] | None]:
    """A mail as rules would see it if it came in now, before any rule has acted."""
    return {
        "subject": base_subject(parsed.subject) or parsed.subject,
        "body": parsed.body,
        "sender": parsed.sender_email,
        "sender_name": parsed.sender_name,
        "recipient": (*parsed.recipients, *parsed.cc),
        "organization": None,
        "type": None,
        "priority": "normal",
        "queue": None,
        "channel": "mail",
        "tags": (),
        "status": "New",
    }
