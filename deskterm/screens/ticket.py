"""One ticket: who asked, where it stands, what was said, and the answer being written below."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.engine.door.actions import Command
from deskterm.engine.services.rows import TicketDetail, TicketRow, UnsentRow
from deskterm.engine.services.ticket_reading import MarkSeen, ShowTicket, TicketHistory, WhyTicket
from deskterm.screens.listing import Listing
from deskterm.screens.rooms import TICKETS
from deskterm.screens.sending import SendingScreen
from deskterm.screens.session import Session
from deskterm.screens.ticket_actions import ACTIONS, permitted
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.line_view import Content, LineView
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.thread_lines import Reading, header_lines, thread_page, title_line
from deskterm.screens.writing import WRITING_KEYS

_KEYS_OFFERED = ("reply", "note", "assign", "take", "status", "resolve")


class TicketScreen(SendingScreen):
    """The thread of one ticket. J and K go through the list it was opened from."""

    CSS_PATH = "ticket.tcss"
    room = TICKETS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "step(1)", "next ticket", id="ticket.next", tooltip="Read the next ticket of the list"),
        Binding("K", "step(-1)", "ticket before", id="ticket.previous", tooltip="Read the ticket before"),
        Binding("o", "unfold", "quotes", id="ticket.unfold", tooltip="Unfold quotes, signatures and long mails"),
        Binding("e", "events", "events", id="ticket.events", tooltip="Show or hide the desk's own lines"),
        Binding("h", "history", "history", id="ticket.history", tooltip="What happened to this ticket"),
        Binding("W", "why", "why", id="ticket.why", tooltip="Why: what set it, and which rules were looked at"),
        Binding("escape", "back", "back", id="ticket.back", tooltip="Back to the thread, then to the list"),
        Binding("q", "close", "close", id="ticket.close", tooltip="Back to the list"),
    ]

    def __init__(self, session: Session, listing: Listing, detail: TicketDetail) -> None:
        super().__init__(session)
        self.detail = detail
        self._listing = listing
        self._shows_quotes = False
        self._shows_events = True
        self._aside: str = ""

    def compose(self) -> ComposeResult:
        """At most four lines of header, the thread, and two lines below."""
        yield TextLine(id="title", fill="title")
        for line in range(3):
            yield TextLine(id=f"head-{line}")
        yield LineView(id="thread")
        yield Container(id="panel")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Draw what was read before this screen was opened."""
        super().on_mount()
        self.set_focus(self.view)
        self._draw(opening=True)
        self.begin("seen", self._mark_seen)

    @property
    def view(self) -> LineView:
        """The thread."""
        return self.query_one("#thread", LineView)

    @property
    def number(self) -> int:
        """The number of the ticket being read."""
        return self.detail.ticket.number

    @property
    def current(self) -> TicketRow | None:
        """The ticket being read."""
        return self.detail.ticket

    def desk_changed(self) -> None:
        """Somebody committed: read the ticket again."""
        self.begin("read", partial(self._read_again, self.number))

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """Read the ticket again; the list behind learns of it too."""
        self._listing.remember(rows)
        self._listing.acted |= {row.number for row in rows}
        self.tell(words, "good")
        await self._read_again(self.number)

    def open_ticket(self, number: int, write: str = "") -> None:
        """Another ticket takes this one's place; writing begins here for this one."""
        if number == self.number and write:
            self.begin_held("writing", partial(self.start_writing, write))
        elif number != self.number:
            self.begin_held("switch", partial(self._switch, number, write))

    def look_at_the_rest(self) -> None:
        """The thread as it is now, at its end."""
        self._aside = ""
        self._draw(opening=False)
        self.view.action_bottom()

    async def _switch(self, number: int, write: str) -> None:
        detail = await self.session.thread.ask(ShowTicket(number=number))
        self.close_writing()
        self._take(detail)
        row = self._listing.find(number)
        if row is not None:
            self._listing.move(row)
        self._aside = ""
        self.tell("")
        self._draw(opening=True)
        if write:
            await self.start_writing(write)
        await self._mark_seen()

    def taken_back(self, row: UnsentRow) -> None:
        """The reply leaves the thread and stands below it again."""
        self.desk_changed()
        super().taken_back(row)

    async def _read_again(self, number: int) -> None:
        self._take(await self.session.thread.ask(ShowTicket(number=number)))
        self._draw(opening=False)
        await self._mark_seen()

    def _take(self, detail: TicketDetail) -> None:
        self.detail = detail
        self._listing.remember((detail.ticket,))

    async def _mark_seen(self) -> None:
        """Reading is remembered after the ticket is on the screen, never before."""
        shown = self.detail
        if shown.ticket.unread:
            await self.session.thread.do(lambda: _seen(shown))

    # What is drawn.

    def _draw(self, *, opening: bool) -> None:
        reading = self._reading()
        ticket = self.detail.ticket
        self.show_line("title", title_line(ticket), ((f" {self._list_place()} ", "title"),))
        heads = header_lines(ticket, reading)
        for line in range(3):
            widget = self.query_one(f"#head-{line}", TextLine)
            widget.show(heads[line] if line < len(heads) else ())
            if widget.display != (line < len(heads)):
                widget.display = line < len(heads)
        if not self._aside:
            self._show_page(partial(thread_page, self.detail, reading), opening=opening)
        self._show_place()

    def _show_page(self, content: Content, *, opening: bool) -> None:
        if opening:
            self.view.open(content, at_last=not self._aside)
        else:
            self.view.update(content)

    def _reading(self) -> Reading:
        session = self.session
        return Reading(session.now(), session.zone, session.glyphs, self._shows_quotes, self._shows_events)

    @on(LineView.Scrolled)
    def _scrolled(self) -> None:
        self.status.place(self._place())

    def _list_place(self) -> str:
        row = self._listing.find(self.number)
        return "" if row is None else f"{row + 1}/{len(self._listing):,}"

    def _show_place(self) -> None:
        self.status.place(self._place())
        self.show_keys()

    def _place(self) -> Parts:
        messages = len(self.detail.messages)
        what = self._aside or f"{messages} message{'' if messages == 1 else 's'}"
        return ((f"{what} {self.session.glyphs.dot} {self.view.place}", "plain"),)

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of what is being written, or of the thread."""
        panel = self.panel
        if panel is not None and panel.has_focus_within:
            return WRITING_KEYS
        can = {action.name for action in permitted(self.session.actor, self.current)} & set(_KEYS_OFFERED)
        acting = [(action.shown, action.label) for action in ACTIONS if action.name in can]
        return [*acting, ("Esc", "back"), ("J/K", "next/previous"), ("?", "more")]

    def on_resize(self, event: events.Resize) -> None:
        """Fixed lines are drawn for the width."""
        self.call_after_refresh(self._draw, opening=False)

    # Reading.

    def action_step(self, by: int) -> None:
        """Read the next ticket of the list, or the one before."""
        number = self._listing.step(self.number, by)
        if number is None:
            self.tell("There is no further ticket in the list." if by > 0 else "This is the first of the list.")
        else:
            self.open_ticket(number)

    def action_unfold(self) -> None:
        """Unfold, or fold again."""
        self._shows_quotes = not self._shows_quotes
        self._draw(opening=False)

    def action_events(self) -> None:
        """Show the desk's own lines, or hide them."""
        self._shows_events = not self._shows_events
        self._draw(opening=False)

    def action_history(self) -> None:
        """What happened, in place of the thread."""
        self.begin("aside", self._show_history)

    def action_why(self) -> None:
        """Which rule, job or person set what, in place of the thread."""
        self.begin("aside", self._show_why)

    async def _show_history(self) -> None:
        from deskterm.screens.widgets.history_lines import history_page

        events = await self.session.thread.ask(TicketHistory(number=self.number))
        self._show_aside("history", partial(history_page, events, self._reading()))

    async def _show_why(self) -> None:
        from deskterm.screens.widgets.history_lines import why_page

        why = await self.session.thread.ask(WhyTicket(number=self.number))
        self._show_aside("why", partial(why_page, why, self._reading()))

    def _show_aside(self, name: str, content: Content) -> None:
        self._aside = name
        self._show_page(content, opening=True)
        self._show_place()

    def action_back(self) -> None:
        """One level back: from history to the thread, from the thread to the list."""
        if self._aside:
            self._aside = ""
            self._draw(opening=True)
        else:
            self.action_close()

    def put_away(self) -> None:
        """Keep what was being written; the list goes on at this ticket."""
        self.close_writing()
        row = self._listing.find(self.number)
        if row is not None:
            self._listing.move(row)

    def action_close(self) -> None:
        """Back to the list; what was being written is kept."""
        self.put_away()
        self.dismiss()


def _seen(shown: TicketDetail) -> Command[None]:
    last = max((message.id for message in shown.messages), default=0)
    return MarkSeen(number=shown.ticket.number, message_id=last)
