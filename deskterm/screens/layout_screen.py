"""How the list is laid out: its columns, how high its rows are, and where the preview stands."""

from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from deskterm.screens.finding_screen import FindingScreen
from deskterm.screens.own_settings import DENSITY, PREVIEW, Setting, change
from deskterm.screens.preview import Preview
from deskterm.screens.session import Session
from deskterm.screens.widgets.arranger import Arranger
from deskterm.screens.widgets.ticket_columns import BY_NAME, COLUMNS

_WIDE = 100
"""Columns from which the preview stands beside the list by itself."""

_TALL = 40
"""Rows from which it stands below the list on a narrower terminal by itself."""

_NARROWEST, _LOWEST = 60, 16
"""Columns beside which, and rows below which, a preview can be had at all."""

_LOW = 12
"""Rows below which the title line gives its place to the list."""


def preview_place(wanted: str, width: int, height: int) -> str:
    """Where the preview stands on a terminal of this size: `right`, `below` or `off`."""
    if wanted == "auto":
        return "right" if width >= _WIDE else "below" if height >= _TALL else "off"
    has_room = width >= _NARROWEST if wanted == "right" else height >= _LOWEST
    return wanted if has_room else "off"


class LayoutScreen(FindingScreen):
    """Subclasses compose the list into a container with the id `body`; the preview comes and goes beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "columns", "columns", id="desk.columns", tooltip="Choose the columns of the list"),
        Binding("D", "density", "density", id="desk.density", tooltip="One line for each ticket, or two"),
        Binding("P", "preview", "preview", id="desk.preview", tooltip="Preview: by itself, right, below, off"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._tried: tuple[str, ...] | None = None
        """The columns tried while they are being chosen."""

    def draw(self) -> None:
        """Columns and height of the rows are as they are set."""
        preferences = self.session.preferences
        self.lines.height = 2 if preferences.word("density") == "comfortable" else 1
        kept = tuple(name for name in preferences.words("columns") if name in BY_NAME)
        self.lines.chosen = kept if self._tried is None else self._tried
        super().draw()

    # The preview.

    @property
    def preview_place(self) -> str:
        """Where the preview stands now."""
        return preview_place(self.session.preferences.word("preview"), *self.size)

    def show_place(self) -> None:
        """Where the cursor is, and the ticket under it in the preview."""
        super().show_place()
        for preview in self.query(Preview):
            self.begin("preview", partial(preview.show, self.listing.current))

    async def on_resize(self, event: events.Resize) -> None:
        """Fixed lines are drawn for the width; the preview comes and goes."""
        await self.lay_out()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """The preview may have been set to stand elsewhere meanwhile."""
        place = self.preview_place
        if bool(self.query(Preview)) is (place == "off") or self.has_class("-below") is not (place == "below"):
            self.call_later(self.lay_out)

    async def lay_out(self) -> None:
        """Put everything where it stands on a terminal of this size."""
        place = self.preview_place
        self.set_class(place == "below", "-below")
        self.set_class(self.size.height < _LOW, "-low")
        previews = self.query(Preview)
        if place != "off" and not previews:
            await self.query_one("#body").mount(Preview(self.session, id="preview"))
        elif place == "off" and previews:
            await previews.remove()
        self.call_after_refresh(self.draw)
        self.call_after_refresh(self.show_views)

    def action_preview(self) -> None:
        """Let the preview stand elsewhere."""
        self.begin("setting", partial(self._take_next, PREVIEW))

    def action_density(self) -> None:
        """One line for each ticket, or two."""
        self.begin("setting", partial(self._take_next, DENSITY))

    async def _take_next(self, setting: Setting) -> None:
        value = setting.after(self.session.preferences.word(setting.key))
        try:
            await change(self, setting, value.word)
        finally:
            await self.lay_out()
        if setting is PREVIEW and value.word in ("right", "below") and self.preview_place == "off":
            self.tell(f"Preview: {value.label}; no room for it here.")
        self.begin("rows", self.read_missing)

    # Columns.

    def action_columns(self) -> None:
        """Choose columns and their order."""
        self.begin_held("act", self._choose_columns)

    async def _choose_columns(self) -> None:
        arranger = await self._arranger()
        default = self.lines.default(self.tickets.size.width)
        items = [(column.name, column.summary) for column in COLUMNS]
        before, chosen = self.lines.chosen, None
        try:
            chosen = await arranger.ask(
                "Columns", items, before, default=default, watch=self._try_columns, ready=self._arranging
            )
            if chosen is not None and chosen != before:
                await self.session.preferences.keep("columns", list(chosen))
        finally:
            self._tried = None
            self.draw()

    async def _arranger(self) -> Arranger:
        found = self.query(Arranger)
        if found:
            return found.first()
        arranger = Arranger(self.session.glyphs)
        await self.query_one("#overlay").mount(arranger)
        return arranger

    def _arranging(self) -> None:
        self.session.typing.release()
        self.show_keys()

    def _try_columns(self, chosen: tuple[str, ...]) -> None:
        self._tried = chosen
        self.draw()

    @property
    def is_arranging(self) -> bool:
        """Whether the columns are being chosen."""
        return any(arranger.is_open for arranger in self.query(Arranger))
