"""What a command did to tickets, read back from the events, and what came after it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskterm.engine.store.backend import Reader

UNDO_OF = "undo of event "
"""How an event that takes another back names its cause; the number is that of the command's first event."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a command did: `old` and `new` as they are kept, ids where there is something to refer to."""

    event_id: int
    kind: str
    number: int
    action: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happened to a ticket: by which command, of whom, and to what."""

    command_id: int
    actor_id: int
    who: str
    action: str
    field: str
    cause: str
    old: Any
    new: Any

    @property
    def takes_back(self) -> int | None:
        """The command that this one undid."""
        return int(self.cause.removeprefix(UNDO_OF)) if self.cause.startswith(UNDO_OF) else None


def command_of(reader: Reader, event_id: int, actor_id: int) -> int | None:
    """The command of this person that an event belongs to."""
    row = reader.row("SELECT command_id FROM event WHERE id = ? AND actor_id = ?", (event_id, actor_id))
    return row[0] if row else None


def steps(reader: Reader, command_id: int) -> tuple[Step, ...]:
    """Everything a command did, in the order it was done; its events stand together."""
    end = reader.row(
        "SELECT id FROM event WHERE id > ? AND command_id <> ? ORDER BY id LIMIT 1", (command_id, command_id)
    )
    rows = reader.rows(
        "SELECT e.id, e.kind, e.subject_id, e.action, e.field, v.old, v.new "
        "FROM event e JOIN event_value v ON v.event_id = e.id WHERE e.id >= ? AND e.id < ? ORDER BY e.id",
        (command_id, end[0] if end else 1 << 62),
    )
    return tuple(Step(*row[:5], *map(_value, row[5:])) for row in rows)


def deeds(reader: Reader, number: int, since: int) -> Sequence[Deed]:
    """What happened to a ticket from an event on, oldest first."""
    rows = reader.rows(
        "SELECT e.command_id, e.actor_id, ifnull(p.login, p.name), e.action, e.field, e.cause, v.old, v.new "
        "FROM event e JOIN person p ON p.id = e.actor_id JOIN event_value v ON v.event_id = e.id "
        "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.id >= ? ORDER BY e.id",
        (number, since),
    )
    return [Deed(*row[:6], *map(_value, row[6:])) for row in rows]


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
