"""What a query says, as a tree; every part knows where in the text it was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from deskterm.engine.domain.errors import BadQuery

QueryError = BadQuery
"""What `parse` raises: a sentence and the character offsets of the word it is about."""


class Place(NamedTuple):
    """Character offsets of a piece of the text, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Where it was written; no part of what it says."""

    place: Place = field(default=Place(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text(_Placed):
    """A value only the desk can judge: a name, a login, an address, the content of a custom field."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice(_Placed):
    """One of the fixed words of a field: `me`, `none`, `high`, `breached`, `open`."""

    word: str


@dataclass(frozen=True, slots=True)
class Whole(_Placed):
    """A ticket number."""

    number: int


@dataclass(frozen=True, slots=True)
class Moment(_Placed):
    """A time as it was written (`today`, `-24h`, `2026-03-01T14:00`); `resolve` gives it a place in time."""

    text: str


Value = Text | Choice | Whole | Moment


@dataclass(frozen=True, slots=True)
class Word(_Placed):
    """A free word; `prefix`: any word that starts with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase(_Placed):
    """Free words that stand side by side in this order."""

    text: str


@dataclass(frozen=True, slots=True)
class Match(_Placed):
    """A condition on a field: `=` any of the values, `..` from the first to the second, or one of > >= < <=.

    `name` is one of FIELDS, or `custom.` and the name of the custom field as it was written.
    """

    name: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more."""

    children: tuple["Node", ...]


Node = Word | Phrase | Match | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sort(_Placed):
    """One key of the order of a list: a choice of the field `sort`."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `where` None matches everything, an empty `sort` leaves the order to the list."""

    where: Node | None
    sort: tuple[Sort, ...] = ()
    text: str = field(default="", compare=False)


def all_of(nodes: Iterable[Node]) -> Node:
    """The conjunction of one or more, without needless nesting."""
    flat = tuple(part for node in nodes for part in (node.children if isinstance(node, And) else (node,)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(nodes: Iterable[Node]) -> Node:
    """The disjunction of one or more, without needless nesting."""
    flat = tuple(part for node in nodes for part in (node.children if isinstance(node, Or) else (node,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def conjuncts(node: Node | None) -> tuple[Node, ...]:
    """The conditions that must all hold."""
    if node is None:
        return ()
    return node.children if isinstance(node, And) else (node,)
