"""`deskterm queue …`: where tickets wait."""

from typing import Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import queue_json
from deskterm.cli.options import AsJson, Assignments, assignments
from deskterm.engine.door.errors import NotFound

app = command_group("Queues: list, add, change.")

QueueArgument = Annotated[str, typer.Argument(metavar="QUEUE", help="The queue's name.")]


@command(app, "list", example="deskterm queue list")
def list_queues(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the queues you may read, with the open work in each."""
    from deskterm.engine.services.vocabulary import ListQueues

    console = console_of(ctx)
    with console.seat() as seat:
        queues = seat.ask(ListQueues())
        if as_json:
            console.out.json([queue_json(queue) for queue in queues])
            return
        console.out.table(
            ("name", "open", "unassigned", "level", "active", "address", "description"),
            ([q.name, q.open, q.unassigned, q.level, q.active, q.address, q.description] for q in queues),
        )


@command(app, "show", example="deskterm queue show Network")
def show_queue(ctx: typer.Context, queue: QueueArgument, as_json: AsJson = False) -> None:
    """Show one queue."""
    from deskterm.engine.services.vocabulary import ListQueues

    console = console_of(ctx)
    with console.seat() as seat:
        found = [row for row in seat.ask(ListQueues()) if row.name.casefold() == queue.casefold()]
        if not found:
            raise NotFound(f'There is no queue "{queue}".')
        _print_queue(console, queue_json(found[0]), as_json)


def _print_queue(console: Console, document: dict[str, object], as_json: bool) -> None:
    if as_json:
        console.out.json(document)
    else:
        console.out.fields(document.items())


@command(app, "add", example="deskterm queue add Network --address network@example.org")
def add_queue(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    description: Annotated[str, typer.Option(metavar="TEXT", help="What belongs there.")] = "",
    address: Annotated[str, typer.Option(metavar="EMAIL", help="Mail to this address comes here.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a queue."""
    from deskterm.engine.services.vocabulary import AddQueue

    console = console_of(ctx)
    with console.seat() as seat:
        queue = seat.do(AddQueue(name=name, description=description, address=address))
        _print_queue(console, queue_json(queue), as_json)


@command(app, "set", example="deskterm queue set Network address=net@example.org default=yes")
def set_queue(ctx: typer.Context, queue: QueueArgument, fields: Assignments, as_json: AsJson = False) -> None:
    """Change name, description, address, follow_up, active or default."""
    _change(console_of(ctx), queue, assignments(fields), as_json)


@command(app, "disable", example="deskterm queue disable Network")
def disable_queue(ctx: typer.Context, queue: QueueArgument, as_json: AsJson = False) -> None:
    """Let nothing more into a queue; what stands in it stays."""
    _change(console_of(ctx), queue, {"active": "no"}, as_json)


def _change(console: Console, name: str, changes: dict[str, str], as_json: bool) -> None:
    from deskterm.engine.services.vocabulary import ChangeQueue

    with console.seat() as seat:
        _print_queue(console, queue_json(seat.do(ChangeQueue(name=name, changes=changes))), as_json)
