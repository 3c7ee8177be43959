"""`deskterm audit …`: the log of everything, and the proof that it is whole."""

from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import event_json
from deskterm.cli.options import AsJson

app = command_group("The audit log: read it, verify it.")

BROKEN = 3


@command(app, "log", example="deskterm audit log --since -24h --actor ann")
def show_log(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="2026-03-01, 2026-03-01T12:00Z, -24h.")] = None,
    actor: Annotated[str, typer.Option(metavar="USER", help="Only what this user did.")] = "",
    action: Annotated[str, typer.Option(metavar="NAME", help="Only this action, e.g. ticket.take.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many, the last ones.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show what was done, by whom and because of what, the last first."""
    from deskterm.cli.times import read_time
    from deskterm.engine.services.audit import AuditLog

    console = console_of(ctx)
    with console.seat() as seat:
        start = read_time(since, seat.desk.zone, seat.desk.now()) if since else 0
        events = seat.ask(AuditLog(since=start, actor=actor, action=action, limit=limit))
        if as_json:
            console.out.json([event_json(event) for event in events])
            return
        console.out.table(
            ("id", "at", "actor", "action", "subject", "field", "old", "new", "cause"),
            ([e.id, e.at, e.actor, e.action, e.subject, e.field, e.old, e.new, e.cause] for e in events),
        )


@command(app, "verify", example="deskterm audit verify")
def verify_audit(ctx: typer.Context, as_json: AsJson = False) -> int:
    """Check that no event was changed, dropped or reordered; a broken chain answers 3."""
    from deskterm.engine.services.audit import VerifyAudit

    console = console_of(ctx)
    with console.seat() as seat:
        verdict = seat.ask(VerifyAudit())
    if as_json:
        console.out.json(
            {
                "ok": verdict.ok,
                "events": verdict.events,
                "head": verdict.head,
                "first_broken": verdict.first_broken,
                "detail": verdict.detail or None,
            }
        )
    elif verdict.ok:
        console.out.line(f"The audit chain is whole: {verdict.events:,} events, head {verdict.head}.")
    else:
        console.out.line(f"The audit chain is broken at event {verdict.first_broken}: {verdict.detail}")
    return 0 if verdict.ok else BROKEN
