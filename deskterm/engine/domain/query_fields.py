"""The fields of the query language: the one source of completion, documentation and errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deskterm.engine.model.enums import Category, Priority


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
_CATEGORIES = {category.label: "category" for category in Category}
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

OTHER_NAMES: Final[Mapping[str, str]] = {
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

SEARCHED_BY_WORDS: Final = frozenset({"subject", "title", "body", "text", "message", "name"})
