"""Where a list is read from.

A list is made of branches that exclude each other (the queues of an agent, the statuses of a query), each read in
the order of its index and merged as far as the page goes:

- `ticket_assignee_open`, `ticket_requester`, `ticket_organization` where the query pins one of them;
- else a branch a queue on `ticket_queue_open` or `ticket_queue_all` for up to `_MOST_BRANCHES` queues;
- else a branch a status or priority, else the index of the whole desk in the order asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from deskterm.engine.domain.query import Choice, Match, Sort, Text, spans
from deskterm.engine.model.enums import Priority
from deskterm.engine.store.query_conditions import rank_of
from deskterm.engine.store.query_orders import NUMBER, UPDATED, Key, order_of
from deskterm.engine.store.query_requirements import Requirements
from deskterm.engine.store.sql_pieces import TRUE, Sql, all_met, is_in, not_met

_MOST_BRANCHES: Final = 12
"""Above it, merging costs more than filtering the index of the whole desk."""

_NARROW_MS: Final = 31 * 86_400_000
"""A span of times that holds few enough tickets to sort."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the tickets: where to read it from, and what makes it this part."""

    source: str
    where: Sql


_WHOLE_TABLE: Final = "ticket t"
_UNINDEXED: Final = "ticket t NOT INDEXED"


def _by(index: str) -> str:
    return f"ticket t INDEXED BY {index}"


class Branches:
    """The ways to read what one query requires, in one order."""

    def __init__(self, required: Requirements, order: Sequence[Key]) -> None:
        self._required = required
        self._context = required.context
        self._order = order

    def fitting(self) -> list[Branch]:
        """The first of the ways that fits."""
        ways = (
            self._by_ownership,
            self._by_number,
            self._by_person,
            self._by_creation,
            self._by_resolution,
            self._by_sort,
            self._by_queue,
            self._by_nobody,
            self._by_status,
            self._by_priority,
        )
        return next((found for way in ways if (found := way()) is not None), self.whole())

    def whole(self) -> list[Branch]:
        """All tickets, or all open ones; what must be sorted as a whole is read as it lies in the file."""
        if self._required.is_open:
            return self._in_scope(_by("ticket_updated_open"))
        in_order = self._order[0].expression == UPDATED.expression
        return self._in_scope(_by("ticket_updated") if in_order else _UNINDEXED)

    def walk(self) -> list[Branch]:
        """One branch, since each would build the sets anew."""
        branches = self.fitting()
        return branches if len(branches) == 1 else self.whole()

    def owned(self) -> list[Branch]:
        """Tickets seen without their queue: one's own, then those of the organization that are not."""
        scope = self._context.scope
        elsewhere = not_met(is_in("t.queue_id", scope.queue_ids)) if scope.queue_ids else TRUE
        found = []
        if scope.own:
            mine = Sql("t.requester_id = ?", (scope.person_id,))
            found.append(Branch(_by("ticket_requester"), all_met([mine, elsewhere])))
        if scope.organization_id is not None:
            ours = Sql("t.organization_id = ?", (scope.organization_id,))
            not_mine = Sql("t.requester_id <> ?", (scope.person_id,)) if scope.own else TRUE
            found.append(Branch(_by("ticket_organization"), all_met([ours, not_mine, elsewhere])))
        return found

    def drawn_from(self, numbers: str) -> list[Branch]:
        """The tickets of a table with a column `id`."""
        return self._in_scope(f"{numbers} CROSS JOIN ticket t ON t.id = {numbers}.id")

    def due(self) -> list[Branch]:
        """Open tickets that are due, in the order in which they are."""
        return self._in_scope(_by("ticket_due_open"))

    @property
    def is_by_due(self) -> bool:
        """Whether the list is best read in the order of `due`."""
        wanted = tuple(self._order) == order_of([Sort("due")]) and self._required.is_open and self._required.is_live
        return wanted and not any(way() for way in (self._by_ownership, self._by_number, self._by_person))

    def _in_scope(self, source: str) -> list[Branch]:
        return [Branch(source, self._context.visible())]

    def _by_ownership(self) -> list[Branch] | None:
        return self.owned() if self._context.reads_no_queue else None

    def _by_number(self) -> list[Branch] | None:
        named = any(
            isinstance(n, Match) and n.name == "number" and n.operator in ("=", "..") for n in self._required.rest
        )
        return self._in_scope(_WHOLE_TABLE) if named else None

    def _by_person(self) -> list[Branch] | None:
        if self._required.assignee is not None and self._required.is_open and self._required.is_live:
            return self._in_scope(_by("ticket_assignee_open"))
        if len(self._required.pins.get("requester", ())) == 1:
            return self._in_scope(_by("ticket_requester"))
        organizations = self._required.pins.get("org", ())
        if len(organizations) == 1 and isinstance(organizations[0], Text):
            return self._in_scope(_by("ticket_organization"))
        return None

    def _by_creation(self) -> list[Branch] | None:
        return self._by_time("created", "ticket_created")

    def _by_resolution(self) -> list[Branch] | None:
        return self._by_time("resolved", "ticket_resolved")

    def _by_time(self, field: str, index: str) -> list[Branch] | None:
        """Where the query pins a time to a span that holds few enough tickets."""
        asked = [node for node in self._required.rest if isinstance(node, Match) and node.name == field]
        if any(isinstance(value, Choice) for node in asked for value in node.values):
            return None
        found = [span for node in asked for span in spans(node, self._context.now, self._context.zone)]
        if len(found) != 1 or found[0][0] is None:
            return None
        until = found[0][1] or self._context.now
        return self._in_scope(_by(index)) if until - found[0][0] <= _NARROW_MS else None

    def _by_sort(self) -> list[Branch] | None:
        first = self._order[0].expression
        if not self._required.is_live or (first == NUMBER.expression and not self._required.is_open):
            return self._in_scope(_UNINDEXED if first == NUMBER.expression else _WHOLE_TABLE)
        if first == "t.created_at" and not self._required.is_open:
            return self._in_scope(_by("ticket_created"))
        if self._required.is_open and tuple(self._order) == order_of([Sort("priority", descending=True)]):
            return self._in_scope(_by("ticket_priority_open"))
        return None

    def _by_queue(self) -> list[Branch] | None:
        queues = self._queues
        if queues is None or len(queues) > _MOST_BRANCHES:
            return None
        index = _by("ticket_queue_open" if self._required.is_open else "ticket_queue_all")
        branches = [Branch(index, Sql("t.queue_id = ?", (queue,))) for queue in queues]
        return branches + ([] if self._queues_suffice else self.owned())

    @cached_property
    def _queues(self) -> Sequence[int] | None:
        """The readable queues it must stand in, unless it is seen for another reason; None: any."""
        scope = self._context.scope
        if self._required.asked_queues is None:
            return None if scope.everything else scope.queue_ids
        return [queue for queue in self._required.asked_queues if scope.reads_queue(queue)]

    @property
    def _queues_suffice(self) -> bool:
        scope = self._context.scope
        asked = self._required.asked_queues
        return scope.everything or (asked is not None and all(scope.reads_queue(queue) for queue in asked))

    def _by_nobody(self) -> list[Branch] | None:
        pinned = self._required.pins.get("assignee") == (Choice("none"),)
        nobody = pinned or Choice("unassigned") in self._required.flags
        return self._in_scope(_by("ticket_assignee_open")) if nobody and self._required.is_open else None

    def _by_status(self) -> list[Branch] | None:
        values = self._required.pins.get("status", ())
        ids = sorted({number for value in values for number in self._context.status_ids(value)})
        if not 1 <= len(ids) <= _MOST_BRANCHES:
            return None
        return self._each("ticket_status", "t.status_id = ?", ids)

    def _by_priority(self) -> list[Branch] | None:
        asked = [node for node in self._required.rest if isinstance(node, Match) and node.name == "priority"]
        if not asked or not self._required.is_open:
            return None
        ranks = [priority.value for priority in Priority if all(_ranks(node, priority) for node in asked)]
        return self._each("ticket_priority_open", "t.priority = ?", ranks)

    def _each(self, index: str, condition: str, values: Sequence[int]) -> list[Branch]:
        seen = self._context.visible()
        return [Branch(_by(index), all_met([Sql(condition, (value,)), seen])) for value in values]


def _ranks(node: Match, priority: Priority) -> bool:
    """Whether a priority meets a condition on it."""
    ranks = [rank_of(value) for value in node.values]
    tests: dict[str, bool] = {
        "=": priority in ranks,
        "..": ranks[0] <= priority <= ranks[-1],
        ">": priority > ranks[0],
        ">=": priority >= ranks[0],
        "<": priority < ranks[0],
        "<=": priority <= ranks[0],
    }
    return tests[node.operator]
