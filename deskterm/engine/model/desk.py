"""The desk's own furniture: settings, rules, views, jobs, and the audit chain. Times are UTC milliseconds."""

from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """A setting of the desk as text."""

    key: str = Field(primary_key=True)
    value: str


class Rule(SQLModel, table=True):
    """An automation rule; `definition` is JSON when/if/then, `problem` why it cannot run."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    position: int
    enabled: bool = True
    stop: bool = False
    queue_id: int | None = None
    definition: str
    problem: str = ""
    version: int = 1


class SavedView(SQLModel, table=True):
    """A named query: for everyone, for a queue's people, or for its owner."""

    __tablename__ = "saved_view"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    query: str
    position: int = 0
    owner_id: int | None = None
    queue_id: int | None = None
    version: int = 1


class JobLease(SQLModel, table=True):
    """Who may run the timetable, until when; `epoch` grows at every change of leader."""

    __tablename__ = "job_lease"

    name: str = Field(primary_key=True)
    holder: str
    epoch: int
    expires_at: int


class JobRun(SQLModel, table=True):
    """One run of one job."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    started_at: int
    ended_at: int | None = None
    outcome: str = "running"
    did: str = ""
    holder: str
    epoch: int = 0


class Event(SQLModel, table=True):
    """One audited change, chained by `hash`; `digest` is salted and covers the values, which live apart."""

    id: int | None = Field(default=None, primary_key=True)
    command_id: int
    at: int
    actor_id: int
    source: str
    action: str
    kind: str
    subject_id: int
    field: str = ""
    cause: str = ""
    digest: bytes
    hash: bytes


class EventValue(SQLModel, table=True):
    """Old and new of an event as JSON text; may be blanked when a person is erased."""

    __tablename__ = "event_value"

    event_id: int = Field(primary_key=True)
    salt: bytes
    old: str | None = None
    new: str | None = None
