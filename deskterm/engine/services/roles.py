"""Roles: what each may do, and through which of them somebody may do what."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Denied, Invalid, NotFound
from deskterm.engine.domain.permissions import ON_TICKETS, Actor, Permission, allows
from deskterm.engine.domain.rows import PersonRow, RoleRow
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.model.enums import Level

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx


def level_by_word(word: str) -> Level:
    """A level by its word.

    Raises:
        Invalid: naming those there are.
    """
    known = {level.label: level for level in (Level.NONE, Level.READ, Level.WORK, Level.FULL)}
    if word not in known:
        raise Invalid(f'There is no level "{word}"; there is: {", ".join(known)}.')
    return known[word]


@dataclass(frozen=True, slots=True)
class PermissionLine:
    """One answer of `user permissions`: allowed or not, and by which role, grant or ownership."""

    permission: str
    allowed: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPermissions(Query[tuple[PermissionLine, ...]]):
    """What somebody may do and through what; on one ticket with `on`."""

    who: str
    on: int | None = None


@action("user.permissions", needs=Permission.SEE_PEOPLE)
def explain_permissions(tx: "ReadTx", query: ExplainPermissions) -> tuple[PermissionLine, ...]:
    """By role and the roles it extends; on a ticket, by the level on its queue or by owning it."""
    person = tx.person(query.who)
    actor = tx.actor_of(person.id)
    if actor is None:
        return (PermissionLine("everything", False, "the account is disabled"),)
    if query.on is None:
        return _by_role(tx, actor) + _by_queue(tx, person, actor)
    level, owns, queue = tx.rights_on(actor, query.on)
    return tuple(_on_ticket(actor, needs, level, owns, queue) for needs in Permission if needs in ON_TICKETS)


def _by_role(tx: "ReadTx", actor: Actor) -> tuple[PermissionLine, ...]:
    roles = {role.key: role for role in tx.roles()}
    lines = []
    for needs in Permission:
        if needs in roles[actor.role].permissions:
            why = f"role {actor.role}"
        elif needs in actor.permissions:
            why = f"role {actor.role}, which extends {roles[actor.role].extends}"
        else:
            why = f"role {actor.role} does not have it"
        lines.append(PermissionLine(needs, needs in actor.permissions, why))
    return tuple(lines)


def _by_queue(tx: "ReadTx", person: PersonRow, actor: Actor) -> tuple[PermissionLine, ...]:
    lines = []
    for queue in tx.queues():
        level = actor.level_on(queue.id)
        why = "granted to the person" if queue.name in person.levels else f"role {actor.role}"
        lines.append(PermissionLine(f"queue {queue.name}: {level.label}", level > Level.NONE, why))
    return tuple(lines)


def _on_ticket(actor: Actor, needs: Permission, level: Level, owns: bool, queue: str) -> PermissionLine:
    if needs not in actor.permissions:
        return PermissionLine(needs, False, f"role {actor.role} does not have it")
    if allows(needs, level) or not owns:
        return PermissionLine(needs, allows(needs, level), f"level {level.label} on queue {queue}")
    return PermissionLine(needs, allows(needs, Level.OWN), "the ticket is their own")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoles(Query[tuple[RoleRow, ...]]):
    """The roles of the desk and what each may do."""


@action("role.list", needs=Permission.SEE_PEOPLE)
def list_roles(tx: "ReadTx", query: ListRoles) -> tuple[RoleRow, ...]:
    """With inherited permissions shown apart."""
    return tx.roles()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRole(Query[RoleRow]):
    """One role."""

    key: str


@action("role.show", needs=Permission.SEE_PEOPLE)
def show_role(tx: "ReadTx", query: ShowRole) -> RoleRow:
    """By its key."""
    for role in tx.roles():
        if role.key == query.key.lower():
            return role
    raise NotFound(f'There is no role "{query.key}"; there is: {", ".join(role.key for role in tx.roles())}.')


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole(Command[RoleRow]):
    """Grant a role permissions or take them away, or give it a level on a queue."""

    key: str
    grant: tuple[str, ...] = ()
    revoke: tuple[str, ...] = ()
    levels: dict[str, str] = field(default_factory=dict)


@action("role.change", needs=Permission.MANAGE_USERS)
def change_role(tx: "WriteTx", command: ChangeRole) -> RoleRow:
    """Nobody grants what they lack; the admin role keeps everything."""
    import json

    role = tx.role(command.key)
    if role.key == "admin":
        raise Denied("The admin role keeps every permission.")
    own = set(json.loads(role.permissions))
    granted = {_permission(word) for word in command.grant}
    if lacking := granted - tx.actor.permissions:
        raise Denied(f"You cannot grant what you lack: {', '.join(sorted(lacking))}.")
    own = (own | granted) - {_permission(word) for word in command.revoke}
    tx.change_entity("role", role, permissions=json.dumps(sorted(own)))
    for queue, level in command.levels.items():
        _set_role_level(tx, role.id or 0, role.key, queue, level)
    tx.flush()
    return next(row for row in tx.roles() if row.key == role.key)


def require_grantable(tx: "WriteTx", role: str) -> None:
    """Nobody makes somebody more than they are themselves, nor touches somebody who is more.

    Raises:
        Denied: naming what is lacking.
    """
    if lacking := tx.permissions_of(role) - tx.actor.permissions:
        raise Denied(f"The role {role} may what you may not: {', '.join(sorted(lacking))}.")


def _permission(word: str) -> Permission:
    try:
        return Permission(word)
    except ValueError:
        raise Invalid(f'There is no permission "{word}"; there is: {", ".join(Permission)}.') from None


def _set_role_level(tx: "WriteTx", role_id: int, key: str, queue_name: str, word: str) -> None:
    from deskterm.engine.model.queues import QueueGrant

    level, queue = level_by_word(word), tx.queue(queue_name)
    grant = tx.role_grant(key, queue) or QueueGrant(queue_id=queue.id, role=key, level=Level.NONE)
    old = Level(grant.level).label
    grant.level = level
    tx.session.add(grant)
    tx.record("role", role_id, f"level on {queue.name}", old, level.label)
