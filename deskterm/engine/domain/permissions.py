"""Who may what: permissions, levels per queue, roles, and the scope that follows (SEMANTICS: who may what).

Deny by default. A role is a set of permissions and a level it gives on every queue; people and roles may be
granted a level on single queues. A grant to the person replaces what the role gives on that queue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deskterm.engine.model.enums import Level


class Permission(StrEnum):
    """What an action needs. The first four are decided ticket by ticket from the level on its queue."""

    READ = "read"
    REPLY = "reply"
    WORK = "work"
    FULL = "full"
    CREATE = "create"
    SEE_PEOPLE = "see_people"
    RECEIVE_MAIL = "receive_mail"
    QUARANTINE = "quarantine"
    SEE_RULES = "see_rules"
    MANAGE_RULES = "manage_rules"
    SEE_DESK = "see_desk"
    MANAGE_QUEUES = "manage_queues"
    MANAGE_USERS = "manage_users"
    SEE_JOBS = "see_jobs"
    RUN_JOBS = "run_jobs"
    SEE_AUDIT = "see_audit"
    CHECK = "check"
    SHARE_VIEWS = "share_views"
    IMPERSONATE = "impersonate"


ON_TICKETS = frozenset({Permission.READ, Permission.REPLY, Permission.WORK, Permission.FULL})
"""Permissions that also depend on the queue of the ticket."""

_LEVELS_THAT_ALLOW = {
    Permission.READ: frozenset({Level.OWN, Level.READ, Level.WORK, Level.FULL}),
    Permission.REPLY: frozenset({Level.OWN, Level.WORK, Level.FULL}),
    Permission.WORK: frozenset({Level.WORK, Level.FULL}),
    Permission.FULL: frozenset({Level.FULL}),
}


def allows(needs: Permission, level: Level) -> bool:
    """Whether a level on a ticket is enough for what is needed there."""
    return level in _LEVELS_THAT_ALLOW[needs]


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role as shipped: its own permissions, the role it extends, and its level on every queue."""

    key: str
    name: str
    description: str
    permissions: frozenset[Permission]
    extends: str | None
    default_level: Level


_REQUESTER = frozenset({Permission.CREATE, Permission.READ, Permission.REPLY})
_AGENT = frozenset({Permission.WORK, Permission.FULL, Permission.SEE_PEOPLE, Permission.SEE_RULES, Permission.SEE_DESK})
_LEAD = frozenset(
    {
        Permission.RECEIVE_MAIL,
        Permission.QUARANTINE,
        Permission.SEE_JOBS,
        Permission.RUN_JOBS,
        Permission.SHARE_VIEWS,
    }
)
_AUDITOR = frozenset(
    {
        Permission.READ,
        Permission.SEE_PEOPLE,
        Permission.SEE_RULES,
        Permission.SEE_DESK,
        Permission.SEE_JOBS,
        Permission.SEE_AUDIT,
        Permission.CHECK,
    }
)

STARTER_ROLES = (
    RoleDefinition("requester", "Requester", "Opens tickets and follows their own.", _REQUESTER, None, Level.NONE),
    RoleDefinition("agent", "Agent", "Works the queues they were given.", _AGENT, "requester", Level.NONE),
    RoleDefinition("lead", "Lead", "Works every queue and looks after intake and jobs.", _LEAD, "agent", Level.FULL),
    RoleDefinition("auditor", "Auditor", "Sees everything, changes nothing.", _AUDITOR, None, Level.READ),
    RoleDefinition("admin", "Admin", "Runs the desk.", frozenset(Permission), None, Level.FULL),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an actor may see: compiled into every statement that reads tickets.

    `everything`: all queues, present and future. Else `queue_ids`: the queues readable by level. `own`: also
    tickets the person requested. `organization_id`: also tickets of that organization (it shares, and the
    person belongs to it). Internal notes are visible only through `everything` or `queue_ids`, never through
    `own` or the organization. `shows_people`: whether others' names and addresses may be listed.
    """

    person_id: int
    everything: bool = False
    queue_ids: tuple[int, ...] = ()
    own: bool = True
    organization_id: int | None = None

    def reads_queue(self, queue_id: int) -> bool:
        """Whether the queue itself (and so the notes of its tickets) is readable."""
        return self.everything or queue_id in self.queue_ids


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at the door with everything that decides what they may do, as of one moment."""

    person_id: int
    login: str
    name: str
    role: str
    permissions: frozenset[Permission]
    default_level: Level
    levels: Mapping[int, Level]
    organization_id: int | None = None
    is_system: bool = False

    def level_on(self, queue_id: int) -> Level:
        """The level on a queue, by grant or by role."""
        return self.levels.get(queue_id, self.default_level)

    def level_for(self, queue_id: int, *, owns: bool) -> Level:
        """The level on one ticket: its queue's, or OWN for a requester's own ticket."""
        level = self.level_on(queue_id)
        return Level.OWN if owns and level is Level.NONE else level

    def may(self, needs: Permission, queue_id: int, *, owns: bool) -> bool:
        """Whether `needs` holds for a ticket in this queue: by the level on it, or because it is one's own."""
        levels = {self.level_on(queue_id), Level.OWN if owns else Level.NONE}
        return needs in self.permissions and bool(levels & _LEVELS_THAT_ALLOW[needs])

    @property
    def scope(self) -> Scope:
        """What follows for reading: a level of none on some queue narrows a role that sees all."""
        readable = tuple(sorted(q for q, level in self.levels.items() if level >= Level.READ))
        blocked = any(level < Level.READ for level in self.levels.values())
        everything = self.default_level >= Level.READ and not blocked
        return Scope(self.person_id, everything, () if everything else readable, True, self.organization_id)


def effective_permissions(role: str, roles: Mapping[str, RoleDefinition]) -> frozenset[Permission]:
    """Own and inherited permissions of a role.

    Raises:
        ValueError: the roles extend each other in a circle, named in the message.
    """
    found: frozenset[Permission] = frozenset()
    for definition in lineage(role, roles):
        found |= definition.permissions
    return found


def lineage(role: str, roles: Mapping[str, RoleDefinition]) -> tuple[RoleDefinition, ...]:
    """The role and those it extends, nearest first."""
    chain: list[RoleDefinition] = []
    key: str | None = role
    while key is not None:
        if any(link.key == key for link in chain):
            raise ValueError(f"Role {key} would extend itself: {' → '.join([*(c.key for c in chain), key])}.")
        chain.append(roles[key])
        key = roles[key].extends
    return tuple(chain)


def strongest(levels: Iterable[Level]) -> Level:
    """The highest of several levels; none of them gives NONE."""
    return max(levels, default=Level.NONE)
