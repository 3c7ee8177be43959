"""`deskterm status`: one page of health; `deskterm status list`: the statuses a ticket can have."""

from dataclasses import fields

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import health_json, status_json
from deskterm.cli.options import AsJson

app = command_group("How the desk is; with `list`, the statuses of tickets.", works_alone=True)


@app.callback(epilog="\b\nExample: deskterm status --json")
def show_status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show one page of health."""
    if ctx.invoked_subcommand is None:
        _print_health(console_of(ctx), as_json)


def _print_health(console: Console, as_json: bool) -> None:
    from deskterm.engine.services.health import DeskStatus

    with console.seat() as seat:
        report = seat.ask(DeskStatus())
        if as_json:
            console.out.json(health_json(report))
        else:
            console.out.fields((field.name, getattr(report, field.name)) for field in fields(report))


@command(app, "list", example="deskterm status list")
def list_statuses(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the statuses of tickets and the category each belongs to."""
    from deskterm.engine.services.vocabulary import ListStatuses

    console = console_of(ctx)
    with console.seat() as seat:
        statuses = seat.ask(ListStatuses())
        if as_json:
            console.out.json([status_json(named) for named in statuses])
        else:
            console.out.table(("name", "category"), ([s.name, s.category] for s in statuses))
