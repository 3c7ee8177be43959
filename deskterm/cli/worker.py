"""`deskterm worker`: the timetable without a screen."""

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, single_command

app = single_command()


@command(app, "worker", example="deskterm --desk /srv/desk worker")
def run_worker(ctx: typer.Context) -> int:
    """Run the desk's jobs until SIGTERM, and finish the one in hand."""
    console = console_of(ctx)
    with console.seat() as seat:
        return console.runtime.run_worker(seat)
