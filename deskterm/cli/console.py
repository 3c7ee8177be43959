"""One invocation: which desk, as whom, and where its answer and its talk go."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from deskterm.cli.groups import as_text
from deskterm.cli.output import Output, harmless_line
from deskterm.cli.runtime import Runtime

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat


class Console:
    """What every command is handed. `where`, `as_user` and `ascii` are the options before the command."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.where: str | None = None
        self.as_user: str | None = None
        self.ascii = False
        self.out = Output(runtime.stdout, columns=runtime.columns, no_color=runtime.no_color)

    @contextmanager
    def seat(self) -> Iterator["Seat"]:
        """My seat at the desk; closed at the end."""
        with self.held(self.runtime.open(self.where, self.as_user)) as seat:
            yield seat

    @contextmanager
    def held(self, seat: "Seat") -> Iterator["Seat"]:
        """A seat that is closed at the end; times are shown in its desk's zone."""
        try:
            if self.out.is_terminal:
                self.out.zone = _zone(seat.desk.zone)
            yield seat
        finally:
            seat.close()

    def say(self, sentence: str) -> None:
        """Talk, on stderr."""
        with suppress(OSError):
            self.runtime.stderr.write(harmless_line(as_text(sentence)) + "\n")
            self.runtime.stderr.flush()

    def complain(self, sentence: str) -> None:
        """What went wrong, on stderr, as the program's own word."""
        self.say(f"deskterm: {sentence}")

    def complain_of_mistake(self, mistake: Exception) -> None:
        """A mistake of the program: one sentence here, all that is known in the desk's log."""
        place = self.runtime.record_failure(mistake)
        kind = type(mistake).__name__
        details = f"Details are in {place}." if place else f"All that is known: {kind}: {mistake}."
        self.complain(f"This should not have happened ({kind}). {details}")

    def progress(self, done: int, total: int) -> None:
        """A bar on stderr where that is a terminal, else nothing."""
        if not self.runtime.stderr.isatty() or self.runtime.is_dumb or total < 1:
            return
        bar = "█" * (20 * done // total)
        end = "\n" if done >= total else ""
        self.runtime.stderr.write(f"\r{bar:░<20} {done:,} of {total:,}{end}")
        self.runtime.stderr.flush()

    @property
    def can_open_screens(self) -> bool:
        """Whether a person sits at a terminal that can draw."""
        return self.out.is_terminal and self.runtime.stdin.isatty() and not self.runtime.is_dumb


def console_of(ctx: typer.Context) -> Console:
    """The console a command was started with."""
    console = ctx.obj
    assert isinstance(console, Console)
    return console


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
