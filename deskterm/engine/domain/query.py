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

from collections.abc import Iterator

from deskterm.engine.domain.query_fields import FIELDS, Field, Kind
from deskterm.engine.domain.query_parser import MAX_CHARACTERS, MAX_NESTING, MAX_TERMS, parse
from deskterm.engine.domain.query_rendering import render, render_match
from deskterm.engine.domain.query_times import Span, resolve, spans
from deskterm.engine.domain.query_tree import (
    And,
    Choice,
    Match,
    Moment,
    Node,
    Not,
    Or,
    Phrase,
    Place,
    Query,
    QueryError,
    Sort,
    Text,
    Value,
    Whole,
    Word,
    all_of,
    any_of,
    conjuncts,
)

__all__ = [
    "FIELDS",
    "MAX_CHARACTERS",
    "MAX_NESTING",
    "MAX_TERMS",
    "And",
    "Choice",
    "Field",
    "Kind",
    "Match",
    "Moment",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Place",
    "Query",
    "QueryError",
    "Sort",
    "Span",
    "Text",
    "Value",
    "Whole",
    "Word",
    "all_of",
    "any_of",
    "both",
    "conjuncts",
    "parse",
    "render",
    "resolve",
    "spans",
    "term",
    "with_sort",
    "with_term",
    "words",
]


def term(name: str, *values: str) -> str:
    """A condition on a field of names as text, quoted where needed: `term("queue", "Network team")`.

    The values are names, never fixed words: `term("assignee", "none")` means a person of that login.
    """
    return render_match(Match(name, "=", tuple(Text(value) for value in values)))


def with_term(text: str, added: str) -> str:
    """The query with one more condition.

    A field has one value at a time, so `queue:B` takes the place of a `queue:A` that stands outside
    parentheses; words, flags, tags and comparisons add up. A sort of `added` replaces the old one.

    Raises:
        QueryError: one of the two does not parse.
    """
    query, new = parse(text), parse(added)
    kept = [part for part in conjuncts(query.where) if not any(_gives_way(part, to) for to in conjuncts(new.where))]
    where = [*kept, *conjuncts(new.where)]
    return render(Query(all_of(where) if where else None, new.sort or query.sort))


def both(query: Query, also: Query) -> Query:
    """What both find, in the order of the first."""
    where = [*conjuncts(query.where), *conjuncts(also.where)]
    return Query(all_of(where) if where else None, query.sort)


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
