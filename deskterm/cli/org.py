"""`deskterm org …`: the organizations that people belong to."""

from typing import Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import organization_json
from deskterm.cli.options import AsJson, Assignments, assignments
from deskterm.engine.door.errors import NotFound

app = command_group("Organizations: list, add, change.")

OrganizationArgument = Annotated[str, typer.Argument(metavar="ORG", help="The organization's name.")]


@command(app, "list", example="deskterm org list")
def list_organizations(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the organizations with their mail domains."""
    from deskterm.engine.services.people import ListOrganizations

    console = console_of(ctx)
    with console.seat() as seat:
        organizations = seat.ask(ListOrganizations())
        if as_json:
            console.out.json([organization_json(organization) for organization in organizations])
            return
        console.out.table(("name", "domains", "shared"), ([o.name, o.domains, o.shared] for o in organizations))


@command(app, "show", example="deskterm org show Acme")
def show_organization(ctx: typer.Context, org: OrganizationArgument, as_json: AsJson = False) -> None:
    """Show one organization."""
    from deskterm.engine.services.people import ListOrganizations

    console = console_of(ctx)
    with console.seat() as seat:
        found = [row for row in seat.ask(ListOrganizations()) if row.name.casefold() == org.casefold()]
        if not found:
            raise NotFound(f'There is no organization "{org}".')
        _print_organization(console, organization_json(found[0]), as_json)


def _print_organization(console: Console, document: dict[str, object], as_json: bool) -> None:
    if as_json:
        console.out.json(document)
    else:
        console.out.fields(document.items())


@command(app, "add", example="deskterm org add Acme --domain acme.example --domain acme.test")
def add_organization(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    domain: Annotated[
        list[str] | None, typer.Option(metavar="D", help="Senders from here belong to it; may be repeated.")
    ] = None,
    shared: Annotated[bool, typer.Option("--shared", help="Its people see each other's tickets.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an organization."""
    from deskterm.engine.services.people import AddOrganization

    console = console_of(ctx)
    with console.seat() as seat:
        organization = seat.do(AddOrganization(name=name, domains=tuple(domain or ()), shared=shared))
        _print_organization(console, organization_json(organization), as_json)


@command(app, "set", example="deskterm org set Acme shared=yes")
def set_organization(
    ctx: typer.Context, org: OrganizationArgument, fields: Assignments, as_json: AsJson = False
) -> None:
    """Change name or shared."""
    from deskterm.engine.services.people import ChangeOrganization

    console, changes = console_of(ctx), assignments(fields)
    with console.seat() as seat:
        organization = seat.do(ChangeOrganization(name=org, changes=changes))
        _print_organization(console, organization_json(organization), as_json)
