"""Jobs of the timetable and their runs as lines of a list."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from deskterm.engine.services.rows import JobRow, JobRunRow
from deskterm.screens.widgets.cells import fit, fit_right, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Parts

_INKS = {"ok": "good", "failed": "urgent", "abandoned": "warn", "running": "accent"}

_NAME, _EVERY, _TIME, _OUTCOME, _TOOK = 12, 9, 12, 10, 7
"""Widths in cells; what a run did takes what is left."""


def every(seconds: int) -> str:
    """How often, in the largest unit that divides it: `30 s`, `5 min`, `1 h`, `1 d`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def took(seconds: float | None) -> str:
    """How long a run took; nothing while it runs."""
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def clock(then: datetime, now: datetime, zone: tzinfo) -> str:
    """When, to the second today and to the minute before: it stands still, unlike an age."""
    local = then.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%-d %b %H:%M" if now - then < timedelta(days=300) else "%-d %b %Y")


class _Lines:
    def __init__(self, glyphs: Glyphs, now: datetime, zone: tzinfo) -> None:
        self._glyphs, self._now, self._zone = glyphs, now, zone

    def _cell(self, text: str, width: int) -> str:
        return fit(one_line(text), width, self._glyphs.ellipsis) + " "

    def _time(self, then: datetime | None) -> str:
        return self._cell(clock(then, self._now, self._zone) if then else "never", _TIME)

    def _took(self, seconds: float | None) -> str:
        return fit_right(took(seconds), _TOOK, self._glyphs.ellipsis) + "  "


class JobLines(_Lines):
    """The jobs, with their last runs."""

    heading: Parts = (
        (f" {'job':<{_NAME}} {'every':<{_EVERY}} {'last run':<{_TIME}} {'went':<{_OUTCOME}} {'what it did'}", "dim"),
    )

    def __init__(self, jobs: Sequence[JobRow], glyphs: Glyphs, now: datetime, zone: tzinfo) -> None:
        super().__init__(glyphs, now, zone)
        self.jobs = jobs

    def __len__(self) -> int:
        return len(self.jobs)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """Name, interval, last run and what it did."""
        job = self.jobs[row]
        parts: Parts = (
            (f" {self._cell(job.name, _NAME)}", "strong"),
            (self._cell(every(job.every_seconds), _EVERY), "plain"),
            (self._time(job.last_at), "dim"),
            (self._cell(job.last_outcome, _OUTCOME), _INKS.get(job.last_outcome, "plain")),
            (one_line(job.last_did), "plain"),
        )
        return _whole(parts) if here else parts


class RunLines(_Lines):
    """The runs of one job, the last first."""

    heading: Parts = ((f" {'started':<{_TIME}} {'went':<{_OUTCOME}} {'took':>{_TOOK}}  {'what it did'}", "dim"),)

    def __init__(self, runs: Sequence[JobRunRow], glyphs: Glyphs, now: datetime, zone: tzinfo) -> None:
        super().__init__(glyphs, now, zone)
        self.runs = runs

    def __len__(self) -> int:
        return len(self.runs)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """When it began, how it went, how long it took, what it did."""
        run = self.runs[row]
        parts: Parts = (
            (f" {self._time(run.started_at)}", "dim"),
            (self._cell(run.outcome, _OUTCOME), _INKS.get(run.outcome, "plain")),
            (self._took(run.seconds), "dim"),
            (one_line(run.did), "plain"),
        )
        return _whole(parts) if here else parts


def _whole(parts: Parts) -> Parts:
    """One part where the cursor is, so that a move stays cheap."""
    return (("".join(text for text, _ in parts), "cursor"),)
