"""Frozen rows: the only shape in which data leaves the door.

Times are aware UTC datetimes, absent values None. Names follow the JSON keys of the command line.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from deskterm.engine.model.enums import Category, Level, MessageKind, Priority, SlaState


def moment(milliseconds: int | None) -> datetime | None:
    """UTC milliseconds as an aware datetime."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def instant(milliseconds: int) -> datetime:
    """UTC milliseconds, never absent, as an aware datetime."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Contact:
    """The person who asked: a name and an address, either may be empty."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket as lists and details show it."""

    number: int
    subject: str
    type: str
    status: str
    category: Category
    priority: Priority
    queue: str
    assignee: str | None
    requester: Contact
    organization: str | None
    channel: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    version: int
    impact: str | None = None
    urgency: str | None = None
    first_response_due: datetime | None = None
    next_response_due: datetime | None = None
    resolution_due: datetime | None = None
    next_due: datetime | None = None
    sla_policy: str | None = None
    sla_state: SlaState = SlaState.NONE
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    custom: dict[str, object] = field(default_factory=dict)
    merged_into: int | None = None
    deleted: bool = False
    unread: bool = False
    level: Level = Level.NONE
    """The actor's own level on this ticket: decides which keys are offered."""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A stored file of a message; `sha256` names its bytes."""

    id: int
    name: str
    type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a ticket's thread. `inbound`: it came from outside."""

    id: int
    kind: MessageKind
    author: str
    author_email: str
    at: datetime
    body: str
    inbound: bool
    automatic: bool
    attachments: tuple[AttachmentRow, ...] = ()
    delivery: str = ""
    """Of an outgoing reply: queued, sent, failed; empty when nothing has to leave."""

    @property
    def visible_reply(self) -> str:
        """What was written, without the quotes and the signature around it; found out each time it is asked for."""
        from deskterm.engine.domain.quotes import visible_reply  # its words of many languages: not for lists

        return visible_reply(self.body) if self.inbound else self.body


@dataclass(frozen=True, slots=True)
class EventRow:
    """One audited change: who, when, what, old and new, and by whose cause."""

    id: int
    at: datetime
    actor: str
    source: str
    action: str
    subject: str
    field: str
    old: object
    new: object
    cause: str
    hash: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A tie from this ticket to another the actor may also see."""

    kind: str
    number: int
    subject: str


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Somebody besides the requester on a ticket: `kind` is cc or watcher."""

    kind: str
    person: Contact


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """A ticket with its thread, oldest message first."""

    ticket: TicketRow
    messages: tuple[MessageRow, ...]
    links: tuple[LinkRow, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue and how much open work stands in it for the actor."""

    id: int
    name: str
    description: str
    address: str
    active: bool
    is_default: bool
    open: int
    unassigned: int
    level: Level


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person: an agent with a login, or a requester without one.

    `last_ticket`: of theirs the one that changed last, where it was asked for.
    """

    id: int
    login: str | None
    name: str
    email: str
    role: str
    organization: str | None
    active: bool
    os_login: str | None
    levels: dict[str, Level] = field(default_factory=dict)
    last_ticket: int | None = None
    last_ticket_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization, the mail domains that belong to it, and whether its people see each other's tickets."""

    id: int
    name: str
    domains: tuple[str, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with what it grants by itself and by what it extends."""

    key: str
    name: str
    description: str
    extends: str | None
    permissions: tuple[str, ...]
    inherited: tuple[str, ...]
    default_level: Level
    people: int


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A word of the desk's vocabulary: a type, a status (with its category), a tag."""

    id: int
    name: str
    description: str = ""
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved query and, where it was asked for, how many tickets it holds (None: it could not be counted).

    `scope`: mine, queue (then `queue` names it) or everyone; `may_change`: whether the actor may.
    """

    id: int
    name: str
    query: str
    position: int
    owner: str | None
    count: int | None = None
    count_is_bound: bool = False
    scope: str = "everyone"
    queue: str | None = None
    may_change: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A text that its author has begun and not sent. `kind`: reply, note, or new (of ticket 0).

    `version`: of the ticket it was composed against; `fields`: what else was filled in, by name.
    """

    number: int
    kind: str
    body: str
    fields: dict[str, str]
    version: int | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """A reply that was taken back: the draft it is now, and what was attached. `version`: the ticket's, now."""

    number: int
    body: str
    version: int
    fields: dict[str, str]
    saved_at: datetime
    attachments: tuple[AttachmentRow, ...]


@dataclass(frozen=True, slots=True)
class RecipientsRow:
    """Mail addresses that a public reply goes to: the requester's, and those of people copied in."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """Somebody at a ticket now. `doing`: reading, replying or noting; `since` when."""

    login: str
    name: str
    doing: str
    since: datetime


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as listed; `definition` is the parsed when/if/then, `problem` why it matches nothing, if so."""

    id: int
    name: str
    position: int
    enabled: bool
    stop: bool
    queue: str | None
    definition: dict[str, object]
    problem: str
    matches: int


@dataclass(frozen=True, slots=True)
class MailRow:
    """A raw mail that came in and what became of it."""

    id: int
    state: str
    reason: str
    sender: str
    subject: str
    received_at: datetime
    bytes: int
    sha256: str
    number: int | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job of the timetable with its last run."""

    name: str
    description: str
    every_seconds: int
    last_at: datetime | None
    last_outcome: str
    last_did: str
    last_seconds: float | None


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """The process that runs the timetable, and the host it runs on."""

    host: str
    process: str


@dataclass(frozen=True, slots=True)
class JobRunRow:
    """One run of one job."""

    id: int
    name: str
    started_at: datetime
    seconds: float | None
    outcome: str
    did: str
    holder: str
