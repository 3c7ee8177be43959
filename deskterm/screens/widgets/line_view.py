"""Text of any length drawn line by line and scrolled: a thread of five hundred messages opens as fast as two."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from deskterm.screens.widgets.inks import Parts, strip
from deskterm.screens.widgets.page import Page
from deskterm.screens.widgets.quiet_focus import leave_focus, take_focus
from deskterm.screens.widgets.sheet import Place, Sheet, Sighted, Spot
from deskterm.screens.widgets.virtual_list import WHEEL_ROWS

if TYPE_CHECKING:
    from deskterm.screens.widgets.search import Search

_TOP: Spot = (0, 0)

_ROWS_ABOVE_A_HIT = 3
"""A hit that has to be scrolled to leaves so many rows in sight above it."""


class LineView(Widget, can_focus=True):
    """A page of inked lines; scrolls by line, page and section. One section is the current one: its heading is marked.

    It knows nothing of Textual's scrolling: where one is is a place in the text, not a number of rows, so that what
    is above may change, and need not even be wrapped.
    """

    DEFAULT_CSS = """
    LineView { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "lines(1)", "down", id="page.down", tooltip="Scroll a line down"),
        Binding("k,up", "lines(-1)", "up", id="page.up", tooltip="Scroll a line up"),
        Binding("pagedown,space,ctrl+f", "pages(1)", "page down", id="page.page_down", tooltip="Scroll a page down"),
        Binding("pageup,b", "pages(-1)", "page up", id="page.page_up", tooltip="Scroll a page up"),
        Binding("ctrl+d", "halves(1)", "half down", id="page.half_down", tooltip="Scroll half a page down"),
        Binding("ctrl+u", "halves(-1)", "half up", id="page.half_up", tooltip="Scroll half a page up"),
        Binding("g,home", "top", "top", id="page.top", tooltip="Go to the top"),
        Binding("G,end", "bottom", "end", id="page.bottom", tooltip="Go to the end"),
        Binding(
            "right_square_bracket", "sections(1)", "next message", id="page.next", tooltip="Go to the next message"
        ),
        Binding(
            "left_square_bracket,P",
            "sections(-1)",
            "message before",
            id="page.previous",
            tooltip="Go to the message before",
        ),
        Binding("n", "next", "next hit", id="page.next_hit", tooltip="Go to the next hit, or the next message"),
        Binding("N", "hits(-1)", "hit before", id="page.previous_hit", tooltip="Go to the hit before"),
    ]

    class Scrolled(Message):
        """Another part is in sight, or another section is the current one."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.search: Search | None = None
        """What is looked for, while something is."""
        self._sheet = Sheet(Page(), 0, 0)
        self._top = _TOP
        self._opens_at: Place | None = None
        self._current: Hashable | None = None
        self._sight: tuple[Sighted, ...] = ()
        self._drawn: tuple[Parts, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What is in sight."""
        return ["".join(text for text, _ in parts) for parts in self._drawn]

    @property
    def page(self) -> Page:
        """What is shown."""
        return self._sheet.page

    @property
    def place(self) -> Place | None:
        """Where one reads: what is at the top."""
        return self._opens_at or self._sheet.place(self._top)

    @property
    def keys_in_sight(self) -> tuple[Hashable, ...]:
        """The blocks of which something is in sight, from the top."""
        return tuple(dict.fromkeys(sighted.key for sighted in self._sight))

    @property
    def current(self) -> Hashable | None:
        """The key of the block with which the current section begins."""
        return self._current

    @property
    def share(self) -> str:
        """How far one has read: `all` when everything is in sight, else per cent."""
        if self._sheet.last_top == _TOP:
            return "all"
        return f"{round(100 * self._sheet.share(self._top))}%"

    def open(self, page: Page, at: Place | None = None) -> None:
        """Show something else, from its top or from a place."""
        self.search = None
        self._opens_at, self._current = at, None
        self._fit(page)
        self._go(_TOP)

    def update(self, page: Page) -> None:
        """Show the same after it changed; what is at the top stays there."""
        top = self._kept(page)
        self._fit(page)
        if self.search is not None:
            self.search.look(page)
        self._go(top if top is not None else self._top)

    def clear(self) -> None:
        """Show nothing."""
        self.open(Page())

    def go_to(self, place: Place) -> None:
        """Scroll so that a place is at the top."""
        spot = self._sheet.spot(place)
        if spot is not None:
            self._current = place.key
            self._go(spot)

    def toggle_folds(self) -> bool:
        """Unfold all of the current section, or fold it again; False when it has nothing to fold."""
        block = self._sheet.find(self._current)
        if block is None:
            return False
        folds = self.page.blocks[block].folds
        parts = {part for one in self.page.blocks if one.folds is folds for part in one.parts}
        if parts:
            folds.set_all(opened=not all(folds.is_open(part) for part in parts))
            self.update(self.page)
        return bool(parts)

    def look_for(self, words: str) -> "Search | None":
        """Find words, and go to the first hit from here on; nothing ends the search."""
        from deskterm.screens.widgets.search import Search

        self.search = Search(words) if words else None
        if self.search is not None:
            self.search.look(self.page)
            self.search.go(self._top[0], self._sight[0].row.start if self._sight else 0)
            self._show_hit()
        else:
            self._go(self._top)
        return self.search

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        return strip(self, self._drawn[y] if y < len(self._drawn) else (), self.size.width)

    def on_focus(self, event: events.Focus) -> None:
        """Nothing looks different with the focus here."""
        take_focus(self, event)

    def on_blur(self, event: events.Blur) -> None:
        """Nor without it."""
        leave_focus(self, event)

    def on_resize(self) -> None:
        """Wrap anew; who was at the end stays there, else the top stays."""
        before, place = self._sheet, self._sheet.place(self._top)
        at_end = bool(self._sight) and self._top >= before.last_top
        self._fit(self.page)
        top = (self._sheet.spot(place) if place is not None else None) or self._top
        self._go(self._sheet.last_top if at_end and self.size.height < before.height else top)

    def _fit(self, page: Page) -> None:
        self._sheet = Sheet(page, self.size.width, self.size.height)

    def _go(self, top: Spot) -> None:
        """Put the top of the window at a spot."""
        if self._opens_at is not None and self.size.height:
            top = self._sheet.spot(self._opens_at) or top
            self._current, self._opens_at = self._opens_at.key, None
        before = self._top
        self._top = self._sheet.clamped(top)
        self._sight = self._sheet.sight(self._top)
        self._current = self._section()
        if self._draw() or self._top != before:
            self.post_message(self.Scrolled())

    def _draw(self) -> bool:
        """Repaint the lines that read differently; whether there were any."""
        marks = len(self._sheet.starts) > 1
        drawn = tuple(self._parts(sighted, marks=marks) for sighted in self._sight)
        before, self._drawn = self._drawn, drawn
        if drawn == before:
            return False
        rows = max(len(before), len(drawn))
        changed = [y for y in range(rows) if before[y : y + 1] != drawn[y : y + 1]]
        if 2 * len(changed) > rows:
            self.refresh()
        else:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return True

    def _parts(self, sighted: Sighted, *, marks: bool) -> Parts:
        row = sighted.row
        words = row.parts if self.search is None else self.search.inked(sighted.key, row)
        if marks and row.is_heading and sighted.key == self._current:
            words = ((words[0][0], "cursor"), *words[1:])
        return (*row.gutter, *words)

    def _section(self) -> Hashable | None:
        """The current section: the one it was while something of it is in sight, else the first that is."""
        blocks = self.page.blocks
        place = self._sheet.find(self._current)
        here = None if place is None else self._sheet.start_of(place)
        in_sight = dict.fromkeys(one.block for one in self._sight)
        if here is not None and any(blocks[at].folds is blocks[here].folds for at in in_sight):
            return blocks[here].key
        begun = ((self._sheet.start_of(at), at) for at in in_sight)
        own = (start for start, at in begun if start is not None and blocks[start].folds is blocks[at].folds)
        found = next(own, self._sheet.start_of(self._top[0]))
        return None if found is None else blocks[found].key

    def _kept(self, page: Page) -> Spot | None:
        """Where the top is in a changed page; if it is gone, what was above it."""
        keys = {block.key for block in page.blocks}
        place = self._sheet.place(self._top)
        if place is not None and place.key in keys:
            return Sheet(page, self.size.width, self.size.height).spot(place)
        above = (block.key for block in reversed(self.page.blocks[: self._top[0]]) if block.key in keys)
        key = next(above, None)
        return None if key is None else Sheet(page, self.size.width, self.size.height).spot(Place(key))

    # Moving.

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls by lines, no further than the last."""
        event.prevent_default()
        self.action_lines(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The same upwards."""
        event.prevent_default()
        self.action_lines(-WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """A click on what is folded unfolds it."""
        if event.y < len(self._sight):
            sighted = self._sight[event.y]
            if sighted.row.fold:
                self.page.blocks[sighted.block].folds.open(sighted.row.fold)
                self.update(self.page)

    def action_lines(self, count: int) -> None:
        """Scroll by lines."""
        self._go(self._sheet.moved(self._top, count))

    def action_pages(self, count: int) -> None:
        """Scroll by pages, keeping one line of the page before."""
        self.action_lines(count * max(self.size.height - 1, 1))

    def action_halves(self, count: int) -> None:
        """Scroll by half pages."""
        self.action_lines(count * max(self.size.height // 2, 1))

    def action_top(self) -> None:
        """Go to the first line; who else listens to the key hears it too.

        Raises:
            SkipAction: always.
        """
        self._current = None
        self._go(_TOP)
        raise SkipAction

    def action_bottom(self) -> None:
        """Go to the last line; the last section is the current one."""
        starts = self._sheet.starts
        self._current = self.page.blocks[starts[-1]].key if starts else None
        self._go(self._sheet.last_top)

    def action_sections(self, count: int) -> None:
        """Make the next section the current one, or the one before; scroll only when its beginning is out of sight."""
        starts, block = self._sheet.starts, self._sheet.find(self._current)
        if block is None:
            return
        at = starts.index(block) + count
        if not 0 <= at < len(starts):
            (self.action_bottom if count > 0 else self.action_top)()
            return
        self._current = self.page.blocks[starts[at]].key
        in_sight = any(one.block == starts[at] and one.row.is_heading for one in self._sight)
        self._go(self._top if in_sight else (starts[at], 0))

    def action_next(self) -> None:
        """The next hit of a search; without one, the next section."""
        if self.search is not None:
            self.action_hits(1)
        else:
            self.action_sections(1)

    def action_hits(self, count: int) -> None:
        """Go to the next hit, or to the one before."""
        if self.search is not None:
            self.search.step(count)
            self._show_hit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hits are there to go to only while something is looked for."""
        return action != "hits" or self.search is not None

    def _show_hit(self) -> None:
        """Unfold what hides the current hit, and bring it into sight."""
        hit = None if self.search is None else self.search.current
        top = self._top
        if hit is not None:
            self.page.blocks[hit.block].reveal(hit.span[0])
            top = self._kept(self.page) or top
            self._fit(self.page)
            spot = self._sheet.spot(Place(hit.key, hit.span[0]))
            if spot is not None and not top <= spot < self._sheet.moved(top, self.size.height):
                top = self._sheet.moved(spot, -_ROWS_ABOVE_A_HIT)
        self._go(top)
        self.post_message(self.Scrolled())
