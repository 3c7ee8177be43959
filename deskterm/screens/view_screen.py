"""Saved views: the line that names them with their counts, and the keys that show and keep them."""

import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.timer import Timer

from deskterm.engine.services.rows import ViewRow
from deskterm.screens.first_steps import FIND
from deskterm.screens.query_screen import QueryScreen
from deskterm.screens.session import Session
from deskterm.screens.view_lines import views_parts
from deskterm.screens.view_reading import ViewReading
from deskterm.screens.widgets.cells import one_line

if TYPE_CHECKING:
    from deskterm.screens.view_keeping import ViewKeeping

_COUNTS_REST_SECONDS = 2.0
"""Between two countings of views, however much happens at the desk."""

_TIMED_SECONDS = 60.0
"""How often those views are counted whose tickets come and go with time alone."""


class ViewScreen(QueryScreen):
    """A screen that shows saved views."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(digit),
                f"show_view({digit})",
                "view",
                id=f"desk.view_{digit}",
                tooltip="Show the view of this number",
            )
            for digit in range(1, 10)
        ),
        Binding("V", "keep_views", "views", id="desk.views", tooltip="Save this query as a view; change, move, delete"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.views = ViewReading(session)
        self._counted_at = -_COUNTS_REST_SECONDS
        self._count_timer: Timer | None = None
        self._keeping: ViewKeeping | None = None

    def on_mount(self) -> None:
        """Count now and then what changes with time."""
        self.set_interval(_TIMED_SECONDS, self._count_timed)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back from another screen: what was read there no longer counts as unread, and signs may be others now."""
        if self.is_mounted:
            self.show_views()
            self._count_timed()

    @property
    def query_shown(self) -> str:
        """The query of the list, as it is now."""
        return self.reading.query

    # Reading.

    async def open_first_view(self) -> None:
        """The views without their counts, then the first one's tickets."""
        await self.views.read()
        if self.views.rows:
            self.views.shown = self.views.rows[0]
        self.show_views()
        await self.open_query(self.views.query)
        self.bar.input.history.hear(self.session.preferences.words("query_history"))

    async def read_views(self, shown: int | None = None) -> None:
        """Read the views again and draw them; `shown`: the id of the one that is shown from now on."""
        await self.views.count()
        if shown is not None:
            self.views.shown = self.views.find(shown)
        self.show_views()

    def count_views(self) -> None:
        """Count what has changed: at once after a rest, else when the rest is over."""
        rest = self._counted_at + _COUNTS_REST_SECONDS - time.monotonic()
        if rest <= 0:
            self._count_now()
        elif self._count_timer is None:
            self._count_timer = self.set_timer(rest, self._count_now)

    def _count_now(self) -> None:
        if self._count_timer is not None:
            self._count_timer.stop()
            self._count_timer = None
        self._counted_at = time.monotonic()
        self.begin("counts", self._count)

    def _count_timed(self) -> None:
        is_rested = time.monotonic() - self._counted_at >= _COUNTS_REST_SECONDS
        if self.is_current and self.views.is_timed and is_rested:
            self._counted_at = time.monotonic()
            self.begin("counts", partial(self._count, timed=True))

    async def _count(self, *, timed: bool = False) -> None:
        before = self.views.shown
        await self.views.count(timed=timed)
        self.show_views()
        if before is not None:
            self._tell_change(before)

    def _tell_change(self, before: ViewRow) -> None:
        """Somebody else changed the view that is shown: the list stays as it is, and the way to the new one is told."""
        now, name = self.views.shown, one_line(before.name)
        if now is None:
            self.tell(f'The view "{name}" was deleted meanwhile; V 1 saves its query again.')
        elif now.query != before.query:
            self.tell(f'The view "{one_line(now.name)}" has another query now; Esc shows it.')

    # Showing.

    def opened(self, query: str) -> None:
        """The star of the view comes and goes with its query."""
        super().opened(query)
        self.show_views()

    def show_views(self) -> None:
        """Draw the line of views."""
        is_changed = self.reading.is_loaded and self.views.query != self.reading.query.strip()
        parts = views_parts(self.views, self.size.width, self.session.glyphs, is_changed=is_changed)
        self.show_line("views", parts)

    def action_show_view(self, place: int) -> None:
        """Show a saved view."""
        if place <= len(self.views.rows):
            self.did(FIND)
            self.views.shown = self.views.rows[place - 1]
            self.show_views()
            self.change_query(self.views.query)
        else:
            self.tell(f"There is no view {place}; V saves one.")

    # Keeping.

    def action_keep_views(self) -> None:
        """Save the present query as a view, or change what there is."""
        self.begin_held("act", self._keep_views)

    async def _keep_views(self) -> None:
        if self._keeping is None:
            from deskterm.screens.view_keeping import ViewKeeping

            self._keeping = ViewKeeping(self)
        await self._keeping.manage()
