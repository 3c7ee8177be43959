"""From the tree of a query to its canonical text."""

import re

from deskterm.engine.domain.query_fields import FIELDS
from deskterm.engine.domain.query_tree import (
    And,
    Choice,
    Match,
    Moment,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Text,
    Value,
    Whole,
    Word,
)
from deskterm.engine.domain.query_values import reserved_words

_MUST_ESCAPE = re.compile(r'"|\\(?=["\\]|\Z)')
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
            return render_match(node)


def _grouped(node: Node, *kinds: type) -> str:
    return f"({_render_node(node)})" if isinstance(node, kinds) else _render_node(node)


def render_match(node: Match) -> str:
    """The canonical text of one condition."""
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
            keywords = reserved_words(FIELDS[node.name.partition(".")[0]])
            plain = _PLAIN_VALUE.fullmatch(text) and text.lower() not in keywords
            return text if plain else _in_quotes(text)
        case Choice(text) | Moment(text):
            return text
        case Whole(number):
            return str(number)


def _in_quotes(text: str) -> str:
    return '"' + _MUST_ESCAPE.sub(lambda found: "\\" + found[0], text) + '"'
