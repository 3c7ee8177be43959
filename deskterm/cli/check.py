"""`deskterm check`: every invariant of the desk."""

from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, single_command
from deskterm.cli.options import AsJson

app = single_command()

BROKEN = 3


@command(app, "check", example="deskterm check --deep")
def check_desk(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Read every byte: slower, misses nothing.")] = False,
    as_json: AsJson = False,
) -> int:
    """Check that the desk is whole; answers 3 when anything is broken."""
    from deskterm.engine.services.health import CheckDesk

    console = console_of(ctx)
    with console.seat() as seat:
        results = seat.ask(CheckDesk(deep=deep))
    if as_json:
        console.out.json([{"name": r.name, "ok": r.ok, "detail": r.detail} for r in results])
    else:
        console.out.table(("name", "ok", "detail"), ([r.name, r.ok, r.detail] for r in results))
    return 0 if all(result.ok for result in results) else BROKEN
