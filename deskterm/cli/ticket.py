"""`deskterm ticket …`: looking at tickets here, changing them in `ticket_changes`."""

import typer

from deskterm.cli import ticket_changes, ticket_reading
from deskterm.cli.groups import command_group

app: typer.Typer = command_group("Tickets: list, read, answer and change them.")
app.add_typer(ticket_reading.app)
app.add_typer(ticket_changes.app)
