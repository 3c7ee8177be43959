"""From the nodes of a query to conditions on a ticket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.engine.domain.query import (
    And,
    Choice,
    Match,
    Node,
    Not,
    Or,
    Phrase,
    QueryError,
    Span,
    Text,
    Value,
    Whole,
    Word,
    spans,
)
from deskterm.engine.domain.text import search_text
from deskterm.engine.model.enums import Category, MessageKind, Priority, SlaState
from deskterm.engine.store.query_context import IS_REPLY, Context, no_such_name
from deskterm.engine.store.sql_pieces import FALSE, TRUE, Sql, all_met, any_met, is_in, not_met, wrapped


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a condition finds what the kept counters know as well."""

    assignee: str
    is_open: str
    deleted: str
    live: str


TICKET = Columns("t.assignee_id", "t.is_open = 1", "t.deleted_at IS NOT NULL", "t.deleted_at IS NULL")
COUNTER = Columns("nullif(t.assignee_id, 0)", "t.category <= 3", "t.deleted = 1", "t.deleted = 0")
_MERGED: Final = f"t.category = {Category.MERGED.value}"
NOT_MERGED: Final = f"t.category <> {Category.MERGED.value}"

_TIME_COLUMNS: Final = {
    "created": "t.created_at",
    "updated": "t.updated_at",
    "resolved": "t.resolved_at",
    "due": "t.next_due",
}

SetNode = Word | Phrase | Match
"""What a set of tickets meets: a free word, or tags by name."""


class Conditions:
    """Conditions on the row of alias t: a ticket, or a kept counter when the query asks for nothing else.

    A condition may be NULL where a column is; that reads as false, and `not_met` takes care of it.

    `few`: a select of numbers when only those few tickets are asked about; each is then looked up in the index.
    """

    def __init__(self, context: Context, columns: Columns, few: str = "") -> None:
        self._context = context
        self._columns = columns
        self._few = few

    def of(self, node: Node) -> Sql:
        match node:
            case And(children):
                return all_met(self.of(child) for child in children)
            case Or(children):
                return any_met(self.of(child) for child in children)
            case Not(child):
                return not_met(self.of(child))
            case Word() | Phrase():
                return wrapped("t.id IN (", self.hits(node), ")")
            case Match():
                return self._match(node)

    def hits(self, node: SetNode, within: str = "") -> Sql:
        """The tickets of a free word or of tags, as a select of one column `id`.

        `within`: a select of numbers; only hits among these are wanted. Reading all hits of a word and dropping
        most is several times quicker than asking the index about one ticket after the other.
        """
        return self._tagged(node) if isinstance(node, Match) else self._found(node, within)

    def _match(self, node: Match) -> Sql:
        if node.name.startswith("custom."):
            return self._custom(node)
        if node.name in _TIME_COLUMNS:
            return self._time(node)
        if node.name in _COMPARED:
            column, ranks = _COMPARED[node.name]
            return _compared(column, node.operator, [ranks(value) for value in node.values])
        return any_met(_READERS[node.name](self, value) for value in node.values)

    # Free words

    def _found(self, node: Word | Phrase, within: str = "") -> Sql:
        expression = _expression(node)
        scope = self._context.scope
        if self._context.reads_no_queue and scope.organization_id is None:
            return Sql(_FOUND_IN_OWN, (scope.person_id, expression, scope.person_id, expression))
        among, read_all = within or self._few, "" if self._few else "+"
        of_ticket = f" AND {read_all}rowid IN ({among})" if among else ""
        messages = f"SELECT id FROM message WHERE ticket_id IN ({among})"
        of_message = f" AND {read_all}s.rowid IN ({messages})" if among else ""
        readable = self._readable
        return Sql(
            f"{_FOUND_IN_TICKETS}{of_ticket} UNION ALL {_FOUND_IN_MESSAGES}{of_message} AND {readable.text}",
            (expression, expression, *readable.parameters),
        )

    @property
    def _readable(self) -> Sql:
        """Whether a hit in message m may be told of; its ticket is looked up only when it is no reply."""
        if self._context.scope.everything:
            return TRUE
        found = "EXISTS (SELECT 1 FROM ticket v WHERE v.id = m.ticket_id AND "
        return any_met([Sql(IS_REPLY), wrapped(found, self._context.reads_queue("v"), ")")])

    def _tagged(self, node: Match) -> Sql:
        names = [value.text for value in node.values if isinstance(value, Text)]
        tags = is_in("name", names)
        return wrapped("SELECT ticket_id AS id FROM ticket_tag WHERE tag_id IN (SELECT id FROM tag WHERE ", tags, ")")

    # Fields of the vocabulary

    def status(self, value: Value) -> Sql:
        return is_in("t.status_id", self._context.status_ids(value))

    def type(self, value: Value) -> Sql:
        return is_in("t.type_id", [self._context.found("type", self._context.vocabulary.types, value)])

    def queue(self, value: Value) -> Sql:
        return is_in("t.queue_id", [self._context.found("queue", self._context.vocabulary.queues, value)])

    def assignee(self, value: Value) -> Sql:
        if value == Choice("none"):
            return Sql(f"{self._columns.assignee} IS NULL")
        return Sql(f"{self._columns.assignee} = ?", (self.login(value),))

    def login(self, value: Value) -> int:
        """The person a value of `assignee` means."""
        if isinstance(value, Choice):
            return self._context.myself(value)
        return self._context.found("login", self._context.vocabulary.logins, value)

    # Fields looked up in the desk

    def requester(self, value: Value) -> Sql:
        if isinstance(value, Choice):
            return Sql("t.requester_id = ?", (self._context.myself(value),))
        assert isinstance(value, Text)
        if "@" in value.text:
            address = "SELECT id FROM person WHERE email = ? AND email <> ''"
            return Sql(f"t.requester_id = ({address})", (value.text,))
        named = r"SELECT id FROM person WHERE login = ? OR ' ' || name LIKE ? ESCAPE '\'"
        return Sql(f"t.requester_id IN ({named})", (value.text, f"% {_literal(value.text)}%"))

    def org(self, value: Value) -> Sql:
        if isinstance(value, Choice):
            return Sql("t.organization_id IS NULL")
        assert isinstance(value, Text)
        return Sql("t.organization_id = (SELECT id FROM organization WHERE name = ?)", (value.text,))

    def tag(self, value: Value) -> Sql:
        if isinstance(value, Choice):
            return Sql("NOT EXISTS (SELECT 1 FROM ticket_tag x WHERE x.ticket_id = t.id)")
        return wrapped("t.id IN (", self._tagged(Match("tag", "=", (value,))), ")")

    def channel(self, value: Value) -> Sql:
        assert isinstance(value, Text)
        return Sql("t.channel = ? COLLATE NOCASE", (value.text,))

    # Fixed words

    def sla(self, value: Value) -> Sql:
        assert isinstance(value, Choice)
        return Sql("t.sla_state = ?", (SlaState[value.word.upper()].value,))

    def flag(self, value: Value) -> Sql:
        assert isinstance(value, Choice)
        return _FLAGS[value.word](self, value)

    def is_open(self, value: Value) -> Sql:
        return Sql(self._columns.is_open)

    def is_mine(self, value: Value) -> Sql:
        return Sql(f"{self._columns.assignee} = ?", (self._context.myself(value),))

    def is_unassigned(self, value: Value) -> Sql:
        return Sql(f"{self._columns.assignee} IS NULL")

    def is_snoozed(self, value: Value) -> Sql:
        return Sql("t.snoozed_until > ?", (self._context.now,))

    def is_major(self, value: Value) -> Sql:
        return Sql("t.major = 1")

    def is_unread(self, value: Value) -> Sql:
        """As the rows of a list say it: whoever only owns a ticket must not learn of its notes."""
        seen = "SELECT message_id FROM ticket_seen WHERE ticket_id = t.id AND person_id = ?"
        unread = Sql(f"ifnull(t.last_message_id, 0) > ifnull(({seen}), 0)", (self._context.myself(value),))
        return all_met([unread, self._context.reads_queue()])

    def is_watching(self, value: Value) -> Sql:
        watched = "SELECT 1 FROM participant p WHERE p.ticket_id = t.id AND p.person_id = ? AND p.kind = 'watcher'"
        return Sql(f"EXISTS ({watched})", (self._context.myself(value),))

    def is_merged(self, value: Value) -> Sql:
        return Sql(_MERGED)

    def is_deleted(self, value: Value) -> Sql:
        return Sql(self._columns.deleted)

    def has(self, value: Value) -> Sql:
        assert isinstance(value, Choice)
        return _THINGS[value.word](self)

    def has_attachment(self) -> Sql:
        files = "SELECT 1 FROM message m CROSS JOIN attachment a ON a.message_id = m.id WHERE m.ticket_id = t.id AND "
        return wrapped(f"EXISTS ({files}", self._context.reads_message(), ")")

    def has_note(self) -> Sql:
        notes = f"SELECT 1 FROM message m WHERE m.ticket_id = t.id AND m.kind = {MessageKind.NOTE.value}"
        return all_met([Sql(f"EXISTS ({notes})"), self._context.reads_queue()])

    def has_checklist(self) -> Sql:
        """The schema has none, so no ticket has one."""
        return FALSE

    def has_child(self) -> Sql:
        """A link tells what the first ticket is to the second; a child that may not be seen does not count."""
        return any_met(
            self._tied(*tie) for tie in (("ticket_id", "parent", "other_id"), ("other_id", "child", "ticket_id"))
        )

    def _tied(self, here: str, kind: str, there: str) -> Sql:
        ties = f"SELECT 1 FROM ticket_link l CROSS JOIN ticket c ON c.id = l.{there} WHERE l.{here} = t.id"
        seen = all_met([Sql(f"l.kind = '{kind}' AND c.deleted_at IS NULL"), self._context.visible("c")])
        return wrapped(f"EXISTS ({ties} AND ", seen, ")")

    # Times and custom fields

    def _time(self, node: Match) -> Sql:
        column = _TIME_COLUMNS[node.name]
        found = [_spanned(column, span) for span in spans(node, self._context.now, self._context.zone)]
        if Choice("none") in node.values:
            found.append(Sql(f"{column} IS NULL"))
        return any_met(found)

    def _custom(self, node: Match) -> Sql:
        name = self._custom_name(node)
        return any_met(_custom_value(name, node.operator, value) for value in node.values)

    def _custom_name(self, node: Match) -> str:
        name = node.name.removeprefix("custom.")
        known = self._context.vocabulary.custom_fields
        if known is None or name.casefold() in (field.casefold() for field in known):
            return name
        start = node.place.start
        raise QueryError(no_such_name("custom field", name, sorted(known)), start, start + len(node.name))


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

_READERS: Final[Mapping[str, Callable[[Conditions, Value], Sql]]] = {
    "status": Conditions.status,
    "type": Conditions.type,
    "queue": Conditions.queue,
    "assignee": Conditions.assignee,
    "requester": Conditions.requester,
    "org": Conditions.org,
    "tag": Conditions.tag,
    "channel": Conditions.channel,
    "sla": Conditions.sla,
    "is": Conditions.flag,
    "has": Conditions.has,
}

_FLAGS: Final[Mapping[str, Callable[[Conditions, Value], Sql]]] = {
    "open": Conditions.is_open,
    "mine": Conditions.is_mine,
    "unassigned": Conditions.is_unassigned,
    "snoozed": Conditions.is_snoozed,
    "major": Conditions.is_major,
    "unread": Conditions.is_unread,
    "watching": Conditions.is_watching,
    "merged": Conditions.is_merged,
    "deleted": Conditions.is_deleted,
}

_THINGS: Final[Mapping[str, Callable[[Conditions], Sql]]] = {
    "attachment": Conditions.has_attachment,
    "note": Conditions.has_note,
    "checklist": Conditions.has_checklist,
    "child": Conditions.has_child,
}


def rank_of(value: Value) -> int:
    assert isinstance(value, Choice)
    return Priority[value.word.upper()].value


def _number(value: Value) -> int:
    assert isinstance(value, Whole)
    return value.number


_COMPARED: Final[Mapping[str, tuple[str, Callable[[Value], int]]]] = {
    "priority": ("t.priority", rank_of),
    "number": ("t.id", _number),
}


def _expression(node: Word | Phrase) -> str:
    """A full-text expression that is one quoted string: nothing a person types becomes an operator of FTS5."""
    words = " ".join(search_text(node.text).split())
    star = "*" if isinstance(node, Word) and node.prefix else ""
    return '"' + words.replace('"', '""') + '"' + star


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _compared(column: str, operator: str, values: list[int]) -> Sql:
    if operator == "=":
        return is_in(column, values)
    if operator == "..":
        return Sql(f"{column} BETWEEN ? AND ?", tuple(values))
    return Sql(f"{column} {_OPERATORS[operator]} ?", tuple(values))


_OPERATORS: Final = {"=": "=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


def _spanned(column: str, span: Span) -> Sql:
    ends = [(">=", span[0]), ("<", span[1])]
    return all_met(Sql(f"{column} {operator} ?", (end,)) for operator, end in ends if end is not None)


_IN_CUSTOM: Final = "EXISTS (SELECT 1 FROM json_each(t.custom) k WHERE k.key = ? COLLATE NOCASE AND "


def _custom_value(name: str, operator: str, value: Value) -> Sql:
    """A custom field holds a value or a list of them; one of a list is enough.

    Text compares without case (dates as ISO text), numbers as numbers, yes and no as such.
    """
    if isinstance(value, Choice):
        filled = "k.type <> 'null' AND k.value NOT IN ('', '[]'))"
        return Sql(f"NOT {_IN_CUSTOM}{filled}", (name,))
    assert isinstance(value, Text)
    each = "EXISTS (SELECT 1 FROM json_each(t.custom, k.fullkey) v WHERE "
    held = _custom_match(_OPERATORS[operator], value.text)
    return Sql(f"{_IN_CUSTOM}{each}{held.text}))", (name, *held.parameters))


def _custom_match(operator: str, text: str) -> Sql:
    found = [Sql(f"v.type = 'text' AND v.atom {operator} ? COLLATE NOCASE", (text,))]
    number = _as_number(text)
    if number is not None:
        found.append(Sql(f"v.type IN ('integer', 'real') AND v.atom {operator} ?", (number,)))
    if text.lower() in _YES_NO and operator == "=":
        found.append(Sql(f"v.type = '{_YES_NO[text.lower()]}'"))
    return any_met(found)


_YES_NO: Final = {"yes": "true", "true": "true", "no": "false", "false": "false"}


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
