"""`deskterm mail …`: raw mail comes in here, and what could not be read waits in quarantine."""

import typer

from deskterm.cli import mail_intake, mail_quarantine
from deskterm.cli.groups import command_group

app: typer.Typer = command_group("Mail: take it in, look after what could not be read.")
app.add_typer(mail_intake.app)
app.add_typer(mail_quarantine.app, name="quarantine")
