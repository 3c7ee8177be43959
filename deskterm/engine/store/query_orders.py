"""Orders of lists, and the places in them where a page ends."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deskterm.engine.domain.query import Sort
from deskterm.engine.store.sql_pieces import FALSE, TRUE, Sql, all_met, any_met

_LONGEST_KEY: Final = 4_000
"""Characters of a page key as text: subjects and names are far shorter."""


@dataclass(frozen=True, slots=True)
class PageKey:
    """The place of a ticket in a list: its values of the sort keys, and its number.

    Good only for the query and sort it came from.
    """

    values: tuple[int | str | None, ...]
    number: int

    @classmethod
    def of(cls, row: Sequence[int | str | None]) -> "PageKey":
        """The place of a row that a page's statement returned."""
        number, *values = row
        assert isinstance(number, int)
        return cls(tuple(values), number)

    @classmethod
    def read(cls, text: str) -> "PageKey":
        """Back from `str(key)`.

        Raises:
            ValueError: this is no page key.
        """
        row = json.loads(text) if len(text) <= _LONGEST_KEY else None
        if not isinstance(row, list) or not row or type(row[0]) is not int or not all(map(_fits, row)):
            raise ValueError("This is no page key.")
        return cls.of(row)

    def __str__(self) -> str:
        return json.dumps([self.number, *self.values])


def _fits(value: object) -> bool:
    """Whether SQLite takes it as a parameter."""
    if type(value) is int:
        return -(2**63) <= value < 2**63
    return value is None or (type(value) is str and value.encode(errors="ignore").decode() == value)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order; `nullable`: missing values come last either way, or first with `nulls_first`."""

    expression: str
    descending: bool = False
    nullable: bool = False
    nulls_first: bool = False

    @property
    def beyond(self) -> str:
        """How a later value compares with an earlier one."""
        return "<" if self.descending else ">"

    @property
    def direction(self) -> str:
        way = "DESC" if self.descending else "ASC"
        # SQLite takes a missing value for the smallest: said only where that is not what is wanted.
        if not self.nullable or self.descending is not self.nulls_first:
            return way
        return f"{way} NULLS {'FIRST' if self.nulls_first else 'LAST'}"


UPDATED: Final = Key("t.updated_at", descending=True)
NUMBER: Final = Key("t.id", descending=True)
_SORT_KEYS: Final[Mapping[str, tuple[Key, ...]]] = {
    "updated": (Key("t.updated_at"),),
    "created": (Key("t.created_at"),),
    "due": (Key("t.next_due", nullable=True),),
    "resolved": (Key("t.resolved_at", nullable=True),),
    "number": (Key("t.id"),),
    "subject": (Key("t.subject COLLATE NOCASE"),),
    "priority": (Key("t.priority"),),
    "queue": (Key("(SELECT name FROM queue WHERE id = t.queue_id) COLLATE NOCASE"),),
    "status": (
        Key("t.category"),
        Key("(SELECT position FROM status WHERE id = t.status_id)"),
        Key("t.status_id"),
    ),
    "assignee": (
        Key("(SELECT ifnull(login, name) FROM person WHERE id = t.assignee_id) COLLATE NOCASE", nullable=True),
    ),
}
_COARSE: Final = frozenset({"priority", "queue", "status", "assignee"})


def order_of(sorts: Sequence[Sort]) -> tuple[Key, ...]:
    """The keys of a list, unique by their last, the number."""
    if not sorts:
        return UPDATED, NUMBER
    found = [_directed(key, sort.descending) for sort in sorts for key in _SORT_KEYS[sort.field]]
    columns = [key.expression for key in found]
    if NUMBER.expression in columns:
        return tuple(found[: columns.index(NUMBER.expression) + 1])
    if sorts[-1].field in _COARSE and UPDATED.expression not in columns:
        found.append(UPDATED)
    return (*found, NUMBER)


def _directed(key: Key, descending: bool) -> Key:
    return Key(key.expression, descending, key.nullable)


def backward(order: Sequence[Key]) -> tuple[Key, ...]:
    """The same list from its end."""
    return tuple(Key(key.expression, not key.descending, key.nullable, not key.nulls_first) for key in order)


def columns_of(order: Sequence[Key]) -> str:
    """What a row of a list holds: the number of its ticket, then its values of the keys, as k1, k2…"""
    return ", ".join(["t.id AS number", *(f"{key.expression} AS k{n}" for n, key in enumerate(order[:-1], 1))])


def order_by(order: Sequence[Key]) -> str:
    """The terms of ORDER BY, over the columns of `columns_of`."""
    names = [*(f"k{n}" for n in range(1, len(order))), "number"]
    return ", ".join(f"{name} {key.direction}" for name, key in zip(names, order, strict=True))


def behind(order: Sequence[Key], after: PageKey | None) -> Sql:
    """Whether a ticket stands behind a place of the list."""
    if after is None:
        return TRUE
    values = (*after.values, after.number)
    if any(key.nullable for key in order) or len({key.descending for key in order}) > 1:
        return _behind_step_by_step(order, values)
    keys, marks = ", ".join(key.expression for key in order), ", ".join("?" * len(order))
    return Sql(f"({keys}) {order[0].beyond} ({marks})", values)


def _behind_step_by_step(order: Sequence[Key], values: Sequence[int | str | None]) -> Sql:
    """Behind by the first key, or alike in it and behind by the second, and so on.

    The first part says nothing new: it lets the index of the first key skip what was shown.
    """
    steps = []
    for n, (key, value) in enumerate(zip(order, values, strict=True)):
        alike = (
            Sql(f"{before.expression} IS ?", (known,)) for before, known in zip(order[:n], values[:n], strict=True)
        )
        steps.append(all_met([*alike, _later(key, value)]))
    first = order[0]
    skipped = TRUE if first.nullable else Sql(f"{first.expression} {first.beyond}= ?", (values[0],))
    return all_met([skipped, any_met(steps)])


def _later(key: Key, value: int | str | None) -> Sql:
    if value is None:
        return Sql(f"{key.expression} IS NOT NULL") if key.nulls_first else FALSE
    later = Sql(f"{key.expression} {key.beyond} ?", (value,))
    nulls_later = key.nullable and not key.nulls_first
    return any_met([later, Sql(f"{key.expression} IS NULL")]) if nulls_later else later
