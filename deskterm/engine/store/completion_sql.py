"""What the desk knows for the fields of a query, for somebody with a scope: names, and counts that are kept anyway.

What lies outside the scope is not named: no queue, no tag, no organization and no requester whose tickets are
all elsewhere. A name is looked for by its beginning, along an index, and among so many candidates at most that a
desk with a million people answers as fast as a small one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from deskterm.engine.domain.completion import Known
from deskterm.engine.domain.permissions import Permission, Scope, effective_permissions
from deskterm.engine.model.enums import Category, Priority
from deskterm.engine.store.actor_sql import role_definitions
from deskterm.engine.store.backend import Reader

_CANDIDATES: Final = 200
"""Names that begin so which are looked at, in their alphabetical order."""

_LOOKED_AT: Final = 200
"""Newest tickets of a candidate among which one in scope is looked for."""

_OPEN: Final = f"category <= {Category.PENDING.value} AND deleted = 0"
_NOT_IN_BIN: Final = "deleted = 0"

Source = Callable[[Reader, Scope, str], Iterator[Known]]


def known_values(reader: Reader, scope: Scope, field: str, typed: str) -> tuple[Known, ...]:
    """The desk's own values of a field; those looked up in long tables begin with what was typed."""
    source = _SOURCES.get(field)
    return tuple(source(reader, scope, typed)) if source else ()


def _counts(reader: Reader, scope: Scope, column: str, which: str = _OPEN) -> Mapping[int, int] | None:
    """How many tickets by the values of a column; None for whoever reads no queue, since counters know no owner."""
    if not scope.everything and not scope.queue_ids:
        return None
    seen = "1" if scope.everything else f"queue_id IN ({_marks(scope)})"
    sql = f"SELECT {column}, sum(n) FROM ticket_counter WHERE {which} AND {seen} GROUP BY 1"
    return dict(reader.rows(sql, _queues_read(scope)))


def _counted(counts: Mapping[int, int] | None, key: int) -> int | None:
    return None if counts is None else counts.get(key, 0)


def _queues(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    counts = _counts(reader, scope, "queue_id")
    for number, name in reader.rows("SELECT id, name FROM queue ORDER BY is_default DESC, name"):
        if scope.reads_queue(number):
            yield Known(name, "", _counted(counts, number))


def _statuses(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    counts = _counts(reader, scope, "status_id", _NOT_IN_BIN)
    by_category = _counts(reader, scope, "category", _NOT_IN_BIN)
    for number, name in reader.rows("SELECT id, name FROM status WHERE active = 1 ORDER BY position, id"):
        yield Known(name, "", _counted(counts, number))
    for category in Category:
        yield Known(category.label, "", _counted(by_category, category))


def _types(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    counts = _counts(reader, scope, "type_id")
    found = reader.rows("SELECT id, name, description FROM ticket_type WHERE active = 1 ORDER BY position, id")
    for number, name, description in found:
        yield Known(name, description, _counted(counts, number))


def _priorities(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    counts = _counts(reader, scope, "priority")
    for priority in Priority:
        yield Known(priority.label, "", _counted(counts, priority))


def _channels(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    yield Known("mail", "by mail")
    yield Known("screen", "opened by hand")
    yield Known("cli", "from the command line")


def _assignees(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    """Who may work on tickets, and who still has some of those in scope."""
    counts = _counts(reader, scope, "assignee_id")
    roles = role_definitions(reader)
    working = {key for key in roles if Permission.WORK in effective_permissions(key, roles)}
    yield Known("me", "", _counted(counts, scope.person_id))
    yield Known("none", "", _counted(counts, 0))
    people = reader.rows(
        "SELECT id, login, name, role, active FROM person WHERE login > '' AND is_system = 0 ORDER BY login"
    )
    for number, login, name, role, active in people:
        count = _counted(counts, number)
        if count or (active and role in working):
            yield Known(login, name, count)


_TAGS = """
SELECT name FROM (
    SELECT g.name, (SELECT count(*) FROM (SELECT 1 FROM ticket_tag x {seen} WHERE x.tag_id = g.id LIMIT {most})) AS n
    FROM (SELECT id, name FROM tag WHERE name >= ? AND name < ? ORDER BY name LIMIT {candidates}) g
) WHERE n > 0 ORDER BY n DESC, name
"""


def _tags(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    """Tags of tickets in scope, those on many tickets first."""
    seen = "" if scope.everything else f"JOIN ticket t ON t.id = x.ticket_id AND t.queue_id IN ({_marks(scope)})"
    sql = _TAGS.format(seen=seen, most=_LOOKED_AT, candidates=_CANDIDATES)
    for (name,) in reader.rows(sql, (*_queues_read(scope), *_beginning(typed))):
        yield Known(name)


_WITH_TICKETS = """
SELECT {columns} FROM (SELECT * FROM {table} WHERE {column} >= ? AND {column} < ? {which}
    ORDER BY {column} LIMIT {candidates}) o
WHERE {seen}
"""
_SEEN = """
EXISTS (SELECT 1 FROM (SELECT queue_id FROM ticket WHERE {key} = o.id ORDER BY updated_at DESC LIMIT {most})
    WHERE queue_id IN ({marks}))
"""


def _organizations(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    found = _with_tickets(reader, scope, typed, table="organization", column="name", key="organization_id")
    for (name,) in found:
        yield Known(name)


def _requesters(reader: Reader, scope: Scope, typed: str) -> Iterator[Known]:
    """By the beginning of an address or a login; all of them are too many to begin with."""
    if not typed:
        return
    for column, which in (("email", "AND email <> ''"), ("login", "AND login > ''")):
        found = _with_tickets(
            reader,
            scope,
            typed,
            table="person",
            column=column,
            key="requester_id",
            columns=f"o.{column}, o.name",
            which=f"{which} AND is_system = 0",
        )
        for text, name in found:
            yield Known(text, name)


def _with_tickets(
    reader: Reader,
    scope: Scope,
    typed: str,
    *,
    table: str,
    column: str,
    key: str,
    columns: str = "o.name",
    which: str = "",
) -> list[tuple[str, ...]]:
    """Rows that begin so and have a ticket in scope."""
    seen = "1" if scope.everything else _SEEN.format(key=key, most=_LOOKED_AT, marks=_marks(scope))
    sql = _WITH_TICKETS.format(
        columns=columns, table=table, column=column, which=which, candidates=_CANDIDATES, seen=seen
    )
    return reader.rows(sql, (*_beginning(typed), *_queues_read(scope)))


def _beginning(typed: str) -> tuple[str, str]:
    """The names that begin so lie between these two."""
    return typed, f"{typed}\U0010ffff"


def _marks(scope: Scope) -> str:
    return ", ".join("?" * len(scope.queue_ids))


def _queues_read(scope: Scope) -> tuple[int, ...]:
    return () if scope.everything else scope.queue_ids


_SOURCES: Final[Mapping[str, Source]] = {
    "status": _statuses,
    "type": _types,
    "priority": _priorities,
    "queue": _queues,
    "assignee": _assignees,
    "requester": _requesters,
    "org": _organizations,
    "tag": _tags,
    "channel": _channels,
}
