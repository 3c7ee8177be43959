"""`deskterm mail quarantine …`: mails that could not be read, kept until somebody looks."""

from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import mail_json
from deskterm.cli.options import AsJson, row_id

app = command_group("Mails that could not be read: look, try again or drop.")

MailArgument = Annotated[str, typer.Argument(metavar="ID", help="As `mail quarantine list` numbers it.")]


@command(app, "list", example="deskterm mail quarantine list")
def list_quarantined(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the mails in quarantine and why they are there."""
    from deskterm.engine.services.intake import ListMail

    console = console_of(ctx)
    with console.seat() as seat:
        mails = seat.ask(ListMail(state="quarantined"))
        if as_json:
            console.out.json([mail_json(mail) for mail in mails])
            return
        console.out.table(
            ("id", "received_at", "sender", "subject", "bytes", "reason"),
            ([m.id, m.received_at, m.sender, m.subject, m.bytes, m.reason] for m in mails),
        )


@command(app, "show", example="deskterm mail quarantine show 7 --raw > mail.eml")
def show_mail(
    ctx: typer.Context,
    mail: MailArgument,
    raw: Annotated[bool, typer.Option("--raw", help="The mail's bytes alone; not for a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one mail.

    First what is known of it, then its source with control characters made visible.
    """
    from deskterm.engine.services.intake import ShowMail

    console, wanted = console_of(ctx), row_id(mail, "mail")
    if raw and console.out.is_terminal:
        raise typer.BadParameter("stdout is a terminal; redirect it to get the bytes.")
    with console.seat() as seat:
        found = seat.ask(ShowMail(id=wanted))
        if raw:
            console.out.bytes(found.raw)
        elif as_json:
            console.out.json({**mail_json(found.row), "raw": found.raw.decode("utf-8", "backslashreplace")})
        else:
            console.out.fields(mail_json(found.row).items())
            console.out.line("")
            console.out.block(found.raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))


@command(app, "retry", example="deskterm mail quarantine retry 7")
def retry_mail(ctx: typer.Context, mail: MailArgument) -> None:
    """Try once more to make a ticket or message of a mail."""
    from deskterm.cli.mail_intake import in_words

    console, wanted = console_of(ctx), row_id(mail, "mail")
    with console.seat() as seat:
        console.out.line(in_words(console.runtime.retry_mail(seat, wanted)))


@command(app, "drop", example="deskterm mail quarantine drop 7")
def drop_mail(ctx: typer.Context, mail: MailArgument) -> None:
    """Take a mail out of quarantine without making anything of it."""
    from deskterm.engine.services.intake import DropMail

    console, wanted = console_of(ctx), row_id(mail, "mail")
    with console.seat() as seat:
        seat.do(DropMail(id=wanted))
        console.out.line(f"dropped {wanted}")
