"""Events as rows: ids of queues, statuses, types and people are given their names of today."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deskterm.engine.domain.audit import ChainedEvent, StoredEvent
from deskterm.engine.domain.rows import EventRow, instant
from deskterm.engine.model.enums import Priority
from deskterm.engine.store.backend import Reader

_EVENTS = """
SELECT e.id, e.at, ifnull(p.login, p.name), e.source, e.action, e.kind, e.subject_id, e.field, v.old, v.new,
    e.cause, e.hash
FROM event e JOIN person p ON p.id = e.actor_id LEFT JOIN event_value v ON v.event_id = e.id
"""

_NAMES = {
    "queue": "SELECT name FROM queue WHERE id = ?",
    "status": "SELECT name FROM status WHERE id = ?",
    "type": "SELECT name FROM ticket_type WHERE id = ?",
    "assignee": "SELECT ifnull(login, name) FROM person WHERE id = ?",
    "person": "SELECT ifnull(nullif(email, ''), name) FROM person WHERE id = ?",
    "requester": "SELECT ifnull(nullif(email, ''), name) FROM person WHERE id = ?",
    "organization": "SELECT name FROM organization WHERE id = ?",
}


class Naming:
    """Names for the ids in event values, each looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, int], object] = {}

    def value(self, field: str, value: object) -> object:
        """The value as people read it: a name for an id, a word for a priority."""
        if field == "priority" and isinstance(value, int):
            return Priority(value).label
        if field in _NAMES and isinstance(value, int):
            return self._name(field, value)
        if field in ("", "participant") and isinstance(value, dict):
            return {name: self.value(name, part) for name, part in value.items()}
        return value

    def _name(self, field: str, value: int) -> object:
        if (field, value) not in self._known:
            found = self._reader.row(_NAMES[field], (value,))
            self._known[field, value] = found[0] if found else value
        return self._known[field, value]


def ticket_events(reader: Reader, number: int, after: int = 0) -> tuple[EventRow, ...]:
    """What happened to a ticket, oldest first."""
    where = "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.id > ? ORDER BY e.id"
    return _rows(reader, reader.rows(_EVENTS + where, (number, after)))


def changes_between(reader: Reader, number: int) -> tuple[EventRow, ...]:
    """What was changed on a ticket and when a message came, oldest first; not its creation, nor rules looked at."""
    where = "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.field NOT IN ('', 'rules') ORDER BY e.id"
    return _rows(reader, reader.rows(_EVENTS + where, (number,)))


def audit_log(reader: Reader, *, since: int, until: int, actor: str, action: str, limit: int) -> tuple[EventRow, ...]:
    """The newest events, newest first, optionally of one actor (login) or one action (prefix)."""
    where = "WHERE e.at >= ? AND e.at < ?"
    parameters: list[Any] = [since, until]
    if actor:
        where += " AND (p.login = ? OR p.name = ?)"
        parameters += [actor, actor]
    if action:
        where += " AND substr(e.action, 1, ?) = ?"
        parameters += [len(action), action]
    return _rows(reader, reader.rows(f"{_EVENTS} {where} ORDER BY e.id DESC LIMIT ?", (*parameters, limit)))


LOOKED_AT = 500_000
"""Events that one window looks at: what few events fulfil is found in several."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: from `since` until before `until` (UTC milliseconds), of an actor, of actions that begin so."""

    since: int = 0
    until: int = 1 << 62
    actor: str = ""
    action: str = ""


def window(
    reader: Reader, wanted: Wanted, limit: int, place: int | None, *, backward: bool
) -> tuple[tuple[EventRow, ...], int, int, bool]:
    """Events older than the one at a place, or with `backward` newer ones; without a place from the newest, or from
    the oldest. Newest first; then the ids between which was looked, and whether nothing lies beyond.
    """
    newest = (head(reader) or (0, b""))[0]
    lowest, highest = _stretch(newest, place, backward)
    order = "ASC" if backward else "DESC"
    where, parameters = _where(reader, wanted)
    found = reader.rows(
        f"SELECT e.id FROM event e WHERE e.id BETWEEN ? AND ? {where} ORDER BY e.id {order} LIMIT ?",
        (lowest, highest, *parameters, limit),
    )
    ids = [row[0] for row in found]
    if len(ids) == limit:
        lowest, highest = (lowest, max(ids)) if backward else (min(ids), highest)
    is_last = len(ids) < limit and (highest >= newest if backward else lowest <= 1)
    marks = ",".join("?" * len(ids))
    rows = _rows(reader, reader.rows(f"{_EVENTS} WHERE e.id IN ({marks}) ORDER BY e.id DESC", ids))
    return rows, highest, lowest, is_last


def _stretch(newest: int, place: int | None, backward: bool) -> tuple[int, int]:
    """The ids to look at; they have no gaps, so that a stretch of them is as many events."""
    if backward:
        lowest = 1 if place is None else place + 1
        return lowest, min(newest, lowest + LOOKED_AT - 1)
    highest = newest if place is None else min(newest, place - 1)
    return max(1, highest - LOOKED_AT + 1), highest


def _where(reader: Reader, wanted: Wanted) -> tuple[str, list[Any]]:
    terms = ""
    parameters: list[Any] = []
    if wanted.since or wanted.until < 1 << 62:
        terms += " AND e.at >= ? AND e.at < ?"
        parameters += [wanted.since, wanted.until]
    if wanted.actor:
        ids = reader.rows("SELECT id FROM person WHERE login = ? OR name = ?", (wanted.actor, wanted.actor))
        terms += f" AND e.actor_id IN ({','.join('?' * len(ids))})"
        parameters += [row[0] for row in ids]
    if wanted.action:
        terms += " AND substr(e.action, 1, ?) = ?"
        parameters += [len(wanted.action), wanted.action]
    return terms, parameters


def _rows(reader: Reader, found: Sequence[tuple[Any, ...]]) -> tuple[EventRow, ...]:
    naming = Naming(reader)
    return tuple(_row(naming, row) for row in found)


def _row(naming: Naming, row: tuple[Any, ...]) -> EventRow:
    event_id, at, actor, source, action, kind, subject_id, field, old, new, cause, chain = row
    return EventRow(
        id=event_id,
        at=instant(at),
        actor=actor,
        source=source,
        action=action,
        subject=f"{kind} {subject_id}",
        field=field,
        old=naming.value(field, _load(old)),
        new=naming.value(field, _load(new)),
        cause=cause,
        hash=bytes(chain).hex(),
    )


def _load(text: str | None) -> object:
    return None if text is None else json.loads(text)


def chain(reader: Reader) -> Iterator[StoredEvent]:
    """Every event as the chain covers it, in order, a thousand at a time."""
    after = 0
    while found := reader.rows(_CHAIN, (after,)):
        for row in found:
            yield _stored(row)
        after = found[-1][0]


_CHAIN = """
SELECT e.id, e.command_id, e.at, e.actor_id, e.source, e.action, e.kind, e.subject_id, e.field, e.cause,
    e.digest, e.hash, v.salt, v.old, v.new
FROM event e LEFT JOIN event_value v ON v.event_id = e.id WHERE e.id > ? ORDER BY e.id LIMIT 1000
"""


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    number, command, at, actor, source, action, kind, subject, field, cause, digest, chained, salt, old, new = row
    facts = ChainedEvent(number, command, at, actor, source, action, kind, subject, field, cause, bytes(digest))
    kept = None if salt is None else bytes(salt)
    return StoredEvent(facts, bytes(chained), kept, old, new, erased=kept == b"")


def head(reader: Reader) -> tuple[int, bytes] | None:
    """Id and hash of the newest event."""
    found = reader.row("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1")
    return (found[0], bytes(found[1])) if found else None


@dataclass(frozen=True, slots=True)
class TicketChanges:
    """Tickets that some events are about, and whether those created them; the last of the events, and how many."""

    tickets: dict[int, bool]
    last: int
    events: int


_CHANGES = "SELECT id, kind, subject_id, field FROM event WHERE id > ? ORDER BY id LIMIT ?"


def ticket_changes(reader: Reader, since: int, limit: int) -> TicketChanges:
    """Of up to `limit` events after one."""
    found = reader.rows(_CHANGES, (since, limit))
    tickets: dict[int, bool] = {}
    for _, kind, subject, field in found:
        if kind == "ticket":
            tickets[subject] = tickets.get(subject, False) or field == ""
    return TicketChanges(tickets, found[-1][0] if found else since, len(found))


def rules_fired(reader: Reader, number: int) -> frozenset[int]:
    """Ids of the rules that matched a ticket, from what routing wrote down."""
    found = reader.rows(
        "SELECT v.new FROM event e JOIN event_value v ON v.event_id = e.id "
        "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.field = 'rules'",
        (number,),
    )
    traces = (entry for (text,) in found for entry in json.loads(text)["trace"])
    return frozenset(entry[0] for entry in traces if entry[2] == "matched")
