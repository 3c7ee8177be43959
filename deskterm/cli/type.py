"""`deskterm type …`: the kinds of tickets this desk knows."""

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import named_json
from deskterm.cli.options import AsJson

app = command_group("Ticket types.")


@command(app, "list", example="deskterm type list")
def list_types(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the ticket types."""
    from deskterm.engine.services.vocabulary import ListTypes

    console = console_of(ctx)
    with console.seat() as seat:
        types = seat.ask(ListTypes())
        if as_json:
            console.out.json([named_json(named) for named in types])
        else:
            console.out.table(("name", "description"), ([t.name, t.description] for t in types))
