"""Making a desk: an empty one with its roles, or one with the starter words and rules from `data/`."""

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskterm.engine.domain.audit import value_text
from deskterm.engine.domain.errors import Conflict, Invalid
from deskterm.engine.domain.permissions import STARTER_ROLES, Permission
from deskterm.engine.domain.rules import dump_definition, parse_rule
from deskterm.engine.domain.text import one_line
from deskterm.engine.door.actions import Command, action
from deskterm.engine.door.desk import Clock, Desk, DeskSettings, open_desk
from deskterm.engine.door.seat import unseated
from deskterm.engine.model.enums import Category
from deskterm.engine.services.tickets import mail_address
from deskterm.engine.store.creation import create_file, is_finished, remove_unfinished
from deskterm.engine.store.paths import DeskPaths

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx

FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPlan:
    """What a new desk is to be. `starter` is the parsed starter file; without one only roles are made."""

    admin_email: str
    admin_login: str
    admin_name: str
    os_login: str | None
    name: str
    starter: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillDesk(Command[None]):
    """Put the first words, people and rules into a desk that has none."""

    plan: DeskPlan


def create_desk(root: Path, plan: DeskPlan, clock: Clock) -> Desk:
    """Make a desk in a directory and open it. A kill half-way leaves nothing that would open.

    Raises:
        Conflict: there is a desk already; it was left as it is.
        ReadOnly: the place cannot be written.
    """
    paths = DeskPaths(root)
    mail_address(plan.admin_email)
    if paths.database.exists() and is_finished(paths):
        raise Conflict(f"There is a desk in {root} already; it was left as it is.")
    remove_unfinished(paths)
    create_file(paths)
    settings = _settings(plan)
    seat = unseated(paths, clock, settings)
    try:
        seat.do(FillDesk(plan=plan))
    finally:
        seat.close()
    return open_desk(root, clock)


def _settings(plan: DeskPlan) -> DeskSettings:
    desk: Mapping[str, Any] = (plan.starter or {}).get("desk", {})
    return DeskSettings(
        desk_id=secrets.token_hex(8),
        name=one_line(plan.name or desk.get("name", "Desk"), 60),
        prefix=str(desk.get("subject_prefix", "")),
        zone=str(desk.get("zone", "UTC")),
        mail_domain=plan.admin_email.rpartition("@")[2].lower(),
    )


def read_starter(path: Path) -> Mapping[str, Any]:
    """The starter desk as written in TOML.

    Raises:
        Invalid: not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path} is not a starter desk: {error}.") from error


@action("desk.create", needs=Permission.MANAGE_USERS)
def fill_desk(tx: "WriteTx", command: FillDesk) -> None:
    """Everything in one transaction: a desk is complete or it is not there."""
    from deskterm.engine.model.people import Person

    plan = command.plan
    _add_roles(tx)
    tx.session.add(
        Person(id=1, login="system", name=tx.desk.name, email="", role="admin", is_system=True, created_at=tx.now)
    )
    tx.flush()
    admin = Person(
        login=plan.admin_login,
        name=one_line(plan.admin_name, 120) or plan.admin_login,
        email=mail_address(plan.admin_email),
        role="admin",
        os_login=plan.os_login,
        created_at=tx.now,
    )
    tx.add("person", admin)
    tx.keep_setting("desk", value_text(asdict(tx.desk.settings)) or "")
    tx.start_numbers_at(FIRST_NUMBER)
    if plan.starter is not None:
        _add_starter(tx, plan.starter)


def _add_roles(tx: "WriteTx") -> None:
    from deskterm.engine.model.people import Role

    for role in STARTER_ROLES:
        tx.session.add(
            Role(
                key=role.key,
                name=role.name,
                description=role.description,
                permissions=value_text(sorted(role.permissions)) or "[]",
                extends=role.extends,
                default_level=role.default_level,
            )
        )
        tx.flush()


def _add_starter(tx: "WriteTx", starter: Mapping[str, Any]) -> None:
    from deskterm.engine.model.desk import SavedView
    from deskterm.engine.model.queues import Queue
    from deskterm.engine.model.tickets import Status, TicketType

    for one in starter.get("queue", ()):
        queue = Queue(
            name=one["name"],
            description=one.get("description", ""),
            address=one.get("address", ""),
            is_default=one.get("default", False),
        )
        tx.add("queue", queue)
    for place, one in enumerate(starter.get("type", ())):
        tx.add("type", TicketType(name=one["name"], description=one.get("description", ""), position=place))
    for place, one in enumerate(starter.get("status", ())):
        status = Status(
            name=one["name"],
            category=Category[one["category"].upper()],
            position=place,
            waits_for_requester=one.get("waits_for_requester", False),
            is_default=one.get("default", False),
        )
        tx.add("status", status)
    for place, one in enumerate(starter.get("view", ()), 1):
        view = SavedView(name=one["name"], query=one["query"], position=one.get("position", place))
        tx.add("view", view)
    _add_rules(tx, starter.get("rule", ()))


def _add_rules(tx: "WriteTx", rules: Any) -> None:
    from deskterm.engine.model.desk import Rule

    for place, one in enumerate(rules, 1):
        parts = parse_rule(one)
        rule = Rule(
            name=parts.name,
            position=place * 10,
            enabled=parts.enabled,
            stop=parts.stop,
            queue_id=tx.queue(parts.queue).id if parts.queue else None,
            definition=dump_definition(parts),
        )
        tx.add("rule", rule)
