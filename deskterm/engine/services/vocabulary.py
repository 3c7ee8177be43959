"""The words of the desk: queues, types, statuses, tags."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import NamedRow, QueueRow
from deskterm.engine.domain.text import one_line
from deskterm.engine.door.actions import Command, Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQueues(Query[tuple[QueueRow, ...]]):
    """The queues I may read, with the open work in each."""


@action("queue.list", needs=Permission.SEE_DESK)
def list_queues(tx: "ReadTx", query: ListQueues) -> tuple[QueueRow, ...]:
    """From the kept counters."""
    return tx.queues()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTypes(Query[tuple[NamedRow, ...]]):
    """The ticket types of the desk."""


@action("type.list", needs=Permission.READ)
def list_types(tx: "ReadTx", query: ListTypes) -> tuple[NamedRow, ...]:
    """In their order."""
    return tx.types()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatuses(Query[tuple[NamedRow, ...]]):
    """The statuses of the desk with their categories."""


@action("status.list", needs=Permission.READ)
def list_statuses(tx: "ReadTx", query: ListStatuses) -> tuple[NamedRow, ...]:
    """In their order."""
    return tx.statuses()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTags(Query[tuple[str, ...]]):
    """Tags that begin so, most used first."""

    prefix: str = ""


@action("tag.list", needs=Permission.SEE_DESK)
def list_tags(tx: "ReadTx", query: ListTags) -> tuple[str, ...]:
    """For completion."""
    return tx.tags(query.prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddQueue(Command[QueueRow]):
    """Add a queue."""

    name: str
    description: str = ""
    address: str = ""


@action("queue.add", needs=Permission.MANAGE_QUEUES)
def add_queue(tx: "WriteTx", command: AddQueue) -> QueueRow:
    """The first queue of a desk becomes its default."""
    from deskterm.engine.model.queues import Queue

    name = _queue_name(tx, command.name)
    queue = Queue(
        name=name,
        description=one_line(command.description, 250),
        address=command.address.strip().lower(),
        is_default=not tx.queues(),
    )
    tx.add("queue", queue)
    return _row(tx, name)


def _queue_name(tx: "WriteTx", text: str) -> str:
    name = one_line(text, 60)
    if not name:
        raise Invalid("A queue needs a name.")
    if any(queue.name.casefold() == name.casefold() for queue in tx.queues()):
        raise Conflict(f'There is a queue "{name}" already.')
    return name


def _row(tx: "WriteTx", name: str) -> QueueRow:
    return next(row for row in tx.queues() if row.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQueue(Command[QueueRow]):
    """Rename, describe, enable or disable a queue, or make it the default.

    `changes`: name, description, address, follow_up (new or reopen), active (yes or no), default (yes).
    """

    name: str
    changes: dict[str, str] = field(default_factory=dict)


@action("queue.change", needs=Permission.MANAGE_QUEUES)
def change_queue(tx: "WriteTx", command: ChangeQueue) -> QueueRow:
    """Every change is audited; the default queue cannot be disabled."""
    queue = tx.queue_entity(tx.queue(command.name).id)
    for name, value in command.changes.items():
        if name == "name" and value.casefold() != queue.name.casefold():
            value = _queue_name(tx, value)
        if name == "default":
            if not yes_or_no(value):
                raise Invalid("A desk needs a default queue; make another one the default instead.")
            _make_default(tx, queue.id or 0)
        else:
            tx.change_entity("queue", queue, **_queue_column(name, value))
    if queue.is_default and not queue.active:
        raise Invalid("The default queue cannot be disabled; make another one the default first.")
    tx.flush()
    return _row(tx, queue.name)


def _make_default(tx: "WriteTx", queue_id: int) -> None:
    for row in tx.queues():
        tx.change_entity("queue", tx.queue_entity(row.id), is_default=row.id == queue_id)


def _queue_column(name: str, value: str) -> dict[str, object]:
    if name == "active":
        return {"active": yes_or_no(value)}
    if name == "follow_up" and value not in ("new", "reopen"):
        raise Invalid("follow_up is new or reopen.")
    if name not in ("name", "description", "address", "follow_up"):
        raise Invalid(f'A queue has no "{name}"; it has name, description, address, follow_up, active, default.')
    return {name: one_line(value, 250)}


def yes_or_no(word: str) -> bool:
    """A switch as people write it.

    Raises:
        Invalid: neither yes nor no.
    """
    found = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}.get(word.lower())
    if found is None:
        raise Invalid(f'"{word}" is neither yes nor no.')
    return found
