"""The desk's words (queues, types, statuses) and its rules, read together and kept until a stamp says they changed.

Triggers count up a stamp whenever rights, words or rules change, in the transaction that changes them.
"""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from deskterm.engine.model.enums import Category
from deskterm.engine.store.backend import Reader


@dataclass(frozen=True, slots=True)
class Stamps:
    """How often rights, words and rules have changed so far."""

    rights: int
    words: int
    rules: int


def stamps(reader: Reader) -> Stamps:
    """The stamps of this moment."""
    row = reader.row("SELECT rights, words, rules FROM stamp")
    return Stamps(*row) if row else Stamps(0, 0, 0)


@dataclass(frozen=True, slots=True)
class QueueWord:
    """A queue as commands need it."""

    id: int
    name: str
    active: bool
    is_default: bool
    address: str


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status as commands need it."""

    id: int
    name: str
    category: Category
    is_default: bool


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A ticket type as commands need it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Queues, statuses and types in their order; disabled queues are among them."""

    queues: tuple[QueueWord, ...]
    statuses: tuple[StatusWord, ...]
    types: tuple[TypeWord, ...]

    def queue_name(self, queue_id: int) -> str:
        """A queue's name."""
        return next((queue.name for queue in self.queues if queue.id == queue_id), str(queue_id))

    def status_name(self, status_id: int) -> str:
        """A status's name."""
        return next((status.name for status in self.statuses if status.id == status_id), str(status_id))

    def type_name(self, type_id: int) -> str:
        """A type's name."""
        return next((kind.name for kind in self.types if kind.id == type_id), str(type_id))


def words(reader: Reader) -> Words:
    """All words of the desk."""
    queues = reader.rows("SELECT id, name, active, is_default, lower(address) FROM queue ORDER BY is_default DESC, id")
    statuses = reader.rows(
        "SELECT id, name, category, is_default FROM status WHERE active = 1 ORDER BY is_default DESC, position, id"
    )
    types = reader.rows("SELECT id, name FROM ticket_type WHERE active = 1 ORDER BY position, id")
    return Words(
        tuple(QueueWord(row[0], row[1], bool(row[2]), bool(row[3]), row[4]) for row in queues),
        tuple(StatusWord(row[0], row[1], Category(row[2]), bool(row[3])) for row in statuses),
        tuple(TypeWord(*row) for row in types),
    )


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as it is stored; `definition` is JSON text."""

    id: int
    name: str
    position: int
    stop: bool
    queue: str | None
    definition: str
    problem: str
    enabled: bool

    @property
    def fingerprint(self) -> int:
        """Tells whether the definition is still the one that once decided."""
        return crc32(self.definition.encode())


def rule_texts(reader: Reader) -> tuple[RuleText, ...]:
    """All rules, in the order they run."""
    found = reader.rows(
        "SELECT r.id, r.name, r.position, r.stop, q.name, r.definition, r.problem, r.enabled FROM rule r "
        "LEFT JOIN queue q ON q.id = r.queue_id ORDER BY r.position, r.id"
    )
    return tuple(_rule(row) for row in found)


def _rule(row: tuple[Any, ...]) -> RuleText:
    number, name, position, stop, queue, definition, problem, enabled = row
    return RuleText(number, name, position, bool(stop), queue, definition, problem, bool(enabled))
