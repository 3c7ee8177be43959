"""Queries as SQL: a parsed query and a scope in, statement text and parameters out.

Nothing can be compiled without a scope, and whatever lies outside it is invisible: rows, counts, and words of
messages that may not be read. Nothing a person typed enters the text of a statement; it travels as a parameter.

Lists must not grow slower with the desk, so each statement names its index: `query_branches` says which one a list
is read from, `query_plans` how free words and tags are met.
"""

from collections.abc import Sequence

from deskterm.engine.domain.permissions import Scope
from deskterm.engine.domain.query import Query
from deskterm.engine.store.query_context import Context, Watch
from deskterm.engine.store.query_orders import Key, PageKey, order_of
from deskterm.engine.store.query_orders import backward as from_end
from deskterm.engine.store.query_plans import Plan
from deskterm.engine.store.query_vocabulary import Vocabulary, read_vocabulary
from deskterm.engine.store.sql_pieces import Sql, Statement, wrapped

__all__ = [
    "PageKey",
    "Statement",
    "Vocabulary",
    "compile_among",
    "compile_count",
    "compile_ids",
    "compile_page",
    "read_vocabulary",
]


def compile_page(
    query: Query,
    scope: Scope,
    vocabulary: Vocabulary,
    *,
    now: int,
    zone: str,
    me: int | None,
    limit: int,
    after: PageKey | None = None,
    backward: bool = False,
) -> Statement:
    """A page of a list: rows of (number, sort values…), from which `PageKey.of` makes the key of the next page.

    `backward`: from the end of the list towards its top, and `after` a place means before it.

    `now` is in UTC milliseconds, `zone` an IANA name, `me` the person's id (None where nobody is logged in).
    Without a sort, the most recently updated come first. Ties: tickets alike in priority, queue, status or
    assignee stand by their last change, newest first; then the higher number comes first. What has no due time,
    resolution or assignee comes last in either direction.

    Raises:
        QueryError: the query names something the vocabulary does not hold, or `me` where nobody is.
        ValueError: `after` belongs to another sort.
    """
    order = _order(query, after)
    context = Context(scope, vocabulary, Watch(now), zone, me)
    return _statement(Plan(query, context, from_end(order) if backward else order).page(limit, after), context)


def _order(query: Query, place: PageKey | None) -> tuple[Key, ...]:
    """The order of a query, to which a place must belong."""
    order = order_of(query.sort)
    if place is not None and len(place.values) != len(order) - 1:
        raise ValueError("This page key belongs to another order.")
    return order


def compile_among(
    query: Query,
    scope: Scope,
    vocabulary: Vocabulary,
    *,
    now: int,
    zone: str,
    me: int | None,
    numbers: Sequence[int],
) -> Statement:
    """Those of the numbers that a list holds, in its order: rows as of `compile_page`.

    Raises:
        QueryError: as `compile_page`.
    """
    context = Context(scope, vocabulary, Watch(now), zone, me)
    return _statement(Plan(query, context, order_of(query.sort), among=numbers).few(), context)


def compile_ids(
    query: Query, scope: Scope, vocabulary: Vocabulary, *, now: int, zone: str, me: int | None, limit: int
) -> Statement:
    """The numbers of the first `limit` tickets of a list, in its order: rows of (number,).

    Raises:
        QueryError: as `compile_page`.
    """
    context = Context(scope, vocabulary, Watch(now), zone, me)
    page = Plan(query, context, order_of(query.sort)).page(limit, None)
    return _statement(wrapped("SELECT number FROM (", page, ")"), context)


def compile_count(
    query: Query,
    scope: Scope,
    vocabulary: Vocabulary,
    *,
    now: int,
    zone: str,
    me: int | None,
    limit: int = 10_001,
    before: PageKey | None = None,
) -> Statement:
    """How many tickets: one row of (n, is_bound); when `is_bound`, counting stopped and there are at least n.

    `before`: only those above a place of the list are counted, one by one.

    Taken from the kept counters, and exact, where the query asks for nothing else than queue, status, type,
    priority, assignee and bin; tickets seen for another reason than their queue are then counted one by one.

    Raises:
        QueryError: as `compile_page`.
        ValueError: `before` belongs to another sort.
    """
    context = Context(scope, vocabulary, Watch(now), zone, me)
    order = order_of(()) if before is None else _order(query, before)
    return _statement(Plan(query, context, order).count(limit, before), context)


def _statement(sql: Sql, context: Context) -> Statement:
    return Statement(sql.text, sql.parameters, is_timeless=not context.watch.was_read)
