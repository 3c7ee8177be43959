"""From the characters of a query to its tokens: terms, parentheses, minus and OR."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deskterm.engine.domain.query_fields import FIELDS, OTHER_NAMES, SEARCHED_BY_WORDS, Field, Kind
from deskterm.engine.domain.query_tree import Match, Phrase, Place, QueryError, Sort, Word
from deskterm.engine.domain.query_values import Written, nearest, read_match, read_sort, read_whole, shortened

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r'[^\s()"]+')
_BARE_VALUE = re.compile(r'[^\s()",]+')
_QUOTED = re.compile(r'"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"')
_ESCAPED = re.compile(r'\\(["\\])')
_FIELD = re.compile(r"([^\W\d]+(?:\.[\w-]*)*):")
_OPERATOR = re.compile(r">=|<=|>|<|")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """`mark` is one of ( ) - OR, or empty for a term; a sort term carries `sorts`."""

    place: Place
    mark: str = ""
    node: Word | Phrase | Match | None = None
    sorts: tuple[Sort, ...] = ()


def tokens_of(text: str) -> Iterator[Token]:
    """Raises QueryError at the first character that begins no token."""
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


def _token(text: str, start: int) -> Token:
    if text[start] in "()":
        return Token(Place(start, start + 1), text[start])
    if text[start] == "-":
        return _minus(text, start)
    if text[start] == '"':
        return _phrase(text, start)
    return _field_term(text, start) or _bare(text, start)


def _must_end(text: str, token: Token) -> None:
    """Terms that touch would be read in a way nobody meant: `queue:Support(EU)`, `19"`."""
    following = text[token.place.end : token.place.end + 1]
    if token.mark in ("(", "-") or not following or following.isspace() or following == ")":
        return
    end = token.place.end
    raise QueryError("Put a space here, or the whole term in quotes.", end, end + 1)


def _minus(text: str, start: int) -> Token:
    following = text[start + 1 : start + 2]
    if following == "-":
        raise QueryError("One minus is enough; to search for the text, put it in quotes.", start, start + 2)
    if not following or following.isspace() or following == ")":
        raise QueryError("A minus stands right before the term it leaves out.", start, start + 1)
    return Token(Place(start, start + 1), "-")


def _phrase(text: str, start: int) -> Token:
    content, end = _quoted(text, start)
    place = Place(start, end)
    _must_be_searchable(content, place)
    return Token(place, node=Phrase(content, place=place))


def _quoted(text: str, start: int) -> tuple[str, int]:
    found = _QUOTED.match(text, start)
    if not found:
        raise QueryError("This quote is never closed.", start, len(text))
    return _ESCAPED.sub(r"\1", found[1]), found.end()


def _must_be_searchable(content: str, place: Place) -> None:
    if not any(character.isalnum() for character in content):
        raise QueryError("There is no letter or digit to search for.", *place)


def _bare(text: str, start: int) -> Token:
    found = _BARE.match(text, start)
    assert found
    word, place = found[0], Place(start, found.end())
    if word in ("OR", "AND", "NOT"):
        return _operator_word(word, place)
    if re.fullmatch("#[0-9]+", word):
        return Token(place, node=Match("number", "=", (read_whole(word[1:], place),), place=place))
    return Token(place, node=_word(word, place))


def _operator_word(word: str, place: Place) -> Token:
    if word == "AND":
        raise QueryError('Terms side by side must all hold: leave AND out, or write "AND".', *place)
    if word == "NOT":
        raise QueryError('A minus leaves a term out: -term instead of NOT term, or write "NOT".', *place)
    return Token(place, "OR")


def _word(word: str, place: Place) -> Word:
    stem = word.rstrip("*")
    _must_be_searchable(stem, place)
    if "*" in stem:
        raise QueryError("A * may only end a word; to search for the text, put it in quotes.", *place)
    return Word(stem, stem != word, place=place)


def _field_term(text: str, start: int) -> Token | None:
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
        return Token(place, sorts=tuple(read_sort(value) for value in values))
    return Token(place, node=read_match(known, named[1], operator[0], values, place))


def _known_field(written: str, place: Place) -> Field:
    name, dot, rest = written.lower().partition(".")
    if name == "custom" and not rest:
        raise QueryError("Say which custom field: custom.NAME:value.", *place)
    known = FIELDS.get(name)
    if known and (known.kind is Kind.CUSTOM or not dot):
        return known
    raise QueryError(_no_such_field(written), *place)


def _no_such_field(written: str) -> str:
    said = f"{shortened(written)} is not a field."
    if written.lower() in SEARCHED_BY_WORDS:
        return f"{said} Words alone are looked for in subject, messages and names; put a colon in quotes."
    meant = OTHER_NAMES.get(written.lower()) or nearest(written, FIELDS)
    quote = "To search for the text, put it in quotes."
    right = f"Did you mean {meant}?" if meant else f"Fields: {', '.join(FIELDS)}."
    return f"{said} {right} {quote}"


def _written_values(text: str, start: int, known: Field) -> list[Written]:
    found = [_written_value(text, start, known)]
    while text.startswith(",", found[-1].place.end):
        found.append(_written_value(text, found[-1].place.end + 1, known))
    return found


def _written_value(text: str, start: int, known: Field) -> Written:
    if text.startswith('"', start):
        content, end = _quoted(text, start)
        if content:
            return Written(content, True, Place(start, end))
    bare = _BARE_VALUE.match(text, start)
    if bare:
        return Written(bare[0], False, Place(start, bare.end()))
    raise QueryError(f"A value is missing after {text[start - 1]}, as in {known.example}.", start - 1, start)


def _must_compare(known: Field, values: list[Written], operator: str, place: Place) -> None:
    if not known.kind.compares:
        raise QueryError(f"{known.name} cannot be compared: leave out the {operator}.", *place)
    if len(values) > 1:
        raise QueryError(f"After {operator} stands one value, not a list.", place.start, values[-1].place.end)
