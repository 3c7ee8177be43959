"""Times as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from deskterm.cli.times import read_time

VIENNA = ZoneInfo("Europe/Vienna")
NOW = round(datetime(2026, 3, 2, 15, 30, tzinfo=VIENNA).timestamp() * 1000)


def read(text: str) -> datetime:
    return datetime.fromtimestamp(read_time(text, "Europe/Vienna", NOW) / 1000, VIENNA)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+01:00"),
        ("2026-03-01T12:00", "2026-03-01T12:00:00+01:00"),
        ("2026-07-01 12:00:30", "2026-07-01T12:00:30+02:00"),
        ("2026-03-01T12:00Z", "2026-03-01T13:00:00+01:00"),
        ("2026-03-01T12:00-05:00", "2026-03-01T18:00:00+01:00"),
        ("today", "2026-03-02T00:00:00+01:00"),
        ("Yesterday", "2026-03-01T00:00:00+01:00"),
        ("now", "2026-03-02T15:30:00+01:00"),
        ("-24h", "2026-03-01T15:30:00+01:00"),
        ("-2w", "2026-02-16T15:30:00+01:00"),
    ],
)
def test_times_are_read_in_the_desks_zone(text: str, local: str) -> None:
    """A time without an offset is the desk's; a day is its first moment."""
    assert read(text).isoformat() == local


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "-24", "24h", "-999999w", "2026-02-30", "1e9"])
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    """The refusal shows what would be right."""
    with pytest.raises(typer.BadParameter, match="2026-03-01T12:00Z"):
        read_time(text, "Europe/Vienna", NOW)
