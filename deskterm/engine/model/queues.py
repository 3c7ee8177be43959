"""Queues and who was given what on them."""

from sqlmodel import Field, SQLModel


class Queue(SQLModel, table=True):
    """Where tickets stand in line. `follow_up`: what a late reply to a closed ticket does (reopen or new)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    description: str = ""
    address: str = ""
    follow_up: str = "new"
    active: bool = True
    is_default: bool = False
    version: int = 1


class QueueGrant(SQLModel, table=True):
    """A level on one queue for one person or one role; `level` is a `Level`."""

    __tablename__ = "queue_grant"

    id: int | None = Field(default=None, primary_key=True)
    queue_id: int
    person_id: int | None = None
    role: str | None = None
    level: int
