"""Times as people write them on the command line."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

_AGO = re.compile(r"-([0-9]{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_time(text: str, zone: str, now: int) -> int:
    """UTC milliseconds for `2026-03-01`, `2026-03-01T12:00`, the same with `Z` or an offset, `today`, `-24h`.

    A time without offset is in `zone`; a day is its first moment. `now` is in UTC milliseconds.

    Raises:
        BadParameter: it is none of these.
    """
    local_now = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    found = _relative(text.strip().lower(), local_now) or _absolute(text.strip(), ZoneInfo(zone))
    if found is None:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2026-03-01, 2026-03-01T12:00, 2026-03-01T12:00Z, today or -24h."
        )
    return round(found.timestamp() * 1000)


def _relative(text: str, now: datetime) -> datetime | None:
    if text == "now":
        return now
    if text in ("today", "yesterday"):
        day = now if text == "today" else now - timedelta(days=1)
        return day.replace(hour=0, minute=0, second=0, microsecond=0)
    ago = _AGO.fullmatch(text)
    return _before(now, int(ago[1]), _UNITS[ago[2]]) if ago else None


def _before(now: datetime, amount: int, unit: str) -> datetime | None:
    try:
        return now.astimezone(UTC) - timedelta(**{unit: amount})
    except OverflowError:
        return None


def _absolute(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
