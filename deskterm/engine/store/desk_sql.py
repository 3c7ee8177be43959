"""The desk's vocabulary, people, rules, jobs and raw mails as rows."""

import json
from dataclasses import dataclass
from typing import Any

from deskterm.engine.domain.permissions import Actor, Scope, effective_permissions
from deskterm.engine.domain.rows import (
    JobRunRow,
    MailRow,
    NamedRow,
    OrganizationRow,
    PersonRow,
    QueueRow,
    RoleRow,
    RuleRow,
    instant,
)
from deskterm.engine.model.enums import Category, Level
from deskterm.engine.store.actor_sql import role_definitions
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.paths import DeskPaths
from deskterm.engine.store.person_sql import PEOPLE, person_row

_QUEUES = """
SELECT q.id, q.name, q.description, q.address, q.active, q.is_default,
    ifnull(sum(c.n) FILTER (WHERE c.category <= 3 AND c.deleted = 0), 0),
    ifnull(sum(c.n) FILTER (WHERE c.category <= 3 AND c.deleted = 0 AND c.assignee_id = 0), 0)
FROM queue q LEFT JOIN ticket_counter c ON c.queue_id = q.id GROUP BY q.id ORDER BY q.is_default DESC, q.name
"""


def queues(reader: Reader, actor: Actor) -> tuple[QueueRow, ...]:
    """The queues the actor may read, with open work from the kept counters."""
    found = []
    for row in reader.rows(_QUEUES):
        level = actor.level_on(row[0])
        if level >= Level.READ:
            number, name, description, address, active, is_default, is_open, unassigned = row
            texts = (number, name, description, address)
            found.append(QueueRow(*texts, bool(active), bool(is_default), is_open, unassigned, level))
    return tuple(found)


def types(reader: Reader) -> tuple[NamedRow, ...]:
    """Ticket types in their order."""
    found = reader.rows("SELECT id, name, description FROM ticket_type WHERE active = 1 ORDER BY position, id")
    return tuple(NamedRow(*row) for row in found)


def statuses(reader: Reader) -> tuple[NamedRow, ...]:
    """Statuses in their order, with their categories."""
    found = reader.rows("SELECT id, name, category FROM status WHERE active = 1 ORDER BY position, id")
    return tuple(NamedRow(number, name, category=Category(category)) for number, name, category in found)


def tags(reader: Reader, scope: Scope, prefix: str, limit: int) -> tuple[str, ...]:
    """Tags that begin so, most used first; of tickets in readable queues only."""
    queues = "" if scope.everything else f"AND t.queue_id IN ({', '.join('?' * len(scope.queue_ids))})"
    found = reader.rows(
        "SELECT g.name FROM tag g JOIN ticket_tag x ON x.tag_id = g.id JOIN ticket t ON t.id = x.ticket_id "
        f"WHERE substr(g.name, 1, ?) = ? COLLATE NOCASE {queues} "
        "GROUP BY g.id ORDER BY count(*) DESC, g.name LIMIT ?",
        (len(prefix), prefix, *(() if scope.everything else scope.queue_ids), limit),
    )
    return tuple(row[0] for row in found)


def person(reader: Reader, who: str) -> PersonRow | None:
    """One person by login or mail address."""
    where = " AND (p.login = ?1 OR (p.email = ?1 AND p.email <> '')) ORDER BY p.login IS NULL LIMIT 1"
    row = reader.row(PEOPLE + where, (who,))
    return person_row(reader, row) if row else None


def person_by_id(reader: Reader, person_id: int) -> PersonRow | None:
    """One person by id."""
    row = reader.row(PEOPLE + " AND p.id = ?", (person_id,))
    return person_row(reader, row) if row else None


def organizations(reader: Reader) -> tuple[OrganizationRow, ...]:
    """Organizations with their mail domains."""
    found = reader.rows(
        "SELECT o.id, o.name, (SELECT json_group_array(domain) FROM organization_domain d "
        "WHERE d.organization_id = o.id), o.shared FROM organization o ORDER BY o.name"
    )
    return tuple(OrganizationRow(row[0], row[1], tuple(json.loads(row[2])), bool(row[3])) for row in found)


def roles(reader: Reader) -> tuple[RoleRow, ...]:
    """Roles with their own and inherited permissions."""
    definitions = role_definitions(reader)
    people_of = dict(reader.rows("SELECT role, count(*) FROM person WHERE active = 1 AND is_system = 0 GROUP BY role"))
    return tuple(
        RoleRow(
            key=key,
            name=role.name,
            description=role.description,
            extends=role.extends,
            permissions=tuple(sorted(role.permissions)),
            inherited=tuple(sorted(effective_permissions(key, definitions) - role.permissions)),
            default_level=role.default_level,
            people=people_of.get(key, 0),
        )
        for key, role in definitions.items()
    )


_RULES = """
SELECT r.id, r.name, r.position, r.enabled, r.stop, q.name, r.definition, r.problem,
    (SELECT count(*) FROM event e WHERE e.kind = 'rule' AND e.subject_id = r.id AND e.action = 'rule.match')
FROM rule r LEFT JOIN queue q ON q.id = r.queue_id
"""


def rules(reader: Reader) -> tuple[RuleRow, ...]:
    """Rules in the order they run."""
    return tuple(_rule(row) for row in reader.rows(_RULES + "ORDER BY r.position, r.id"))


def _rule(row: tuple[Any, ...]) -> RuleRow:
    number, name, position, enabled, stop, queue, definition, problem, matches = row
    data = json.loads(definition)
    return RuleRow(number, name, position, bool(enabled), bool(stop), queue, data, problem, matches)


_MAILS = """
SELECT id, state, reason, sender, subject, received_at, bytes, sha256, ticket_id FROM mail
"""


def mails(reader: Reader, state: str, limit: int) -> tuple[MailRow, ...]:
    """Raw mails in one state, newest first."""
    found = reader.rows(_MAILS + "WHERE state = ? ORDER BY id DESC LIMIT ?", (state, limit))
    return tuple(_mail(row) for row in found)


def mail(reader: Reader, mail_id: int) -> MailRow | None:
    """One raw mail."""
    row = reader.row(_MAILS + "WHERE id = ?", (mail_id,))
    return _mail(row) if row else None


def _mail(row: tuple[Any, ...]) -> MailRow:
    number, state, reason, sender, subject, received, size, sha256, ticket = row
    return MailRow(number, state, reason, sender, subject, instant(received), size, sha256, ticket)


def job_runs(reader: Reader, name: str, limit: int) -> tuple[JobRunRow, ...]:
    """Runs of one job, or of all, newest first."""
    found = reader.rows(
        "SELECT id, name, started_at, ended_at, outcome, did, holder FROM job_run "
        "WHERE ? IN ('', name) ORDER BY id DESC LIMIT ?",
        (name, limit),
    )
    return tuple(_run(row) for row in found)


def _run(row: tuple[Any, ...]) -> JobRunRow:
    run_id, name, started, ended, outcome, did, holder = row
    seconds = None if ended is None else (ended - started) / 1000
    return JobRunRow(run_id, name, instant(started), seconds, outcome, did, holder)


def queue_name(reader: Reader, queue_id: int) -> str:
    """A queue's name."""
    found = reader.row("SELECT name FROM queue WHERE id = ?", (queue_id,))
    return str(found[0]) if found else str(queue_id)


_FACTS = {
    "schema": "SELECT user_version FROM pragma_user_version",
    "sqlite": "SELECT sqlite_version()",
    "people": "SELECT count(*) FROM person WHERE active = 1 AND is_system = 0",
    "quarantined": "SELECT count(*) FROM mail WHERE state = 'quarantined'",
    "unparsed": "SELECT count(*) FROM mail WHERE state = 'received'",
    "outbox_waiting": "SELECT count(*) FROM outbox WHERE state = 'queued'",
    "outbox_failed": "SELECT count(*) FROM outbox WHERE state = 'failed'",
    "rules": "SELECT count(*) FROM rule WHERE enabled = 1",
    "rules_with_problems": "SELECT count(*) FROM rule WHERE problem <> ''",
    "last_event_at": "SELECT max(at) FROM (SELECT at FROM event ORDER BY id DESC LIMIT 1000)",
}


def facts(reader: Reader, paths: DeskPaths, now: int) -> dict[str, Any]:
    """Counts and sizes of the whole desk; a leader whose lease has run out is none."""
    found: dict[str, Any] = {}
    for name, sql in _FACTS.items():
        row = reader.row(sql)
        found[name] = row[0] if row else None
    lease = reader.row("SELECT holder, expires_at FROM job_lease WHERE name = 'timetable' AND expires_at > ?", (now,))
    found["leader"], found["leader_until"] = lease or ("", None)
    wal = paths.database.with_name(paths.database.name + "-wal")
    found["database_bytes"] = paths.database.stat().st_size
    found["wal_bytes"] = wal.stat().st_size if wal.exists() else 0
    return found


def lease(reader: Reader, name: str) -> tuple[str, int, int] | None:
    """Holder, epoch and end (UTC milliseconds) of a lease."""
    found = reader.row("SELECT holder, epoch, expires_at FROM job_lease WHERE name = ?", (name,))
    return (str(found[0]), int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A person as somebody who asks or answers."""

    id: int
    login: str | None
    name: str
    email: str
    organization_id: int | None


_PERSON_KEY = "SELECT id, login, name, email, organization_id FROM person WHERE "


def person_by_email(reader: Reader, email: str) -> PersonKey | None:
    """Whose address this is."""
    found = reader.row(_PERSON_KEY + "email = ? AND email <> ''", (email,))
    return PersonKey(*found) if found else None


def person_key(reader: Reader, person_id: int) -> PersonKey | None:
    """A person by id."""
    found = reader.row(_PERSON_KEY + "id = ?", (person_id,))
    return PersonKey(*found) if found else None
