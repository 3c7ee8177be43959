"""What can change how many tickets a query finds: which recorded changes, and whether time alone does."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.engine.domain.query_fields import FIELDS, Kind
from deskterm.engine.domain.query_tree import And, Choice, Match, Moment, Node, Not, Or, Phrase, Query, Word

_ALWAYS: Final = frozenset({"", "queue", "requester", "organization", "merged_into", "deleted_at"})
"""Fields of events that matter to every list: a ticket comes, goes, or moves in or out of somebody's sight."""

_WORDS: Final = frozenset({"subject", "message"})

_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "status": frozenset({"status"}),
    "type": frozenset({"type"}),
    "priority": frozenset({"priority"}),
    "queue": frozenset(),
    "assignee": frozenset({"assignee"}),
    "requester": frozenset(),
    "org": frozenset(),
    "tag": frozenset({"tag"}),
    "channel": frozenset({"channel"}),
    "created": frozenset(),
    "resolved": frozenset({"status"}),
    "number": frozenset(),
}
"""Fields of the query language whose tickets change with these events alone; any other with any event."""

_FLAGS: Final[Mapping[str, frozenset[str]]] = {
    "open": frozenset({"status"}),
    "mine": frozenset({"assignee"}),
    "unassigned": frozenset({"assignee"}),
    "snoozed": frozenset({"snoozed_until"}),
    "major": frozenset({"major"}),
    "watching": frozenset({"participant"}),
    "merged": frozenset(),
    "deleted": frozenset(),
    "attachment": frozenset({"message"}),
    "note": frozenset({"message"}),
}
"""The same for the words of `is` and `has`."""

_TIMED_FLAGS: Final = frozenset({"snoozed", "unread"})
"""Words that come to hold without anything recorded: a snooze ends, somebody reads."""


@dataclass(frozen=True, slots=True)
class Needs:
    """`fields`: of the events after which the query has to be counted again, None for any; `is_timed`: time counts."""

    fields: frozenset[str] | None
    is_timed: bool

    def is_touched(self, changed: Collection[str]) -> bool:
        """Whether these changes can have changed what the query finds."""
        return bool(changed) if self.fields is None else not self.fields.isdisjoint(changed)


def needs_of(query: Query) -> Needs:
    """What the tickets of a query depend on."""
    parts = list(_parts(query.where))
    found = [_fields_of(part) for part in parts]
    known = [fields for fields in found if fields is not None]
    fields = _ALWAYS.union(*known) if len(known) == len(found) else None
    return Needs(fields, any(_is_timed(part) for part in parts))


def is_about_late(query: Query) -> bool:
    """Whether a query asks for tickets that are too late, or soon will be: its count is a call to act."""
    return any(_asks_for_late(part) for part in _parts(query.where, only_wanted=True))


def _parts(node: Node | None, *, only_wanted: bool = False) -> Iterable[Word | Phrase | Match]:
    """Words and conditions, wherever they stand; those left out as well unless only those wanted are asked for."""
    match node:
        case Not(child):
            if not only_wanted:
                yield from _parts(child)
        case And(children) | Or(children):
            for child in children:
                yield from _parts(child, only_wanted=only_wanted)
        case Word() | Phrase() | Match():
            yield node


def _fields_of(part: Word | Phrase | Match) -> frozenset[str] | None:
    if not isinstance(part, Match):
        return _WORDS
    if part.name not in ("is", "has"):
        return _FIELDS.get(part.name)
    flags = [_FLAGS.get(value.word) for value in part.values if isinstance(value, Choice)]
    known = [flag for flag in flags if flag is not None]
    return frozenset().union(*known) if len(known) == len(flags) else None


def _is_timed(part: Word | Phrase | Match) -> bool:
    if not isinstance(part, Match):
        return False
    field = FIELDS.get(part.name)
    if field is not None and field.kind is Kind.TIME:
        return any(isinstance(value, Moment) and not value.text[0].isdigit() for value in part.values)
    flags = {value.word for value in part.values if isinstance(value, Choice)}
    return part.name == "sla" or (part.name == "is" and bool(flags & _TIMED_FLAGS))


def _asks_for_late(part: Word | Phrase | Match) -> bool:
    if not isinstance(part, Match):
        return False
    states = {value.word for value in part.values if isinstance(value, Choice)}
    is_breach = part.name == "sla" and bool(states & {"breached", "at_risk"})
    return is_breach or (part.name == "due" and part.operator in ("<", "<="))
