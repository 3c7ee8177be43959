"""`deskterm init`: a new desk."""

from pathlib import Path
from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, single_command
from deskterm.cli.options import AsJson

app = single_command()


@command(app, "init", example="deskterm init ~/desk --admin ann@example.org --name 'IT Services'")
def create_desk(
    ctx: typer.Context,
    admin: Annotated[str, typer.Option(metavar="EMAIL", help="The first admin's mail address: yours.")],
    directory: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Where; else as --desk says.")] = None,
    name: Annotated[str, typer.Option(metavar="N", help="What people call it.")] = "",
    empty: Annotated[bool, typer.Option("--empty", help="Roles only: no types, queues, rules.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create a desk with starter types, queues and rules. Never overwrites one."""
    console = console_of(ctx)
    where = str(directory) if directory is not None else console.where
    place = console.runtime.create_desk(where, admin_email=admin, name=name, empty=empty)
    if as_json:
        console.out.json({"path": str(place)})
    else:
        console.out.line(str(place))
