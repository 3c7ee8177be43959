"""Times as people read them: relative in lists, absolute in detail. Nothing here reads a clock."""

from datetime import datetime, timedelta, tzinfo

_UNITS = ((365 * 24 * 3600, "y"), (7 * 24 * 3600, "w"), (24 * 3600, "d"), (3600, "h"), (60, "m"))

_MINUTES_COUNT_HOURS = 6
"""From so many hours on the minutes are left out."""


def span(seconds: float) -> str:
    """A length of time in its largest whole unit: `now` (under a minute), `42m`, `2h`, `3d`, `5w`, `2y`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "now"


def age(then: datetime, now: datetime) -> str:
    """How long ago; a moment in the future reads `now`."""
    return span((now - then).total_seconds())


def due(then: datetime, now: datetime) -> str:
    """`in 2h` before the moment, `-2h` when it has passed (`due` within the minute)."""
    left = (then - now).total_seconds()
    if abs(left) < 60:
        return "due"
    return f"in {span(left)}" if left > 0 else f"-{span(-left)}"


def plain_span(seconds: float) -> str:
    """A length of time in words: `42 min`, `1 h 55 min`, `9 h`, `3 days`, `5 weeks`. At least a minute."""
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if hours < 1:
        return f"{max(minutes, 1)} min"
    if days < 1:
        return f"{hours} h" if hours >= _MINUTES_COUNT_HOURS or not minutes % 60 else f"{hours} h {minutes % 60} min"
    if days < 14:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{days // 7} weeks" if days < 365 else f"{days // 365} year{'' if days < 730 else 's'}"


def moment(then: datetime, now: datetime, zone: tzinfo) -> str:
    """An absolute time in `zone`, as short as the distance allows: `14:03`, `12 Mar 14:03`, `12 Mar 2024`."""
    local, today = then.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if abs(today - local) < timedelta(days=300):
        return local.strftime("%-d %b %H:%M")
    return local.strftime("%-d %b %Y")


def size(count: int) -> str:
    """A number of bytes: `812 B`, `14 KB`, `3.2 MB` (1 KB = 1024 B)."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / (1024 * 1024):.1f} MB"
