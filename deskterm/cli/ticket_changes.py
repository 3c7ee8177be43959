"""`deskterm ticket new|reply|unsend|note|undo|set|tag|take|assign|release`: what changes a ticket."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import ticket_json
from deskterm.cli.options import (
    AsJson,
    TicketArgument,
    assignment,
    looks_like_ticket_number,
    row_id,
    ticket_number,
)
from deskterm.engine.door.errors import NotFound

if TYPE_CHECKING:
    from deskterm.engine.door.actions import Command
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.services.rows import TicketRow
    from deskterm.engine.services.working import NewAttachment

app = command_group("Change tickets.")

Body = Annotated[str, typer.Option(metavar="TEXT|-", help="The text; - reads it from stdin.")]
Attachments = Annotated[
    list[Path] | None, typer.Option("--attach", metavar="FILE", help="Attach a file; may be repeated.")
]
NextStatus = Annotated[str | None, typer.Option(metavar="S", help="Set this status in the same step.")]

_NAMED_ADDRESS = re.compile(r"\s*(.*?)\s*<\s*([^<>]+?)\s*>\s*")


@command(app, "new", example="deskterm ticket new --subject 'Printer on fire' --from ann@example.org")
def new_ticket(
    ctx: typer.Context,
    subject: Annotated[str, typer.Option(metavar="S", help="What it is about.")],
    body: Annotated[str | None, typer.Option(metavar="TEXT|-", help="The text; - reads it from stdin.")] = None,
    requester: Annotated[
        str | None, typer.Option("--from", metavar="EMAIL", help="Who asks: EMAIL or 'Name <EMAIL>'.")
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", metavar="T", help="Its type.")] = None,
    priority: Annotated[str | None, typer.Option(metavar="P", help="low, normal, high or urgent.")] = None,
    queue: Annotated[str | None, typer.Option(metavar="Q", help="Where it goes.")] = None,
    assignee: Annotated[str | None, typer.Option(metavar="LOGIN", help="Who works on it.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="T", help="A tag; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Open a ticket and print its number."""
    from deskterm.cli.files import read_body
    from deskterm.engine.services.tickets import NewTicket

    console = console_of(ctx)
    name, email = _name_and_address(requester)
    text = "" if body is None else read_body(console, body)
    with console.seat() as seat:
        ticket = seat.do(
            NewTicket(
                subject=subject,
                body=text,
                requester_email=email,
                requester_name=name,
                type=type_,
                priority=priority,
                queue=queue,
                assignee=assignee,
                tags=tuple(tag or ()),
                channel="cli",
            )
        )
        if as_json:
            console.out.json(ticket_json(ticket))
        else:
            console.out.line(str(ticket.number))


def _name_and_address(requester: str | None) -> tuple[str, str | None]:
    found = _NAMED_ADDRESS.fullmatch(requester or "")
    return (found[1].strip('"'), found[2]) if found else ("", requester)


@command(app, "reply", example="echo 'It works.' | deskterm ticket reply 1042 --body - --status Resolved")
def reply_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    body: Body,
    attach: Attachments = None,
    status: NextStatus = None,
    hold: Annotated[
        int, typer.Option(metavar="SECONDS", min=0, help="Let it wait; until then `ticket unsend` takes it back.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Answer the requester."""
    from deskterm.cli.files import read_body
    from deskterm.engine.services.tickets import ReplyTicket

    console, wanted = console_of(ctx), ticket_number(number)
    text, files = read_body(console, body), _attachments(console, attach)
    reply = ReplyTicket(number=wanted, body=text, attachments=files, status=status, hold_seconds=hold)
    _change(console, reply, as_json)


@command(app, "unsend", example="deskterm ticket unsend 1042")
def unsend_reply(ctx: typer.Context, number: TicketArgument, as_json: AsJson = False) -> None:
    """Take back your last reply while it is held; its text is printed and becomes your draft again."""
    from deskterm.engine.services.outgoing import UnsendReply

    console = console_of(ctx)
    with console.seat() as seat:
        unsent = seat.do(UnsendReply(number=ticket_number(number)))
        if as_json:
            console.out.json({"number": unsent.number, "body": unsent.body, "version": unsent.version})
        else:
            console.out.block(unsent.body)


@command(app, "note", example="deskterm ticket note 1042 --body 'Called the vendor.' --attach offer.pdf")
def note_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    body: Body,
    attach: Attachments = None,
    status: NextStatus = None,
    as_json: AsJson = False,
) -> None:
    """Add an internal note, which the requester never sees."""
    from deskterm.cli.files import read_body
    from deskterm.engine.services.tickets import NoteTicket

    console, wanted = console_of(ctx), ticket_number(number)
    text, files = read_body(console, body), _attachments(console, attach)
    _change(console, NoteTicket(number=wanted, body=text, attachments=files, status=status), as_json)


def _attachments(console: Console, paths: list[Path] | None) -> tuple["NewAttachment", ...]:
    from deskterm.cli.files import read_attachment
    from deskterm.engine.services.working import NewAttachment

    files = (read_attachment(console, path) for path in paths or ())
    return tuple(NewAttachment(name=name, media_type=kind, content=content) for name, kind, content in files)


@command(app, "take", example="deskterm ticket take 1042")
def take_ticket(ctx: typer.Context, number: TicketArgument, as_json: AsJson = False) -> None:
    """Become the assignee of a ticket nobody owns."""
    from deskterm.engine.services.tickets import TakeTicket

    _change(console_of(ctx), TakeTicket(number=ticket_number(number)), as_json)


@command(app, "release", example="deskterm ticket release 1042")
def release_ticket(ctx: typer.Context, number: TicketArgument, as_json: AsJson = False) -> None:
    """Give a ticket back to its queue."""
    from deskterm.engine.services.tickets import ReleaseTicket

    _change(console_of(ctx), ReleaseTicket(number=ticket_number(number)), as_json)


@command(app, "assign", example="deskterm ticket assign 1042 ann")
def assign_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    to: Annotated[str, typer.Argument(metavar="LOGIN", help="The new assignee.")],
    as_json: AsJson = False,
) -> None:
    """Give a ticket to somebody."""
    from deskterm.engine.services.tickets import AssignTicket

    _change(console_of(ctx), AssignTicket(number=ticket_number(number), to=to), as_json)


def _change(console: Console, change: "Command[TicketRow]", as_json: bool) -> None:
    with console.seat() as seat:
        _print_changed(console, (seat.do(change),), as_json, as_list=False)


@command(app, "undo", example="deskterm ticket undo 1042")
def undo_change(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="N|EVENT", help="A ticket, or an event of its history as e5120."),
    ],
    as_json: AsJson = False,
) -> None:
    """Take back your own change, on every ticket it changed, unless something later depends on it."""
    console = console_of(ctx)
    with console.seat() as seat:
        rows = _undone(seat, what)
        _print_changed(console, rows, as_json, as_list=len(rows) > 1)


def _undone(seat: "Seat", what: str) -> "tuple[TicketRow, ...]":
    """`e12` is an event; a bare number is a ticket, or an event where there is no such ticket."""
    from deskterm.engine.services.undoing import UndoChange

    if what[:1].lower() == "e":
        return seat.do(UndoChange(event=row_id(what[1:], "event")))
    number = ticket_number(what)
    try:
        return seat.do(UndoChange(number=number))
    except NotFound as no_ticket:
        try:
            return seat.do(UndoChange(event=number))
        except NotFound:
            raise no_ticket from None


@command(app, "set", example="deskterm ticket set 12 13 priority=high tag=vpn tag=-old assignee=none")
def set_fields(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="N… FIELD=VALUE…", help="Tickets and what to set; tag=-T removes."),
    ],
    as_json: AsJson = False,
) -> None:
    """Set fields of one or many tickets: all of it or nothing."""
    numbers = tuple(ticket_number(word) for word in words if looks_like_ticket_number(word))
    pairs = [assignment(word) for word in words if not looks_like_ticket_number(word)]
    if not numbers or not pairs:
        raise typer.BadParameter("Give at least one ticket number and one FIELD=VALUE.")
    tags = [value for field, value in pairs if field == "tag"]
    _set(console_of(ctx), numbers, _fields(pairs), tags, as_json)


def _fields(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, value in pairs:
        if field in found:
            raise typer.BadParameter(f"{field} is given twice.")
        if field != "tag":
            found[field] = value
    return found


@command(app, "tag", example="deskterm ticket tag 1042 +vpn -old", takes_dashed_words=True)
def tag_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    tags: Annotated[list[str], typer.Argument(metavar="+TAG|-TAG…", help="+T or T adds, -T takes away.")],
    as_json: AsJson = False,
) -> None:
    """Add tags to a ticket, or take them away."""
    _set(console_of(ctx), (ticket_number(number),), {}, tags, as_json)


def _set(console: Console, numbers: tuple[int, ...], changes: dict[str, str], tags: list[str], as_json: bool) -> None:
    from deskterm.engine.services.tickets import ChangeTickets

    added, removed = _sorted_tags(tags)
    change = ChangeTickets(numbers=numbers, changes=changes, add_tags=added, remove_tags=removed)
    with console.seat() as seat:
        _print_changed(console, seat.do(change), as_json, as_list=len(numbers) > 1)


def _sorted_tags(tags: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags to add and tags to remove."""
    removed = tuple(tag[1:].strip() for tag in tags if tag.startswith("-"))
    added = tuple(tag.removeprefix("+").strip() for tag in tags if not tag.startswith("-"))
    for tag in (*added, *removed):
        if not tag or tag.startswith("-"):
            raise typer.BadParameter("A tag is missing its name.")
        if tag in added and tag in removed:
            raise typer.BadParameter(f"Tag {tag} is both added and taken away.")
    return added, removed


def _print_changed(console: Console, tickets: tuple["TicketRow", ...], as_json: bool, *, as_list: bool) -> None:
    if as_json:
        documents = [ticket_json(ticket) for ticket in tickets]
        console.out.json(documents if as_list else documents[0])
        return
    for ticket in tickets:
        owner = f"assigned to {ticket.assignee}" if ticket.assignee else "unassigned"
        console.out.line(
            f"#{ticket.number} {ticket.status}, {ticket.priority.label}, {ticket.queue}, {owner}: {ticket.subject}"
        )
