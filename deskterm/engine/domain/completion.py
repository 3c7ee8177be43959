"""What could stand at the cursor of a query: field names first, after a colon the field's values."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from deskterm.engine.domain.query import FIELDS, Field, Kind, term
from deskterm.engine.domain.query_fields import OTHER_NAMES

MOST: Final = 24
"""Proposals at once: every field, so that an empty word can list them."""

_OPERATOR = re.compile(r">=|<=|>|<|")
_REST_OF_NAME = re.compile(r"[\w.]*:?")
_REST_OF_VALUE = re.compile(r'[^\s(),"]*')
_SPAN_BEGUN = re.compile(r"([+-])([0-9]{1,5})[mhdw]?")
_CALLED_BY_LABEL: Final = frozenset({"assignee", "requester"})
"""Fields whose values are people: a login is also found by the name behind it."""

_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class Completion:
    """A proposal: put `insert` in place of the characters from `start` to `end`.

    `label` says what it is; `count` how many tickets have this value: open ones, and for a status all of them.
    None where that would have to be counted first, or is not for this person.
    """

    insert: str
    label: str
    start: int
    end: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A value the desk knows for a field, with what there is to say of it."""

    text: str
    label: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """The part of a word that the cursor stands in: a value of `field`, or a field's name where that is None."""

    field: Field | None
    typed: str
    start: int
    end: int


def spot_at(text: str, cursor: int) -> Spot | None:
    """What is being written at the cursor; None where nothing can be proposed."""
    start = _word_start(text, cursor)
    word = text[start:cursor]
    if word.startswith("-"):
        start, word = start + 1, word[1:]
    if word.startswith('"'):
        return None
    name, colon, _ = word.partition(":")
    if colon:
        return _value_spot(FIELDS.get(name.lower()), text, start + len(name) + 1, cursor)
    return Spot(None, name, start, _end_of(_REST_OF_NAME, text, cursor))


def _word_start(text: str, cursor: int) -> int:
    """Where the word begins that the cursor stands in; quotes keep spaces inside."""
    start, quoted = 0, False
    for place, character in enumerate(text[:cursor]):
        if character == '"':
            quoted = not quoted
        elif not quoted and (character.isspace() or character in "()"):
            start = place + 1
    return start


def _value_spot(field: Field | None, text: str, start: int, cursor: int) -> Spot | None:
    if field is None:
        return None
    begin = _last_value(text, start, cursor)
    if field.kind.ranges:
        begin += text[begin:cursor].rfind("..") + 2 if ".." in text[begin:cursor] else 0
    if field.kind.compares:
        begin = min(_end_of(_OPERATOR, text, begin), cursor)
    typed = text[begin:cursor]
    end = _end_of(_REST_OF_VALUE, text, cursor)
    if typed.startswith('"') and text[end : end + 1] == '"':
        end += 1
    return Spot(field, typed.removeprefix('"'), begin, end)


def _last_value(text: str, start: int, cursor: int) -> int:
    """Where the value at the cursor begins: after the last comma that stands outside quotes."""
    begin, quoted = start, False
    for place in range(start, cursor):
        if text[place] == '"':
            quoted = not quoted
        elif text[place] == "," and not quoted:
            begin = place + 1
    return begin


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def complete(spot: Spot, known: Iterable[Known]) -> tuple[Completion, ...]:
    """Proposals for a spot, the nearest first; `known` are the desk's own values of its field."""
    if spot.field is None:
        found = _fields(spot.typed)
    else:
        by_label = spot.field.name in _CALLED_BY_LABEL
        found = _best(spot.typed, _values(spot.field, spot.typed, known), by_label=by_label)
    return tuple(_completion(spot, one) for one in found[:MOST])


def _completion(spot: Spot, known: Known) -> Completion:
    insert = f"{known.text}:" if spot.field is None else _written(spot.field, known.text)
    return Completion(insert, known.label, spot.start, spot.end, known.count)


def _written(field: Field, text: str) -> str:
    """A value as it must stand in the query; the field's own words are never quoted."""
    fixed = text in field.choices or field.kind is not Kind.NAME
    return text if fixed else term(field.name, text).removeprefix(f"{field.name}:")


def _best(typed: str, offered: Iterable[Known], *, by_label: bool) -> list[Known]:
    ranked = [(_rank(typed, one, by_label=by_label), one) for one in offered]
    return [one for rank, one in sorted(ranked, key=lambda pair: -pair[0]) if rank]


def _rank(typed: str, known: Known, *, by_label: bool) -> int:
    """How well a value answers what was typed; 0: not at all. Letter case does not count."""
    wanted, text = typed.casefold(), known.text.casefold()
    if text.startswith(wanted):
        return 3
    if _has_word(text, wanted):
        return 2
    return int(by_label and _has_word(known.label.casefold(), wanted))


def _has_word(text: str, wanted: str) -> bool:
    return any(word.startswith(wanted) for word in re.split(r"\W+", text))


def _fields(typed: str) -> list[Known]:
    """Fields by their own name, then by the name that other desks give them."""
    wanted = typed.casefold()
    own = [name for name in FIELDS if name.startswith(wanted)]
    others = [name for other, name in OTHER_NAMES.items() if wanted and other.startswith(wanted)]
    return [Known(name, FIELDS[name].sentence) for name in dict.fromkeys((*own, *others))]


def _values(field: Field, typed: str, known: Iterable[Known]) -> Iterator[Known]:
    """The fixed words of a field, with the count that the desk knows of them, then the desk's own."""
    own = {one.text.casefold(): one for one in known}
    for word, sentence in field.choices.items():
        counted = own.pop(word, Known(word))
        yield Known(word, sentence or counted.label, counted.count)
        if field.kind is Kind.SORT:
            yield Known(f"-{word}", f"{sentence.partition(';')[0]}, backwards")
    if field.kind is Kind.TIME:
        yield from _spans(typed)
    yield from own.values()


def _spans(typed: str) -> Iterator[Known]:
    """A number of days begun is ended by each unit."""
    begun = _SPAN_BEGUN.fullmatch(typed)
    if begun:
        sign, number = begun.groups()
        for unit, name in _UNITS.items():
            yield Known(f"{sign}{number}{unit}", f"the {'last' if sign == '-' else 'next'} {int(number)} {name}")
