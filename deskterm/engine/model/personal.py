"""What people keep for themselves: settings, drafts, where they are at work. Times are UTC milliseconds."""

from sqlmodel import Field, SQLModel


class Preference(SQLModel, table=True):
    """A person's own setting as text; JSON where it has parts."""

    person_id: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str


class Draft(SQLModel, table=True):
    """A text begun and not sent. `ticket_id`: None is a new ticket; `fields`: what else was filled in, as JSON."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int
    ticket_id: int | None = None
    kind: str
    body: str
    fields: str = "{}"
    version: int | None = None
    saved_at: int


class Presence(SQLModel, table=True):
    """Where one running program of a person is at work. `since`: when this began; `seen_at`: its last sign of life."""

    person_id: int = Field(primary_key=True)
    place: str = Field(primary_key=True)
    ticket_id: int
    doing: str
    since: int
    seen_at: int
