"""A list of any length: only what is visible is formatted, and a move of the cursor repaints two lines.

Textual's own lists measure or mount every row (100,000 rows: half a minute); this one asks its source for the
lines in sight.
"""

from collections.abc import Callable
from typing import ClassVar, Protocol

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from deskterm.screens.widgets.cover import Cover, Laid, laid_over
from deskterm.screens.widgets.inks import Parts, strip
from deskterm.screens.widgets.quiet_focus import leave_focus, take_focus

WHEEL_ROWS = 3

ROOF = 1 << 24
"""The virtual height: the same for every list, because Textual lays out and repaints when it changes. Where a
list ends is watched here.
"""


class LineSource(Protocol):
    """What a list shows: how many rows there are, and each as inked parts of one line."""

    def __len__(self) -> int: ...

    def line(self, row: int, width: int, here: bool) -> Parts:
        """The row in `width` cells; `here`: the cursor is on it."""
        ...


def _nobody(row: int) -> None:
    return None


class VirtualList(ScrollView, can_focus=True):
    """Rows of one line each with a cursor. It knows rows by position alone; its owner knows what they are."""

    DEFAULT_CSS = """
    VirtualList { height: 1fr; scrollbar-size: 0 0; overflow: hidden auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="list.down", tooltip="Move to the next row"),
        Binding("k,up", "move(-1)", "up", id="list.up", tooltip="Move to the row before"),
        Binding("g,home", "top", "first", id="list.top", tooltip="Move to the first row"),
        Binding("G,end", "bottom", "last", id="list.bottom", tooltip="Move to the last row"),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="list.page_down", tooltip="Move a page down"),
        Binding("pageup", "page(-1)", "page up", id="list.page_up", tooltip="Move a page up"),
        Binding("ctrl+d", "half(1)", "half down", id="list.half_down", tooltip="Move half a page down"),
        Binding("ctrl+u", "half(-1)", "half up", id="list.half_up", tooltip="Move half a page up"),
        Binding("enter", "choose", "open", id="list.choose", tooltip="Open the row under the cursor"),
    ]

    class Moved(Message):
        """The user moved the cursor to another row."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class Chosen(Message):
        """The row under the cursor was opened."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class Scrolled(Message):
        """Other rows came into sight."""

    class CoverClicked(Message):
        """A line of what lies over the list was clicked."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self, source: LineSource, *, follow: Callable[[int], object] = _nobody, id: str | None = None) -> None:
        """`follow` is told each row the user moves to before the next key is taken, unlike whoever hears `Moved`."""
        super().__init__(id=id)
        self.empty: tuple[Parts, ...] = ()
        """Lines shown when there is no row."""
        self._source = source
        self._follow = follow
        self._cursor = 0
        self._lid: Cover | None = None
        self._painted: dict[int, tuple[Parts, bool, Laid | None]] = {}

    @property
    def cursor(self) -> int:
        """The row the cursor is on; 0 in an empty list."""
        return self._cursor

    @property
    def visible_rows(self) -> range:
        """The rows in sight."""
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, len(self._source)))

    def show(self, source: LineSource, cursor: int, *, shift: int = 0) -> None:
        """Show another source, or the same one after it changed; only lines that read differently repaint.

        `shift`: by how many rows everything has moved, so that the same lines stay in sight.
        """
        self._source = source
        self._resize()
        if shift:
            self._scroll(self.scroll_offset.y + shift)
        self._cursor = self._clamped(cursor)
        self._bring_into_sight()
        self.repaint_changed()

    def lay_over(self, cover: Cover | None) -> None:
        """Lay some lines over the first ones, or take them away."""
        self._lid = cover
        self.repaint_changed()

    def repaint_changed(self) -> None:
        """Repaint the visible lines that read differently from what was painted."""
        for y, painted in list(self._painted.items()):
            if self._read_here(y) != painted:
                self.refresh_line(y + self.scroll_offset.y)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, repainting the line it leaves and the one it comes to."""
        row = self._clamped(row)
        if row == self._cursor:
            return
        left, self._cursor = self._cursor, row
        self.refresh_line(left)
        self.refresh_line(row)
        self._bring_into_sight()
        self._follow(row)
        self.post_message(self.Moved(row))

    def render_line(self, y: int) -> Strip:
        """One visible line, formatted now."""
        parts, here, laid = self._painted[y] = self._read_here(y)
        line = strip(self, parts, self.size.width, "cursor" if here else "plain")
        return line if laid is None else laid_over(line, strip(self, laid.parts, laid.width), laid.x)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight: everything repaints, and the owner may fetch them."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._painted.clear()
            self.post_message(self.Scrolled())

    def on_focus(self, event: events.Focus) -> None:
        """Nothing looks different with the focus here."""
        take_focus(self, event)

    def on_blur(self, event: events.Blur) -> None:
        """Nor without it."""
        leave_focus(self, event)

    def on_resize(self) -> None:
        """Keep the cursor in sight in the new size."""
        self._painted.clear()
        self._resize()
        self._bring_into_sight()
        self.post_message(self.Scrolled())

    def focus_on_click(self) -> bool:
        """What lies over the list belongs to whoever has the focus; elsewhere the click takes it."""
        return self._lid is None

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double one opens."""
        if self._lid is not None and self._lid.holds(event.x, event.y):
            self.post_message(self.CoverClicked(event.y))
            return
        self.focus(scroll_visible=False)
        row = self.scroll_offset.y + event.y
        if row < len(self._source):
            self.move_to(row)
            if event.chain == 2:
                self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor: a view without its cursor would be drawn back to it."""
        event.prevent_default()
        self.action_move(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The same upwards."""
        event.prevent_default()
        self.action_move(-WHEEL_ROWS)

    def action_move(self, rows: int) -> None:
        """Move by rows."""
        self.move_to(self._cursor + rows)

    def action_top(self) -> None:
        """Move to the first row; who else listens to the key hears it too.

        Raises:
            SkipAction: always.
        """
        self.move_to(0)
        raise SkipAction

    def action_bottom(self) -> None:
        """Move to the last row."""
        self.move_to(len(self._source) - 1)

    def action_page(self, pages: int) -> None:
        """Move by pages; the view scrolls as far as the cursor."""
        self._leap(pages * max(self.size.height - 1, 1))

    def action_half(self, halves: int) -> None:
        """Move by half pages."""
        self._leap(halves * max(self.size.height // 2, 1))

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if len(self._source):
            self.post_message(self.Chosen(self._cursor))

    def _leap(self, rows: int) -> None:
        self._scroll(self.scroll_offset.y + rows)
        self.move_to(self._cursor + rows)

    def _read_here(self, y: int) -> tuple[Parts, bool, Laid | None]:
        return *self._read(y + self.scroll_offset.y), self._lid.line(y) if self._lid is not None else None

    def _read(self, row: int) -> tuple[Parts, bool]:
        if row >= len(self._source):
            blank = bool(len(self._source)) or row >= len(self.empty)
            return () if blank else self.empty[row], False
        here = row == self._cursor
        return self._source.line(row, self.size.width, here), here

    def _clamped(self, row: int) -> int:
        return max(0, min(row, len(self._source) - 1))

    def _resize(self) -> None:
        size = Size(self.size.width, ROOF)
        if size != self.virtual_size:
            self.virtual_size = size

    def _bring_into_sight(self) -> None:
        height = max(self.size.height, 1)
        top = self.scroll_offset.y
        self._scroll(min(max(top, self._cursor - height + 1), self._cursor))

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, len(self._source) - self.size.height))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
