"""What every screen is handed: the seat, its thread, the signs to draw with, and what was written but not sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from deskterm.engine.services.rows import Actor, JobRunRow
from deskterm.screens.desk_thread import DeskThread, ScreenSeat
from deskterm.screens.done import DoneChanges
from deskterm.screens.drafts import Drafts
from deskterm.screens.first_steps import FirstSteps
from deskterm.screens.go_keys import GoKeys
from deskterm.screens.held_reply import HeldReply
from deskterm.screens.keymap import Keymap
from deskterm.screens.machine import Machine
from deskterm.screens.preferences import Preferences, stored
from deskterm.screens.presence import Presence
from deskterm.screens.recent import RecentTickets
from deskterm.screens.type_ahead import TypeAhead
from deskterm.screens.ways import Ways
from deskterm.screens.widgets.glyphs import ASCII, UNICODE, Glyphs

if TYPE_CHECKING:
    from deskterm.screens.visits import Visits


@dataclass(slots=True)
class FileWays:
    """How files leave the desk in this session.

    `may_write`: it may write them itself; else `reach` are the words that reach the desk's machine from outside
    (`ssh root@10.0.0.1`) and `program` those that begin a command of deskterm there. `directory`: where the last one
    was saved.
    """

    may_write: bool = False
    directory: str = "~"
    reach: tuple[str, ...] = ("ssh", "host")
    program: tuple[str, ...] = ("deskterm",)


Recorder = Callable[[BaseException], str]
"""Puts a mistake of the program into the desk's log and names the file; empty when that failed too."""

JobRunner = Callable[[str], JobRunRow]


class Stoppable(Protocol):
    """Something outside that ends with the session."""

    def stop(self) -> None:
        """End it. From any thread."""


@dataclass(frozen=True, slots=True)
class TerminalKind:
    """What the terminal is, as the environment tells. `ascii`: nothing but ASCII was asked for."""

    over_ssh: bool = False
    no_color: bool = False
    unicode: bool = True
    ascii: bool = False


class Session:
    """One person at the desk, as long as the program runs."""

    def __init__(
        self,
        seat: ScreenSeat,
        *,
        terminal: TerminalKind,
        record_failure: Recorder,
        run_job: JobRunner,
        files: FileWays | None = None,
        machine: Machine | None = None,
    ) -> None:
        self.seat = seat
        self.thread = DeskThread(seat)
        self.terminal = terminal
        self.preferences = Preferences(stored(seat), self.thread)
        self.keymap = Keymap(self.preferences.table("keymap"))
        self.glyphs = Glyphs()
        self.glyphs.take(ASCII if self.draws_ascii else UNICODE)
        self.apply_settings: Callable[[], object] = lambda: None
        """Draws as the settings say now."""
        self.drafts = Drafts(self.thread)
        self.presence = Presence(self.thread)
        self.typing = TypeAhead()
        self.going = GoKeys()
        self.ways: Ways
        self.run_job = run_job
        """Runs a job of a name, apart from the session's own thread; takes as long as the job."""
        self.first_steps = FirstSteps(self.preferences)
        self.recent = RecentTickets(self.preferences)
        self.held: HeldReply | None = None
        """The reply sent last, while it can be taken back."""
        self.done = DoneChanges()
        self.files = files or FileWays()
        self._visits: Visits | None = None
        self.machine = machine or Machine()
        self.editor: Stoppable | None = None
        """The editor outside that is being written in."""
        self._record_failure = record_failure
        self._zone: tzinfo | None = None

    @property
    def actor(self) -> Actor:
        """Who sits here."""
        return self.seat.actor

    @property
    def visits(self) -> "Visits":
        """Where one was in the tickets read so far."""
        from deskterm.screens.visits import Visits

        if self._visits is None:
            self._visits = Visits()
        return self._visits

    @property
    def over_ssh(self) -> bool:
        """Whether to spare the line: as the setting says, else as the terminal is reached."""
        line = self.preferences.word("line")
        return line == "ssh" or (line != "local" and self.terminal.over_ssh)

    @property
    def draws_ascii(self) -> bool:
        """Whether to draw with ASCII alone: as the command line says, as the setting says, else as the terminal can."""
        wanted = self.preferences.word("ascii")
        by_terminal = wanted != "no" and not self.terminal.unicode
        return self.terminal.ascii or wanted == "yes" or by_terminal

    @property
    def zone(self) -> tzinfo:
        """The desk's zone, in which absolute times are shown; UTC when this machine does not know it."""
        if self._zone is None:
            self._zone = _zone(self.seat.desk.zone)
        return self._zone

    def wind_up(self, seconds: float) -> None:
        """The end is near: stop what only looks, save what was written. From any thread, within so many seconds."""
        self.thread.hurry()
        self.drafts.save_at_the_end(seconds)
        self.presence.leave()
        self.thread.submit(self.recent.save)
        if self.editor is not None:
            self.editor.stop()

    def close(self) -> None:
        """Begin nothing more at the desk; what was written is saved first."""
        self.drafts.stop()
        self.drafts.save_at_the_end(0)
        self.presence.leave()
        self.thread.submit(self.recent.save)
        self.thread.close()

    def failed(self, error: BaseException) -> str:
        """Record a mistake of the program; what to say of it."""
        place = self._record_failure(error)
        details = f" Details are in {place}." if place else ""
        return f"This went wrong inside deskterm ({type(error).__name__}); what was saved is safe.{details}"

    def now(self) -> datetime:
        """The moment, as an aware UTC datetime."""
        return datetime.fromtimestamp(self.seat.desk.now() / 1000, UTC)


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
