"""`deskterm view …`: saved queries, one's own and shared ones."""

from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import view_json
from deskterm.cli.options import AsJson, Assignments, assignments, joined
from deskterm.engine.door.errors import Invalid, NotFound

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.services.rows import ViewRow

app = command_group("Views: list, add, change, remove.")

ViewArgument = Annotated[str, typer.Argument(metavar="VIEW", help="The view's name or id.")]
_FIELDS = ("name", "query", "scope", "queue")


def count_of(view: "ViewRow") -> object:
    """How many tickets a view holds, as a table shows it."""
    if view.count is None:
        return None
    return f"{view.count:,} or more" if view.count_is_bound else view.count


@command(app, "list", example="deskterm view list")
def list_views(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the views open to you, in your order, with how many tickets each holds."""
    from deskterm.engine.services.views import ListViews

    console = console_of(ctx)
    with console.seat() as seat:
        views = seat.ask(ListViews())
        if as_json:
            console.out.json([view_json(view) for view in views])
            return
        console.out.table(
            ("id", "name", "tickets", "for", "query"), ([v.id, v.name, count_of(v), _for(v), v.query] for v in views)
        )


def _for(view: "ViewRow") -> str:
    return view.queue or {"mine": "me"}.get(view.scope, view.scope)


@command(app, "add", example="deskterm view add 'VPN, open' tag:vpn is:open --queue Network", takes_dashed_words=True)
def add_view(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    query: Annotated[list[str] | None, typer.Argument(metavar="QUERY", help="As in the search box.")] = None,
    queue: Annotated[str | None, typer.Option(metavar="Q", help="For the people of this queue.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="For everyone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Save a query as a view: for yourself, for a queue's people, or for everyone."""
    from deskterm.engine.services.views import SaveView

    if everyone and queue is not None:
        raise typer.BadParameter("--queue and --everyone exclude each other.")
    console, text = console_of(ctx), joined(query or [])
    scope = "everyone" if everyone else "mine" if queue is None else "queue"
    with console.seat() as seat:
        view = seat.do(SaveView(name=name, query=text, scope=scope, queue=queue))
        _print_view(console, view, as_json)


@command(app, "set", example="deskterm view set 'VPN, open' query='tag:vpn is:open sort:due' scope=everyone")
def set_view(ctx: typer.Context, view: ViewArgument, fields: Assignments, as_json: AsJson = False) -> None:
    """Change name, query, scope (mine, queue, everyone) or queue."""
    from deskterm.engine.services.views import SaveView

    console, changes = console_of(ctx), assignments(fields)
    if unknown := [name for name in changes if name not in _FIELDS]:
        raise Invalid(f'A view has no "{unknown[0]}"; it has {", ".join(_FIELDS)}.')
    with console.seat() as seat:
        found = _find(seat, view)
        scope = changes.get("scope", "queue" if "queue" in changes else found.scope)
        changed = SaveView(
            id=found.id,
            version=found.version,
            name=changes.get("name", found.name),
            query=changes.get("query", found.query),
            scope=scope,
            queue=changes.get("queue", found.queue if scope == "queue" else None),
        )
        _print_view(console, seat.do(changed), as_json)


@command(app, "remove", example="deskterm view remove 'VPN, open'")
def remove_view(ctx: typer.Context, view: ViewArgument, as_json: AsJson = False) -> None:
    """Delete a view; its tickets stay as they are."""
    from deskterm.engine.services.views import DeleteView

    console = console_of(ctx)
    with console.seat() as seat:
        found = _find(seat, view)
        seat.do(DeleteView(id=found.id))
        if as_json:
            console.out.json(view_json(found))
        else:
            console.out.line(f'The view "{found.name}" is gone.')


def _find(seat: "Seat", word: str) -> "ViewRow":
    """The view of this id or name; of several with one name, mine."""
    from deskterm.engine.services.views import ListViews

    views = seat.ask(ListViews(counted=False))
    fits = [view for view in views if word in (str(view.id),) or view.name.casefold() == word.casefold()]
    own = [view for view in fits if view.scope == "mine"]
    if len(own or fits) > 1:
        ids = ", ".join(str(view.id) for view in fits)
        raise Invalid(f'There are several views "{word}"; give the id of one of them: {ids}.')
    if not fits:
        raise NotFound(f'There is no view "{word}".')
    return (own or fits)[0]


def _print_view(console: Console, view: "ViewRow", as_json: bool) -> None:
    if as_json:
        console.out.json(view_json(view))
    else:
        console.out.fields(view_json(view).items())
