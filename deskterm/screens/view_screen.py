"""Saved views: the line that names them with their counts, and the keys that show them."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from deskterm.screens.query_screen import QueryScreen
from deskterm.screens.session import Session
from deskterm.screens.view_lines import views_parts
from deskterm.screens.view_reading import ViewReading


class ViewScreen(QueryScreen):
    """A screen that shows saved views."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(digit), f"show_view({digit})", "view", id=f"desk.view_{digit}", tooltip=f"Show view {digit}")
        for digit in range(1, 10)
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.views = ViewReading(session)

    async def open_first_view(self) -> None:
        """The views without their counts, then the first one's tickets."""
        await self.views.read(counted=False)
        if self.views.rows:
            self.views.shown = self.views.rows[0]
        self.show_views()
        await self.open_query(self.views.query)
        self.begin("history", self.read_history)

    def count_views(self) -> None:
        """Read the views and their counts, beside whatever else is read."""
        self.begin("counts", self._count_views)

    async def _count_views(self) -> None:
        await self.views.read(counted=True)
        self.show_views()

    def show_views(self) -> None:
        """Draw the line of views."""
        parts = views_parts(self.views.rows, self.views.shown, self.size.width, self.session.glyphs)
        self.show_line("views", parts)

    def action_show_view(self, place: int) -> None:
        """Show a saved view."""
        if place <= len(self.views.rows):
            self.views.shown = self.views.rows[place - 1]
            self.show_views()
            self.change_query(self.views.query)
