"""The desk: saved views, the query, and the tickets it finds."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from deskterm.engine.door.errors import BadQuery
from deskterm.engine.services.rows import TicketDetail, TicketRow
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.screens.desk_lines import empty_lines, place_parts, title_parts
from deskterm.screens.drafting import draft_words
from deskterm.screens.new_ticket import NEW_TICKET_KEYS
from deskterm.screens.preview import Preview
from deskterm.screens.query_screen import QUERY_KEYS
from deskterm.screens.rooms import TICKETS
from deskterm.screens.session import Session
from deskterm.screens.ticket_actions import ACTIONS, permitted
from deskterm.screens.view_screen import ViewScreen
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.query_bar import QueryBar
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.ticket_lines import TicketLines
from deskterm.screens.widgets.virtual_list import VirtualList

_WIDE = 100
"""Columns from which the preview stands beside the list."""

_TALL = 40
"""Rows from which it stands below the list on a narrower terminal."""

_LOW = 12
"""Rows below which the title line gives its place to the list."""

_KEYS_OFFERED = ("reply", "note", "assign", "take", "status", "resolve")


class DeskScreen(ViewScreen):
    """One query at a time in a list of any length, with a preview where there is room."""

    room = TICKETS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "show_news", "show new", id="desk.news", tooltip="Show what is new, from the top"),
        Binding("space", "mark", "mark", id="desk.mark", tooltip="Mark the ticket and move down"),
        Binding("v", "mark_range", "range", id="desk.range", tooltip="Begin a range, or mark all up to here"),
        Binding("asterisk", "mark_all", "mark all", id="desk.mark_all", tooltip="Mark all of the list, or none"),
        Binding("escape", "back", "back", id="desk.back", tooltip="Drop the range, the marks, then the own query"),
        Binding("q", "leave", "quit", id="desk.leave", tooltip="Leave deskterm"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._lines = TicketLines(self.listing, session.glyphs, lambda: self.reading.now, begun=session.drafts)

    def compose(self) -> ComposeResult:
        """Five lines and the list; the preview comes when there is room for it."""
        yield TextLine(id="title", fill="title")
        yield TextLine(id="views")
        yield QueryBar(id="query")
        with Container(id="body"):
            yield VirtualList(self._lines, id="tickets")
        yield Container(id="panel")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Paint the frame, then ask."""
        super().on_mount()
        self.show_line("title", *title_parts(self.session))
        self.set_focus(self.tickets)
        self.show_keys()
        self.begin("list", self._begin_the_day)

    @property
    def tickets(self) -> VirtualList:
        """The tickets."""
        return self.query_one("#tickets", VirtualList)

    @property
    def current(self) -> TicketRow | None:
        """The ticket under the cursor."""
        return self.listing.current_row

    @property
    def marked(self) -> tuple[int, ...]:
        """The marked tickets, in list order."""
        return tuple(number for number in self.listing.numbers if number in self.listing.marks)

    # What is read.

    async def open_query(self, query: str) -> None:
        """Show a query from the top; one that is not understood is underlined and leaves the list as it is."""
        try:
            has_more = await self.reading.open(query)
        except BadQuery as error:
            self.bar.blame(error)
            self.tell(str(error), "error")
            return
        if not self.bar.input.has_focus:
            self.bar.show(query)
        self.tell("")
        self._draw()
        if has_more:
            await self.reading.read_order()
            self._draw()
        if not self.views.is_counted:
            self.count_views()

    async def _refresh(self) -> None:
        await self.reading.refresh(self.tickets.visible_rows)
        self._draw()
        await self._read_missing()
        self.count_views()

    async def _read_missing(self) -> None:
        if await self.reading.read_missing(self.tickets.visible_rows):
            self._draw()

    def desk_changed(self) -> None:
        """Somebody committed: read again, unless the first list has not come yet."""
        if self.reading.is_loaded:
            self.begin("list", self._refresh)

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """Show the own change in place; what it took out of the query leaves the list."""
        self.listing.remember(rows)
        self.listing.acted |= {row.number for row in rows}
        self.listing.marks -= self.listing.acted
        self._draw()
        self.tell(words, "good")
        await self._refresh()

    async def _begin_the_day(self) -> None:
        await self.open_first_view()
        self.begin("drafts", self._read_drafts)

    async def _read_drafts(self) -> None:
        """What was begun on another day shows in the list, and is told once."""
        await self.session.drafts.load()
        count = len(self.session.drafts)
        if count:
            self._draw()
            words = "A draft is" if count == 1 else f"{count} drafts are"
            self.tell(f"{words} kept; : and go on writing opens {'it' if count == 1 else 'them'}.")

    # What is drawn.

    def _draw(self) -> None:
        self._lines.measure()
        if self.reading.is_loaded:
            self.tickets.empty = empty_lines(self.reading.query, may_create=self.may_create)
        self.tickets.show(self._lines, self.listing.cursor)
        self._show_place()

    def _show_place(self) -> None:
        self.status.place(place_parts(self.listing, self.session.glyphs))
        self.show_keys()
        for preview in self.query(Preview):
            self.begin("preview", partial(preview.show, self.listing.current))

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of the query, of the new ticket, or of the list."""
        if self.bar.input.has_focus:
            return QUERY_KEYS
        if self.is_opening:
            return NEW_TICKET_KEYS
        can = {action.name for action in permitted(self.session.actor, self.current)}
        offered = [action for action in ACTIONS if action.name in can and action.name in _KEYS_OFFERED]
        opening = [("Enter", "open")] if self.listing.current is not None else []
        creating = [("c", "new")] if self.may_create else []
        acting = [(action.shown, action.label) for action in offered]
        return [*opening, *acting, *creating, ("/", "filter"), ("?", "more")]

    async def on_resize(self, event: events.Resize) -> None:
        """Fixed lines are drawn for the width; the preview comes and goes."""
        width, height = event.size
        beside, below = width >= _WIDE, width < _WIDE and height >= _TALL
        self.set_class(below, "-tall")
        self.set_class(height < _LOW, "-low")
        previews = self.query(Preview)
        if (beside or below) and not previews:
            await self.query_one("#body").mount(Preview(self.session, id="preview"))
        elif not (beside or below) and previews:
            await previews.remove()
        self.call_after_refresh(self._draw)
        self.call_after_refresh(self.show_views)

    # The list.

    @on(VirtualList.Moved)
    def _moved(self, event: VirtualList.Moved) -> None:
        self.listing.move(event.row)
        if self.listing.anchor is not None:
            self.tickets.repaint_changed()
        self.tell("")
        self._show_place()

    @on(VirtualList.Scrolled)
    def _scrolled(self) -> None:
        self.begin("rows", self._read_missing)

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        if self.listing.current is not None:
            self.open_ticket(self.listing.current)

    def action_mark(self) -> None:
        """Mark and move down."""
        self.listing.toggle_mark()
        self._show_marks()
        self.tickets.action_move(1)

    def action_mark_range(self) -> None:
        """Begin a range, or end it."""
        self.listing.toggle_range()
        self._show_marks()

    def action_mark_all(self) -> None:
        """Mark all, or none."""
        self.listing.toggle_all()
        self._show_marks()

    def action_back(self) -> None:
        """One level back: the range, the marks, then the query of the view."""
        if self.listing.anchor is not None or self.listing.marks:
            self.listing.unmark()
            self._show_marks()
        elif self.views.shown is not None and self.reading.query != self.views.query:
            self.begin("list", partial(self.open_query, self.views.query))

    def action_show_news(self) -> None:
        """Take over the desk's order, from the top."""
        self.listing.show_news()
        self._draw()
        self.desk_changed()

    def _show_marks(self) -> None:
        self.tickets.repaint_changed()
        self._show_place()

    # Where it leads.

    def open_ticket(self, number: int, write: str = "") -> None:
        """Open a ticket on a screen of its own, once it was read: one that cannot be is refused here."""
        self.begin_held("open", partial(self._open_ticket, number, write))

    async def _open_ticket(self, number: int, write: str) -> None:
        await self.show_ticket(await self.session.thread.ask(ShowTicket(number=number)), write)

    async def show_ticket(self, detail: TicketDetail, write: str = "") -> None:
        """Show a ticket over what is shown; `write`: begin a `reply` or a `note` in it."""
        from deskterm.screens.ticket import TicketScreen

        screen = TicketScreen(self.session, self.listing, detail)
        with self.app.batch_update():
            await self.app.push_screen(screen)
        if write:
            await screen.start_writing(write)

    @property
    def resting_place(self) -> Widget:
        """The list."""
        return self.tickets

    def created(self, row: TicketRow) -> None:
        """Say where it went and show it, if the query finds it."""
        self.tell(f"#{row.number} opened in {one_line(row.queue)}; :{row.number} opens it.", "good")
        self.listing.follows_top = True
        self.desk_changed()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back from a ticket: the cursor is on the one read last, and what was done shows."""
        if self.reading.is_loaded:
            self._draw()
            self.set_focus(self.tickets)
            if self.listing.acted:
                self.desk_changed()

    def action_leave(self) -> None:
        """Leave, after a question when something is unsent."""
        self.begin_held("act", self._leave)

    async def _leave(self) -> None:
        drafts = self.session.drafts
        await drafts.save()
        words = ", ".join(draft_words(key) for key in drafts.unsaved or drafts.written_here)
        fate = "would be lost" if drafts.unsaved else "stays a draft"
        if not words or await self.confirm(f"Unsent: {words}; it {fate}. Leave? y/n"):
            self.app.exit(return_code=0)
