"""Pieces of SQL that carry their parameters with them, and how they are put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for a reader connection. `is_timeless`: it means the same whenever it is run."""

    sql: str
    parameters: tuple[object, ...]
    is_timeless: bool = False


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with the parameters of its question marks, in order."""

    text: str
    parameters: tuple[object, ...] = ()


TRUE = Sql("1")
FALSE = Sql("0")


def joined(parts: Iterable[Sql], between: str) -> Sql:
    """One after the other; the parameters follow their question marks."""
    found = list(parts)
    return Sql(between.join(part.text for part in found), tuple(p for part in found for p in part.parameters))


def all_met(parts: Iterable[Sql]) -> Sql:
    """The conjunction. A part that is never true stands alone: SQLite would drop the others, and with them the
    terms that its partial indexes need.
    """
    found = [part for part in parts if part != TRUE]
    if FALSE in found:
        return FALSE
    if not found:
        return TRUE
    return found[0] if len(found) == 1 else wrapped("(", joined(found, " AND "), ")")


def any_met(parts: Iterable[Sql]) -> Sql:
    """The disjunction."""
    found = [part for part in parts if part != FALSE]
    if TRUE in found:
        return TRUE
    if not found:
        return FALSE
    return found[0] if len(found) == 1 else wrapped("(", joined(found, " OR "), ")")


def not_met(part: Sql) -> Sql:
    """A condition over a missing value is not met, so its opposite is."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    return wrapped("NOT coalesce(", part, ", 0)")


def wrapped(before: str, part: Sql, after: str) -> Sql:
    """A piece between two texts without parameters."""
    return Sql(before + part.text + after, part.parameters)


def is_in(column: str, values: Sequence[object]) -> Sql:
    """Whether a column has one of these values."""
    if not values:
        return FALSE
    if len(values) == 1:
        return Sql(f"{column} = ?", (values[0],))
    return Sql(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))
