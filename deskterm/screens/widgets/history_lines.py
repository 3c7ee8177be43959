"""What happened to a ticket and why, as lines: the audit events and the rules that were looked at."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deskterm.engine.services.rows import EventRow
from deskterm.engine.services.ticket_reading import Why
from deskterm.screens.widgets.cells import fit, one_line
from deskterm.screens.widgets.change_lines import change_words
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Line, Page, page_of

if TYPE_CHECKING:
    from deskterm.engine.services.routing import RuleTrace

_TIME_WIDTH, _ACTOR_WIDTH = 12, 10


def history_page(events: Sequence[EventRow], reading: Reading) -> Page:
    """Every change, oldest first: when, who, what, from what to what, by which cause."""
    return page_of([_title("History"), Line(()), *(event_line(event, reading) for event in events)])


def why_page(why: Why, reading: Reading) -> Page:
    """What set each field, then every rule: matched or not, and the first condition that failed."""
    rules = [line for trace in why.rules for line in _rule_lines(trace)]
    nothing = Line(((" No rule was looked at.", "dim"),))
    set_by = (event_line(event, reading) for event in why.effects)
    return page_of(
        [
            _title("What set it"),
            Line(()),
            *set_by,
            Line(()),
            _title("Rules that were looked at"),
            Line(()),
            *(rules or [nothing]),
        ]
    )


def _title(words: str) -> Line:
    return Line(((f" {words}", "strong"),), wraps=False)


def event_line(event: EventRow, reading: Reading) -> Line:
    """One change: when, who, what."""
    when = fit(reading.time(event.at), _TIME_WIDTH)
    who = fit(one_line(event.actor), _ACTOR_WIDTH, reading.glyphs.ellipsis)
    indent = " " * (_TIME_WIDTH + _ACTOR_WIDTH + 3)
    words = ((change_words(event, reading.glyphs), "plain"),)
    return Line(words, hang=((indent, "plain"),), label=((f" {when} ", "dim"), (f"{who} ", "accent")))


def _rule_lines(trace: "RuleTrace") -> Iterator[Line]:
    outcome = fit(one_line(trace.outcome), _TIME_WIDTH)
    ink = "good" if trace.matched else "dim"
    yield Line(((one_line(trace.rule), "plain"),), label=((f" {outcome} ", ink),))
    if trace.words:
        yield Line(((one_line(trace.words), "dim"),), ((" " * (_TIME_WIDTH + 2), "plain"),))
