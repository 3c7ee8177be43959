"""What was done to a ticket in words: between the messages, where several at once are folded, and in its history."""

from collections.abc import Hashable, Sequence

from deskterm.engine.services.rows import EventRow
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Block, Folds, Line, Made

_VALUE_SHOWN = 200
"""Characters of an old or new value shown; a whole message body is in the thread."""

_WROTE = {"ticket.reply": "replied", "ticket.note": "wrote a note", "ticket.unsend": "took the reply back unsent"}

_GUTTER: Parts = ((" ", "plain"),)
_HANG: Parts = (("   ", "plain"),)


def changes_block(events: Sequence[EventRow], reading: Reading, folds: Folds) -> Block:
    """Changes with no message between them: one is a line, several are one line until they are unfolded."""
    return Block(changes_key(events), lambda: _made(events, reading), weight=2, folds=folds)


def changes_key(events: Sequence[EventRow]) -> Hashable:
    """The key of the block of a run of changes."""
    return "changes", events[0].id, 0


def _made(events: Sequence[EventRow], reading: Reading) -> Made:
    part = events[0].id if len(events) > 1 else 0
    lines = [Line(_line(event, reading), _GUTTER, _HANG, part) for event in events]
    return Made((*lines, Line(())), {part: Line(_run(events, reading), _GUTTER, wraps=False)} if part else {})


def _line(event: EventRow, reading: Reading) -> Parts:
    who, dot = one_line(event.actor), reading.glyphs.dot
    return ((f"{dot} {reading.time(event.at)} {who} {dot} {change_words(event, reading.glyphs)}", "dim"),)


def _run(events: Sequence[EventRow], reading: Reading) -> Parts:
    """`5 changes: status Open, assignee ann`: where the fields stand after them."""
    after = dict(_after(event) for event in events)
    words = ", ".join(f"{what} {value}".rstrip() for what, value in after.items())
    when = reading.time(events[0].at)
    return ((f"{reading.glyphs.folded} {when} {len(events)} changes: {words}", "dim"),)


def _after(event: EventRow) -> tuple[str, str]:
    """What stands after a change, and how; each tag by itself."""
    field, new = one_line(event.field or event.action), _value(event.new)
    if event.field == "tag":
        return (f"tag {new}", "") if new else (f"tag {_value(event.old)}", "off")
    return field, new or "none"


def change_words(event: EventRow, glyphs: Glyphs) -> str:
    """What, from what to what, by which cause."""
    if event.field == "message":
        return _WROTE.get(event.action, "wrote a message")
    if event.action == "ticket.create" and isinstance(event.new, dict):
        return f"created by {_value(event.new.get('channel'))}"
    field = one_line(event.field or event.action)
    old, new = _value(event.old), _value(event.new)
    change = f": {old} {glyphs.arrow} {new or 'none'}" if old else f": {new}" if new else ""
    cause = f" ({one_line(event.cause)})" if event.cause else ""
    return f"{field}{change}{cause}"


def _value(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{one_line(str(key))} {_value(item)}" for key, item in value.items() if _value(item))
    return one_line(str(value)[:_VALUE_SHOWN])
