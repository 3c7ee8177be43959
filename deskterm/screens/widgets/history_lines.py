"""What happened to a ticket and why, as lines: the audit events and the rules that were looked at."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from deskterm.engine.services.rows import EventRow
from deskterm.engine.services.ticket_reading import Why
from deskterm.screens.widgets.ages import moment
from deskterm.screens.widgets.cells import cell_len, fit, one_line, wrap
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.line_view import Page
from deskterm.screens.widgets.thread_lines import Reading

if TYPE_CHECKING:
    from deskterm.engine.services.routing import RuleTrace

_VALUE_SHOWN = 200
"""Characters of an old or new value shown; a whole message body is in the thread."""

_WROTE = {"ticket.reply": "replied", "ticket.note": "wrote a note", "ticket.unsend": "took the reply back unsent"}


def history_page(events: Sequence[EventRow], reading: Reading, width: int) -> Page:
    """Every change, oldest first: when, who, what, from what to what, by which cause."""
    lines = [line for event in events for line in event_lines(event, reading, width)]
    return Page(((("History", "strong"),), (), *lines))


def why_page(why: Why, reading: Reading, width: int) -> Page:
    """What set each field, then every rule: matched or not, and the first condition that failed."""
    set_by = [line for event in why.effects for line in event_lines(event, reading, width)]
    rules = [line for trace in why.rules for line in _rule_lines(trace, width)]
    nothing = ((("No rule was looked at.", "dim"),),)
    return Page(
        (
            (("What set it", "strong"),),
            (),
            *set_by,
            (),
            (("Rules that were looked at", "strong"),),
            (),
            *(rules or nothing),
        )
    )


def event_lines(event: EventRow, reading: Reading, width: int) -> Iterator[Parts]:
    """One change: when, who, what; as many lines as it takes."""
    when = fit(moment(event.at, reading.now, reading.zone), 12)
    who = fit(one_line(event.actor), 10, reading.glyphs.ellipsis)
    head: tuple[Part, ...] = ((f"{when} ", "dim"), (f"{who} ", "accent"))
    room = max(width - cell_len(when) - cell_len(who) - 2, 10)
    yield from _hung(head, wrap(_change_words(event, reading), room))


def _change_words(event: EventRow, reading: Reading) -> str:
    if event.field == "message":
        return _WROTE.get(event.action, "wrote a message")
    if event.action == "ticket.create" and isinstance(event.new, dict):
        return f"created by {_value(event.new.get('channel'))}"
    field = event.field or event.action
    old, new = _value(event.old), _value(event.new)
    change = f"{old} {reading.glyphs.arrow} {new}" if old else new
    cause = f"  ({one_line(event.cause)})" if event.cause else ""
    return f"{one_line(field)}: {change}{cause}" if change else f"{one_line(field)}{cause}"


def _value(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{one_line(str(key))} {_value(item)}" for key, item in value.items() if _value(item))
    return one_line(str(value)[:_VALUE_SHOWN])


def _rule_lines(trace: "RuleTrace", width: int) -> Iterator[Parts]:
    ink = "good" if trace.matched else "dim"
    outcome = fit(one_line(trace.outcome), 12)
    head: tuple[Part, ...] = ((f"{outcome} ", ink), (one_line(trace.rule), "plain"))
    yield head
    for line in wrap(one_line(trace.words), max(width - 13, 10)) if trace.words else ():
        yield ((" " * 13, "plain"), (line, "dim"))


def _hung(head: tuple[Part, ...], lines: Iterable[str]) -> Iterator[Parts]:
    """The first line behind the head, the others set in below it."""
    indent = " " * sum(cell_len(text) for text, _ in head)
    for index, line in enumerate(lines):
        yield (*head, (line, "plain")) if index == 0 else ((indent, "plain"), (line, "plain"))
