"""`deskterm user …`: accounts, and what each may do and why."""

from typing import Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import person_json
from deskterm.cli.options import AsJson, QueueLevels, assignments, queue_levels, ticket_number

app = command_group("Users: list, add, change, and explain what they may do.")

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="A login or mail address.")]


@command(app, "list", example="deskterm user list --agents")
def list_users(
    ctx: typer.Context,
    search: Annotated[str, typer.Argument(metavar="[WORD]", help="In a name, login or address.")] = "",
    agents: Annotated[bool, typer.Option("--agents", help="Only those with a login.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="The disabled ones too.")] = False,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List people by login, then name."""
    from deskterm.engine.services.people import ListPeople

    console = console_of(ctx)
    with console.seat() as seat:
        found = seat.ask(ListPeople(search=search, agents_only=agents, include_inactive=everyone, limit=limit + 1))
        people = found[:limit]
        if len(found) > limit:
            console.say(f"These are the first {limit:,}; --limit shows more, a word finds some.")
        if as_json:
            console.out.json([person_json(person) for person in people])
            return
        console.out.table(
            ("login", "name", "email", "role", "organization", "active"),
            ([p.login, p.name, p.email, p.role, p.organization, p.active] for p in people),
        )


@command(app, "show", example="deskterm user show ann")
def show_user(ctx: typer.Context, user: UserArgument, as_json: AsJson = False) -> None:
    """Show one person with the levels granted to them."""
    from deskterm.engine.services.people import ShowPerson

    console = console_of(ctx)
    with console.seat() as seat:
        document = person_json(seat.ask(ShowPerson(who=user)))
        _print_person(console, document, as_json)


def _print_person(console: Console, document: dict[str, object], as_json: bool) -> None:
    if as_json:
        console.out.json(document)
        return
    levels = document.pop("queues")
    assert isinstance(levels, dict)
    console.out.fields([*document.items(), *((f"queue {name}", level) for name, level in levels.items())])


@command(app, "add", example="deskterm user add ann --email ann@example.org --queue Network=work")
def add_user(
    ctx: typer.Context,
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Letters, digits, dots and dashes.")],
    email: Annotated[str, typer.Option(metavar="E", help="The mail address.")],
    name: Annotated[str, typer.Option(metavar="N", help="The name people see.")] = "",
    role: Annotated[str, typer.Option(metavar="R", help="As `role list` names it.")] = "agent",
    queue: QueueLevels = None,
    os_login: Annotated[
        str | None, typer.Option("--os-login", metavar="NAME", help="The operating system's account.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a person with a login."""
    from deskterm.engine.services.people import AddPerson

    console, levels = console_of(ctx), queue_levels(queue)
    with console.seat() as seat:
        person = seat.do(AddPerson(login=login, email=email, name=name, role=role, levels=levels, os_login=os_login))
        _print_person(console, person_json(person), as_json)


@command(app, "set", example="deskterm user set ann role=lead --queue Network=full")
def set_user(
    ctx: typer.Context,
    user: UserArgument,
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD=VALUE…", help="name, email, role, os_login…"),
    ] = None,
    queue: QueueLevels = None,
    as_json: AsJson = False,
) -> None:
    """Change an account, or its levels in queues."""
    changes, levels = assignments(fields or []), queue_levels(queue)
    if not changes and not levels:
        raise typer.BadParameter("Give at least one FIELD=VALUE or --queue NAME=LEVEL.")
    _change(console_of(ctx), user, changes, levels, as_json)


@command(app, "disable", example="deskterm user disable ann")
def disable_user(ctx: typer.Context, user: UserArgument, as_json: AsJson = False) -> None:
    """Shut an account; what it did stays."""
    _change(console_of(ctx), user, {"active": "no"}, {}, as_json)


def _change(console: Console, user: str, changes: dict[str, str], levels: dict[str, str], as_json: bool) -> None:
    from deskterm.engine.services.people import ChangePerson

    with console.seat() as seat:
        person = seat.do(ChangePerson(who=user, changes=changes, levels=levels))
        _print_person(console, person_json(person), as_json)


@command(app, "permissions", example="deskterm user permissions ann --on 1042")
def explain_permissions(
    ctx: typer.Context,
    user: UserArgument,
    on: Annotated[str | None, typer.Option(metavar="N", help="On this ticket.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what somebody may do, and by which role, queue or ownership."""
    from deskterm.engine.services.roles import ExplainPermissions

    console, number = console_of(ctx), None if on is None else ticket_number(on)
    with console.seat() as seat:
        lines = seat.ask(ExplainPermissions(who=user, on=number))
        if as_json:
            console.out.json([{"permission": x.permission, "allowed": x.allowed, "why": x.why} for x in lines])
            return
        console.out.table(("permission", "allowed", "why"), ([x.permission, x.allowed, x.why] for x in lines))
