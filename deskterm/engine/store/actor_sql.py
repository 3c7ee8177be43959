"""Who stands at the door: a person with role, grants and organization, as of this moment."""

import json
from typing import Any

from deskterm.engine.domain.permissions import (
    Actor,
    Permission,
    RoleDefinition,
    effective_permissions,
    lineage,
)
from deskterm.engine.model.enums import Level
from deskterm.engine.store.backend import Reader

_PERSON = (
    "SELECT p.id, ifnull(p.login, ''), p.name, p.role, p.is_system, "
    "CASE WHEN o.shared THEN o.id END FROM person p LEFT JOIN organization o ON o.id = p.organization_id "
    "WHERE p.active = 1 AND "
)


def actor_by_login(reader: Reader, login: str) -> Actor | None:
    """The active person with this login."""
    return _actor(reader, reader.row(_PERSON + "p.login = ?", (login,)))


def actor_by_id(reader: Reader, person_id: int) -> Actor | None:
    """The active person with this id."""
    return _actor(reader, reader.row(_PERSON + "p.id = ?", (person_id,)))


def actor_by_os_login(reader: Reader, os_login: str) -> Actor | None:
    """The active person an operating-system account is mapped to."""
    return _actor(reader, reader.row(_PERSON + "p.os_login = ?", (os_login,)))


def system_actor(reader: Reader) -> Actor | None:
    """The desk itself, as which jobs and rules act."""
    return _actor(reader, reader.row(_PERSON + "p.is_system = 1"))


def role_definitions(reader: Reader) -> dict[str, RoleDefinition]:
    """Every role of the desk by key."""
    found = reader.rows("SELECT key, name, description, permissions, extends, default_level FROM role ORDER BY id")
    return {row[0]: _role(row) for row in found}


def _role(row: tuple[Any, ...]) -> RoleDefinition:
    key, name, description, permissions, extends, level = row
    words = frozenset(Permission(word) for word in json.loads(permissions))
    return RoleDefinition(key, name, description, words, extends, Level(level))


def _actor(reader: Reader, row: tuple[Any, ...] | None) -> Actor | None:
    if row is None:
        return None
    person_id, login, name, role, is_system, organization_id = row
    roles = role_definitions(reader)
    default_level = max(link.default_level for link in lineage(role, roles))
    return Actor(
        person_id=person_id,
        login=login,
        name=name,
        role=role,
        permissions=effective_permissions(role, roles),
        default_level=default_level,
        levels=_every_queue(reader, _levels(reader, person_id, role, roles), default_level),
        organization_id=organization_id,
        is_system=bool(is_system),
    )


def _every_queue(reader: Reader, levels: dict[int, Level], default_level: Level) -> dict[int, Level]:
    """Of a role that sees all queues but one, the others have to be named one by one."""
    if default_level < Level.READ or all(level >= Level.READ for level in levels.values()):
        return levels
    return {queue: levels.get(queue, default_level) for (queue,) in reader.rows("SELECT id FROM queue")}


def _levels(reader: Reader, person_id: int, role: str, roles: dict[str, RoleDefinition]) -> dict[int, Level]:
    """Levels on single queues: the strongest by role, replaced by what the person was granted."""
    keys = [link.key for link in lineage(role, roles)]
    marks = ", ".join("?" for _ in keys)
    by_role = f"SELECT queue_id, max(level) FROM queue_grant WHERE role IN ({marks}) GROUP BY queue_id"
    found = {queue: Level(level) for queue, level in reader.rows(by_role, keys)}
    own = reader.rows("SELECT queue_id, level FROM queue_grant WHERE person_id = ?", (person_id,))
    found.update({queue: Level(level) for queue, level in own})
    return found
