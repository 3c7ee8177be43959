"""What the command line is handed by whoever starts it: streams, clock, and the ways to a desk.

The command line reads neither environment nor clock and joins no parts; all of it comes through here.
"""

from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO, Protocol, TextIO

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.services.intake import MailOutcome
    from deskterm.engine.services.rows import JobRunRow

MailFacts = Mapping[str, str | tuple[str, ...] | None]
"""What a rule looks at, by the names of its conditions."""

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there will be."""


class Runtime(Protocol):
    """One start of the program, as its surroundings describe it.

    `stdin` gives bytes; `stdout` is UTF-8 and offers its `buffer`. `login` is the operating system's name of
    the account. `no_color`: NO_COLOR is set. `is_dumb`: the terminal cannot move its cursor (TERM=dumb).
    `columns`: the width of the terminal in cells.
    """

    @property
    def stdin(self) -> BinaryIO: ...

    @property
    def stdout(self) -> TextIO: ...

    @property
    def stderr(self) -> TextIO: ...

    @property
    def login(self) -> str: ...

    @property
    def no_color(self) -> bool: ...

    @property
    def is_dumb(self) -> bool: ...

    @property
    def columns(self) -> int: ...

    def now(self) -> int:
        """The time, in UTC milliseconds since 1970."""

    def open(self, where: str | None, as_user: str | None) -> "Seat":
        """The seat of this account, or for an admin that of `as_user`, at a desk (None: the default one)."""

    def create_desk(self, where: str | None, *, admin_email: str, name: str, empty: bool) -> PathLike[str] | str:
        """Make a desk where none is, with this account as its admin; its place is the answer."""

    def fill_demo(self, directory: str | None, *, tickets: int, seed: int, progress: Progress) -> "Seat":
        """A throw-away desk (None: in a new temporary directory) fed from the demo mailbox.

        `tickets`: generate more of them, with history, until there are so many (0: the mailbox alone).
        """

    def open_screens(self, seat: "Seat", *, ascii_only: bool) -> int:
        """Run the screens until they are left; the exit code is the answer. `ascii_only`: draw nothing else."""

    def receive_mail(self, seat: "Seat", raw: bytes, *, queue: str | None) -> "MailOutcome":
        """Take in one raw mail; when this returns it is stored durably."""

    def retry_mail(self, seat: "Seat", mail_id: int) -> "MailOutcome":
        """Try once more to read a mail from the quarantine."""

    def mail_facts(self, raw: bytes) -> "MailFacts":
        """A raw mail as rules would see it if it came in now.

        Raises:
            Invalid: it cannot be read.
        """

    def run_job(self, seat: "Seat", name: str) -> "JobRunRow":
        """Run one job now, whatever the timetable says."""

    def run_worker(self, seat: "Seat") -> int:
        """Run the timetable until SIGTERM and finish the job in hand; the exit code is the answer."""

    def record_failure(self, error: BaseException) -> str:
        """Put what is known of a mistake of the program into the desk's log; where, or "" if nowhere."""
