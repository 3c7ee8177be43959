"""Times of a query: how they are written, and the spans they stand for once it is known what time it is."""

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from deskterm.engine.domain.query_tree import Match, Moment

Edges = tuple[int, int]
Span = tuple[int | None, int | None]

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1} | dict.fromkeys(_WEEKDAYS)
_MILLISECONDS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_RELATIVE = re.compile(r"([+-][0-9]{1,5})([mhdw])")
CALENDAR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(:[0-9]{2})?))?")
_YEARS: Final = range(1900, 3000)


def canonical_moment(word: str) -> str | None:
    """The text of a `Moment` for a word in lower case; None if it is no time, or not in the calendar."""
    if word in DAYS or word == "now" or _RELATIVE.fullmatch(word):
        return word
    shaped = CALENDAR.fullmatch(word.upper())
    return _in_calendar(shaped[1], shaped[2]) if shaped else None


def _in_calendar(day: str, clock: str | None) -> str | None:
    text = f"{day}T{clock}" if clock else day
    try:
        return text if datetime.fromisoformat(text).year in _YEARS else None
    except ValueError:
        return None


def resolve(moment: Moment, now: int, zone: str) -> tuple[int, int]:
    """The half-open span `[start, end)` of UTC milliseconds a moment stands for.

    `now`: UTC milliseconds; `zone`: an IANA name. `-24h` is from then to now and `+4h` from now to then, both
    ends included (so `end` is a millisecond later); `now` is one millisecond long.
    """
    start, end = _edges(moment, now, zone)
    return (min(start, now), max(end, now + 1)) if _RELATIVE.fullmatch(moment.text) else (start, end)


def _edges(moment: Moment, now: int, zone: str) -> Edges:
    """What a comparison counts from: as `resolve`, but a relative time is the instant itself."""
    relative = _RELATIVE.fullmatch(moment.text)
    if relative or moment.text == "now":
        instant = now + (int(relative[1]) * _MILLISECONDS[relative[2]] if relative else 0)
        return instant, instant + 1
    if "T" in moment.text:
        return _clock_span(moment.text, ZoneInfo(zone))
    return _day_span(_day(moment.text, now, zone), ZoneInfo(zone))


def _clock_span(text: str, zone: ZoneInfo) -> tuple[int, int]:
    start = _utc(datetime.fromisoformat(text), zone)
    return start, start + (60_000 if text.count(":") == 1 else 1_000)


def _day(text: str, now: int, zone: str) -> date:
    today = datetime.fromtimestamp(now // 1000, ZoneInfo(zone)).date()
    if text in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(text)) % 7)
    offset = DAYS.get(text)
    return date.fromisoformat(text) if offset is None else today + timedelta(days=offset)


def _day_span(day: date, zone: ZoneInfo) -> tuple[int, int]:
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return _utc(datetime(day.year, day.month, day.day), zone)


def _utc(local: datetime, zone: ZoneInfo) -> int:
    """A time that clocks show twice is the first one; one they skip is read by the clock of before."""
    return int(local.replace(tzinfo=zone).timestamp()) * 1000


def spans(condition: Match, now: int, zone: str) -> tuple[Span, ...]:
    """The half-open spans of UTC milliseconds a condition on a time allows: None is open, `none` left out.

    `>` counts from the end of a day or minute and `<` up to its start; `>=` and `<=` include it.
    """
    moments = [value for value in condition.values if isinstance(value, Moment)]
    if condition.operator == "=":
        return tuple(resolve(moment, now, zone) for moment in moments)
    edges = [_edges(moment, now, zone) for moment in moments]
    return (_compared(condition.operator, edges[0], edges[-1]),)


def _compared(operator: str, first: Edges, last: Edges) -> Span:
    bounds: dict[str, Span] = {
        ">": (first[1], None),
        ">=": (first[0], None),
        "<": (None, first[0]),
        "<=": (None, first[1]),
        "..": (first[0], last[1]),
    }
    return bounds[operator]
