"""What could stand at the cursor of a query: field names first, after a colon the field's values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deskterm.engine.domain.query import FIELDS

MOST = 12


@dataclass(frozen=True, slots=True)
class Completion:
    """A proposal: put `insert` in place of the characters from `start` to `end`; `label` says what it is."""

    insert: str
    label: str
    start: int
    end: int


def complete(text: str, cursor: int, words: Mapping[str, Sequence[str]]) -> tuple[Completion, ...]:
    """Proposals for the word at the cursor; `words` are the desk's own values by field."""
    start = _word_start(text, cursor)
    word = text[start:cursor]
    shift = 1 if word.startswith("-") else 0
    name, colon, value = word[shift:].partition(":")
    if colon:
        found = _values(name.lower(), value, start + shift + len(name) + 1, cursor, words)
    else:
        found = _fields(name, start + shift, cursor)
    return tuple(found)[:MOST]


def _word_start(text: str, cursor: int) -> int:
    """Where the word begins that the cursor stands in; quotes keep spaces inside."""
    start, quoted = 0, False
    for place, character in enumerate(text[:cursor]):
        if character == '"':
            quoted = not quoted
        elif character in " ()" and not quoted:
            start = place + 1
    return start


def _fields(prefix: str, start: int, end: int) -> Iterator[Completion]:
    if not prefix:
        return
    for field in FIELDS.values():
        if field.name.startswith(prefix.lower()):
            yield Completion(f"{field.name}:", field.sentence, start, end)


def _values(name: str, value: str, start: int, end: int, words: Mapping[str, Sequence[str]]) -> Iterator[Completion]:
    field = FIELDS.get(name)
    if field is None:
        return
    before, comma, last = value.rpartition(",")
    operator = last[: len(last) - len(last.lstrip("<>=-"))]
    wanted = last[len(operator) :].strip('"').lower()
    begin = start + len(before) + len(comma) + len(operator)
    known = {word: "" for word in words.get(name, ())} | dict(field.choices)
    for word, sentence in known.items():
        if word.lower().startswith(wanted):
            yield Completion(_quoted(word), sentence or word, begin, end)


def _quoted(word: str) -> str:
    return f'"{word}"' if any(character in ' ,():"' for character in word) else word
