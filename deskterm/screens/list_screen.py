"""The list of tickets on a screen: moving, marking, and what came in meanwhile."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from deskterm.engine.door.errors import BadQuery
from deskterm.engine.services.rows import TicketRow
from deskterm.screens.desk_lines import empty_lines, place_parts
from deskterm.screens.session import Session
from deskterm.screens.stretch import MOST_HELD
from deskterm.screens.view_screen import ViewScreen
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.query_input import QueryInput
from deskterm.screens.widgets.ticket_lines import TicketLines
from deskterm.screens.widgets.ticket_list import TicketList
from deskterm.screens.widgets.virtual_list import VirtualList


class ListScreen(ViewScreen):
    """Subclasses compose a `TicketList` with the id `tickets` over the lines of `lines`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "show_news", "show new", id="desk.news", tooltip="Show what is new and drop what is gone"),
        Binding("space", "mark", "mark", id="desk.mark", tooltip="Mark the ticket and move down"),
        Binding("v", "mark_range", "range", id="desk.range", tooltip="Begin a range, or mark all up to here"),
        Binding("asterisk", "mark_all", "mark all", id="desk.mark_all", tooltip="Mark all of the list, or none"),
        Binding("escape", "back", "back", id="desk.back", tooltip="Drop the range, the marks, then the own query"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.lines = TicketLines(self.listing, session.glyphs, lambda: self.reading.now, begun=session.drafts)
        self.listing.more_wanted = self._read_around_cursor

    @property
    def tickets(self) -> TicketList:
        """The tickets."""
        return self.query_one("#tickets", TicketList)

    @property
    def current(self) -> TicketRow | None:
        """The ticket under the cursor."""
        return self.listing.current_row

    @property
    def marked(self) -> tuple[int, ...]:
        """The marked tickets, those of the list first and in its order."""
        return self.listing.marked

    @property
    def hidden(self) -> frozenset[int]:
        """The marked tickets that the list does not show."""
        return frozenset(self.listing.hidden & self.listing.marks)

    @property
    def resting_place(self) -> Widget:
        """The list."""
        return self.tickets

    # What is read.

    async def open_query(self, query: str) -> None:
        """Show a query from the top; one that is not understood is underlined and leaves the list as it is."""
        try:
            has_more = await self.reading.open(query)
        except BadQuery as error:
            self.blame(error)
            return
        self.tell("")
        self.draw()
        self.opened(query)
        if has_more or self.listing.marks:
            if has_more:
                await self.reading.read_order()
            await self.reading.find_hidden()
            self.draw()
        if not self.views.is_counted:
            self.count_views()

    async def _refresh(self) -> None:
        await self.reading.refresh(self.tickets.visible_rows)
        self.draw()
        await self.read_missing()
        self.count_views()

    async def read_missing(self) -> None:
        """Read the rows in sight that have not been read."""
        if await self.reading.read_missing(self.tickets.visible_rows):
            self.draw()

    def _read_around_cursor(self) -> None:
        """Hold more of a long list, also while a ticket of it is read over this screen."""
        self.begin("ahead", self._read_ahead)

    async def _read_ahead(self) -> None:
        row = self.listing.cursor
        if await self.reading.read_missing(range(row, row + 1)) and self.is_current:
            self.draw()

    def desk_changed(self) -> None:
        """Somebody committed: hear of it, unless the first list has not come yet."""
        if self.is_changing:
            self.look_again()
        elif self.reading.is_loaded:
            self.begin("list", self._refresh)

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """Show the own change in place; what it took out of the query leaves the list."""
        self.listing.remember(rows)
        self.listing.acted |= {row.number for row in rows}
        self.listing.marks -= self.listing.acted
        self.draw()
        self.tell(words, "good")
        await self._refresh()

    # What is drawn.

    def draw(self) -> None:
        """Show the list as it is known now; only lines that read differently are painted."""
        if self.reading.is_loaded:
            self.tickets.empty = empty_lines(self.reading.query, may_create=self.may_create)
        shift = self.listing.take_shift()
        self.tickets.show(self.lines, self.listing.cursor, shift=shift)
        self.show_place()

    def show_place(self) -> None:
        """Say where the cursor is, what is new and what is marked."""
        self.status.place(self.place())
        self.show_keys()

    def place(self) -> Parts:
        """The words for that."""
        return place_parts(self.listing, self.session.glyphs)

    @on(QueryInput.Proposed)
    def _proposed(self, event: QueryInput.Proposed) -> None:
        """What could stand in the query lies over the list."""
        event.stop()
        size, left = self.tickets.size, self.tickets.region.x
        self.tickets.lay_over(self.bar.input.proposals.cover(event.column - left, size.width, size.height))

    @on(VirtualList.CoverClicked)
    def _proposal_clicked(self, event: VirtualList.CoverClicked) -> None:
        self.bar.input.take_line(event.line)

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        if self.listing.anchor is not None:
            self.tickets.repaint_changed()
        self.tell("")
        self.show_place()

    @on(VirtualList.Scrolled)
    def _scrolled(self) -> None:
        self.begin("rows", self.read_missing)

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        if self.listing.current is not None:
            self.open_ticket(self.listing.current)

    # Marks.

    def action_mark(self) -> None:
        """Mark and move down."""
        self.listing.toggle_mark()
        self._show_marks()
        self.tickets.action_move(1)

    def action_mark_range(self) -> None:
        """Begin a range, or end it."""
        if self.listing.anchor is None:
            self.listing.begin_range()
        elif not self.listing.end_range():
            self.tell(f"A range holds up to {MOST_HELD:,} tickets; this one is longer.", "error")
        self._show_marks()

    def action_mark_all(self) -> None:
        """Mark all, or none."""
        if self.listing.stretch.is_whole:
            self.listing.toggle_all()
            self._show_marks()
        else:
            self.tell(f"Up to {MOST_HELD:,} tickets can be marked at once; / makes the list shorter.", "error")

    def action_back(self) -> None:
        """One level back: the range, the marks, then the query of the view."""
        if self.listing.anchor is not None or self.listing.marks:
            self.listing.unmark()
            self._show_marks()
        elif self.views.shown is not None and self.reading.query != self.views.query:
            self.change_query(self.views.query)

    def _show_marks(self) -> None:
        self.tickets.repaint_changed()
        self.show_place()

    # What is new.

    def action_show_news(self) -> None:
        """Take over the desk's order; the cursor goes to the first of what is new."""
        self.begin("list", self._show_news)

    async def _show_news(self) -> None:
        await self._take_over(frozenset(self.listing.fresh))

    def created(self, row: TicketRow) -> None:
        """Say where it went and show it, if the query finds it."""
        self.tell(f"#{row.number} opened in {one_line(row.queue)}; :{row.number} opens it.", "good")
        self.begin("list", partial(self._take_over, frozenset((row.number,))))

    async def _take_over(self, wanted: Collection[int]) -> None:
        """The desk's order of now, with the cursor on the first of the tickets wanted that it holds.

        Rows are read before the list is drawn: a line that only says that it is being read would flicker.
        """
        await self.reading.reload()
        self.listing.move_to_first(wanted)
        row, height = self.listing.cursor, self.tickets.size.height
        await self.reading.refresh(range(max(row - height, 0), row + height))
        self.draw()
        await self.read_missing()
        self.count_views()
