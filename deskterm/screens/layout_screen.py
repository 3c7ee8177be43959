"""How the list is laid out: its columns, how high its rows are, and where the preview stands."""

from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from deskterm.screens.list_screen import ListScreen
from deskterm.screens.preview import Preview
from deskterm.screens.session import Session
from deskterm.screens.widgets.arranger import Arranger
from deskterm.screens.widgets.ticket_columns import COLUMNS

_WIDE = 100
"""Columns from which the preview stands beside the list by itself."""

_TALL = 40
"""Rows from which it stands below the list on a narrower terminal by itself."""

_NARROWEST, _LOWEST = 60, 16
"""Columns beside which, and rows below which, a preview can be had at all."""

_LOW = 12
"""Rows below which the title line gives its place to the list."""

_PREVIEWS = ("auto", "right", "below", "off")
_PREVIEW_WORDS = {
    "auto": "where there is room",
    "right": "beside the list",
    "below": "below the list",
    "off": "not shown",
}


def preview_place(wanted: str, width: int, height: int) -> str:
    """Where the preview stands on a terminal of this size: `right`, `below` or `off`."""
    if wanted == "auto":
        return "right" if width >= _WIDE else "below" if height >= _TALL else "off"
    has_room = width >= _NARROWEST if wanted == "right" else height >= _LOWEST
    return wanted if has_room else "off"


class LayoutScreen(ListScreen):
    """Subclasses compose the list into a container with the id `body`; the preview comes and goes beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "columns", "columns", id="desk.columns", tooltip="Choose the columns of the list"),
        Binding("D", "density", "density", id="desk.density", tooltip="One line for each ticket, or two"),
        Binding("P", "preview", "preview", id="desk.preview", tooltip="Preview: by itself, right, below, off"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        kept = session.preferences.word("preview")
        self.preview = kept if kept in _PREVIEWS else "auto"
        """Where the preview is wanted."""
        self._arrange_lines()

    def _arrange_lines(self) -> None:
        """Rows and columns as this person has them."""
        preferences = self.session.preferences
        self.lines.height = 2 if preferences.word("density") == "comfortable" else 1
        known = {column.name for column in COLUMNS}
        self.lines.chosen = tuple(name for name in preferences.words("columns") if name in known)

    def _keep(self, key: str, value: str | list[str]) -> None:
        self.begin("preferences", partial(self.session.preferences.keep, key, value))

    # The preview.

    def show_place(self) -> None:
        """Where the cursor is, and the ticket under it in the preview."""
        super().show_place()
        for preview in self.query(Preview):
            self.begin("preview", partial(preview.show, self.listing.current))

    async def on_resize(self, event: events.Resize) -> None:
        """Fixed lines are drawn for the width; the preview comes and goes."""
        await self.lay_out()

    async def lay_out(self) -> None:
        """Put everything where it stands on a terminal of this size."""
        place = preview_place(self.preview, *self.size)
        self.set_class(place == "below", "-below")
        self.set_class(self.size.height < _LOW, "-low")
        previews = self.query(Preview)
        if place != "off" and not previews:
            await self.query_one("#body").mount(Preview(self.session, id="preview"))
        elif place == "off" and previews:
            await previews.remove()
        self.call_after_refresh(self.draw)
        self.call_after_refresh(self.show_views)

    async def action_preview(self) -> None:
        """Let the preview stand elsewhere."""
        self.preview = _PREVIEWS[(_PREVIEWS.index(self.preview) + 1) % len(_PREVIEWS)]
        await self.lay_out()
        self._keep("preview", "" if self.preview == "auto" else self.preview)
        place = preview_place(self.preview, *self.size)
        cramped = self.preview in ("right", "below") and place == "off"
        words = "there is no room for it here" if cramped else _PREVIEW_WORDS[self.preview]
        self.tell(f"Preview {self.preview}: {words}.")

    # Rows and columns.

    def action_density(self) -> None:
        """One line for each ticket, or two."""
        self.lines.height = 3 - self.lines.height
        self.draw()
        self._keep("density", "comfortable" if self.lines.height > 1 else "")
        self.begin("rows", self.read_missing)
        self.tell("Two lines for each ticket." if self.lines.height > 1 else "One line for each ticket.")

    def action_columns(self) -> None:
        """Choose columns and their order."""
        self.begin_held("act", self._choose_columns)

    async def _choose_columns(self) -> None:
        before = self.lines.chosen
        arranger = await self._arranger()
        default = self.lines.default(self.tickets.size.width)
        items = [(column.name, column.summary) for column in COLUMNS]
        try:
            chosen = await arranger.ask(
                "Columns",
                items,
                before,
                default=default,
                watch=self._show_columns,
                ready=self._arranging,
            )
        finally:
            self.show_keys()
        self._show_columns(before if chosen is None else chosen)
        if chosen is not None and chosen != before:
            self._keep("columns", list(chosen))

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

    def _show_columns(self, chosen: tuple[str, ...]) -> None:
        self.lines.chosen = chosen
        self.draw()

    @property
    def is_arranging(self) -> bool:
        """Whether the columns are being chosen."""
        return any(arranger.is_open for arranger in self.query(Arranger))
