"""Reading one ticket: its header, its thread, what stands beside it, and words looked for in it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.geometry import Size
from textual.widget import Widget

from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.thread_reading import ReadContext, TicketContext, TicketThread
from deskterm.screens.sending import SendingScreen
from deskterm.screens.session import Session
from deskterm.screens.ticket_actions import ACTIONS, permitted
from deskterm.screens.widgets.cells import cell_len, cut, one_line
from deskterm.screens.widgets.header_lines import Head, header_lines, title_line
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.line_view import LineView
from deskterm.screens.widgets.message_lines import Reading, message_of
from deskterm.screens.widgets.page import Page
from deskterm.screens.widgets.sheet import Place
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.thread_lines import Thread
from deskterm.screens.writing import WRITING_KEYS

_WIDE = 120
"""Columns from which the side panel stands beside the thread."""

_SIDE_WIDTH = 43

_LOW, _LOWEST = 18, 12
"""Rows below which the header gives up a line, and then another."""

_SHORTEST_COMPANY = 8
"""Cells below which it says nothing to name who else is here."""

_KEYS_OFFERED = ("reply", "note", "assign", "take", "status", "resolve")

_SIDE_KEYS = (("j k", "scroll"), ("Tab", "to the thread"), ("i", "hide"), ("Esc", "back"), ("?", "more"))


class ThreadScreen(SendingScreen):
    """A ticket's thread with a panel beside it; subclasses say which ticket, and what else may take its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", id="ticket.search", tooltip="Look for words in what is shown"),
        Binding("o", "unfold", "unfold", id="ticket.unfold", tooltip="Unfold quotes, signature and the rest here"),
        Binding("O", "unfold_all", "unfold all", id="ticket.unfold_all", tooltip="Unfold every message, or fold all"),
        Binding("e", "changes", "changes", id="ticket.changes", tooltip="Show each change on a line, or runs folded"),
        Binding("i", "side", "details", id="ticket.details", tooltip="Fields, SLA, requester, links, files, dates"),
    ]

    def __init__(self, session: Session, read: TicketThread) -> None:
        super().__init__(session)
        self.read = read
        self.thread = Thread()
        self.unseen = frozenset(read.unread)
        """The messages marked as new: what had not been seen when the ticket was opened."""
        self.aside = ""
        """What stands in place of the thread; nothing while it is the thread."""
        self._around: TicketContext | None = None
        self._around_is_old = True
        self._wants_side: bool | None = None
        self._last_search = ""
        self._place_before: Place | None = None
        self._fitted = Size(0, 0)
        self._shows_side = False

    def compose(self) -> ComposeResult:
        """At most four lines of header, the thread, and two lines below."""
        yield TextLine(id="title", fill="title")
        for line in range(3):
            yield TextLine(id=f"head-{line}")
        with Horizontal(id="read"):
            yield LineView(id="thread")
            yield LineView(id="side")
        yield Container(id="panel")
        yield Container(id="overlay")
        yield self.hint_line()
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    @property
    def view(self) -> LineView:
        """The thread, or what stands in its place."""
        return self.query_one("#thread", LineView)

    @property
    def side(self) -> LineView:
        """The panel beside it."""
        return self.query_one("#side", LineView)

    @property
    def resting_place(self) -> Widget:
        """Where keys go when nothing is written: the thread, or the panel where it covers the thread."""
        return self.side if self._covers else self.view

    @property
    def current(self) -> TicketRow | None:
        """The ticket being read."""
        return self.read.detail.ticket

    @property
    def messages_in_sight(self) -> frozenset[int]:
        """The ids of the messages of which something is in sight."""
        if self.aside or self._covers:
            return frozenset()
        found = (message_of(key) for key in self.view.keys_in_sight)
        return frozenset(number for number in found if number is not None)

    def reading(self) -> Reading:
        """How times and signs are drawn now."""
        return Reading(self.session.now(), self.session.zone, self.session.glyphs)

    # What is drawn.

    def draw(self) -> None:
        """Show what was read; who reads stays where they are."""
        self.draw_header()
        if not self.aside:
            self.view.update(self._page())
        self.draw_side()
        self.show_place()

    def open_thread(self, at: Place | None) -> None:
        """Show the thread from a place on."""
        self.aside = ""
        self._arrange()
        self.draw_header()
        self.view.open(self._page(), at)
        self.draw_side(opening=True)
        self.show_place()

    def show_aside(self, name: str, page: Page) -> None:
        """Show something else in place of the thread."""
        self._place_before = self.thread_place
        self.aside = name
        self._arrange()
        self.view.open(page)
        self.set_focus(self.view)
        self.show_place()

    @property
    def thread_place(self) -> Place | None:
        """Where one reads in the thread, or will when it is back."""
        return self._place_before if self.aside else self.view.place

    def back_to_thread(self) -> None:
        """Show the thread where it was left."""
        self.open_thread(self._place_before)

    def _page(self) -> Page:
        return self.thread.page(self.read, self.reading(), self.unseen)

    def draw_header(self) -> None:
        """The lines above; fewer on a low terminal, and only the number of what can no longer be read."""
        ticket = self.current
        number = ((f" #{self.read.detail.ticket.number}", "title"),)
        words = number if ticket is None else title_line(ticket)
        self.show_line("title", words, self._corner())
        self._show_heads(() if ticket is None else header_lines(ticket, self.reading()))

    def _corner(self) -> Parts:
        """Who else is here, as far as there is room beside the subject, and where one is in the list."""
        place = f" {self.place_in_list} "
        words, ink = self.company
        room = self._fitted.width // 2 - cell_len(place)
        company = ((cut(words, room, self.session.glyphs.ellipsis), ink),) if words and room > _SHORTEST_COMPANY else ()
        return (*company, (place, "title"))

    def show_company(self) -> None:
        """In the title line."""
        self.draw_header()

    @property
    def place_in_list(self) -> str:
        """`3/412`, or nothing when the ticket is in no list."""
        return ""

    def _show_heads(self, heads: Sequence[Head]) -> None:
        height = self._fitted.height
        room = 1 if height < _LOWEST else 2 if height < _LOW else 3
        for line in range(3):
            widget = self.query_one(f"#head-{line}", TextLine)
            is_shown = line < min(len(heads), room)
            head = heads[line] if is_shown else Head(())
            widget.show(head.left, head.right)
            if widget.display != is_shown:
                widget.display = is_shown

    def show_place(self) -> None:
        """Say in the status line where one is, and below it what can be done."""
        self.status.place(self._place())
        self.show_keys()

    def _place(self) -> Parts:
        if self.current is None:
            return ()
        view = self.side if self._covers else self.view
        parts: list[Part] = [(f"{self._place_words()} {self.session.glyphs.dot} {view.share}", "plain")]
        search = view.search
        if search is not None:
            dash = self.session.glyphs.dash
            keys = f" {dash} n N" if len(search) > 1 else ""
            parts.append((f"  {one_line(search.words)}: {search.place}{keys}", "accent"))
        return (*parts, *self.news())

    def _place_words(self) -> str:
        if self._covers:
            return "details"
        if self.aside:
            return self.aside
        ids = [message.id for message in self.read.detail.messages]
        here = message_of(self.view.current) if self.view.current is not None else None
        place = f"{ids.index(here) + 1}/" if here in ids and len(ids) > 1 else ""
        return f"{place}{len(ids)} message{'' if len(ids) == 1 else 's'}"

    def news(self) -> Parts:
        """What has come and is out of sight."""
        return ()

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of what is being written, of the panel, or of the thread."""
        panel = self.panel
        if panel is not None and panel.has_focus_within:
            return WRITING_KEYS
        if self.side.has_focus:
            return _SIDE_KEYS
        can = {action.name for action in permitted(self.session.actor, self.current)} & set(_KEYS_OFFERED)
        acting = [(action.shown, action.label) for action in ACTIONS if action.name in can]
        return [*acting, ("Esc", "back"), ("J/K", "next/previous"), ("/", "search"), ("?", "more")]

    def on_mount(self) -> None:
        """Know the size before anything is drawn."""
        self.set_focus(self.view)
        self._fit(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Fixed lines are drawn for the size; the panel comes where there is room for it."""
        if event.size != self._fitted:
            self._fit(event.size)
            self.call_after_refresh(self._draw_again)

    def _fit(self, size: Size) -> None:
        """Styles are set on the parts themselves: a class of the screen would have every part styled anew."""
        was_wide, self._fitted = self._is_wide, size
        if self._is_wide is not was_wide:
            self._wants_side = None
        for part in (self.view, self.side):
            part.styles.margin = (int(size.height >= _LOW), 0, 0, 0)
        self.side.styles.width = _SIDE_WIDTH if self._is_wide else "1fr"
        self.side.set_class(self._is_wide, "-beside")
        self._arrange()

    def _draw_again(self) -> None:
        if self.is_attached:
            self.draw_header()
            self.draw_side()
            self.show_place()

    @on(LineView.Scrolled)
    def _scrolled(self, event: LineView.Scrolled) -> None:
        event.stop()
        self.came_into_sight()
        self.draw_header()
        self.status.place(self._place())

    def came_into_sight(self) -> None:
        """Something else is in sight."""

    # The panel.

    @property
    def _is_wide(self) -> bool:
        return self._fitted.width >= _WIDE

    @property
    def _covers(self) -> bool:
        """Whether the panel stands in place of the thread."""
        return self._shows_side and not self._is_wide

    def _arrange(self) -> None:
        """Show the panel where it is wanted, or where there is room; what is shown for a moment has the place first."""
        wanted = self._wants_side if self._wants_side is not None else self._is_wide
        has_room = self._is_wide or not self.aside
        self._shows_side = wanted and has_room and self.current is not None
        had_focus = self.focused in (self.side, self.view)
        self.side.display, self.view.display = self._shows_side, not self._covers
        if had_focus and (self._covers or not self._shows_side):
            self.set_focus(self.resting_place)

    def draw_side(self, *, opening: bool = False) -> None:
        """The panel, where it is shown; what is around the ticket is read when it is first needed."""
        if not self._shows_side or self.current is None:
            return
        from deskterm.screens.widgets.side_lines import side_page

        page = side_page(self.read, self._around, self.reading(), has_focus=self.side.has_focus)
        (self.side.open if opening else self.side.update)(page)
        if self._around_is_old:
            self._around_is_old = False
            self.begin("context", self._read_context)

    async def _read_context(self) -> None:
        read = self.read
        context = await self.session.thread.ask(ReadContext(number=read.detail.ticket.number))
        if self.read is read:
            self._around = context
            self.draw_side()

    def take_context(self, context: TicketContext | None) -> None:
        """What is around another ticket; None when it is not known yet."""
        self._around, self._around_is_old = context, context is None

    def doubt_context(self) -> None:
        """What is around the ticket may have changed: it is shown until it was read again."""
        self._around_is_old = True

    async def context_of(self, number: int) -> TicketContext | None:
        """What is around a ticket, where the panel shows it."""
        if not self._shows_side:
            return None
        return await self.session.thread.ask(ReadContext(number=number))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _side_focused(self) -> None:
        self.call_after_refresh(self._mark_side)

    def _mark_side(self) -> None:
        """Its heading says whether it has the keys."""
        if self.is_attached:
            self.draw_side()

    # What the keys do.

    def action_side(self) -> None:
        """Show the panel, or hide it."""
        self._wants_side = not self._shows_side
        self._arrange()
        if self._wants_side and not self._is_wide:
            self.set_focus(self.side)
        self._draw_again()

    def action_unfold(self) -> None:
        """Unfold the current message, or fold it again."""
        if not self.view.toggle_folds():
            self.tell("Nothing is folded here.")

    def action_unfold_all(self) -> None:
        """Unfold every message, or fold them all again."""
        self.thread.toggle_all()
        self.draw()

    def action_changes(self) -> None:
        """Show each change on a line of its own, or runs of them on one."""
        self.thread.toggle_changes()
        self.draw()

    def action_search(self) -> None:
        """Look for words in what is shown."""
        self.begin_held("act", self._search)

    async def _search(self) -> None:
        view = self.side if self.side.has_focus else self.view
        words = await self.ask_text("/", self._last_search)
        if words is None:
            return
        self._last_search = words.strip()
        found = view.look_for(self._last_search)
        self.tell("")
        if found is not None and not len(found):
            view.look_for("")
            self.tell(f"Not found: {self._last_search}", "error")
        self.show_place()

    def leave_level(self) -> bool:
        """Leave the innermost of search, panel over the thread, and what stands in its place; False on the thread."""
        levels: tuple[tuple[bool, Callable[[], object]], ...] = (
            (self.side.search is not None, partial(self.side.look_for, "")),
            (self.view.search is not None, partial(self.view.look_for, "")),
            (self._covers, self.action_side),
            (self.side.has_focus, partial(self.set_focus, self.view)),
            (bool(self.aside), self.back_to_thread),
        )
        leave = next((leave for is_there, leave in levels if is_there), None)
        if leave is None:
            return False
        leave()
        self.show_place()
        return True
