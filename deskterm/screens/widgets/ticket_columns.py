"""The columns of a ticket list: what can stand in them, and which a width has room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from deskterm.engine.services.rows import Category, Priority, SlaState, TicketRow
from deskterm.screens.widgets.ages import age, due
from deskterm.screens.widgets.inks import Part

_PRIORITY = {Priority.URGENT: ("!!", "urgent"), Priority.HIGH: ("hi", "warn"), Priority.LOW: ("lo", "dim")}
_STATE = {
    Category.NEW: "N",
    Category.PENDING: "P",
    Category.RESOLVED: "R",
    Category.CLOSED: "C",
    Category.MERGED: "M",
}

Teller = Callable[[TicketRow, datetime], Part]
"""What a column says of a ticket at a moment, and in which ink; `base` is that of the ticket itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in cells, growing to `most` where there is room. `is_sign`: one cell, joined to the sign before it."""

    name: str
    summary: str
    width: int
    tell: Teller | None = None
    most: int = 0
    to_the_right: bool = False
    is_sign: bool = False


def _dim(words: Callable[[TicketRow], str | None]) -> Teller:
    return lambda ticket, now: (words(ticket) or "", "dim")


def _base(words: Callable[[TicketRow], str]) -> Teller:
    return lambda ticket, now: (words(ticket), "base")


def _priority(ticket: TicketRow, now: datetime) -> Part:
    return _PRIORITY.get(ticket.priority, ("", "base"))


def _created(ticket: TicketRow, now: datetime) -> Part:
    return age(ticket.created_at, now), "dim"


def _clock(ticket: TicketRow, now: datetime) -> Part:
    """The time that matters: a deadline missed or near, else how long nothing happened."""
    if ticket.next_due is not None and ticket.next_due < now and ticket.category.is_open:
        return due(ticket.next_due, now), "urgent"
    if ticket.next_due is not None and ticket.sla_state is SlaState.AT_RISK:
        return f"{age(now, ticket.next_due)}!", "warn"
    return age(ticket.updated_at, now), "dim"


def _due(ticket: TicketRow, now: datetime) -> Part:
    if ticket.next_due is None:
        return "", "dim"
    is_late = ticket.next_due < now and ticket.category.is_open
    return due(ticket.next_due, now), "urgent" if is_late else "warn" if ticket.sla_state is SlaState.AT_RISK else "dim"


COLUMNS = (
    Column("mark", "what you marked, and answers you began", 1, is_sign=True),
    Column("unread", "not read by you yet, or gone from the query", 1, is_sign=True),
    Column("state", "the status as a letter", 1, _dim(lambda row: _STATE.get(row.category)), is_sign=True),
    Column("number", "the ticket number", 5, _base(lambda row: f"#{row.number}")),
    Column("priority", "hi, lo, !! for urgent", 2, _priority),
    Column("subject", "the subject, in the room that is left", 0, _base(lambda row: row.subject)),
    Column("status", "the status by name", 9, _dim(lambda row: row.status), most=16),
    Column("type", "the type", 9, _dim(lambda row: row.type), most=14),
    Column("tags", "the tags", 12, _dim(lambda row: ", ".join(row.tags)), most=30),
    Column("queue", "the queue", 12, _dim(lambda row: row.queue), most=20),
    Column("organization", "the requester's organization", 12, _dim(lambda row: row.organization), most=24),
    Column("requester", "who asked", 14, _dim(lambda row: row.requester.name or row.requester.email), most=26),
    Column("assignee", "who has it", 8, _dim(lambda row: row.assignee), most=16),
    Column("created", "how long ago it came in", 4, _created, to_the_right=True),
    Column("due", "when it is due", 6, _due, to_the_right=True),
    Column("updated", "a deadline near or missed, else how long nothing happened", 4, _clock, to_the_right=True),
)
"""Every column that can be chosen, in the order in which they stand unless another is chosen."""

BY_NAME = {column.name: column for column in COLUMNS}

_UNCHOSEN = {
    "mark": 0,
    "unread": 0,
    "state": 0,
    "number": 0,
    "priority": 0,
    "subject": 0,
    "updated": 30,
    "assignee": 50,
    "requester": 76,
    "status": 100,
    "queue": 120,
    "organization": 160,
}
"""The columns of somebody who has chosen none, and from which width each is there."""

GOES_FIRST = (
    "tags",
    "type",
    "created",
    "organization",
    "queue",
    "status",
    "requester",
    "due",
    "assignee",
    "updated",
    "priority",
    "state",
)
"""In which order columns give way when the subject would be narrower than it needs to be read; the others stay."""

_SUBJECT_NEEDS = 16
"""Cells of a subject below which columns give way."""

_SUBJECT_LIKES = 56
"""Cells of a subject above which the other columns grow."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A column with the width it has in this list; `gap`: cells left blank before it."""

    column: Column
    width: int
    gap: int


def unchosen(width: int) -> tuple[str, ...]:
    """The names of the columns that a list of this width has for whoever has chosen none."""
    return tuple(column.name for column in COLUMNS if width >= _UNCHOSEN.get(column.name, 1 << 30))


@lru_cache(64)
def cells_for(chosen: tuple[str, ...], width: int, digits: int) -> tuple[Cell, ...]:
    """What a list of this width shows, for numbers of so many digits. The subject is always there."""
    columns = [BY_NAME[name] for name in chosen or unchosen(width) if name in BY_NAME]
    if BY_NAME["subject"] not in columns:
        columns.append(BY_NAME["subject"])
    for name in GOES_FIRST:
        if _left(columns, width, digits) >= _SUBJECT_NEEDS:
            break
        columns = [column for column in columns if column.name != name]
    return _grown(columns, width, digits)


def _left(columns: Sequence[Column], width: int, digits: int) -> int:
    """What is left for the subject."""
    taken = sum(_width(column, digits) + gap for column, gap in zip(columns, _gaps(columns), strict=True))
    return width - taken


def _grown(columns: Sequence[Column], width: int, digits: int) -> tuple[Cell, ...]:
    spare = max(_left(columns, width, digits) - _SUBJECT_LIKES, 0)
    widths = []
    for column in columns:
        more = min(spare, max(column.most - column.width, 0))
        spare -= more
        widths.append(_width(column, digits) + more)
    subject = max(width - sum(widths) - sum(_gaps(columns)), 1)
    return tuple(
        Cell(column, subject if column.name == "subject" else cells, gap)
        for column, cells, gap in zip(columns, widths, _gaps(columns), strict=True)
    )


def _width(column: Column, digits: int) -> int:
    return digits + 1 if column.name == "number" else column.width


def _gaps(columns: Sequence[Column]) -> list[int]:
    """A blank between columns; signs stand side by side."""
    befores = [None, *columns[:-1]]
    return [
        int(before is not None and not (before.is_sign and column.is_sign))
        for before, column in zip(befores, columns, strict=True)
    ]
