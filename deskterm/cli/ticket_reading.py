"""`deskterm ticket list|show|history|why|attachment`: what is there, and how it came to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import event_json, ticket_detail_json, ticket_json
from deskterm.cli.options import AsJson, TicketArgument, joined, ticket_number
from deskterm.cli.output import iso
from deskterm.cli.ticket_columns import EXPORTED, SHOWN, cells, chosen_columns

if TYPE_CHECKING:
    from deskterm.engine.door.seat import Seat
    from deskterm.engine.services.rows import EventRow, MessageRow, TicketDetail, TicketRow
    from deskterm.engine.services.ticket_reading import Why

app = command_group("Look at tickets.")

_PAGE = 500


@command(
    app,
    "list",
    example="deskterm ticket list status:open assignee:me --limit 20",
    takes_dashed_words=True,
)
def list_tickets(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="As in the search box; words are joined.")
    ] = None,
    sort: Annotated[str, typer.Option(metavar="FIELD", help="Order by a field; -FIELD turns it round.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = 50,
    columns: Annotated[str, typer.Option(metavar="A,B,…", help="Which columns, in this order.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer with CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """List tickets that match QUERY; the last changed come first.

    Without QUERY: all that you may see, but for merged ones and those in the bin.
    """
    console = console_of(ctx)
    chosen = chosen_columns(columns, EXPORTED if as_csv else SHOWN)
    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json exclude each other.")
    wanted = joined(query or [])
    with console.seat() as seat:
        tickets = _tickets(seat, wanted, sort, limit)
        _print_tickets(console, tickets, chosen, as_csv=as_csv, as_json=as_json)


def _tickets(seat: "Seat", query: str, sort: str, limit: int) -> Iterator["TicketRow"]:
    from deskterm.engine.services.ticket_lists import ListTickets

    after = ""
    while limit > 0:
        page = seat.ask(ListTickets(query=query, sort=sort, limit=min(limit, _PAGE), after=after))
        yield from page.rows
        limit -= len(page.rows)
        after = page.next
        if not after:
            return


def _print_tickets(
    console: Console, tickets: Iterator["TicketRow"], columns: tuple[str, ...], *, as_csv: bool, as_json: bool
) -> None:
    # The first page is asked for before anything is printed: a mistake in the query leaves stdout empty.
    found = list(tickets)
    if as_json:
        console.out.json([ticket_json(ticket) for ticket in found])
    elif as_csv:
        console.out.csv(columns, cells(found, columns))
    elif found or not console.out.is_terminal:
        console.out.table(columns, cells(found, columns))
    else:
        console.say("No tickets.")


@command(app, "show", example="deskterm ticket show 1042 --at 2026-03-01T12:00")
def show_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it was then: 2026-03-01, 2026-03-01T12:00Z, -24h.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a ticket with its messages, as it is or as it was."""
    from deskterm.cli.times import read_time
    from deskterm.engine.services.ticket_reading import ShowTicket

    console, wanted = console_of(ctx), ticket_number(number)
    with console.seat() as seat:
        moment = read_time(at, seat.desk.zone, seat.desk.now()) if at else None
        detail = seat.ask(ShowTicket(number=wanted, at=moment))
        if as_json:
            console.out.json(ticket_detail_json(detail))
        else:
            _print_detail(console, detail)


def _print_detail(console: Console, detail: "TicketDetail") -> None:
    ticket = detail.ticket
    console.out.line(f"#{ticket.number} {ticket.subject}")
    console.out.fields(
        [
            ("type", ticket.type),
            ("status", ticket.status),
            ("priority", ticket.priority),
            ("queue", ticket.queue),
            ("assignee", ticket.assignee),
            ("requester", _contact(ticket.requester.name, ticket.requester.email)),
            ("organization", ticket.organization),
            ("tags", ticket.tags),
            ("created_at", ticket.created_at),
            ("updated_at", ticket.updated_at),
            ("next_due", ticket.next_due),
            ("snoozed_until", ticket.snoozed_until),
            ("merged_into", ticket.merged_into),
            *((f"custom.{name}", value) for name, value in ticket.custom.items()),
            *((link.kind, f"#{link.number} {link.subject}") for link in detail.links),
        ]
    )
    for message in detail.messages:
        _print_message(console, message)


def _print_message(console: Console, message: "MessageRow") -> None:
    out = console.out
    out.line("")
    kind = "internal note" if message.kind.label == "note" else message.kind.label
    out.line(f"{out.cell(message.at)}  {kind}  {_contact(message.author, message.author_email)}")
    out.block(message.body, indent="    ")
    for attachment in message.attachments:
        out.line(f"    attached: {attachment.name} ({attachment.type}, {attachment.bytes:,} bytes)")


def _contact(name: str, email: str) -> str:
    return f"{name} <{email}>" if name and email else name or email


@command(app, "history", example="deskterm ticket history 1042 --json")
def show_history(ctx: typer.Context, number: TicketArgument, as_json: AsJson = False) -> None:
    """Show everything that happened to a ticket, oldest first."""
    from deskterm.engine.services.ticket_reading import TicketHistory

    console, wanted = console_of(ctx), ticket_number(number)
    with console.seat() as seat:
        events = seat.ask(TicketHistory(number=wanted))
        if as_json:
            console.out.json([event_json(event) for event in events])
        else:
            print_events(console, events)


def print_events(console: Console, events: tuple["EventRow", ...]) -> None:
    """A table of audited changes."""
    console.out.table(
        ("id", "at", "actor", "action", "field", "old", "new", "cause"),
        ([e.id, e.at, e.actor, e.action, e.field, e.old, e.new, e.cause] for e in events),
    )


@command(app, "why", example="deskterm ticket why 1042 priority")
def explain_ticket(
    ctx: typer.Context,
    number: TicketArgument,
    field: Annotated[str, typer.Argument(metavar="[FIELD]", help="Only this field.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say who or what set a ticket's fields.

    Which person, rule or job it was, and which rules did not match and why.
    """
    from deskterm.engine.services.ticket_reading import WhyTicket

    console, wanted = console_of(ctx), ticket_number(number)
    with console.seat() as seat:
        why = seat.ask(WhyTicket(number=wanted, field=field))
        if as_json:
            console.out.json(_why_json(why))
        else:
            _print_why(console, why)


def _why_json(why: "Why") -> dict[str, object]:
    return {
        "effects": [event_json(event) for event in why.effects],
        "rules": [
            {"rule": t.rule, "matched": t.matched, "outcome": t.outcome, "words": t.words, "at": iso(t.at.at)}
            for t in why.rules
        ],
    }


def _print_why(console: Console, why: "Why") -> None:
    for event in why.effects:
        by = f", because of {event.cause}" if event.cause else ""
        old, new = console.out.cell(event.old) or "nothing", console.out.cell(event.new) or "nothing"
        change = f"{event.field}: {old} → {new}" if event.field else event.action
        console.out.line(f"{console.out.cell(event.at)}  {change}, by {event.actor}{by}")
    for trace in why.rules:
        words = f": {console.out.in_short(trace.words)}" if trace.words else ""
        console.out.line(f"{console.out.cell(trace.at.at)}  rule {trace.rule}, {trace.outcome}{words}")


@command(app, "attachment", example="deskterm ticket attachment 1042 screenshot.png -o screenshot.png")
def fetch_attachment(
    ctx: typer.Context,
    number: TicketArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `ticket show` names it.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A new file, or a directory."),
    ] = None,
) -> None:
    """Save an attachment.

    Into FILE, or to stdout where that is no terminal. Nothing is ever overwritten.
    """
    from deskterm.cli.files import save
    from deskterm.engine.services.ticket_reading import ReadAttachment

    console, wanted = console_of(ctx), ticket_number(number)
    with console.seat() as seat:
        found = seat.ask(ReadAttachment(number=wanted, name=name))
        save(console, found.content, found.row.name, output)
