"""How one gets from screen to screen: what the app, which knows them all, does for each of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from deskterm.engine.services.rows import ViewRow

if TYPE_CHECKING:
    from deskterm.engine.services.thread_reading import TicketThread


class Ways(Protocol):
    """The ways out of a screen. Each begins at once and has been gone when keys are taken again."""

    @property
    def views(self) -> Sequence[ViewRow]:
        """The saved views, in the order of their keys."""
        ...

    def open_room(self, name: str) -> None:
        """Go back to a room that is open already, else open it over what is shown."""
        ...

    def open_ticket(self, read: "TicketThread") -> None:
        """Show a ticket over what is shown."""
        ...

    def show_view(self, place: int) -> None:
        """Go to the ticket list and show the view of this place, counted from 1."""
        ...

    def find_tickets(self, query: str) -> None:
        """Go to the ticket list and show a query."""
        ...

    def go_on_writing(self, number: int, kind: str) -> None:
        """Go to the ticket list and go on with a draft: a `reply` or a `note` on a ticket, or the new one."""
        ...

    def leave(self) -> None:
        """Leave deskterm, by way of the ticket list: it asks when something is unsent."""
        ...
