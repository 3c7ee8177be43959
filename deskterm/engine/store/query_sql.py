"""Queries as SQL: a parsed query and a scope in, statement text and parameters out.

Nothing can be compiled without a scope, and whatever lies outside it is invisible: rows, counts, and words of
messages that may not be read. Nothing a person typed enters the text of a statement; it travels as a parameter.

Lists must not grow slower with the desk, so each statement names its index. A list is made of branches that
exclude each other (the queues of an agent, the statuses of a query), each read in the order of its index and
merged as far as the page goes:

- `ticket_assignee_open`, `ticket_requester`, `ticket_organization` where the query pins one of them;
- else a branch a queue on `ticket_queue_open` or `ticket_queue_all` for up to `_MOST_BRANCHES` queues;
- else a branch a status or priority, else the index of the whole desk in the order asked.

Free words and tags are sets of ticket numbers. A set of up to `_FEW` is fetched and sorted. If all sets are
larger, the page is looked for among the first `_NEAR` tickets of the list, and only if it is not full among all
hits. These plans stand in one statement; the limit of those not needed is zero.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final, TypeGuard

from deskterm.engine.domain.permissions import Scope
from deskterm.engine.domain.query import (
    And,
    Choice,
    Match,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Sort,
    Span,
    Text,
    Value,
    Whole,
    Word,
    spans,
)
from deskterm.engine.domain.text import search_text
from deskterm.engine.model.enums import Category, MessageKind, Priority, SlaState
from deskterm.engine.store.backend import Reader

_MOST_BRANCHES: Final = 12
"""Above it, merging costs more than filtering the index of the whole desk."""

_FEW: Final = 20_000
"""Tickets that are quicker sorted (about 40 ms) than found by walking an index."""

_NEAR: Final = 1_000
"""How far a page is looked for along the index before all hits of a common word are gathered."""

_MOST_COMPARED: Final = 3
"""Of how many sets it is found out whether they are few."""

_NARROW_MS: Final = 31 * 86_400_000
"""A span of creation times that holds few enough tickets to sort."""

_LONGEST_KEY: Final = 4_000
"""Characters of a page key as text: subjects and names are far shorter."""

_RECENT: Final = 1_000
"""How many of somebody's own tickets are looked at for the queues and agents they may name."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The desk's own words that a query may name, by the name shown to people; upper and lower case are one.

    `custom_fields` None: any name may be asked for.
    """

    queues: Mapping[str, int]
    statuses: Mapping[str, tuple[int, Category]]
    types: Mapping[str, int]
    logins: Mapping[str, int]
    custom_fields: frozenset[str] | None = None


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
class Statement:
    """SQL for a reader connection."""

    sql: str
    parameters: tuple[object, ...]


def read_vocabulary(reader: Reader, scope: Scope) -> Vocabulary:
    """The names a query may use: queues and colleagues as far as the scope goes, every status and type."""
    own = _own_tickets(scope)
    return Vocabulary(
        queues=_names(reader, _queues_named(scope, own)),
        statuses={
            name: (number, Category(category))
            for name, number, category in reader.rows("SELECT name, id, category FROM status ORDER BY position, id")
        },
        types=_names(reader, _Sql("SELECT name, id FROM ticket_type ORDER BY position, id")),
        logins=_names(reader, _logins_named(scope, own)),
    )


def _names(reader: Reader, sql: "_Sql") -> dict[str, int]:
    return dict(reader.rows(sql.text, sql.parameters))


def _queues_named(scope: Scope, own: "_Sql") -> "_Sql":
    if scope.everything:
        return _Sql("SELECT name, id FROM queue ORDER BY id")
    seen = _Sql(f"id IN (SELECT queue_id FROM ({own.text}))", own.parameters)
    named = _any([_in("id", scope.queue_ids), seen])
    return _Sql(f"SELECT name, id FROM queue WHERE {named.text} ORDER BY id", named.parameters)


def _logins_named(scope: Scope, own: "_Sql") -> "_Sql":
    people = "SELECT login, id FROM person WHERE login IS NOT NULL AND is_system = 0"
    if scope.everything or scope.queue_ids:
        return _Sql(people)
    return _Sql(
        f"{people} AND (id = ? OR id IN (SELECT assignee_id FROM ({own.text})))", (scope.person_id, *own.parameters)
    )


def _own_tickets(scope: Scope) -> "_Sql":
    """The latest tickets somebody sees although their queues are closed to them."""
    latest = "SELECT queue_id, assignee_id FROM ticket WHERE {} = ? ORDER BY updated_at DESC LIMIT " + str(_RECENT)
    pairs = ((scope.own, "requester_id", scope.person_id), (True, "organization_id", scope.organization_id))
    found = [(column, value) for asked, column, value in pairs if asked and value is not None]
    parts = [f"SELECT * FROM ({latest.format(column)})" for column, _ in found]
    return _Sql(
        " UNION ALL ".join(parts) or "SELECT NULL AS queue_id, NULL AS assignee_id WHERE 0",
        tuple(value for _, value in found),
    )


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
) -> Statement:
    """A page of a list: rows of (number, sort values…), from which `PageKey.of` makes the key of the next page.

    `now` is in UTC milliseconds, `zone` an IANA name, `me` the person's id (None where nobody is logged in).
    Without a sort, the most recently updated come first. Ties: tickets alike in priority, queue, status or
    assignee stand by their last change, newest first; then the higher number comes first. What has no due time,
    resolution or assignee comes last in either direction.

    Raises:
        QueryError: the query names something the vocabulary does not hold, or `me` where nobody is.
        ValueError: `after` belongs to another sort.
    """
    order = _order(query.sort)
    if after is not None and len(after.values) != len(order) - 1:
        raise ValueError("This page key belongs to another order.")
    return _Compiler(query, _Context(scope, vocabulary, now, zone, me), order).page(limit, after).statement


def compile_ids(
    query: Query, scope: Scope, vocabulary: Vocabulary, *, now: int, zone: str, me: int | None, limit: int
) -> Statement:
    """The numbers of the first `limit` tickets of a list, in its order: rows of (number,).

    Raises:
        QueryError: as `compile_page`.
    """
    context = _Context(scope, vocabulary, now, zone, me)
    page = _Compiler(query, context, _order(query.sort)).page(limit, None)
    return Statement(f"SELECT number FROM ({page.text})", page.parameters)


def compile_count(
    query: Query, scope: Scope, vocabulary: Vocabulary, *, now: int, zone: str, me: int | None, limit: int = 10_001
) -> Statement:
    """How many tickets: one row of (n, is_bound); when `is_bound`, counting stopped and there are at least n.

    Taken from the kept counters, and exact, where the query asks for nothing else than queue, status, type,
    priority, assignee and bin; tickets seen for another reason than their queue are then counted one by one.

    Raises:
        QueryError: as `compile_page`.
    """
    return _Compiler(query, _Context(scope, vocabulary, now, zone, me), _order(())).count(limit).statement


# Pieces of SQL.


@dataclass(frozen=True, slots=True)
class _Sql:
    """A piece of SQL with the parameters of its question marks, in order."""

    text: str
    parameters: tuple[object, ...] = ()

    @property
    def statement(self) -> Statement:
        return Statement(self.text, self.parameters)


_TRUE = _Sql("1")
_FALSE = _Sql("0")


def _joined(parts: Iterable[_Sql], between: str) -> _Sql:
    found = list(parts)
    return _Sql(between.join(part.text for part in found), tuple(p for part in found for p in part.parameters))


def _all(parts: Iterable[_Sql]) -> _Sql:
    """The conjunction. A part that is never true stands alone: SQLite would drop the others, and with them the
    terms that its partial indexes need.
    """
    found = [part for part in parts if part != _TRUE]
    if _FALSE in found:
        return _FALSE
    if not found:
        return _TRUE
    return found[0] if len(found) == 1 else _wrapped("(", _joined(found, " AND "), ")")


def _any(parts: Iterable[_Sql]) -> _Sql:
    found = [part for part in parts if part != _FALSE]
    if _TRUE in found:
        return _TRUE
    if not found:
        return _FALSE
    return found[0] if len(found) == 1 else _wrapped("(", _joined(found, " OR "), ")")


def _not(part: _Sql) -> _Sql:
    """A condition over a missing value is not met, so its opposite is."""
    if part in (_TRUE, _FALSE):
        return _FALSE if part == _TRUE else _TRUE
    return _wrapped("NOT coalesce(", part, ", 0)")


def _wrapped(before: str, part: _Sql, after: str) -> _Sql:
    return _Sql(before + part.text + after, part.parameters)


def _in(column: str, values: Sequence[object]) -> _Sql:
    if not values:
        return _FALSE
    if len(values) == 1:
        return _Sql(f"{column} = ?", (values[0],))
    return _Sql(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


# What a query may see.


@dataclass(frozen=True, slots=True)
class _Context:
    """Everything a query means something in."""

    scope: Scope
    vocabulary: Vocabulary
    now: int
    zone: str
    me: int | None

    @property
    def reads_no_queue(self) -> bool:
        """Whether only tickets of one's own and of one's organization are visible."""
        return not self.scope.everything and not self.scope.queue_ids

    def visible(self, ticket: str = "t") -> _Sql:
        """Whether the ticket of this alias is in scope."""
        return _TRUE if self.scope.everything else _any([self.reads_queue(ticket), *self._owned(ticket)])

    def reads_queue(self, ticket: str = "t") -> _Sql:
        """Whether its queue is, and so its notes are."""
        return _TRUE if self.scope.everything else _in(f"{ticket}.queue_id", self.scope.queue_ids)

    def reads_message(self) -> _Sql:
        """Whether message m of ticket t may be read: replies with the ticket, notes and system lines with its queue."""
        if self.scope.everything:
            return _TRUE
        return _any([_Sql(_IS_REPLY), self.reads_queue()])

    def _owned(self, ticket: str) -> Iterator[_Sql]:
        if self.scope.own:
            yield _Sql(f"{ticket}.requester_id = ?", (self.scope.person_id,))
        if self.scope.organization_id is not None:
            yield _Sql(f"{ticket}.organization_id = ?", (self.scope.organization_id,))

    def myself(self, value: Value) -> int:
        if self.me is None:
            raise QueryError("Nobody is logged in here: name the person instead.", *value.place)
        return self.me

    def found(self, what: str, names: Mapping[str, int], value: Value) -> int:
        """The id of a name of the vocabulary.

        Raises:
            QueryError: there is no such name; the sentence says which is near, or which there are.
        """
        assert isinstance(value, Text)
        wanted = value.text.casefold()
        for name, number in names.items():
            if name.casefold() == wanted:
                return number
        raise QueryError(_no_such_name(what, value.text, list(names)), *value.place)

    def status_ids(self, value: Value) -> tuple[int, ...]:
        """The statuses of this name and those of the category of this name."""
        assert isinstance(value, Text)
        wanted = value.text.casefold()
        statuses = self.vocabulary.statuses
        ids = tuple(i for name, (i, category) in statuses.items() if wanted in (name.casefold(), category.label))
        if ids or wanted in (category.label for category in Category):
            return ids
        known = [*(category.label for category in Category), *statuses]
        raise QueryError(_no_such_name("status", value.text, known), *value.place)


def _no_such_name(what: str, wanted: str, known: list[str]) -> str:
    shown = wanted if len(wanted) <= 40 else wanted[:39] + "…"
    lower = {name.casefold(): name for name in known}
    near = get_close_matches(wanted.casefold(), list(lower), n=1)
    if near:
        return f'There is no {what} "{shown}". Did you mean "{lower[near[0]]}"?'
    some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f'There is no {what} "{shown}"; there is: {some or "none"}.'


# From nodes to conditions.


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a condition finds what the kept counters know as well."""

    assignee: str
    is_open: str
    deleted: str
    live: str


_TICKET = _Columns("t.assignee_id", "t.is_open = 1", "t.deleted_at IS NOT NULL", "t.deleted_at IS NULL")
_COUNTER = _Columns("nullif(t.assignee_id, 0)", "t.category <= 3", "t.deleted = 1", "t.deleted = 0")
_COUNTED_FIELDS: Final = frozenset({"status", "type", "priority", "queue", "assignee"})
_COUNTED_FLAGS: Final = frozenset({"open", "mine", "unassigned", "merged", "deleted"})
_IS_REPLY: Final = f"m.kind = {MessageKind.REPLY.value}"
_MERGED: Final = f"t.category = {Category.MERGED.value}"
_NOT_MERGED: Final = f"t.category <> {Category.MERGED.value}"

_TIME_COLUMNS: Final = {
    "created": "t.created_at",
    "updated": "t.updated_at",
    "resolved": "t.resolved_at",
    "due": "t.next_due",
}


class _Conditions:
    """Conditions on the row of alias t: a ticket, or a kept counter when the query asks for nothing else.

    A condition may be NULL where a column is; that reads as false, and `_not` takes care of it.
    """

    def __init__(self, context: _Context, columns: _Columns) -> None:
        self._context = context
        self._columns = columns

    def of(self, node: Node) -> _Sql:
        match node:
            case And(children):
                return _all(self.of(child) for child in children)
            case Or(children):
                return _any(self.of(child) for child in children)
            case Not(child):
                return _not(self.of(child))
            case Word() | Phrase():
                return _wrapped("t.id IN (", self.hits(node), ")")
            case Match():
                return self._match(node)

    def hits(self, node: "_SetNode", within: str = "") -> _Sql:
        """The tickets of a free word or of tags, as a select of one column `id`.

        `within`: a select of numbers; only hits among these are wanted. Reading all hits of a word and dropping
        most is several times quicker than asking the index about one ticket after the other.
        """
        return self._tagged(node) if isinstance(node, Match) else self._found(node, within)

    def _match(self, node: Match) -> _Sql:
        if node.name.startswith("custom."):
            return self._custom(node)
        if node.name in _TIME_COLUMNS:
            return self._time(node)
        if node.name in _COMPARED:
            column, ranks = _COMPARED[node.name]
            return _compared(column, node.operator, [ranks(value) for value in node.values])
        return _any(_READERS[node.name](self, value) for value in node.values)

    # Free words

    def _found(self, node: Word | Phrase, within: str = "") -> _Sql:
        expression = _expression(node)
        scope = self._context.scope
        if self._context.reads_no_queue and scope.organization_id is None:
            return _Sql(_FOUND_IN_OWN, (scope.person_id, expression, scope.person_id, expression))
        of_ticket = f" AND +rowid IN ({within})" if within else ""
        of_message = f" AND +s.rowid IN (SELECT id FROM message WHERE ticket_id IN ({within}))" if within else ""
        readable = self._readable
        return _Sql(
            f"{_FOUND_IN_TICKETS}{of_ticket} UNION ALL {_FOUND_IN_MESSAGES}{of_message} AND {readable.text}",
            (expression, expression, *readable.parameters),
        )

    @property
    def _readable(self) -> _Sql:
        """Whether a hit in message m may be told of; its ticket is looked up only when it is no reply."""
        if self._context.scope.everything:
            return _TRUE
        found = "EXISTS (SELECT 1 FROM ticket v WHERE v.id = m.ticket_id AND "
        return _any([_Sql(_IS_REPLY), _wrapped(found, self._context.reads_queue("v"), ")")])

    def _tagged(self, node: Match) -> _Sql:
        names = [value.text for value in node.values if isinstance(value, Text)]
        tags = _in("name", names)
        return _wrapped("SELECT ticket_id AS id FROM ticket_tag WHERE tag_id IN (SELECT id FROM tag WHERE ", tags, ")")

    # Fields of the vocabulary

    def status(self, value: Value) -> _Sql:
        return _in("t.status_id", self._context.status_ids(value))

    def type(self, value: Value) -> _Sql:
        return _in("t.type_id", [self._context.found("type", self._context.vocabulary.types, value)])

    def queue(self, value: Value) -> _Sql:
        return _in("t.queue_id", [self._context.found("queue", self._context.vocabulary.queues, value)])

    def assignee(self, value: Value) -> _Sql:
        if value == Choice("none"):
            return _Sql(f"{self._columns.assignee} IS NULL")
        return _Sql(f"{self._columns.assignee} = ?", (self.login(value),))

    def login(self, value: Value) -> int:
        """The person a value of `assignee` means."""
        if isinstance(value, Choice):
            return self._context.myself(value)
        return self._context.found("login", self._context.vocabulary.logins, value)

    # Fields looked up in the desk

    def requester(self, value: Value) -> _Sql:
        if isinstance(value, Choice):
            return _Sql("t.requester_id = ?", (self._context.myself(value),))
        assert isinstance(value, Text)
        if "@" in value.text:
            address = "SELECT id FROM person WHERE email = ? AND email <> ''"
            return _Sql(f"t.requester_id = ({address})", (value.text,))
        named = r"SELECT id FROM person WHERE login = ? OR ' ' || name LIKE ? ESCAPE '\'"
        return _Sql(f"t.requester_id IN ({named})", (value.text, f"% {_literal(value.text)}%"))

    def org(self, value: Value) -> _Sql:
        if isinstance(value, Choice):
            return _Sql("t.organization_id IS NULL")
        assert isinstance(value, Text)
        return _Sql("t.organization_id = (SELECT id FROM organization WHERE name = ?)", (value.text,))

    def tag(self, value: Value) -> _Sql:
        if isinstance(value, Choice):
            return _Sql("NOT EXISTS (SELECT 1 FROM ticket_tag x WHERE x.ticket_id = t.id)")
        return _wrapped("t.id IN (", self._tagged(Match("tag", "=", (value,))), ")")

    def channel(self, value: Value) -> _Sql:
        assert isinstance(value, Text)
        return _Sql("t.channel = ? COLLATE NOCASE", (value.text,))

    # Fixed words

    def sla(self, value: Value) -> _Sql:
        assert isinstance(value, Choice)
        return _Sql("t.sla_state = ?", (SlaState[value.word.upper()].value,))

    def flag(self, value: Value) -> _Sql:
        assert isinstance(value, Choice)
        return _FLAGS[value.word](self, value)

    def is_open(self, value: Value) -> _Sql:
        return _Sql(self._columns.is_open)

    def is_mine(self, value: Value) -> _Sql:
        return _Sql(f"{self._columns.assignee} = ?", (self._context.myself(value),))

    def is_unassigned(self, value: Value) -> _Sql:
        return _Sql(f"{self._columns.assignee} IS NULL")

    def is_snoozed(self, value: Value) -> _Sql:
        return _Sql("t.snoozed_until > ?", (self._context.now,))

    def is_major(self, value: Value) -> _Sql:
        return _Sql("t.major = 1")

    def is_unread(self, value: Value) -> _Sql:
        """As the rows of a list say it: whoever only owns a ticket must not learn of its notes."""
        seen = "SELECT message_id FROM ticket_seen WHERE ticket_id = t.id AND person_id = ?"
        unread = _Sql(f"ifnull(t.last_message_id, 0) > ifnull(({seen}), 0)", (self._context.myself(value),))
        return _all([unread, self._context.reads_queue()])

    def is_watching(self, value: Value) -> _Sql:
        watched = "SELECT 1 FROM participant p WHERE p.ticket_id = t.id AND p.person_id = ? AND p.kind = 'watcher'"
        return _Sql(f"EXISTS ({watched})", (self._context.myself(value),))

    def is_merged(self, value: Value) -> _Sql:
        return _Sql(_MERGED)

    def is_deleted(self, value: Value) -> _Sql:
        return _Sql(self._columns.deleted)

    def has(self, value: Value) -> _Sql:
        assert isinstance(value, Choice)
        return _THINGS[value.word](self)

    def has_attachment(self) -> _Sql:
        files = "SELECT 1 FROM message m CROSS JOIN attachment a ON a.message_id = m.id WHERE m.ticket_id = t.id AND "
        return _wrapped(f"EXISTS ({files}", self._context.reads_message(), ")")

    def has_note(self) -> _Sql:
        notes = f"SELECT 1 FROM message m WHERE m.ticket_id = t.id AND m.kind = {MessageKind.NOTE.value}"
        return _all([_Sql(f"EXISTS ({notes})"), self._context.reads_queue()])

    def has_checklist(self) -> _Sql:
        """The schema has none, so no ticket has one."""
        return _FALSE

    def has_child(self) -> _Sql:
        """A link tells what the first ticket is to the second; a child that may not be seen does not count."""
        return _any(
            self._tied(*tie) for tie in (("ticket_id", "parent", "other_id"), ("other_id", "child", "ticket_id"))
        )

    def _tied(self, here: str, kind: str, there: str) -> _Sql:
        ties = f"SELECT 1 FROM ticket_link l CROSS JOIN ticket c ON c.id = l.{there} WHERE l.{here} = t.id"
        seen = _all([_Sql(f"l.kind = '{kind}' AND c.deleted_at IS NULL"), self._context.visible("c")])
        return _wrapped(f"EXISTS ({ties} AND ", seen, ")")

    # Times and custom fields

    def _time(self, node: Match) -> _Sql:
        column = _TIME_COLUMNS[node.name]
        found = [_spanned(column, span) for span in spans(node, self._context.now, self._context.zone)]
        if Choice("none") in node.values:
            found.append(_Sql(f"{column} IS NULL"))
        return _any(found)

    def _custom(self, node: Match) -> _Sql:
        name = self._custom_name(node)
        return _any(_custom_value(name, node.operator, value) for value in node.values)

    def _custom_name(self, node: Match) -> str:
        name = node.name.removeprefix("custom.")
        known = self._context.vocabulary.custom_fields
        if known is None or name.casefold() in (field.casefold() for field in known):
            return name
        start = node.place.start
        raise QueryError(_no_such_name("custom field", name, sorted(known)), start, start + len(node.name))


_FOUND_IN_TICKETS: Final = "SELECT rowid AS id FROM ticket_search WHERE ticket_search MATCH ?"
_FOUND_IN_MESSAGES: Final = (
    "SELECT m.ticket_id FROM message_search s CROSS JOIN message m ON m.id = s.rowid WHERE message_search MATCH ?"
)
_FOUND_IN_OWN: Final = f"""SELECT v.id FROM ticket v CROSS JOIN ticket_search s ON s.rowid = v.id \
WHERE v.requester_id = ? AND ticket_search MATCH ? UNION ALL \
SELECT m.ticket_id FROM ticket v CROSS JOIN message m ON m.ticket_id = v.id \
CROSS JOIN message_search s ON s.rowid = m.id \
WHERE v.requester_id = ? AND m.kind = {MessageKind.REPLY.value} AND message_search MATCH ?"""
"""Few tickets and any number of hits: each of the few is looked up."""

_READERS: Final[Mapping[str, Callable[[_Conditions, Value], _Sql]]] = {
    "status": _Conditions.status,
    "type": _Conditions.type,
    "queue": _Conditions.queue,
    "assignee": _Conditions.assignee,
    "requester": _Conditions.requester,
    "org": _Conditions.org,
    "tag": _Conditions.tag,
    "channel": _Conditions.channel,
    "sla": _Conditions.sla,
    "is": _Conditions.flag,
    "has": _Conditions.has,
}

_FLAGS: Final[Mapping[str, Callable[[_Conditions, Value], _Sql]]] = {
    "open": _Conditions.is_open,
    "mine": _Conditions.is_mine,
    "unassigned": _Conditions.is_unassigned,
    "snoozed": _Conditions.is_snoozed,
    "major": _Conditions.is_major,
    "unread": _Conditions.is_unread,
    "watching": _Conditions.is_watching,
    "merged": _Conditions.is_merged,
    "deleted": _Conditions.is_deleted,
}

_THINGS: Final[Mapping[str, Callable[[_Conditions], _Sql]]] = {
    "attachment": _Conditions.has_attachment,
    "note": _Conditions.has_note,
    "checklist": _Conditions.has_checklist,
    "child": _Conditions.has_child,
}


def _priority(value: Value) -> int:
    assert isinstance(value, Choice)
    return Priority[value.word.upper()].value


def _number(value: Value) -> int:
    assert isinstance(value, Whole)
    return value.number


_COMPARED: Final[Mapping[str, tuple[str, Callable[[Value], int]]]] = {
    "priority": ("t.priority", _priority),
    "number": ("t.id", _number),
}


def _expression(node: Word | Phrase) -> str:
    """A full-text expression that is one quoted string: nothing a person types becomes an operator of FTS5."""
    words = " ".join(search_text(node.text).split())
    star = "*" if isinstance(node, Word) and node.prefix else ""
    return '"' + words.replace('"', '""') + '"' + star


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _compared(column: str, operator: str, values: list[int]) -> _Sql:
    if operator == "=":
        return _in(column, values)
    if operator == "..":
        return _Sql(f"{column} BETWEEN ? AND ?", tuple(values))
    return _Sql(f"{column} {_OPERATORS[operator]} ?", tuple(values))


_OPERATORS: Final = {"=": "=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


def _spanned(column: str, span: Span) -> _Sql:
    ends = [(">=", span[0]), ("<", span[1])]
    return _all(_Sql(f"{column} {operator} ?", (end,)) for operator, end in ends if end is not None)


_IN_CUSTOM: Final = "EXISTS (SELECT 1 FROM json_each(t.custom) k WHERE k.key = ? COLLATE NOCASE AND "


def _custom_value(name: str, operator: str, value: Value) -> _Sql:
    """A custom field holds a value or a list of them; one of a list is enough.

    Text compares without case (dates as ISO text), numbers as numbers, yes and no as such.
    """
    if isinstance(value, Choice):
        filled = "k.type <> 'null' AND k.value NOT IN ('', '[]'))"
        return _Sql(f"NOT {_IN_CUSTOM}{filled}", (name,))
    assert isinstance(value, Text)
    each = "EXISTS (SELECT 1 FROM json_each(t.custom, k.fullkey) v WHERE "
    held = _custom_match(_OPERATORS[operator], value.text)
    return _Sql(f"{_IN_CUSTOM}{each}{held.text}))", (name, *held.parameters))


def _custom_match(operator: str, text: str) -> _Sql:
    found = [_Sql(f"v.type = 'text' AND v.atom {operator} ? COLLATE NOCASE", (text,))]
    number = _as_number(text)
    if number is not None:
        found.append(_Sql(f"v.type IN ('integer', 'real') AND v.atom {operator} ?", (number,)))
    if text.lower() in _YES_NO and operator == "=":
        found.append(_Sql(f"v.type = '{_YES_NO[text.lower()]}'"))
    return _any(found)


_YES_NO: Final = {"yes": "true", "true": "true", "no": "false", "false": "false"}


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


# Orders.


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of an order; `nullable`: missing values come last either way."""

    expression: str
    descending: bool = False
    nullable: bool = False

    @property
    def beyond(self) -> str:
        """How a later value compares with an earlier one."""
        return "<" if self.descending else ">"

    @property
    def direction(self) -> str:
        if self.descending:
            return "DESC"
        return "ASC NULLS LAST" if self.nullable else "ASC"


_UPDATED: Final = _Key("t.updated_at", descending=True)
_NUMBER: Final = _Key("t.id", descending=True)
_SORT_KEYS: Final[Mapping[str, tuple[_Key, ...]]] = {
    "updated": (_Key("t.updated_at"),),
    "created": (_Key("t.created_at"),),
    "due": (_Key("t.next_due", nullable=True),),
    "resolved": (_Key("t.resolved_at", nullable=True),),
    "number": (_Key("t.id"),),
    "subject": (_Key("t.subject COLLATE NOCASE"),),
    "priority": (_Key("t.priority"),),
    "queue": (_Key("(SELECT name FROM queue WHERE id = t.queue_id) COLLATE NOCASE"),),
    "status": (
        _Key("t.category"),
        _Key("(SELECT position FROM status WHERE id = t.status_id)"),
        _Key("t.status_id"),
    ),
    "assignee": (
        _Key("(SELECT ifnull(login, name) FROM person WHERE id = t.assignee_id) COLLATE NOCASE", nullable=True),
    ),
}
_COARSE: Final = frozenset({"priority", "queue", "status", "assignee"})


def _order(sorts: Sequence[Sort]) -> tuple[_Key, ...]:
    """The keys of a list, unique by their last, the number."""
    if not sorts:
        return _UPDATED, _NUMBER
    found = [_directed(key, sort.descending) for sort in sorts for key in _SORT_KEYS[sort.field]]
    columns = [key.expression for key in found]
    if _NUMBER.expression in columns:
        return tuple(found[: columns.index(_NUMBER.expression) + 1])
    if sorts[-1].field in _COARSE and _UPDATED.expression not in columns:
        found.append(_UPDATED)
    return (*found, _NUMBER)


def _directed(key: _Key, descending: bool) -> _Key:
    return _Key(key.expression, descending, key.nullable)


def _columns(order: Sequence[_Key]) -> str:
    return ", ".join(["t.id AS number", *(f"{key.expression} AS k{n}" for n, key in enumerate(order[:-1], 1))])


def _order_by(order: Sequence[_Key]) -> str:
    names = [*(f"k{n}" for n in range(1, len(order))), "number"]
    return ", ".join(f"{name} {key.direction}" for name, key in zip(names, order, strict=True))


def _beyond(order: Sequence[_Key], after: PageKey | None) -> _Sql:
    """Whether a ticket stands behind a place of the list."""
    if after is None:
        return _TRUE
    values = (*after.values, after.number)
    if any(key.nullable for key in order) or len({key.descending for key in order}) > 1:
        return _beyond_step_by_step(order, values)
    keys, marks = ", ".join(key.expression for key in order), ", ".join("?" * len(order))
    return _Sql(f"({keys}) {order[0].beyond} ({marks})", values)


def _beyond_step_by_step(order: Sequence[_Key], values: Sequence[int | str | None]) -> _Sql:
    """Behind by the first key, or alike in it and behind by the second, and so on.

    The first part says nothing new: it lets the index of the first key skip what was shown.
    """
    steps = []
    for n, (key, value) in enumerate(zip(order, values, strict=True)):
        alike = (
            _Sql(f"{before.expression} IS ?", (known,)) for before, known in zip(order[:n], values[:n], strict=True)
        )
        steps.append(_all([*alike, _later(key, value)]))
    first = order[0]
    skipped = _TRUE if first.nullable else _Sql(f"{first.expression} {first.beyond}= ?", (values[0],))
    return _all([skipped, _any(steps)])


def _later(key: _Key, value: int | str | None) -> _Sql:
    if value is None:
        return _FALSE
    later = _Sql(f"{key.expression} {key.beyond} ?", (value,))
    return _any([later, _Sql(f"{key.expression} IS NULL")]) if key.nullable else later


# Plans.


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part of the tickets: where to read it from, and what makes it this part."""

    source: str
    where: _Sql


_WHOLE_TABLE: Final = "ticket t"
_UNINDEXED: Final = "ticket t NOT INDEXED"


def _by(index: str) -> str:
    return f"ticket t INDEXED BY {index}"


class _Compiler:
    """One query in one scope and order."""

    def __init__(self, query: Query, context: _Context, order: Sequence[_Key]) -> None:
        self._query = query
        self._context = context
        self._order = order
        self._conditions = _Conditions(context, _TICKET)
        top = _top(query.where)
        self._sets = [] if context.reads_no_queue else sorted(filter(_is_set, top), key=_likely_size)
        self._rest = [node for node in top if node not in self._sets]
        self._pins = {node.name: node.values for node in top if isinstance(node, Match) and node.operator == "="}

    # Statements

    def page(self, limit: int, after: PageKey | None) -> _Sql:
        where = _all([self._where, _beyond(self._order, after)])
        if self._sets:
            return self._set_page(where, limit)
        if self._is_by_due:
            return self._due_then_rest(where, limit, after)
        return self._listed(self._branches(), where, _Sql("?", (limit,)))

    def count(self, limit: int) -> _Sql:
        if not self._context.reads_no_queue and _only_counted(self._query.where):
            return self._kept_count(limit)
        counted = self._set_count(limit) if self._sets else self._bounded(self._branches(), self._where, limit)
        return _joined([_Sql("SELECT n, n >= ? FROM (", (limit,)), counted, _Sql(")")], "")

    def _bounded(self, branches: Sequence[_Branch], where: _Sql, limit: int) -> _Sql:
        rows = self._select("1", branches, where)
        return _joined([_Sql("SELECT count(*) AS n FROM ("), rows, _Sql(" LIMIT ?)", (limit,))], "")

    def _kept_count(self, limit: int) -> _Sql:
        """By queue from the counters; what is seen without its queue, ticket by ticket up to the limit."""
        kept = _Conditions(self._context, _COUNTER)
        asked = [*(kept.of(node) for node in self._rest), *self._defaults(_COUNTER), self._context.reads_queue()]
        total = _wrapped("SELECT ifnull(sum(t.n), 0) FROM ticket_counter t WHERE ", _all(asked), "")
        if self._context.scope.everything:
            return _wrapped("SELECT (", total, "), 0")
        others = self._bounded(self._owned_branches(), self._where, limit)
        parts = [_Sql("SELECT kept + others, others >= ? FROM (SELECT (", (limit,)), total, _Sql(") AS kept, (")]
        return _joined([*parts, others, _Sql(") AS others)")], "")

    # Sets

    def _set_page(self, where: _Sql, limit: int) -> _Sql:
        """From the fewest hits if they are few; else along the index as far as `_NEAR`; else from all hits."""
        many = self._are_many
        few = self._listed(self._drawn_from("few"), self._of_few(where), _gate(f"NOT ({many})", limit))
        walked = self._listed(self._walk(), where, _gate(many, _NEAR if limit <= _NEAR // 4 else 0))
        met = self._met(limit)
        enough = "(SELECT count(*) FROM met) = ?"
        near = _joined([_Sql("SELECT * FROM met LIMIT "), _gate(enough, limit, limit)], "")
        every = self._listed(self._walk(), self._among("", where), _gate(f"{many} AND NOT {enough}", limit, limit))
        start = [self._few, _Sql(", near AS MATERIALIZED ("), walked, _Sql("), met AS MATERIALIZED ("), met, _Sql(") ")]
        return _joined([*start, self._in_turn([few, near, every], limit)], "")

    def _met(self, limit: int) -> _Sql:
        found = _all(_in_hits("number", hits) for hits in self._hits("SELECT number FROM near"))
        order = _Sql(f" ORDER BY {_order_by(self._order)} LIMIT ?", (limit,))
        return _joined([_Sql("SELECT * FROM near WHERE "), found, order], "")

    def _set_count(self, limit: int) -> _Sql:
        many = self._are_many
        few = self._select("1", self._drawn_from("few"), self._of_few(self._where))
        first, *others = self._hits()
        common = _all(_in_hits("id", hits) for hits in others)
        shared = _joined(
            [_Sql(", shared AS (SELECT DISTINCT id FROM ("), first, _Sql(") WHERE "), common, _Sql(")")], ""
        )
        every = self._select("1", self._drawn_from("shared"), self._where)
        rows = [_gated(few, _gate(f"NOT ({many})", limit)), _Sql(" UNION ALL "), _gated(every, _gate(many, limit))]
        return _joined([self._few, shared, _Sql(" SELECT count(*) AS n FROM ("), *rows, _Sql(")")], "")

    @property
    def _few(self) -> _Sql:
        """`WITH few(id)`: the hits of the first set that has no more than `_FEW`, if any has."""
        parts = [_Sql("WITH ")]
        chosen = []
        for n, hits in enumerate(self._hits()[:_MOST_COMPARED], 1):
            before = _too_many(n - 1)
            limit = _Sql(f" LIMIT iif({before}, {_FEW + 1}, 0)), ")
            parts += [_Sql(f"hits{n}(id) AS MATERIALIZED (SELECT DISTINCT id FROM ("), hits, _Sql(")"), limit]
            chosen.append(f"SELECT id FROM hits{n} WHERE {before} AND NOT ({_too_many(n)})")
        return _joined([*parts, _Sql(f"few(id) AS MATERIALIZED ({' UNION ALL '.join(chosen)})")], "")

    @property
    def _are_many(self) -> str:
        return _too_many(min(len(self._sets), _MOST_COMPARED))

    def _hits(self, within: str = "") -> list[_Sql]:
        return [self._conditions.hits(node, within) for node in self._sets]

    def _of_few(self, where: _Sql) -> _Sql:
        """Which of the few meet everything; those of a single set meet it already."""
        return where if len(self._sets) == 1 else self._among("SELECT id FROM few", where)

    def _among(self, within: str, where: _Sql) -> _Sql:
        return _all([where, *(_in_hits("t.id", hits) for hits in self._hits(within))])

    def _due_then_rest(self, where: _Sql, limit: int, after: PageKey | None) -> _Sql:
        """Tickets that are due in the order of their index; those never due only where the page has room."""
        undated = _all([where, _Sql("t.next_due IS NULL")])
        if after is not None and after.values[0] is None:
            return self._listed(self._branches(), undated, _Sql("?", (limit,)))
        present = [_Key("t.next_due"), *self._order[1:]]
        dated = _all([where, _Sql("t.next_due IS NOT NULL"), _beyond(present, after)])
        branch = _Branch(_by("ticket_due_open"), self._context.visible())
        first = self._listed([branch], dated, _Sql("?", (limit,)), present)
        second = self._listed(self._branches(), undated, _Sql("(SELECT ? - count(*) FROM dated)", (limit,)))
        start = _joined([_Sql("WITH dated AS MATERIALIZED ("), first, _Sql(") ")], "")
        return _joined([start, self._in_turn([_Sql("SELECT * FROM dated"), second], limit)], "")

    def _in_turn(self, lists: Sequence[_Sql], limit: int) -> _Sql:
        rows = _joined([_wrapped("SELECT * FROM (", rows, ")") for rows in lists], " UNION ALL ")
        return _joined([rows, _Sql(f" ORDER BY {_order_by(self._order)} LIMIT ?", (limit,))], "")

    def _listed(
        self, branches: Sequence[_Branch], where: _Sql, limit: _Sql, order: Sequence[_Key] | None = None
    ) -> _Sql:
        keys = order or self._order
        rows = self._select(_columns(keys), branches, where)
        return _joined([rows, _Sql(f" ORDER BY {_order_by(keys)} LIMIT "), limit], "")

    def _select(self, columns: str, branches: Sequence[_Branch], where: _Sql) -> _Sql:
        asked = [_Branch(branch.source, _all([branch.where, where])) for branch in branches]
        parts = [
            _wrapped(f"SELECT {columns} FROM {branch.source} WHERE ", branch.where, "")
            for branch in asked
            if branch.where != _FALSE
        ]
        return _joined(parts or [_Sql(f"SELECT {columns} FROM ticket t WHERE 0")], " UNION ALL ")

    # Conditions

    @cached_property
    def _where(self) -> _Sql:
        """All but the sets; what the partial indexes ask for is spelled out."""
        stated = [_Sql(_TICKET.is_open)] if self._is_open else []
        asked = [self._conditions.of(node) for node in self._rest]
        return _all([*self._defaults(_TICKET), *stated, *asked])

    def _defaults(self, columns: _Columns) -> list[_Sql]:
        """The bin and merged tickets are left out unless some part of the query asks for them."""
        found = [_Sql(columns.live)] if self._is_live else []
        if not self._is_open and not _asks(self._query.where, self._merged_asked):
            found.append(_Sql(_NOT_MERGED))
        return found

    @cached_property
    def _is_live(self) -> bool:
        return not _asks(self._query.where, lambda node: node.name == "is" and Choice("deleted") in node.values)

    def _merged_asked(self, node: Match) -> bool:
        if node.name == "status":
            return Category.MERGED in self._categories(node.values)
        return node.name == "is" and Choice("merged") in node.values

    @cached_property
    def _is_open(self) -> bool:
        if any(isinstance(n, Match) and (n.name, n.values) == ("is", (Choice("open"),)) for n in self._rest):
            return True
        categories = self._categories(self._pins.get("status", ()))
        return bool(categories) and all(category.is_open for category in categories)

    def _categories(self, values: Iterable[Value]) -> set[Category]:
        ids = {number for value in values for number in self._context.status_ids(value)}
        return {category for number, category in self._context.vocabulary.statuses.values() if number in ids}

    def _drawn_from(self, numbers: str) -> list[_Branch]:
        return self._in_scope(f"{numbers} CROSS JOIN ticket t ON t.id = {numbers}.id")

    # Branches

    def _branches(self) -> list[_Branch]:
        """The first of the ways that fits."""
        ways = (
            self._by_ownership,
            self._by_number,
            self._by_person,
            self._by_creation,
            self._by_sort,
            self._by_queue,
            self._by_nobody,
            self._by_status,
            self._by_priority,
        )
        return next((found for way in ways if (found := way()) is not None), self._whole())

    def _in_scope(self, source: str) -> list[_Branch]:
        return [_Branch(source, self._context.visible())]

    def _whole(self) -> list[_Branch]:
        """All tickets, or all open ones; what must be sorted as a whole is read as it lies in the file."""
        if self._is_open:
            return self._in_scope(_by("ticket_updated_open"))
        in_order = self._order[0].expression == _UPDATED.expression
        return self._in_scope(_by("ticket_updated") if in_order else _UNINDEXED)

    def _walk(self) -> list[_Branch]:
        """One branch, since each would build the sets anew."""
        branches = self._branches()
        return branches if len(branches) == 1 else self._whole()

    def _by_ownership(self) -> list[_Branch] | None:
        return self._owned_branches() if self._context.reads_no_queue else None

    def _owned_branches(self) -> list[_Branch]:
        """Tickets seen without their queue: one's own, then those of the organization that are not."""
        scope = self._context.scope
        elsewhere = _not(_in("t.queue_id", scope.queue_ids)) if scope.queue_ids else _TRUE
        found = []
        if scope.own:
            mine = _Sql("t.requester_id = ?", (scope.person_id,))
            found.append(_Branch(_by("ticket_requester"), _all([mine, elsewhere])))
        if scope.organization_id is not None:
            ours = _Sql("t.organization_id = ?", (scope.organization_id,))
            not_mine = _Sql("t.requester_id <> ?", (scope.person_id,)) if scope.own else _TRUE
            found.append(_Branch(_by("ticket_organization"), _all([ours, not_mine, elsewhere])))
        return found

    def _by_number(self) -> list[_Branch] | None:
        named = any(isinstance(n, Match) and n.name == "number" and n.operator in ("=", "..") for n in self._rest)
        return self._in_scope(_WHOLE_TABLE) if named else None

    def _by_person(self) -> list[_Branch] | None:
        if self._assignee is not None and self._is_open and self._is_live:
            return self._in_scope(_by("ticket_assignee_open"))
        if len(self._pins.get("requester", ())) == 1:
            return self._in_scope(_by("ticket_requester"))
        organizations = self._pins.get("org", ())
        if len(organizations) == 1 and isinstance(organizations[0], Text):
            return self._in_scope(_by("ticket_organization"))
        return None

    @cached_property
    def _assignee(self) -> int | None:
        """The one person it must be assigned to."""
        asked = [value for value in self._flags if value == Choice("mine")]
        if asked:
            return self._context.myself(asked[0])
        values = self._pins.get("assignee", ())
        return self._conditions.login(values[0]) if len(values) == 1 and values[0] != Choice("none") else None

    @cached_property
    def _flags(self) -> list[Value]:
        """What the ticket must be: flags of `is:` that stand alone."""
        flags = [n.values for n in self._rest if isinstance(n, Match) and n.name == "is" and len(n.values) == 1]
        return [values[0] for values in flags]

    def _by_creation(self) -> list[_Branch] | None:
        created = [node for node in self._rest if isinstance(node, Match) and node.name == "created"]
        found = [span for node in created for span in spans(node, self._context.now, self._context.zone)]
        if len(found) != 1 or found[0][0] is None:
            return None
        until = found[0][1] or self._context.now
        return self._in_scope(_by("ticket_created")) if until - found[0][0] <= _NARROW_MS else None

    def _by_sort(self) -> list[_Branch] | None:
        first = self._order[0].expression
        if not self._is_live or (first == _NUMBER.expression and not self._is_open):
            return self._in_scope(_UNINDEXED if first == _NUMBER.expression else _WHOLE_TABLE)
        if first == "t.created_at" and not self._is_open:
            return self._in_scope(_by("ticket_created"))
        if self._is_open and tuple(self._order) == _order([Sort("priority", descending=True)]):
            return self._in_scope(_by("ticket_priority_open"))
        return None

    @property
    def _is_by_due(self) -> bool:
        wanted = tuple(self._order) == _order([Sort("due")]) and self._is_open and self._is_live
        return wanted and not any(way() for way in (self._by_ownership, self._by_number, self._by_person))

    def _by_queue(self) -> list[_Branch] | None:
        queues = self._queues
        if queues is None or len(queues) > _MOST_BRANCHES:
            return None
        index = _by("ticket_queue_open" if self._is_open else "ticket_queue_all")
        branches = [_Branch(index, _Sql("t.queue_id = ?", (queue,))) for queue in queues]
        return branches + ([] if self._queues_suffice else self._owned_branches())

    @cached_property
    def _queues(self) -> Sequence[int] | None:
        """The readable queues it must stand in, unless it is seen for another reason; None: any."""
        scope = self._context.scope
        if self._asked_queues is None:
            return None if scope.everything else scope.queue_ids
        return [queue for queue in self._asked_queues if scope.reads_queue(queue)]

    @cached_property
    def _asked_queues(self) -> list[int] | None:
        values = self._pins.get("queue")
        names = self._context.vocabulary.queues
        return None if values is None else sorted({self._context.found("queue", names, value) for value in values})

    @property
    def _queues_suffice(self) -> bool:
        scope = self._context.scope
        asked = self._asked_queues
        return scope.everything or (asked is not None and all(scope.reads_queue(queue) for queue in asked))

    def _by_nobody(self) -> list[_Branch] | None:
        nobody = Choice("unassigned") in self._flags or self._pins.get("assignee") == (Choice("none"),)
        return self._in_scope(_by("ticket_assignee_open")) if nobody and self._is_open else None

    def _by_status(self) -> list[_Branch] | None:
        values = self._pins.get("status", ())
        ids = sorted({number for value in values for number in self._context.status_ids(value)})
        if not 1 <= len(ids) <= _MOST_BRANCHES:
            return None
        return self._each("ticket_status", "t.status_id = ?", ids)

    def _by_priority(self) -> list[_Branch] | None:
        asked = [node for node in self._rest if isinstance(node, Match) and node.name == "priority"]
        if not asked or not self._is_open:
            return None
        ranks = [priority.value for priority in Priority if all(_ranks(node, priority) for node in asked)]
        return self._each("ticket_priority_open", "t.priority = ?", ranks)

    def _each(self, index: str, condition: str, values: Sequence[int]) -> list[_Branch]:
        seen = self._context.visible()
        return [_Branch(_by(index), _all([_Sql(condition, (value,)), seen])) for value in values]


def _ranks(node: Match, priority: Priority) -> bool:
    """Whether a priority meets a condition on it."""
    ranks = [_priority(value) for value in node.values]
    tests: dict[str, bool] = {
        "=": priority in ranks,
        "..": ranks[0] <= priority <= ranks[-1],
        ">": priority > ranks[0],
        ">=": priority >= ranks[0],
        "<": priority < ranks[0],
        "<=": priority <= ranks[0],
    }
    return tests[node.operator]


_SetNode = Word | Phrase | Match


def _is_set(node: Node) -> TypeGuard[_SetNode]:
    """Whether it is met by a set of tickets that an index holds: a free word, or tags by name."""
    if isinstance(node, Match):
        return node.name == "tag" and all(isinstance(value, Text) for value in node.values)
    return isinstance(node, Word | Phrase)


def _likely_size(node: _SetNode) -> tuple[bool, int]:
    """An order in which the smaller sets tend to come first: long words are rare, tags are common."""
    return isinstance(node, Match), 0 if isinstance(node, Match) else -len(node.text)


def _too_many(n: int) -> str:
    """Whether each of the first n sets has more than `_FEW` tickets."""
    return " AND ".join(f"(SELECT count(*) FROM hits{i}) > {_FEW}" for i in range(1, n + 1)) or "1"


def _gate(condition: str, limit: int, *parameters: object) -> _Sql:
    """A limit that is zero unless the condition holds: SQLite then leaves the whole list out."""
    return _Sql(f"iif({condition}, ?, 0)", (*parameters, limit))


def _gated(rows: _Sql, limit: _Sql) -> _Sql:
    return _joined([_Sql("SELECT * FROM ("), rows, _Sql(" LIMIT "), limit, _Sql(")")], "")


def _in_hits(column: str, hits: _Sql) -> _Sql:
    """The plus keeps SQLite from asking the full-text index about one ticket after the other."""
    return _wrapped(f"+{column} IN (", hits, ")")


def _top(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.children if isinstance(node, And) else (node,)


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


def _only_counted(node: Node | None) -> bool:
    """Whether the kept counters know everything the query asks for."""
    match node:
        case None:
            return True
        case And(children) | Or(children):
            return all(_only_counted(child) for child in children)
        case Not(child):
            return _only_counted(child)
        case Match("is", _, values):
            return all(isinstance(value, Choice) and value.word in _COUNTED_FLAGS for value in values)
        case Match(name):
            return name in _COUNTED_FIELDS
        case _:
            return False
