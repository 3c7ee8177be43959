"""`deskterm demo`: a throw-away desk to look at."""

from pathlib import Path
from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, single_command
from deskterm.cli.overview import open_or_print

app = single_command()


@command(app, "demo", example="deskterm demo --tickets 10000")
def show_demo(
    ctx: typer.Context,
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Keep it here; else a temporary directory.")
    ] = None,
    tickets: Annotated[int, typer.Option(metavar="N", min=0, help="Generate more, up to so many.")] = 0,
    seed: Annotated[int, typer.Option(metavar="S", help="What the generated ones are drawn from.")] = 1,
    plain: Annotated[bool, typer.Option("--plain", help="Print it instead of opening it.")] = False,
    fill_only: Annotated[bool, typer.Option("--fill-only", help="Stop when it is filled.")] = False,
) -> int:
    """Fill a throw-away desk and open it.

    Its tickets come from a demo mailbox through the real intake and rules.
    """
    console = console_of(ctx)
    where = None if directory is None else str(directory)
    made = console.runtime.fill_demo(where, tickets=tickets, seed=seed, progress=console.progress)
    with console.held(made) as seat:
        console.say(f"The demo desk is in {seat.desk.path}.")
        if fill_only:
            return 0
        return open_or_print(console, seat, print_only=plain)
