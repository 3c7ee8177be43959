"""The desk: saved views, the query, and the tickets it finds."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.screens.desk_lines import title_parts
from deskterm.screens.drafting import draft_words
from deskterm.screens.first_steps import ANSWER, FIND, OPEN
from deskterm.screens.layout_screen import LayoutScreen
from deskterm.screens.new_ticket import NEW_TICKET_KEYS
from deskterm.screens.query_screen import QUERY_KEYS
from deskterm.screens.rooms import TICKETS
from deskterm.screens.ticket_actions import ACTIONS, permitted
from deskterm.screens.widgets.arranger import ARRANGER_KEYS
from deskterm.screens.widgets.query_bar import QueryBar
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.ticket_list import TicketList

if TYPE_CHECKING:
    from deskterm.engine.services.thread_reading import TicketThread

_KEYS_OFFERED = ("reply", "note", "assign", "take", "status", "resolve")


class DeskScreen(LayoutScreen):
    """One query at a time in a list of any length, with a preview where there is room."""

    room = TICKETS
    first_steps = frozenset({OPEN, ANSWER, FIND})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "quit", id="desk.leave", tooltip="Leave deskterm"),
    ]

    def compose(self) -> ComposeResult:
        """Five lines and the list; the preview comes when there is room for it."""
        yield TextLine(id="title", fill="title")
        yield TextLine(id="views")
        yield QueryBar(id="query")
        with Container(id="body"):
            yield TicketList(self.lines, follow=self.listing.move, id="tickets")
        yield Container(id="panel")
        yield Container(id="overlay")
        yield self.hint_line()
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Paint the frame, then ask."""
        self.show_line("title", *title_parts(self.session))
        self.set_focus(self.tickets)
        self.show_keys()
        self.begin("list", self._begin_the_day)

    async def _begin_the_day(self) -> None:
        await self.open_first_view()
        self.begin("drafts", self._read_drafts)

    async def _read_drafts(self) -> None:
        """What was begun on another day shows in the list, and is told once."""
        await self.session.drafts.load()
        count = len(self.session.drafts)
        if count:
            self.draw()
            words = "A draft is" if count == 1 else f"{count} drafts are"
            self.tell(f"{words} kept; : and go on writing opens {'it' if count == 1 else 'them'}.")

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of the query, of the new ticket, or of the list."""
        if self.bar.input.has_focus:
            return QUERY_KEYS
        if self.is_opening:
            return NEW_TICKET_KEYS
        if self.is_arranging:
            return ARRANGER_KEYS
        can = {action.name for action in permitted(self.session.actor, self.current)}
        offered = [action for action in ACTIONS if action.name in can and action.name in _KEYS_OFFERED]
        opening = [("Enter", "open")] if self.listing.current is not None else []
        creating = [("c", "new")] if self.may_create else []
        acting = [(action.shown, action.label) for action in offered]
        return [*opening, *acting, *creating, ("/", "filter"), ("?", "more")]

    # Where it leads.

    def open_ticket(self, number: int, write: str = "") -> None:
        """Open a ticket on a screen of its own, once it was read: one that cannot be is refused here."""
        self.begin_held("open", partial(self._open_ticket, number, write))

    async def _open_ticket(self, number: int, write: str) -> None:
        from deskterm.engine.services.thread_reading import ReadThread

        await self.show_ticket(await self.session.thread.ask(ReadThread(number=number)), write)

    async def show_ticket(self, read: "TicketThread", write: str = "") -> None:
        """Show a ticket over what is shown; `write`: begin a `reply` or a `note` in it."""
        from deskterm.screens.ticket import TicketScreen

        screen = TicketScreen(self.session, self.listing, read)
        with self.app.batch_update():
            await self.app.push_screen(screen)
        if write:
            await screen.start_writing(write)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back from a ticket: the cursor is on the one read last, and what was done shows."""
        if self.reading.is_loaded:
            self.show_line("title", *title_parts(self.session))
            self.draw()
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
