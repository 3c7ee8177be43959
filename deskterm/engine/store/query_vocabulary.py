"""The names a query may use: what the desk calls its queues, statuses, types and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.engine.domain.permissions import Scope
from deskterm.engine.model.enums import Category
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.sql_pieces import Sql, any_met, is_in

_RECENT: Final = 1_000
"""How many of somebody's own tickets are looked at for the queues and agents they may name."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The desk's own words that a query may name, by the name shown to people; upper and lower case are one.

    `custom_fields` None: any name may be asked for.
    """

    queues: Mapping[str, int]
    statuses: Mapping[str, tuple[int, Category]]
    types: Mapping[str, int]
    logins: Mapping[str, int]
    custom_fields: frozenset[str] | None = None


def read_vocabulary(reader: Reader, scope: Scope) -> Vocabulary:
    """The names a query may use: queues and colleagues as far as the scope goes, every status and type."""
    own = _own_tickets(scope)
    return Vocabulary(
        queues=_names(reader, _queues_named(scope, own)),
        statuses={
            name: (number, Category(category))
            for name, number, category in reader.rows("SELECT name, id, category FROM status ORDER BY position, id")
        },
        types=_names(reader, Sql("SELECT name, id FROM ticket_type ORDER BY position, id")),
        logins=_names(reader, _logins_named(scope, own)),
    )


def _names(reader: Reader, sql: Sql) -> dict[str, int]:
    return dict(reader.rows(sql.text, sql.parameters))


def _queues_named(scope: Scope, own: Sql) -> Sql:
    if scope.everything:
        return Sql("SELECT name, id FROM queue ORDER BY id")
    seen = Sql(f"id IN (SELECT queue_id FROM ({own.text}))", own.parameters)
    named = any_met([is_in("id", scope.queue_ids), seen])
    return Sql(f"SELECT name, id FROM queue WHERE {named.text} ORDER BY id", named.parameters)


def _logins_named(scope: Scope, own: Sql) -> Sql:
    people = "SELECT login, id FROM person WHERE login IS NOT NULL AND is_system = 0"
    if scope.everything or scope.queue_ids:
        return Sql(people)
    return Sql(
        f"{people} AND (id = ? OR id IN (SELECT assignee_id FROM ({own.text})))", (scope.person_id, *own.parameters)
    )


def _own_tickets(scope: Scope) -> Sql:
    """The latest tickets somebody sees although their queues are closed to them."""
    latest = "SELECT queue_id, assignee_id FROM ticket WHERE {} = ? ORDER BY updated_at DESC LIMIT " + str(_RECENT)
    pairs = ((scope.own, "requester_id", scope.person_id), (True, "organization_id", scope.organization_id))
    found = [(column, value) for asked, column, value in pairs if asked and value is not None]
    parts = [f"SELECT * FROM ({latest.format(column)})" for column, _ in found]
    return Sql(
        " UNION ALL ".join(parts) or "SELECT NULL AS queue_id, NULL AS assignee_id WHERE 0",
        tuple(value for _, value in found),
    )
