"""From written values to values: what stands after the colon of a field, read as its kind demands."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NoReturn

from deskterm.engine.domain.query_fields import FIELDS, Field, Kind
from deskterm.engine.domain.query_times import CALENDAR, DAYS, canonical_moment
from deskterm.engine.domain.query_tree import Choice, Match, Moment, Place, QueryError, Sort, Text, Value, Whole

_LARGEST_NUMBER: Final = 2**53


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it stands in the text, without its quotes."""

    text: str
    quoted: bool
    place: Place


def read_match(known: Field, written: str, operator: str, values: list[Written], place: Place) -> Match:
    """A condition on a field; `written` is its name as it stands in the text, `operator` may be empty."""
    name = known.name + written[len(known.name) :]
    if known.kind.ranges and any(".." in value.text for value in values):
        if operator or len(values) > 1:
            raise QueryError("A range stands alone, without operator and list.", *place)
        return Match(name, "..", _range_ends(known, values[0]), place=place)
    read = tuple(_READERS[known.kind](known, value) for value in values)
    if operator and read[0] == Choice("none"):
        raise QueryError(f"none is neither more nor less: leave out the {operator}.", *place)
    return Match(name, operator or "=", read, place=place)


def _range_ends(known: Field, written: Written) -> tuple[Value, ...]:
    ends = written.text.split("..")
    if len(ends) != 2 or not all(ends):
        hint = f"with one, write {known.name}:>= or {known.name}:<="
        raise QueryError(f"A range has two ends, as in {known.name}:a..b; {hint}.", *written.place)
    values = tuple(_READERS[known.kind](known, Written(end, False, written.place)) for end in ends)
    if Choice("none") in values:
        raise QueryError("none has no place in a range.", *written.place)
    return values


def _fixed(known: Field, written: Written) -> Choice:
    word = written.text.lower()
    if word in known.choices:
        return Choice(word, place=written.place)
    raise QueryError(_no_such_choice(known, written.text), *written.place)


def _no_such_choice(known: Field, written: str) -> str:
    said = f"{known.name}:{shortened(written)} does not exist."
    meant = nearest(written, known.choices)
    right = f"Did you mean {known.name}:{meant}?" if meant else f"Possible: {', '.join(known.choices)}."
    return f"{said} {right}"


def _name(known: Field, written: Written) -> Text | Choice:
    if not written.quoted and written.text[0] in "-=":
        _refuse_sign(known, written)
    if not written.quoted and written.text.lower() in reserved_words(known):
        return Choice(written.text.lower(), place=written.place)
    return Text(written.text, place=written.place)


def reserved_words(known: Field) -> Iterable[str]:
    """The fixed words that need quotes to be meant as a name; a category is looked up like a status."""
    return () if known.name == "status" else known.choices


def _refuse_sign(known: Field, written: Written) -> NoReturn:
    sign, rest = written.text[0].strip("="), shortened(written.text[1:])
    literal = f'{known.name}:"{shortened(written.text)}"'
    raise QueryError(f"Write {sign}{known.name}:{rest}, or {literal} for the text itself.", *written.place)


def _number(known: Field, written: Written) -> Whole:
    digits = written.text.removeprefix("#")
    if re.fullmatch("[0-9]+", digits):
        return read_whole(digits, written.place)
    raise QueryError(f"{shortened(written.text)} is not a ticket number.", *written.place)


def read_whole(digits: str, place: Place) -> Whole:
    """A ticket number of decimal digits."""
    if len(digits) > len(str(_LARGEST_NUMBER)) or int(digits) > _LARGEST_NUMBER:
        raise QueryError("No ticket has so large a number.", *place)
    return Whole(int(digits), place=place)


def _time(known: Field, written: Written) -> Moment | Choice:
    word = written.text.lower()
    if word == "none" and "none" in known.choices:
        return Choice("none", place=written.place)
    canonical = canonical_moment(word)
    if canonical is None:
        raise QueryError(_no_such_time(known, written.text), *written.place)
    return Moment(canonical, place=written.place)


def _no_such_time(known: Field, written: str) -> str:
    if CALENDAR.fullmatch(written.upper()):
        return f"{shortened(written)} is not in the calendar."
    meant = nearest(written, [*DAYS, *(choice for choice in known.choices if choice.isalpha())])
    shapes = "Write 2026-03-01, 2026-03-01T14:00, today, monday, -24h or -7d."
    right = f"Did you mean {meant}?" if meant else shapes
    return f"{shortened(written)} is not a time. {right}"


_READERS: Final[Mapping[Kind, Callable[[Field, Written], Value]]] = {
    Kind.FIXED: _fixed,
    Kind.RANK: _fixed,
    Kind.NAME: _name,
    Kind.CUSTOM: _name,
    Kind.NUMBER: _number,
    Kind.TIME: _time,
}


def read_sort(written: Written) -> Sort:
    """One key of `sort:`, with its minus."""
    key = Written(written.text.removeprefix("-"), written.quoted, written.place)
    return Sort(_fixed(FIELDS["sort"], key).word, written.text.startswith("-"), place=written.place)


def nearest(written: str, known: Iterable[str]) -> str:
    """What was probably meant; empty if nothing is like it."""
    return next(iter(get_close_matches(written.lower(), list(known), n=1)), "")


def shortened(written: str) -> str:
    """At most 40 characters, for a sentence."""
    return written if len(written) <= 40 else written[:39] + "…"
