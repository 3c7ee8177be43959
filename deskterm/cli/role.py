"""`deskterm role …`: what each role may do."""

from typing import Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import role_json
from deskterm.cli.options import AsJson, QueueLevels, queue_levels

app = command_group("Roles: list, read, change what they grant.")

RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help="The role's key, e.g. agent.")]


@command(app, "list", example="deskterm role list")
def list_roles(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the roles."""
    from deskterm.engine.services.roles import ListRoles

    console = console_of(ctx)
    with console.seat() as seat:
        roles = seat.ask(ListRoles())
        if as_json:
            console.out.json([role_json(role) for role in roles])
            return
        console.out.table(
            ("key", "name", "extends", "level", "people", "description"),
            ([r.key, r.name, r.extends, r.default_level, r.people, r.description] for r in roles),
        )


@command(app, "show", example="deskterm role show agent")
def show_role(ctx: typer.Context, role: RoleArgument, as_json: AsJson = False) -> None:
    """Show what a role grants by itself and what it inherits."""
    from deskterm.engine.services.roles import ShowRole

    console = console_of(ctx)
    with console.seat() as seat:
        _print_role(console, role_json(seat.ask(ShowRole(key=role))), as_json)


def _print_role(console: Console, document: dict[str, object], as_json: bool) -> None:
    if as_json:
        console.out.json(document)
    else:
        console.out.fields(document.items())


@command(app, "set", example="deskterm role set agent --grant see_jobs --queue Network=work")
def set_role(
    ctx: typer.Context,
    role: RoleArgument,
    grant: Annotated[list[str] | None, typer.Option(metavar="PERMISSION", help="May be repeated.")] = None,
    revoke: Annotated[list[str] | None, typer.Option(metavar="PERMISSION", help="May be repeated.")] = None,
    queue: QueueLevels = None,
    as_json: AsJson = False,
) -> None:
    """Grant a role permissions, take them away, or give it a level in a queue."""
    from deskterm.engine.services.roles import ChangeRole

    console, levels = console_of(ctx), queue_levels(queue)
    if not (grant or revoke or levels):
        raise typer.BadParameter("Give at least one --grant, --revoke or --queue.")
    with console.seat() as seat:
        changed = seat.do(ChangeRole(key=role, grant=tuple(grant or ()), revoke=tuple(revoke or ()), levels=levels))
        _print_role(console, role_json(changed), as_json)
