"""Text of any length drawn line by line and scrolled: a thread of two hundred messages opens as fast as two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from deskterm.screens.widgets.inks import INK_CLASSES, Parts, strip
from deskterm.screens.widgets.quiet_focus import leave_focus, take_focus
from deskterm.screens.widgets.virtual_list import ROOF, WHEEL_ROWS


@dataclass(frozen=True, slots=True)
class Page:
    """Lines to read, and at which of them each section (a message, a day) starts."""

    lines: tuple[Parts, ...] = ()
    starts: tuple[int, ...] = ()


Content = Callable[[int], Page]
"""Wraps what is shown to a width in cells."""


def _nothing(width: int) -> Page:
    return Page()


class LineView(ScrollView, can_focus=True):
    """A page of inked lines without a cursor; scrolls by line, page and section."""

    DEFAULT_CSS = """
    LineView { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow: hidden auto; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = INK_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "lines(1)", "down", id="page.down", tooltip="Scroll a line down"),
        Binding("k,up", "lines(-1)", "up", id="page.up", tooltip="Scroll a line up"),
        Binding("pagedown,space", "pages(1)", "page down", id="page.page_down", tooltip="Scroll a page down"),
        Binding("pageup,b", "pages(-1)", "page up", id="page.page_up", tooltip="Scroll a page up"),
        Binding("ctrl+d", "halves(1)", "half down", id="page.half_down", tooltip="Scroll half a page down"),
        Binding("ctrl+u", "halves(-1)", "half up", id="page.half_up", tooltip="Scroll half a page up"),
        Binding("g,home", "top", "top", id="page.top", tooltip="Go to the top"),
        Binding("G,end", "bottom", "end", id="page.bottom", tooltip="Go to the end"),
        Binding("n", "sections(1)", "next message", id="page.next", tooltip="Go to the next message"),
        Binding("P", "sections(-1)", "message before", id="page.previous", tooltip="Go to the message before"),
    ]

    class Scrolled(Message):
        """Another part is in sight."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._content: Content = _nothing
        self._page = Page()
        self._wrapped_at = 0
        self._start_at_last = False

    @property
    def lines(self) -> tuple[Parts, ...]:
        """All lines as they are wrapped now."""
        return self._page.lines

    @property
    def place(self) -> str:
        """How far one has read: `all` when everything is in sight, else per cent."""
        unseen = len(self.lines) - self.size.height
        return "all" if unseen <= 0 else f"{min(100, round(100 * self.scroll_offset.y / unseen))}%"

    def open(self, content: Content, *, at_last: bool = False) -> None:
        """Show something else, from its top or from the start of its last section."""
        self._start_at_last = at_last
        self._set(content)
        self._settle(0)

    def update(self, content: Content) -> None:
        """Show the same after it changed; who was at the end stays there, others stay where they were."""
        at_end = self._at_end()
        self._set(content)
        self._scroll(len(self.lines) if at_end else self.scroll_offset.y)

    def clear(self) -> None:
        """Show nothing."""
        self.open(_nothing)

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        line = y + self.scroll_offset.y
        parts = self.lines[line] if line < len(self.lines) else ()
        return strip(self, parts, self.size.width)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell where one is."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled())

    def on_focus(self, event: events.Focus) -> None:
        """Nothing looks different with the focus here."""
        take_focus(self, event)

    def on_blur(self, event: events.Blur) -> None:
        """Nor without it."""
        leave_focus(self, event)

    def on_resize(self) -> None:
        """Wrap anew when the width changed."""
        if self.size.width != self._wrapped_at:
            self._lay_out()
        self._settle(self.scroll_offset.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls by lines, no further than the last."""
        event.prevent_default()
        self.action_lines(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The same upwards."""
        event.prevent_default()
        self.action_lines(-WHEEL_ROWS)

    def action_lines(self, count: int) -> None:
        """Scroll by lines."""
        self._scroll(self.scroll_offset.y + count)

    def action_pages(self, count: int) -> None:
        """Scroll by pages, keeping one line of the page before."""
        self._scroll(self.scroll_offset.y + count * max(self.size.height - 1, 1))

    def action_halves(self, count: int) -> None:
        """Scroll by half pages."""
        self._scroll(self.scroll_offset.y + count * max(self.size.height // 2, 1))

    def action_top(self) -> None:
        """Go to the first line; who else listens to the key hears it too.

        Raises:
            SkipAction: always.
        """
        self._scroll(0)
        raise SkipAction

    def action_bottom(self) -> None:
        """Go to the last line."""
        self._scroll(len(self.lines))

    def action_sections(self, count: int) -> None:
        """Go to the start of the next section, or of the one before."""
        top = self.scroll_offset.y
        after = [start for start in self._page.starts if start > top]
        before = [start for start in self._page.starts if start < top]
        if count > 0:
            self._scroll(after[0] if after else len(self.lines))
        else:
            self._scroll(before[-1] if before else 0)

    def _set(self, content: Content) -> None:
        self._content = content
        before = self.lines
        self._lay_out()
        if self.lines != before:
            self.refresh()

    def _lay_out(self) -> None:
        self._wrapped_at = width = self.size.width
        self._page = self._content(width) if width else Page()
        size = Size(width, ROOF)
        if size != self.virtual_size:
            self.virtual_size = size

    def _settle(self, top: int) -> None:
        """Once the size is known, go where the page opens."""
        if self._start_at_last and self.size.height and self._page.starts:
            self._start_at_last = False
            top = self._page.starts[-1]
        self._scroll(top)

    def _at_end(self) -> bool:
        return 0 < self.scroll_offset.y >= len(self.lines) - self.size.height

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, len(self.lines) - self.size.height))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
