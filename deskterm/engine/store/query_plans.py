"""Plans: the statements that read a page of a list, or count it.

Free words and tags are sets of ticket numbers. A set of up to `_FEW` is fetched and sorted. If all sets are
larger, the page is looked for among the first `_NEAR` tickets of the list, and only if it is not full among all
hits. These plans stand in one statement; the limit of those not needed is zero.
"""

import json
from collections.abc import Sequence
from typing import Final

from deskterm.engine.domain.query import Query
from deskterm.engine.store.query_branches import Branch, Branches
from deskterm.engine.store.query_conditions import COUNTER, Conditions
from deskterm.engine.store.query_context import Context
from deskterm.engine.store.query_orders import Key, PageKey, backward, behind, columns_of, order_by
from deskterm.engine.store.query_requirements import Requirements, only_counted
from deskterm.engine.store.sql_pieces import FALSE, Sql, all_met, joined, wrapped

_FEW: Final = 20_000
"""Tickets that are quicker sorted (about 40 ms) than found by walking an index."""

_NEAR: Final = 1_000
"""How far a page is looked for along the index before all hits of a common word are gathered."""

_LOOKED_UP: Final = 2_000
"""Up to so many tickets are looked up one by one in the index of words; for more, all hits of a word are read."""

_ASKED: Final = "SELECT id FROM asked"

_MOST_COMPARED: Final = 3
"""Of how many sets it is found out whether they are few."""


class Plan:
    """One query in one scope and order."""

    def __init__(self, query: Query, context: Context, order: Sequence[Key], *, among: Sequence[int] = ()) -> None:
        self._context = context
        self._order = order
        self._asked = among
        self._required = Requirements(query, context, _ASKED if 0 < len(among) <= _LOOKED_UP else "")
        self._branches = Branches(self._required, order)

    # Statements

    def page(self, limit: int, after: PageKey | None) -> Sql:
        where = all_met([self._required.where, behind(self._order, after)])
        if self._required.sets:
            return self._set_page(where, limit)
        if self._branches.is_by_due:
            return self._due_then_rest(where, limit, after)
        return self._listed(self._branches.fitting(), where, Sql("?", (limit,)))

    def few(self) -> Sql:
        """Those of the tickets asked about that the list holds; the size of the desk does not matter to it."""
        numbers = json.dumps(list(self._asked))
        start = Sql("WITH asked(id) AS MATERIALIZED (SELECT value FROM json_each(?)) ", (numbers,))
        where = self._among("" if len(self._asked) <= _LOOKED_UP else _ASKED, self._required.where)
        rows = self._select(columns_of(self._order), self._branches.drawn_from("asked"), where)
        return joined([start, rows, Sql(f" ORDER BY {order_by(self._order)}")], "")

    def count(self, limit: int, before: PageKey | None) -> Sql:
        is_kept = before is None and only_counted(self._required.query.where)
        if is_kept and not self._context.reads_no_queue:
            return self._kept_count(limit)
        where = self._above(before)
        counted = self._set_count(where, limit) if self._required.sets else self._plain_count(where, limit)
        return joined([Sql("SELECT n, n >= ? FROM (", (limit,)), counted, Sql(")")], "")

    def _above(self, place: PageKey | None) -> Sql:
        """What is required, of those above a place of the list when one is named."""
        return all_met([self._required.where, behind(backward(self._order), place)])

    def _plain_count(self, where: Sql, limit: int) -> Sql:
        return self._bounded(self._branches.fitting(), where, limit)

    def _bounded(self, branches: Sequence[Branch], where: Sql, limit: int) -> Sql:
        rows = self._select("1", branches, where)
        return joined([Sql("SELECT count(*) AS n FROM ("), rows, Sql(" LIMIT ?)", (limit,))], "")

    def _kept_count(self, limit: int) -> Sql:
        """By queue from the counters; what is seen without its queue, ticket by ticket up to the limit."""
        kept = Conditions(self._context, COUNTER)
        asked = [
            *(kept.of(node) for node in self._required.rest),
            *self._required.defaults(COUNTER),
            self._context.reads_queue(),
        ]
        total = wrapped("SELECT ifnull(sum(t.n), 0) FROM ticket_counter t WHERE ", all_met(asked), "")
        if self._context.scope.everything:
            return wrapped("SELECT (", total, "), 0")
        others = self._bounded(self._branches.owned(), self._required.where, limit)
        parts = [Sql("SELECT kept + others, others >= ? FROM (SELECT (", (limit,)), total, Sql(") AS kept, (")]
        return joined([*parts, others, Sql(") AS others)")], "")

    # Sets

    def _set_page(self, where: Sql, limit: int) -> Sql:
        """From the fewest hits if they are few; else along the index as far as `_NEAR`; else from all hits."""
        many = self._are_many
        few = self._listed(self._branches.drawn_from("few"), self._of_few(where), _gate(f"NOT ({many})", limit))
        walked = self._listed(self._branches.walk(), where, _gate(many, _NEAR if limit <= _NEAR // 4 else 0))
        met = self._met(limit)
        enough = "(SELECT count(*) FROM met) = ?"
        near = joined([Sql("SELECT * FROM met LIMIT "), _gate(enough, limit, limit)], "")
        every = self._listed(
            self._branches.walk(), self._among("", where), _gate(f"{many} AND NOT {enough}", limit, limit)
        )
        start = [self._few, Sql(", near AS MATERIALIZED ("), walked, Sql("), met AS MATERIALIZED ("), met, Sql(") ")]
        return joined([*start, self._in_turn([few, near, every], limit)], "")

    def _met(self, limit: int) -> Sql:
        found = all_met(_in_hits("number", hits) for hits in self._hits("SELECT number FROM near"))
        order = Sql(f" ORDER BY {order_by(self._order)} LIMIT ?", (limit,))
        return joined([Sql("SELECT * FROM near WHERE "), found, order], "")

    def _set_count(self, where: Sql, limit: int) -> Sql:
        many = self._are_many
        few = self._select("1", self._branches.drawn_from("few"), self._of_few(where))
        first, *others = self._hits()
        common = all_met(_in_hits("id", hits) for hits in others)
        shared = joined([Sql(", shared AS (SELECT DISTINCT id FROM ("), first, Sql(") WHERE "), common, Sql(")")], "")
        every = self._select("1", self._branches.drawn_from("shared"), where)
        rows = [_gated(few, _gate(f"NOT ({many})", limit)), Sql(" UNION ALL "), _gated(every, _gate(many, limit))]
        return joined([self._few, shared, Sql(" SELECT count(*) AS n FROM ("), *rows, Sql(")")], "")

    @property
    def _few(self) -> Sql:
        """`WITH few(id)`: the hits of the first set that has no more than `_FEW`, if any has."""
        parts = [Sql("WITH ")]
        chosen = []
        for n, hits in enumerate(self._hits()[:_MOST_COMPARED], 1):
            before = _too_many(n - 1)
            limit = Sql(f" LIMIT iif({before}, {_FEW + 1}, 0)), ")
            parts += [Sql(f"hits{n}(id) AS MATERIALIZED (SELECT DISTINCT id FROM ("), hits, Sql(")"), limit]
            chosen.append(f"SELECT id FROM hits{n} WHERE {before} AND NOT ({_too_many(n)})")
        return joined([*parts, Sql(f"few(id) AS MATERIALIZED ({' UNION ALL '.join(chosen)})")], "")

    @property
    def _are_many(self) -> str:
        return _too_many(min(len(self._required.sets), _MOST_COMPARED))

    def _hits(self, within: str = "") -> list[Sql]:
        return [self._required.conditions.hits(node, within) for node in self._required.sets]

    def _of_few(self, where: Sql) -> Sql:
        """Which of the few meet everything; those of a single set meet it already."""
        return where if len(self._required.sets) == 1 else self._among("SELECT id FROM few", where)

    def _among(self, within: str, where: Sql) -> Sql:
        return all_met([where, *(_in_hits("t.id", hits) for hits in self._hits(within))])

    # Lists

    def _due_then_rest(self, where: Sql, limit: int, after: PageKey | None) -> Sql:
        """Tickets that are due in the order of their index; those never due only where the page has room."""
        undated = all_met([where, Sql("t.next_due IS NULL")])
        if after is not None and after.values[0] is None:
            return self._listed(self._branches.fitting(), undated, Sql("?", (limit,)))
        present = [Key("t.next_due"), *self._order[1:]]
        dated = all_met([where, Sql("t.next_due IS NOT NULL"), behind(present, after)])
        first = self._listed(self._branches.due(), dated, Sql("?", (limit,)), present)
        second = self._listed(self._branches.fitting(), undated, Sql("(SELECT ? - count(*) FROM dated)", (limit,)))
        start = joined([Sql("WITH dated AS MATERIALIZED ("), first, Sql(") ")], "")
        return joined([start, self._in_turn([Sql("SELECT * FROM dated"), second], limit)], "")

    def _in_turn(self, lists: Sequence[Sql], limit: int) -> Sql:
        rows = joined([wrapped("SELECT * FROM (", rows, ")") for rows in lists], " UNION ALL ")
        return joined([rows, Sql(f" ORDER BY {order_by(self._order)} LIMIT ?", (limit,))], "")

    def _listed(self, branches: Sequence[Branch], where: Sql, limit: Sql, order: Sequence[Key] | None = None) -> Sql:
        keys = order or self._order
        rows = self._select(columns_of(keys), branches, where)
        return joined([rows, Sql(f" ORDER BY {order_by(keys)} LIMIT "), limit], "")

    def _select(self, columns: str, branches: Sequence[Branch], where: Sql) -> Sql:
        asked = [Branch(branch.source, all_met([branch.where, where])) for branch in branches]
        parts = [
            wrapped(f"SELECT {columns} FROM {branch.source} WHERE ", branch.where, "")
            for branch in asked
            if branch.where != FALSE
        ]
        return joined(parts or [Sql(f"SELECT {columns} FROM ticket t WHERE 0")], " UNION ALL ")


def _too_many(n: int) -> str:
    """Whether each of the first n sets has more than `_FEW` tickets."""
    return " AND ".join(f"(SELECT count(*) FROM hits{i}) > {_FEW}" for i in range(1, n + 1)) or "1"


def _gate(condition: str, limit: int, *parameters: object) -> Sql:
    """A limit that is zero unless the condition holds: SQLite then leaves the whole list out."""
    return Sql(f"iif({condition}, ?, 0)", (*parameters, limit))


def _gated(rows: Sql, limit: Sql) -> Sql:
    return joined([Sql("SELECT * FROM ("), rows, Sql(" LIMIT "), limit, Sql(")")], "")


def _in_hits(column: str, hits: Sql) -> Sql:
    """The plus keeps SQLite from asking the full-text index about one ticket after the other."""
    return wrapped(f"+{column} IN (", hits, ")")
