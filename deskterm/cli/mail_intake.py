"""`deskterm mail receive`: what mail servers pipe their mail into.

Nothing a mail server hands over may be lost: whatever keeps the desk from storing it answers 75, and the
server tries again; the same mail twice comes in once.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.files import MEBIBYTE, read_bytes, reading
from deskterm.cli.groups import command, command_group
from deskterm.cli.mbox import NotAnMbox, split_mbox
from deskterm.engine.door.errors import Denied, DeskError, Invalid, NotFound
from deskterm.new_files import FileTrouble

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.services.intake import MailOutcome

app = command_group("Take mail in.")

LARGEST_MAIL = 256 * MEBIBYTE
TRY_AGAIN = 75


@command(app, "receive", example="deskterm mail receive - --queue Support < mail.eml")
def receive(
    ctx: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…|-]", help="Raw mails; - is stdin.")] = None,
    mbox: Annotated[bool, typer.Option("--mbox", help="Each FILE is an mbox of many mails.")] = False,
    queue: Annotated[str | None, typer.Option(metavar="Q", help="Where new tickets go.")] = None,
) -> int:
    """Take in raw mails; prints a line for each once it is stored durably. 75 asks to try again."""
    console = console_of(ctx)
    try:
        with console.seat() as seat:
            return Intake(console, seat, queue).receive(files or [Path("-")], mbox)
    except (Denied, Invalid, NotFound):
        raise
    except DeskError as trouble:
        console.complain(str(trouble))
        return TRY_AGAIN


class Intake:
    """One run over some files, in order."""

    def __init__(self, console: Console, seat: "Seat", queue: str | None) -> None:
        self._console = console
        self._seat = seat
        self._queue = queue
        self._code = 0

    def receive(self, files: list[Path], mbox: bool) -> int:
        """Take in every file that can be read; the exit code is the answer.

        Raises:
            DeskError: the desk takes no mail now; those already printed are stored.
        """
        for path in files:
            self._receive_file(path, mbox)
        return self._code

    def _receive_file(self, path: Path, mbox: bool) -> None:
        try:
            for raw in self._mails(path, mbox):
                self._receive_mail(raw, path)
        except FileTrouble as trouble:
            self._console.complain(str(trouble))
            self._code = max(self._code, 1)

    def _mails(self, path: Path, mbox: bool) -> Iterator[bytes]:
        if not mbox:
            yield read_bytes(self._console, path, LARGEST_MAIL)
            return
        try:
            with reading(self._console, path) as stream:
                yield from split_mbox(stream)
        except NotAnMbox:
            raise FileTrouble(f"{path} is no mbox: it does not begin with a `From ` line.") from None

    def _receive_mail(self, raw: bytes, path: Path) -> None:
        try:
            outcome = self._console.runtime.receive_mail(self._seat, raw, queue=self._queue)
        except DeskError:
            raise
        except Exception as mistake:  # intake is an edge: one bad mail must not hold up the next
            self._console.complain_of_mistake(mistake)
            self._code = TRY_AGAIN
            return
        self._console.out.line(f"{in_words(outcome)} {path}")
        self._console.out.flush()


def in_words(outcome: "MailOutcome") -> str:
    """The outcome as the first words of its line."""
    match str(outcome.state):
        case "created" | "appended" as state:
            return f"{state} {outcome.number}"
        case "ignored":
            return f"ignored {'-'.join(outcome.reason.split()) or 'unwanted'}"
        case state:
            return f"{state} {outcome.id}"
