r"""The query language: text to a tree and back (SEMANTICS: the query language).

    query = chain { "OR" chain }           terms side by side must all hold and bind closer than OR
    chain = term { term }
    term  = [ "-" ] ( "(" query ")" | word | "a phrase" | field ":" [ operator ] value { "," value } )
    word  = anything without space, quote or parenthesis; "word*" stands for every word that starts so,
            "#1042" is the same as number:1042
    sort  = "sort:" [ "-" ] key { "," [ "-" ] key }, outside parentheses; "-" puts the greatest first

Names of fields and their fixed words ignore case. OR is an operator in upper case only; AND and NOT are
refused, since nothing is ever silently ignored. Inside quotes `\"` is a quote and `\\` a backslash, and a
fixed word such as `none` is an ordinary value. A word with a colon whose left side reads like a name is a
field or a mistake; `12:30` and `10.0.0.1:80` are words.

Times stay symbolic (`Moment`) until `resolve` is told what time it is, and where:

    2026-03-01, today, yesterday, tomorrow, monday    the whole day; a weekday: the latest one not after today
    2026-03-01T14:00, 2026-03-01T14:00:30             that minute, that second
    -24h, -30m, -7d, -2w, +4h                         between then and now; after an operator, that instant
    now                                               this instant
    a..b                                              from the start of a to the end of b

A day is a calendar day of the zone (23 or 25 hours long when clocks change); d and w count 24 hours a day.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from deskterm.engine.domain.errors import BadQuery
from deskterm.engine.model.enums import Category, Priority

QueryError = BadQuery
"""What `parse` raises: a sentence and the character offsets of the word it is about."""

MAX_CHARACTERS: Final = 1_000
MAX_TERMS: Final = 64
MAX_NESTING: Final = 20
_LARGEST_NUMBER: Final = 2**53


# Fields: the one source of completion, documentation and errors.


class Kind(StrEnum):
    """What may stand after the colon of a field."""

    FIXED = "fixed"
    NAME = "name"
    RANK = "rank"
    NUMBER = "number"
    TIME = "time"
    CUSTOM = "custom"
    SORT = "sort"

    @property
    def compares(self) -> bool:
        """Whether > >= < <= may stand before the value."""
        return self in (Kind.RANK, Kind.NUMBER, Kind.TIME, Kind.CUSTOM)

    @property
    def ranges(self) -> bool:
        """Whether `a..b` is a range."""
        return self in (Kind.RANK, Kind.NUMBER, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `choices`: its fixed words, each with what it says."""

    name: str
    kind: Kind
    sentence: str
    example: str
    choices: Mapping[str, str]


_NONE = {"none": "without one"}
_CATEGORIES = {category.label: "every status of this category" for category in Category}
_PRIORITIES = {priority.label: "" for priority in Priority}
_PEOPLE = {"me": "myself"}
_TIMES = {
    "now": "this instant",
    "today": "the whole day",
    "yesterday": "the day before today",
    "tomorrow": "the day after today",
    "-24h": "the last 24 hours; m, d and w likewise",
    "monday": "the latest Monday; other weekdays likewise",
}
_SLA = {
    "ok": "in time",
    "at_risk": "soon too late",
    "breached": "too late",
    "paused": "the clock stands",
    "met": "everything was done in time",
    "none": "without a policy",
}
_IS = {
    "open": "new, open or pending",
    "mine": "assigned to me",
    "unassigned": "assigned to nobody",
    "snoozed": "asleep until later",
    "major": "a major incident",
    "unread": "with something I have not read",
    "watching": "watched by me",
    "merged": "merged into another ticket (otherwise left out)",
    "deleted": "in the bin (otherwise left out)",
}
_HAS = {
    "attachment": "a file on one of its messages",
    "note": "an internal note",
    "checklist": "a checklist",
    "child": "a child ticket",
}
_SORTS = {
    "updated": "last change",
    "created": "when it came in",
    "due": "next due time; tickets without one come last",
    "priority": "low to urgent",
    "number": "ticket number",
    "subject": "A to Z",
    "queue": "name of the queue",
    "status": "new to merged, then as the desk orders its statuses",
    "assignee": "login of the assignee; unassigned tickets come last",
    "resolved": "when it was resolved; unresolved tickets come last",
}


def _table(*fields: Field) -> dict[str, Field]:
    return {one.name: one for one in fields}


FIELDS: Final[Mapping[str, Field]] = _table(
    Field("status", Kind.NAME, "Status or status category", "status:open", _CATEGORIES),
    Field("type", Kind.NAME, "Type of the ticket", "type:incident", {}),
    Field("priority", Kind.RANK, "Priority", "priority:>=high", _PRIORITIES),
    Field("queue", Kind.NAME, "Queue it stands in", 'queue:"Network team"', {}),
    Field("assignee", Kind.NAME, "Who works on it, by login", "assignee:me", _PEOPLE | {"none": "nobody"}),
    Field("requester", Kind.NAME, "Who asked: address, login or name", "requester:ann@example.org", _PEOPLE),
    Field("org", Kind.NAME, "Organization it belongs to", 'org:"Acme Ltd"', _NONE),
    Field("tag", Kind.NAME, "Tag", "tag:vpn,wifi", _NONE),
    Field("channel", Kind.NAME, "How it came in", "channel:mail", {}),
    Field("created", Kind.TIME, "When it came in", "created:2026-03-01..2026-03-31", _TIMES),
    Field("updated", Kind.TIME, "When it last changed", "updated:-24h", _TIMES),
    Field("resolved", Kind.TIME, "When it was resolved", "resolved:>=monday", _TIMES | _NONE),
    Field("due", Kind.TIME, "When it is next due", "due:<today", _TIMES | _NONE),
    Field("sla", Kind.FIXED, "Where it stands against its SLA", "sla:breached,at_risk", _SLA),
    Field("number", Kind.NUMBER, "Ticket number", "number:>100", {}),
    Field("custom", Kind.CUSTOM, "A custom field, as custom.NAME", "custom.site:Graz", _NONE),
    Field("is", Kind.FIXED, "What the ticket is", "is:open", _IS),
    Field("has", Kind.FIXED, "What the ticket has", "has:attachment", _HAS),
    Field("sort", Kind.SORT, "Order of the list; - puts the greatest first", "sort:-updated", _SORTS),
)
"""Every field by its name."""

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "agent": "assignee",
    "owner": "assignee",
    "customer": "requester",
    "from": "requester",
    "group": "queue",
    "id": "number",
    "label": "tag",
    "company": "org",
    "organisation": "org",
    "organization": "org",
    "source": "channel",
    "state": "status",
    "order": "sort",
}
"""What other desks call a field, for the hint of an error."""

_SEARCHED_BY_WORDS: Final = frozenset({"subject", "title", "body", "text", "message", "name"})


# The tree.


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


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        QueryError: it cannot be understood; the sentence says what would be right, the offsets where.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"A query has at most {MAX_CHARACTERS:,} characters.", MAX_CHARACTERS, len(text))
    tokens = list(_tokens(text))
    _limit_terms(tokens)
    sort = _sorts(tokens)
    return Query(_Parser([token for token in tokens if not token.sorts]).query(), sort, text)


# From characters to tokens.

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r'[^\s()"]+')
_BARE_VALUE = re.compile(r'[^\s()",]+')
_QUOTED = re.compile(r'"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"')
_ESCAPED = re.compile(r'\\(["\\])')
_MUST_ESCAPE = re.compile(r'"|\\(?=["\\]|\Z)')
_FIELD = re.compile(r"([^\W\d]+(?:\.[\w-]*)*):")
_OPERATOR = re.compile(r">=|<=|>|<|")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Token:
    """`mark` is one of ( ) - OR, or empty for a term; a sort term carries `sorts`."""

    place: Place
    mark: str = ""
    node: Word | Phrase | Match | None = None
    sorts: tuple[Sort, ...] = ()


def _tokens(text: str) -> Iterator[_Token]:
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        raise QueryError("A control character cannot be searched for.", *unreadable.span())
    position = _after_space(text, 0)
    while position < len(text):
        token = _token(text, position)
        yield token
        _must_end(text, token)
        position = _after_space(text, token.place.end)


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _token(text: str, start: int) -> _Token:
    if text[start] in "()":
        return _Token(Place(start, start + 1), text[start])
    if text[start] == "-":
        return _minus(text, start)
    if text[start] == '"':
        return _phrase(text, start)
    return _field_term(text, start) or _bare(text, start)


def _must_end(text: str, token: _Token) -> None:
    """Terms that touch would be read in a way nobody meant: `queue:Support(EU)`, `19"`."""
    following = text[token.place.end : token.place.end + 1]
    if token.mark in ("(", "-") or not following or following.isspace() or following == ")":
        return
    end = token.place.end
    raise QueryError("Put a space here, or the whole term in quotes.", end, end + 1)


def _minus(text: str, start: int) -> _Token:
    following = text[start + 1 : start + 2]
    if following == "-":
        raise QueryError("One minus is enough; to search for the text, put it in quotes.", start, start + 2)
    if not following or following.isspace() or following == ")":
        raise QueryError("A minus stands right before the term it leaves out.", start, start + 1)
    return _Token(Place(start, start + 1), "-")


def _phrase(text: str, start: int) -> _Token:
    content, end = _quoted(text, start)
    place = Place(start, end)
    _must_be_searchable(content, place)
    return _Token(place, node=Phrase(content, place=place))


def _quoted(text: str, start: int) -> tuple[str, int]:
    found = _QUOTED.match(text, start)
    if not found:
        raise QueryError("This quote is never closed.", start, len(text))
    return _ESCAPED.sub(r"\1", found[1]), found.end()


def _must_be_searchable(content: str, place: Place) -> None:
    if not any(character.isalnum() for character in content):
        raise QueryError("There is no letter or digit to search for.", *place)


def _bare(text: str, start: int) -> _Token:
    found = _BARE.match(text, start)
    assert found
    word, place = found[0], Place(start, found.end())
    if word in ("OR", "AND", "NOT"):
        return _operator_word(word, place)
    if re.fullmatch("#[0-9]+", word):
        return _Token(place, node=Match("number", "=", (_whole(word[1:], place),), place=place))
    return _Token(place, node=_word(word, place))


def _operator_word(word: str, place: Place) -> _Token:
    if word == "AND":
        raise QueryError('Terms side by side must all hold: leave AND out, or write "AND".', *place)
    if word == "NOT":
        raise QueryError('A minus leaves a term out: -term instead of NOT term, or write "NOT".', *place)
    return _Token(place, "OR")


def _word(word: str, place: Place) -> Word:
    stem = word.rstrip("*")
    _must_be_searchable(stem, place)
    if "*" in stem:
        raise QueryError("A * may only end a word; to search for the text, put it in quotes.", *place)
    return Word(stem, stem != word, place=place)


def _field_term(text: str, start: int) -> _Token | None:
    named = _FIELD.match(text, start)
    if not named:
        return None
    known = _known_field(named[1], Place(start, named.end(1)))
    operator = _OPERATOR.match(text, named.end())
    assert operator
    values = _written_values(text, operator.end(), known)
    place = Place(start, values[-1].place.end)
    if operator[0]:
        _must_compare(known, values, operator[0], Place(*operator.span()))
    if known.kind is Kind.SORT:
        return _Token(place, sorts=tuple(_sort_key(value) for value in values))
    return _Token(place, node=_match(known, named[1], operator[0], values, place))


def _known_field(written: str, place: Place) -> Field:
    name, dot, rest = written.lower().partition(".")
    if name == "custom" and not rest:
        raise QueryError("Say which custom field: custom.NAME:value.", *place)
    known = FIELDS.get(name)
    if known and (known.kind is Kind.CUSTOM or not dot):
        return known
    raise QueryError(_no_such_field(written), *place)


def _no_such_field(written: str) -> str:
    said = f"{_short(written)} is not a field."
    if written.lower() in _SEARCHED_BY_WORDS:
        return f"{said} Words alone are looked for in subject, messages and names; put a colon in quotes."
    meant = _OTHER_NAMES.get(written.lower()) or _nearest(written, FIELDS)
    quote = "To search for the text, put it in quotes."
    right = f"Did you mean {meant}?" if meant else f"Fields: {', '.join(FIELDS)}."
    return f"{said} {right} {quote}"


@dataclass(frozen=True, slots=True)
class _Written:
    """A value as it stands in the text, without its quotes."""

    text: str
    quoted: bool
    place: Place


def _written_values(text: str, start: int, known: Field) -> list[_Written]:
    found = [_written_value(text, start, known)]
    while text.startswith(",", found[-1].place.end):
        found.append(_written_value(text, found[-1].place.end + 1, known))
    return found


def _written_value(text: str, start: int, known: Field) -> _Written:
    if text.startswith('"', start):
        content, end = _quoted(text, start)
        if content:
            return _Written(content, True, Place(start, end))
    bare = _BARE_VALUE.match(text, start)
    if bare:
        return _Written(bare[0], False, Place(start, bare.end()))
    raise QueryError(f"A value is missing after {text[start - 1]}, as in {known.example}.", start - 1, start)


def _must_compare(known: Field, values: list[_Written], operator: str, place: Place) -> None:
    if not known.kind.compares:
        raise QueryError(f"{known.name} cannot be compared: leave out the {operator}.", *place)
    if len(values) > 1:
        raise QueryError(f"After {operator} stands one value, not a list.", place.start, values[-1].place.end)


# From written values to values.


def _match(known: Field, written: str, operator: str, values: list[_Written], place: Place) -> Match:
    name = known.name + written[len(known.name) :]
    if known.kind.ranges and any(".." in value.text for value in values):
        if operator or len(values) > 1:
            raise QueryError("A range stands alone, without operator and list.", *place)
        return Match(name, "..", _range_ends(known, values[0]), place=place)
    read = tuple(_READERS[known.kind](known, value) for value in values)
    if operator and read[0] == Choice("none"):
        raise QueryError(f"none is neither more nor less: leave out the {operator}.", *place)
    return Match(name, operator or "=", read, place=place)


def _range_ends(known: Field, written: _Written) -> tuple[Value, ...]:
    ends = written.text.split("..")
    if len(ends) != 2 or not all(ends):
        hint = f"with one, write {known.name}:>= or {known.name}:<="
        raise QueryError(f"A range has two ends, as in {known.name}:a..b; {hint}.", *written.place)
    values = tuple(_READERS[known.kind](known, _Written(end, False, written.place)) for end in ends)
    if Choice("none") in values:
        raise QueryError("none has no place in a range.", *written.place)
    return values


def _fixed(known: Field, written: _Written) -> Choice:
    word = written.text.lower()
    if word in known.choices:
        return Choice(word, place=written.place)
    raise QueryError(_no_such_choice(known, written.text), *written.place)


def _no_such_choice(known: Field, written: str) -> str:
    said = f"{known.name}:{_short(written)} does not exist."
    meant = _nearest(written, known.choices)
    right = f"Did you mean {known.name}:{meant}?" if meant else f"Possible: {', '.join(known.choices)}."
    return f"{said} {right}"


def _name(known: Field, written: _Written) -> Text | Choice:
    if not written.quoted and written.text[0] in "-=":
        _refuse_sign(known, written)
    if not written.quoted and written.text.lower() in _keywords(known):
        return Choice(written.text.lower(), place=written.place)
    return Text(written.text, place=written.place)


def _keywords(known: Field) -> Iterable[str]:
    """The fixed words that need quotes to be meant as a name; a category is looked up like a status."""
    return () if known.name == "status" else known.choices


def _refuse_sign(known: Field, written: _Written) -> NoReturn:
    sign, rest = written.text[0].strip("="), _short(written.text[1:])
    literal = f'{known.name}:"{_short(written.text)}"'
    raise QueryError(f"Write {sign}{known.name}:{rest}, or {literal} for the text itself.", *written.place)


def _number(known: Field, written: _Written) -> Whole:
    digits = written.text.removeprefix("#")
    if re.fullmatch("[0-9]+", digits):
        return _whole(digits, written.place)
    raise QueryError(f"{_short(written.text)} is not a ticket number.", *written.place)


def _whole(digits: str, place: Place) -> Whole:
    if len(digits) > len(str(_LARGEST_NUMBER)) or int(digits) > _LARGEST_NUMBER:
        raise QueryError("No ticket has so large a number.", *place)
    return Whole(int(digits), place=place)


def _time(known: Field, written: _Written) -> Moment | Choice:
    word = written.text.lower()
    if word == "none" and "none" in known.choices:
        return Choice("none", place=written.place)
    canonical = _canonical_moment(word)
    if canonical is None:
        raise QueryError(_no_such_time(known, written.text), *written.place)
    return Moment(canonical, place=written.place)


def _no_such_time(known: Field, written: str) -> str:
    if _CALENDAR.fullmatch(written.upper()):
        return f"{_short(written)} is not in the calendar."
    meant = _nearest(written, [*_DAYS, *(choice for choice in known.choices if choice.isalpha())])
    shapes = "Write 2026-03-01, 2026-03-01T14:00, today, monday, -24h or -7d."
    right = f"Did you mean {meant}?" if meant else shapes
    return f"{_short(written)} is not a time. {right}"


_READERS: Final[Mapping[Kind, Callable[[Field, _Written], Value]]] = {
    Kind.FIXED: _fixed,
    Kind.RANK: _fixed,
    Kind.NAME: _name,
    Kind.CUSTOM: _name,
    Kind.NUMBER: _number,
    Kind.TIME: _time,
}


def _sort_key(written: _Written) -> Sort:
    key = _Written(written.text.removeprefix("-"), written.quoted, written.place)
    return Sort(_fixed(FIELDS["sort"], key).word, written.text.startswith("-"), place=written.place)


def _nearest(written: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(written.lower(), list(known), n=1)), "")


def _short(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"


# From tokens to a tree.


def _limit_terms(tokens: Iterable[_Token]) -> None:
    """Every value counts, so that a list is no way around the limit."""
    count = 0
    for token in tokens:
        count += len(token.node.values) if isinstance(token.node, Match) else not token.mark
        if count > MAX_TERMS:
            raise QueryError(f"A query has at most {MAX_TERMS} terms.", *token.place)


def _sorts(tokens: list[_Token]) -> tuple[Sort, ...]:
    """The keys of all sort terms; they order the whole list, so they stand outside parentheses."""
    depth = 0
    found: list[Sort] = []
    for index, token in enumerate(tokens):
        depth += (token.mark == "(") - (token.mark == ")")
        if token.sorts and depth:
            raise QueryError("sort orders the whole list: put it outside the parentheses.", *token.place)
        if token.sorts and index and tokens[index - 1].mark == "-":
            raise QueryError("Here the minus stands after the colon: sort:-updated.", *token.place)
        found.extend(token.sorts)
    _refuse_doubles(found)
    return tuple(found)


def _refuse_doubles(sorts: list[Sort]) -> None:
    seen: set[str] = set()
    for key in sorts:
        if key.field in seen:
            raise QueryError(f"The list is already sorted by {key.field}.", *key.place)
        seen.add(key.field)


class _Parser:
    """Recursive descent; `MAX_NESTING` bounds the recursion."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def query(self) -> Node | None:
        if not self._tokens:
            return None
        node = self._alternatives()
        left_over = self._peek()
        if left_over:
            raise QueryError("This parenthesis was never opened.", *left_over.place)
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, mark: str) -> _Token | None:
        token = self._peek()
        if token is None or token.mark != mark:
            return None
        self._at += 1
        return token

    def _alternatives(self) -> Node:
        found = [self._chain(None)]
        while either := self._take("OR"):
            found.append(self._chain(either))
        return any_of(found)

    def _chain(self, either: _Token | None) -> Node:
        """Terms side by side; `either` is the OR before them, which must not dangle."""
        found: list[Node] = []
        while (token := self._peek()) and token.mark not in ("OR", ")"):
            self._at += 1
            found.append(self._term(token))
        return all_of(found) if found else self._refuse_empty(either)

    def _refuse_empty(self, either: _Token | None) -> NoReturn:
        dangling = either or self._peek()
        assert dangling
        if dangling.mark == "OR":
            raise QueryError('OR stands between two terms; for the word write "OR".', *dangling.place)
        if self._at and self._tokens[self._at - 1].mark == "(":
            opening = self._tokens[self._at - 1].place.start
            raise QueryError("There is nothing between these parentheses.", opening, dangling.place.end)
        raise QueryError("This parenthesis was never opened.", *dangling.place)

    def _term(self, token: _Token) -> Node:
        if token.mark == "-":
            return self._opposite(token)
        if token.mark == "(":
            return self._group(token)
        assert token.node
        return token.node

    def _opposite(self, minus: _Token) -> Node:
        following = self._peek()
        if following is None or following.mark == "OR":
            raise QueryError('A minus leaves out a term; for the word write -"OR".', *minus.place)
        self._at += 1
        return Not(self._term(following))

    def _group(self, opening: _Token) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise QueryError(f"Parentheses nest at most {MAX_NESTING} deep.", *opening.place)
        node = self._alternatives() if self._peek() else None
        if node is None or not self._take(")"):
            raise QueryError("This parenthesis is never closed.", *opening.place)
        self._depth -= 1
        return node


# From a tree to text.

_PLAIN_VALUE = re.compile(r'[^\s()",<>=\-][^\s()",]*')


def render(query: Query) -> str:
    """The canonical text of a query, never longer than the text it came from: `parse(render(q)) == q`."""
    parts = [_render_node(query.where)] if query.where else []
    if query.sort:
        parts.append("sort:" + ",".join("-" * key.descending + key.field for key in query.sort))
    return " ".join(parts)


def _render_node(node: Node) -> str:
    match node:
        case Or(children):
            return " OR ".join(_render_node(child) for child in children)
        case And(children):
            return " ".join(_grouped(child, Or) for child in children)
        case Not(child):
            return "-" + _grouped(child, And, Or, Not)
        case Word(text, prefix):
            return text + "*" * prefix
        case Phrase(text):
            return _in_quotes(text)
        case Match():
            return _render_match(node)


def _grouped(node: Node, *kinds: type) -> str:
    return f"({_render_node(node)})" if isinstance(node, kinds) else _render_node(node)


def _render_match(node: Match) -> str:
    values = [_render_value(node, value) for value in node.values]
    if node.operator == "..":
        return f"{node.name}:{'..'.join(values)}"
    if node.name == "number" and node.operator == "=" and len(values) == 1:
        return f"#{values[0]}"
    operator = "" if node.operator == "=" else node.operator
    return f"{node.name}:{operator}{','.join(values)}"


def _render_value(node: Match, value: Value) -> str:
    match value:
        case Text(text):
            keywords = _keywords(FIELDS[node.name.partition(".")[0]])
            plain = _PLAIN_VALUE.fullmatch(text) and text.lower() not in keywords
            return text if plain else _in_quotes(text)
        case Choice(text) | Moment(text):
            return text
        case Whole(number):
            return str(number)


def _in_quotes(text: str) -> str:
    return '"' + _MUST_ESCAPE.sub(lambda found: "\\" + found[0], text) + '"'


# What screens build of it.


def term(name: str, *values: str) -> str:
    """A condition on a field of names as text, quoted where needed: `term("queue", "Network team")`.

    The values are names, never fixed words: `term("assignee", "none")` means a person of that login.
    """
    return _render_match(Match(name, "=", tuple(Text(value) for value in values)))


def with_term(text: str, added: str) -> str:
    """The query with one more condition.

    A field has one value at a time, so `queue:B` takes the place of a `queue:A` that stands outside
    parentheses; words, flags, tags and comparisons add up. A sort of `added` replaces the old one.

    Raises:
        QueryError: one of the two does not parse.
    """
    query, new = parse(text), parse(added)
    kept = [part for part in _top(query.where) if not any(_gives_way(part, to) for to in _top(new.where))]
    where = [*kept, *_top(new.where)]
    return render(Query(all_of(where) if where else None, new.sort or query.sort))


def _top(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.children if isinstance(node, And) else (node,)


def _gives_way(part: Node, to: Node) -> bool:
    if part == to:
        return True
    if not isinstance(part, Match) or not isinstance(to, Match) or part.name in ("is", "has", "tag"):
        return False
    return part.name == to.name and part.operator == to.operator == "="


def with_sort(text: str, key: str, *, descending: bool = False) -> str:
    """The query in another order: `key` is one of the choices of the field `sort`."""
    return render(Query(parse(text).where, (Sort(key, descending),)))


def words(query: Query) -> tuple[str, ...]:
    """The free words and phrases asked for (not those left out): what a list highlights."""
    return tuple(dict.fromkeys(_words(query.where, True))) if query.where else ()


def _words(node: Node, wanted: bool) -> Iterator[str]:
    match node:
        case Word(text) | Phrase(text) if wanted:
            yield text
        case Not(child):
            yield from _words(child, not wanted)
        case And(children) | Or(children):
            for child in children:
                yield from _words(child, wanted)
        case _:
            return


# Times.

Edges = tuple[int, int]
Span = tuple[int | None, int | None]

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1} | dict.fromkeys(_WEEKDAYS)
_MILLISECONDS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_RELATIVE = re.compile(r"([+-][0-9]{1,5})([mhdw])")
_CALENDAR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(:[0-9]{2})?))?")
_YEARS: Final = range(1900, 3000)


def _canonical_moment(word: str) -> str | None:
    if word in _DAYS or word == "now" or _RELATIVE.fullmatch(word):
        return word
    shaped = _CALENDAR.fullmatch(word.upper())
    return _in_calendar(shaped[1], shaped[2]) if shaped else None


def _in_calendar(day: str, clock: str | None) -> str | None:
    text = f"{day}T{clock}" if clock else day
    try:
        return text if datetime.fromisoformat(text).year in _YEARS else None
    except ValueError:
        return None


def resolve(moment: Moment, now: int, zone: str) -> tuple[int, int]:
    """The half-open span `[start, end)` of UTC milliseconds a moment stands for.

    `now`: UTC milliseconds; `zone`: an IANA name. `-24h` is from then to now and `+4h` from now to then, both
    ends included (so `end` is a millisecond later); `now` is one millisecond long.
    """
    start, end = _edges(moment, now, zone)
    return (min(start, now), max(end, now + 1)) if _RELATIVE.fullmatch(moment.text) else (start, end)


def _edges(moment: Moment, now: int, zone: str) -> Edges:
    """What a comparison counts from: as `resolve`, but a relative time is the instant itself."""
    relative = _RELATIVE.fullmatch(moment.text)
    if relative or moment.text == "now":
        instant = now + (int(relative[1]) * _MILLISECONDS[relative[2]] if relative else 0)
        return instant, instant + 1
    if "T" in moment.text:
        return _clock_span(moment.text, ZoneInfo(zone))
    return _day_span(_day(moment.text, now, zone), ZoneInfo(zone))


def _clock_span(text: str, zone: ZoneInfo) -> tuple[int, int]:
    start = _utc(datetime.fromisoformat(text), zone)
    return start, start + (60_000 if text.count(":") == 1 else 1_000)


def _day(text: str, now: int, zone: str) -> date:
    today = datetime.fromtimestamp(now // 1000, ZoneInfo(zone)).date()
    if text in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(text)) % 7)
    offset = _DAYS.get(text)
    return date.fromisoformat(text) if offset is None else today + timedelta(days=offset)


def _day_span(day: date, zone: ZoneInfo) -> tuple[int, int]:
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return _utc(datetime(day.year, day.month, day.day), zone)


def _utc(local: datetime, zone: ZoneInfo) -> int:
    """A time that clocks show twice is the first one; one they skip is read by the clock of before."""
    return int(local.replace(tzinfo=zone).timestamp()) * 1000


def spans(condition: Match, now: int, zone: str) -> tuple[Span, ...]:
    """The half-open spans of UTC milliseconds a condition on a time allows: None is open, `none` left out.

    `>` counts from the end of a day or minute and `<` up to its start; `>=` and `<=` include it.
    """
    moments = [value for value in condition.values if isinstance(value, Moment)]
    if condition.operator == "=":
        return tuple(resolve(moment, now, zone) for moment in moments)
    edges = [_edges(moment, now, zone) for moment in moments]
    return (_compared(condition.operator, edges[0], edges[-1]),)


def _compared(operator: str, first: Edges, last: Edges) -> Span:
    bounds: dict[str, Span] = {
        ">": (first[1], None),
        ">=": (first[0], None),
        "<": (None, first[0]),
        "<=": (None, first[1]),
        "..": (first[0], last[1]),
    }
    return bounds[operator]
