"""The command line's one entrance: parse, run, and turn whatever went wrong into a sentence and an exit code.

Exit codes: 0 done; 1 refused or not found; 2 usage; 3 a check found something critical; 75 try again;
130 interrupted.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Annotated, TextIO

import typer
from typer.main import get_command

from deskterm import __version__
from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import LazyCommands, PlainGroup
from deskterm.cli.runtime import Runtime
from deskterm.engine.door.errors import BadQuery, DeskError

USAGE = 2
INTERRUPTED = 130

_GROUPS = {
    "ticket": "deskterm.cli.ticket",
    "view": "deskterm.cli.view",
    "mail": "deskterm.cli.mail",
    "rule": "deskterm.cli.rule",
    "user": "deskterm.cli.user",
    "role": "deskterm.cli.role",
    "queue": "deskterm.cli.queue",
    "org": "deskterm.cli.org",
    "type": "deskterm.cli.type",
    "status": "deskterm.cli.status",
    "job": "deskterm.cli.job",
    "audit": "deskterm.cli.audit",
}
_COMMANDS = {
    "init": "deskterm.cli.init",
    "demo": "deskterm.cli.demo",
    "check": "deskterm.cli.check",
    "worker": "deskterm.cli.worker",
}

_app = typer.Typer(
    cls=PlainGroup,
    help="A ticket desk that lives in the terminal. Without a command it opens the desk.",
    epilog="\b\nExample: deskterm --desk ~/desk ticket list status:open",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def run(argv: Sequence[str], runtime: Runtime) -> int:
    """Run one command line (without the program's name) and answer with its exit code."""
    _write_utf8(runtime.stdout)
    console = Console(runtime)
    with redirect_stdout(runtime.stdout), redirect_stderr(runtime.stderr):
        return _guarded(lambda: _dispatch(list(argv), console), console)


def _write_utf8(stream: TextIO) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _dispatch(argv: list[str], console: Console) -> int:
    root = get_command(_app)
    assert isinstance(root, PlainGroup)
    root.commands = LazyCommands(_GROUPS, _COMMANDS)  # type: ignore[assignment]  # a mapping is all that is read
    try:
        answer = root.main(argv, prog_name="deskterm", standalone_mode=False, obj=console)
    finally:
        console.out.flush()
    return answer if isinstance(answer, int) else 0


def _guarded(work: Callable[[], int], console: Console) -> int:
    try:
        return work()
    except BadQuery as mistake:
        console.complain(f"{mistake} (At character {mistake.start + 1} of the query.)")
        return mistake.exit_code
    except DeskError as refusal:
        console.complain(str(refusal))
        return refusal.exit_code
    except typer.TyperException as misuse:
        return _explain(misuse, console)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as mistake:  # the outermost edge: recorded with all that is known
        console.complain_of_mistake(mistake)
        return 1


def _explain(misuse: typer.TyperException, console: Console) -> int:
    context = getattr(misuse, "ctx", None)
    if type(misuse).__name__ == "NoArgsIsHelpError":
        console.runtime.stderr.write(misuse.format_message() + "\n")
        return USAGE
    path = context.command_path if context else "deskterm"
    console.complain(f"{_sentence(misuse)} (`{path} --help` says more.)")
    return USAGE


def _sentence(misuse: typer.TyperException) -> str:
    named = getattr(misuse, "param", None) is not None
    said = misuse.format_message() if named or not isinstance(misuse, typer.BadParameter) else misuse.message
    words = " ".join(said.split())
    return words if words.endswith((".", "?", ")")) else f"{words}."


def _show_version(ctx: typer.Context, is_wanted: bool) -> None:
    if is_wanted:
        console_of(ctx).out.line(f"deskterm {__version__}")
        raise typer.Exit


@_app.callback()
def start(
    ctx: typer.Context,
    desk: Annotated[
        str | None, typer.Option(metavar="WHERE", help="The desk's directory (or postgresql:// address).")
    ] = None,
    as_user: Annotated[
        str | None, typer.Option("--as", metavar="USER", help="Act as this user; for an admin of the desk.")
    ] = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Draw the screens with plain ASCII signs alone.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> int | None:
    """Note which desk is meant, and open it when no command follows."""
    console = console_of(ctx)
    console.where, console.as_user, console.ascii = desk, as_user, ascii_only
    return None if ctx.invoked_subcommand else _open_desk(console)


def _open_desk(console: Console) -> int:
    from deskterm.cli.overview import open_or_print

    with console.seat() as seat:
        return open_or_print(console, seat)
