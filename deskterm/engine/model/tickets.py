"""Tickets and what hangs on them. Times are UTC milliseconds."""

from sqlmodel import Field, SQLModel


class TicketType(SQLModel, table=True):
    """Incident, Request, Bug, Problem, Change, or a desk's own."""

    __tablename__ = "ticket_type"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    description: str = ""
    position: int = 0
    active: bool = True
    version: int = 1


class Status(SQLModel, table=True):
    """A desk's own status inside one of the fixed categories; `is_default` of its category."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    category: int
    position: int = 0
    waits_for_requester: bool = False
    is_default: bool = False
    active: bool = True
    version: int = 1


class Ticket(SQLModel, table=True):
    """One ticket; `id` is its number. `version` is the id of the last event that changed it.

    `routed`: 0 the rules have not run, 1 they have, 2 they have and one of them failed.
    """

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    type_id: int
    status_id: int
    category: int
    is_open: bool
    priority: int
    impact: str | None = None
    urgency: str | None = None
    major: bool = False
    queue_id: int
    assignee_id: int | None = None
    requester_id: int
    organization_id: int | None = None
    channel: str
    created_at: int
    updated_at: int
    first_response_due: int | None = None
    next_response_due: int | None = None
    resolution_due: int | None = None
    next_due: int | None = None
    sla_policy: str | None = None
    sla_state: int = 0
    first_response_at: int | None = None
    resolved_at: int | None = None
    closed_at: int | None = None
    pending_until: int | None = None
    snoozed_until: int | None = None
    custom: str = "{}"
    merged_into: int | None = None
    deleted_at: int | None = None
    routed: int = 0
    last_message_id: int | None = None
    version: int = 1


class Tag(SQLModel, table=True):
    """A word put on tickets."""

    id: int | None = Field(default=None, primary_key=True)
    name: str


class TicketTag(SQLModel, table=True):
    """A tag on a ticket."""

    __tablename__ = "ticket_tag"

    ticket_id: int = Field(primary_key=True)
    tag_id: int = Field(primary_key=True)


class TicketLink(SQLModel, table=True):
    """A tie between two tickets, e.g. `follow_up` or `possible_follow_up`."""

    __tablename__ = "ticket_link"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int
    other_id: int
    kind: str


class Participant(SQLModel, table=True):
    """Somebody besides the requester on a ticket: `kind` is cc or watcher."""

    ticket_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)


class TicketSeen(SQLModel, table=True):
    """The last message of a ticket that a person has read."""

    __tablename__ = "ticket_seen"

    person_id: int = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True)
    message_id: int
