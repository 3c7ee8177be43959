"""The one place where the parts are joined, and the only reader of the wall clock and the environment."""

import os
import pwd
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from deskterm.engine.domain.errors import DeskError, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login, seat_for_os_login

if TYPE_CHECKING:
    from deskterm.cli.runtime import MailFacts, Progress
    from deskterm.engine.formats.mail_process import MailReader
    from deskterm.engine.jobs.scheduler import Timetable
    from deskterm.engine.services.intake import MailOutcome
    from deskterm.engine.services.rows import JobRunRow
    from deskterm.screens.session import FileWays

_SCREEN_SETTINGS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "ESCDELAY": "50",
}
"""What Textual reads from the environment when it is imported."""


def now() -> int:
    """UTC milliseconds since 1970, from the wall clock."""
    return time.time_ns() // 1_000_000


class Surroundings:
    """One start of the program: streams, account, terminal, and the ways to a desk from here."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._reader: MailReader | None = None
        self._seat: Seat | None = None
        self._timetable: Timetable | None = None

    @property
    def stdin(self) -> BinaryIO:
        """Bytes that are handed in."""
        return sys.stdin.buffer

    @property
    def stdout(self) -> TextIO:
        """Where answers go."""
        return sys.stdout

    @property
    def stderr(self) -> TextIO:
        """Where talk goes."""
        return sys.stderr

    @property
    def login(self) -> str:
        """The account this process runs as, asked of the kernel: the environment could say anything."""
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return f"uid{os.geteuid()}"

    @property
    def no_color(self) -> bool:
        """NO_COLOR is set to something."""
        return bool(self._environment.get("NO_COLOR"))

    @property
    def is_dumb(self) -> bool:
        """The terminal cannot move its cursor."""
        return self._environment.get("TERM", "dumb") in ("", "dumb")

    @property
    def columns(self) -> int:
        """The terminal's width in cells."""
        try:
            return os.get_terminal_size(sys.stdout.fileno()).columns or 80
        except (OSError, ValueError):
            return 80

    @property
    def over_ssh(self) -> bool:
        """Whether the terminal is at the other end of an SSH connection."""
        return bool(self._environment.get("SSH_CONNECTION"))

    def now(self) -> int:
        """The time, in UTC milliseconds since 1970."""
        return now()

    def place(self, where: str | None) -> Path:
        """The directory of the desk meant: as said, as in DESKTERM_DESK, as configured, or the platform's.

        Raises:
            Invalid: it is no directory name, or the configuration cannot be read.
        """
        found = where or self._environment.get("DESKTERM_DESK") or self._configured() or _platform_place()
        if "://" in found:
            raise Invalid(f"{found} is not a directory; this deskterm opens desks in directories.")
        return Path(found).expanduser().absolute()

    def _configured(self) -> str:
        home = self._environment.get("XDG_CONFIG_HOME") or str(Path(self._environment.get("HOME", "/")) / ".config")
        path = Path(home) / "deskterm" / "config.toml"
        if not path.exists():
            return ""
        import tomllib

        try:
            return str(tomllib.loads(path.read_text(encoding="utf-8")).get("desk", ""))
        except (OSError, ValueError) as error:
            raise Invalid(f"{path} cannot be read: {error}.") from error

    def open(self, where: str | None, as_user: str | None) -> Seat:
        """The seat of this account, or for an admin that of somebody else, which the audit log says."""
        desk = open_desk(self.place(where), now)
        try:
            seat = seat_for_os_login(desk, self.login, "cli")
            if as_user and as_user != seat.actor.login:
                seat.require(Permission.IMPERSONATE)
                seat = seat_for_login(desk, as_user, f"cli, {seat.actor.login} as {as_user}")
        except BaseException:
            desk.close()
            raise
        self._seat = seat
        return seat

    def create_desk(self, where: str | None, *, admin_email: str, name: str, empty: bool) -> Path:
        """Make a desk where none is, with this account as its admin."""
        from deskterm.data_files import data_path
        from deskterm.engine.services.desk_setup import DeskPlan, create_desk, read_starter

        root = self.place(where)
        plan = DeskPlan(
            admin_email=admin_email,
            admin_login="admin",
            admin_name="",
            os_login=self.login,
            name=name,
            starter=None if empty else read_starter(data_path("starter", "desk.toml")),
        )
        create_desk(root, plan, now).close()
        return root

    def fill_demo(self, directory: str | None, *, tickets: int, seed: int, progress: "Progress") -> Seat:
        """A throw-away desk fed from the demo mailbox through intake and rules."""
        import tempfile

        from deskterm.data_files import data_path
        from deskterm.engine.services.demo import DemoPlan, fill_demo

        root = Path(directory).absolute() if directory else Path(tempfile.mkdtemp(prefix="deskterm-demo-"))
        plan = DemoPlan(
            root=root,
            starter=data_path("starter", "desk.toml"),
            mailbox=data_path("demo"),
            os_login=self.login,
            tickets=tickets,
            seed=seed,
        )
        fill_demo(plan, now, progress)
        return self.open(str(root), None)

    @property
    def can_draw(self) -> bool:
        """Whether a person sits at a terminal that can move its cursor."""
        return sys.stdin.isatty() and sys.stdout.isatty() and not self.is_dumb

    def open_desk_screens(self, opening: "_Opening") -> int:
        """Open a desk and its screens, without the command line."""
        seat = self.open(opening.where, opening.as_user)
        try:
            return self.open_screens(seat, ascii_only=opening.ascii)
        except DeskError:
            raise
        except Exception as error:  # the outermost edge: recorded with all that is known
            path = self.record_failure(error)
            told = f" ({path} has the details)" if path else ""
            print(f"deskterm: A mistake of the program: {type(error).__name__}{told}.", file=sys.stderr)
            return 1
        finally:
            seat.close()

    def open_screens(self, seat: Seat, *, ascii_only: bool = False) -> int:
        """Run the screens until they are left; while they are open this process may lead the timetable."""
        for name, value in _SCREEN_SETTINGS.items():
            os.environ.setdefault(name, value)
        from deskterm.app import run_screens

        seat.source = seat.source.replace("cli", "screen", 1)
        try:
            return run_screens(
                seat,
                ascii_only=ascii_only,
                unicode=_speaks_unicode(self._environment),
                over_ssh=self.over_ssh,
                no_color=self.no_color,
                record_failure=self.record_failure,
                run_job=lambda name: self._run_job_apart(seat, name),
                files=self._file_ways(seat.desk.path),
                start_timetable=lambda: self._offer_to_lead(seat.desk.path),
            )
        finally:
            if self._timetable is not None:
                self._timetable.stop()

    def _file_ways(self, root: Path) -> "FileWays":
        """At this machine a session may write files; over SSH it says how they are fetched from the other end."""
        from deskterm.screens.session import FileWays

        program = ("deskterm", "--desk", str(root))
        if not self.over_ssh:
            return FileWays(program=program)
        _, _, address, port, *_ = (*self._environment["SSH_CONNECTION"].split(), "", "", "", "")
        to_port = () if port in ("", "22") else ("-p", port)
        reach = ("ssh", *to_port, f"{self.login}@{address or os.uname().nodename}")
        return FileWays(may_write=False, reach=reach, program=program)

    def _offer_to_lead(self, root: Path) -> None:
        """On connections of its own, so that a long job never keeps the screens waiting."""
        from deskterm.engine.jobs.scheduler import Timetable

        self._timetable = Timetable(open_desk(root, now))
        self._timetable.start()

    def _run_job_apart(self, seat: Seat, name: str) -> "JobRunRow":
        """On connections of its own, for the same reason."""
        from deskterm.engine.jobs.scheduler import run_job

        seat.require(Permission.RUN_JOBS)
        desk = open_desk(seat.desk.path, now)
        try:
            return run_job(desk, name)
        finally:
            desk.close()

    def receive_mail(self, seat: Seat, raw: bytes, *, queue: str | None) -> "MailOutcome":
        """Take in one raw mail; when this returns it is stored durably."""
        from deskterm.engine.services.intake import receive_mail

        return receive_mail(seat, raw, queue=queue, reader=self._mail_reader())

    def _mail_reader(self) -> "MailReader":
        from deskterm.engine.formats.mail_process import MailReader

        if self._reader is None:
            self._reader = MailReader()
        return self._reader

    def retry_mail(self, seat: Seat, mail_id: int) -> "MailOutcome":
        """Try once more to read a mail from the quarantine."""
        from deskterm.engine.services.intake import retry_mail

        return retry_mail(seat, mail_id, self._mail_reader())

    def mail_facts(self, raw: bytes) -> "MailFacts":
        """A raw mail as rules would see it if it came in now.

        Raises:
            Invalid: it cannot be read.
        """
        from deskterm.engine.formats.mail import MailUnreadable
        from deskterm.engine.services.intake import facts_of_mail

        try:
            return facts_of_mail(self._mail_reader().read(raw))
        except MailUnreadable as error:
            raise Invalid(f"The mail cannot be read: {error}") from error

    def run_job(self, seat: Seat, name: str) -> "JobRunRow":
        """Run one job now, whatever the timetable says."""
        from deskterm.engine.jobs.scheduler import run_job

        seat.require(Permission.RUN_JOBS)
        return run_job(seat.desk, name)

    def run_worker(self, seat: Seat) -> int:
        """Run the timetable until SIGTERM and finish the job in hand."""
        import signal
        import threading

        from deskterm.engine.jobs.scheduler import Timetable

        seat.require(Permission.RUN_JOBS)
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        timetable = Timetable(seat.desk)
        timetable.start()
        ended.wait()
        timetable.stop()
        return 0

    def record_failure(self, error: BaseException) -> str:
        """Put what is known of a mistake of the program into the desk's log: never a local variable's value."""
        from deskterm.engine.door.failures import record_failure

        return record_failure(self._seat.desk, error) if self._seat is not None else ""


def _platform_place() -> str:
    from platformdirs import user_data_dir

    return user_data_dir("deskterm", appauthor=False)


def _speaks_unicode(environment: Mapping[str, str]) -> bool:
    words = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    first = next((word for word in words if word), "")
    return "utf" in first.lower()


def _open_closed_streams() -> None:
    """A program started with a stream closed must not write its answers into the next file it opens."""
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


@dataclass(slots=True)
class _Opening:
    """How the screens are to be opened: where, as whom, and whether with ASCII alone."""

    where: str | None = None
    as_user: str | None = None
    ascii: bool = False


def _screens_alone(words: Sequence[str]) -> _Opening | None:
    """How to open the screens, when nothing else is asked for.

    Opening the desk is what people do most, and the command line's own library is a third of that time.
    """
    found = _Opening()
    left = iter(words)
    for word in left:
        if word == "--ascii":
            found.ascii = True
            continue
        value = next(left, "-")
        if word not in ("--desk", "--as") or value.startswith("-"):
            return None
        setattr(found, {"--desk": "where", "--as": "as_user"}[word], value)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or the screens; the exit code is what the command line promises."""
    os.umask(0o077)
    _open_closed_streams()
    words = sys.argv[1:] if argv is None else argv
    surroundings = Surroundings(os.environ)
    try:
        opening = _screens_alone(words)
        if opening is not None and surroundings.can_draw:
            return surroundings.open_desk_screens(opening)
        from deskterm.cli.main import run

        return run(words, surroundings)
    except KeyboardInterrupt:
        return 130
    except DeskError as error:
        print(f"deskterm: {error}", file=sys.stderr)
        return error.exit_code
