"""What somebody else did while one was at it: shown before anything of one's own is laid over it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from deskterm.engine.services.rows import EventRow, Permission
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.session import Session

if TYPE_CHECKING:
    from deskterm.screens.widgets.changes_panel import ChangesPanel

Ask = Callable[[], Awaitable[str]]
"""Asks for one key; nothing when none was given."""


async def changes_since(session: Session, number: int, version: int) -> tuple[EventRow, ...]:
    """What others did to a ticket after a version; nothing for those who do not read histories."""
    from deskterm.engine.services.ticket_reading import TicketHistory

    if Permission.SEE_DESK not in session.actor.permissions:
        return ()
    events = await session.thread.ask(TicketHistory(number=number, after=version))
    return tuple(event for event in events if event.actor != session.actor.login)


async def ask_below(screen: LiveScreen, number: int, changes: Sequence[EventRow], ask: Ask) -> str:
    """Show the changes while something is asked; what was answered."""
    from deskterm.screens.widgets.message_lines import Reading

    panel, session = await _panel(screen), screen.session
    words = f"{len(changes)} change{'s' if len(changes) > 1 else ''} by others meanwhile"
    panel.open(f"#{number}: {words}", changes, Reading(session.now(), session.zone, session.glyphs))
    try:
        return await ask()
    finally:
        panel.close()


async def _panel(screen: LiveScreen) -> "ChangesPanel":
    from deskterm.screens.widgets.changes_panel import ChangesPanel

    for found in screen.query(ChangesPanel):
        return found
    panel = ChangesPanel()
    await screen.query_one("#overlay").mount(panel)
    return panel
