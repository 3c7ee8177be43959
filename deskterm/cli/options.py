"""Options and arguments that several commands share, and how their values are read."""

import re
from typing import Annotated

import typer

from deskterm.engine.door.errors import NotFound

AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
TicketArgument = Annotated[str, typer.Argument(metavar="N", help="The ticket's number.")]
Assignments = Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help="What to set.")]
QueueLevels = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="NAME=LEVEL", help="none, read, work or full; may be repeated."),
]

_NUMBER = re.compile(r"#?([0-9]+)")
_LONGEST_NUMBER = 18


def looks_like_ticket_number(word: str) -> bool:
    """Whether the word is `12` or `#12`."""
    return _NUMBER.fullmatch(word) is not None


def ticket_number(word: str) -> int:
    """The number in `12` or `#12`.

    Raises:
        NotFound: more digits than any ticket can have.
    """
    return _number(word, "ticket", f"{word!r} is not a ticket number.")


def row_id(word: str, noun: str) -> int:
    """The number of something that is listed with one.

    Raises:
        NotFound: more digits than any can have.
    """
    return _number(word, noun, f"{word!r} is not the number of a {noun}.")


def _number(word: str, noun: str, complaint: str) -> int:
    found = _NUMBER.fullmatch(word)
    if found is None:
        raise typer.BadParameter(complaint)
    digits = found[1].lstrip("0") or "0"
    if len(digits) > _LONGEST_NUMBER:
        raise NotFound(f"There is no {noun} {digits[:_LONGEST_NUMBER]}….")
    return int(digits)


def assignment(word: str) -> tuple[str, str]:
    """`field=value` as a pair; the field in lower case."""
    field, mark, value = word.partition("=")
    if not mark or not field.strip():
        raise typer.BadParameter(f"{word!r} is not FIELD=VALUE.")
    return field.strip().lower(), value.strip()


def assignments(words: list[str]) -> dict[str, str]:
    """Several `field=value` as a mapping; a field given twice is refused."""
    found: dict[str, str] = {}
    for field, value in map(assignment, words):
        if field in found:
            raise typer.BadParameter(f"{field} is given twice.")
        found[field] = value
    return found


def queue_levels(words: list[str] | None) -> dict[str, str]:
    """`NAME=LEVEL` as a mapping from queue to level; the queue's name keeps its case."""
    found: dict[str, str] = {}
    for word in words or ():
        queue, mark, level = word.rpartition("=")
        if not mark or not queue.strip() or not level.strip():
            raise typer.BadParameter(f"--queue {word!r} is not NAME=LEVEL.")
        found[queue.strip()] = level.strip().lower()
    return found


def joined(words: list[str]) -> str:
    """The words of a query as one; a dashed word that looks like an option is a mistake."""
    for word in words:
        if word.startswith("--"):
            raise typer.BadParameter(f"There is no option {word}.")
    return " ".join(words)
