"""Events as rows: ids of queues, statuses, types and people are given their names of today."""

import json
from collections.abc import Iterator, Sequence
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
        if field == "" and isinstance(value, dict):
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


def subjects_after(reader: Reader, since: int, limit: int) -> Sequence[tuple[int, str, int]]:
    """Id, kind and subject of up to `limit` events after one, oldest first."""
    return reader.rows("SELECT id, kind, subject_id FROM event WHERE id > ? ORDER BY id LIMIT ?", (since, limit))


def rules_fired(reader: Reader, number: int) -> frozenset[int]:
    """Ids of the rules that matched a ticket, from what routing wrote down."""
    found = reader.rows(
        "SELECT v.new FROM event e JOIN event_value v ON v.event_id = e.id "
        "WHERE e.kind = 'ticket' AND e.subject_id = ? AND e.field = 'rules'",
        (number,),
    )
    traces = (entry for (text,) in found for entry in json.loads(text)["trace"])
    return frozenset(entry[0] for entry in traces if entry[2] == "matched")
