"""What a query requires of every ticket it finds: what a plan may rely on."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final, TypeGuard

from deskterm.engine.domain.query import And, Choice, Match, Node, Not, Or, Phrase, Query, Text, Value, Word, conjuncts
from deskterm.engine.model.enums import Category
from deskterm.engine.store.query_conditions import NOT_MERGED, TICKET, Columns, Conditions, SetNode
from deskterm.engine.store.query_context import Context
from deskterm.engine.store.sql_pieces import Sql, all_met

_COUNTED_FIELDS: Final = frozenset({"status", "type", "priority", "queue", "assignee"})
_COUNTED_FLAGS: Final = frozenset({"open", "mine", "unassigned", "merged", "deleted"})


class Requirements:
    """The conditions of one query that must all hold: `sets` that an index holds, and the `rest`.

    `pins`: the values of the fields that must have one of them.
    """

    def __init__(self, query: Query, context: Context, few: str = "") -> None:
        self.query = query
        self.context = context
        self.conditions = Conditions(context, TICKET, few)
        top = conjuncts(query.where)
        self.sets = [] if context.reads_no_queue else sorted(filter(_is_set, top), key=_likely_size)
        self.rest = [node for node in top if node not in self.sets]
        self.pins = {node.name: node.values for node in top if isinstance(node, Match) and node.operator == "="}

    @cached_property
    def where(self) -> Sql:
        """All but the sets; what the partial indexes ask for is spelled out."""
        stated = [Sql(TICKET.is_open)] if self.is_open else []
        asked = [self.conditions.of(node) for node in self.rest]
        return all_met([*self.defaults(TICKET), *stated, *asked])

    def defaults(self, columns: Columns) -> list[Sql]:
        """The bin and merged tickets are left out unless some part of the query asks for them."""
        found = [Sql(columns.live)] if self.is_live else []
        if not self.is_open and not _asks(self.query.where, self._merged_asked):
            found.append(Sql(NOT_MERGED))
        return found

    @cached_property
    def is_live(self) -> bool:
        """Whether the bin is left out."""
        return not _asks(self.query.where, lambda node: node.name == "is" and Choice("deleted") in node.values)

    def _merged_asked(self, node: Match) -> bool:
        if node.name == "status":
            return Category.MERGED in self._categories(node.values)
        return node.name == "is" and Choice("merged") in node.values

    @cached_property
    def is_open(self) -> bool:
        """Whether it finds open tickets only."""
        if any(isinstance(n, Match) and (n.name, n.values) == ("is", (Choice("open"),)) for n in self.rest):
            return True
        categories = self._categories(self.pins.get("status", ()))
        return bool(categories) and all(category.is_open for category in categories)

    def _categories(self, values: Iterable[Value]) -> set[Category]:
        ids = {number for value in values for number in self.context.status_ids(value)}
        return {category for number, category in self.context.vocabulary.statuses.values() if number in ids}

    @cached_property
    def assignee(self) -> int | None:
        """The one person it must be assigned to."""
        asked = [value for value in self.flags if value == Choice("mine")]
        if asked:
            return self.context.myself(asked[0])
        values = self.pins.get("assignee", ())
        return self.conditions.login(values[0]) if len(values) == 1 and values[0] != Choice("none") else None

    @cached_property
    def flags(self) -> list[Value]:
        """What the ticket must be: flags of `is:` that stand alone."""
        flags = [n.values for n in self.rest if isinstance(n, Match) and n.name == "is" and len(n.values) == 1]
        return [values[0] for values in flags]

    @cached_property
    def asked_queues(self) -> list[int] | None:
        """The queues it must stand in; None: any."""
        values = self.pins.get("queue")
        names = self.context.vocabulary.queues
        return None if values is None else sorted({self.context.found("queue", names, value) for value in values})


def _is_set(node: Node) -> TypeGuard[SetNode]:
    """Whether it is met by a set of tickets that an index holds: a free word, or tags by name."""
    if isinstance(node, Match):
        return node.name == "tag" and all(isinstance(value, Text) for value in node.values)
    return isinstance(node, Word | Phrase)


def _likely_size(node: SetNode) -> tuple[bool, int]:
    """An order in which the smaller sets tend to come first: long words are rare, tags are common."""
    return isinstance(node, Match), 0 if isinstance(node, Match) else -len(node.text)


def _asks(node: Node | None, wanted: Callable[[Match], bool], positive: bool = True) -> bool:
    """Whether a condition that `wanted` holds for is asked for, that is stands under no minus."""
    match node:
        case And(children) | Or(children):
            return any(_asks(child, wanted, positive) for child in children)
        case Not(child):
            return _asks(child, wanted, not positive)
        case Match():
            return positive and wanted(node)
        case _:
            return False


def only_counted(node: Node | None) -> bool:
    """Whether the kept counters know everything the query asks for."""
    match node:
        case None:
            return True
        case And(children) | Or(children):
            return all(only_counted(child) for child in children)
        case Not(child):
            return only_counted(child)
        case Match("is", _, values):
            return all(isinstance(value, Choice) and value.word in _COUNTED_FLAGS for value in values)
        case Match(name):
            return name in _COUNTED_FIELDS
        case _:
            return False
