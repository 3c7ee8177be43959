"""One ticket: read to its end, followed live, left for the next one of the list."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.worker import WorkType

from deskterm.engine.door.errors import Denied, DeskError, NotFound
from deskterm.engine.services.rows import TicketRow, UnsentRow
from deskterm.engine.services.thread_reading import ReadThread, TicketThread
from deskterm.engine.services.ticket_lists import ReadTicketRows
from deskterm.engine.services.ticket_reading import MarkSeen, TicketHistory, WhyTicket
from deskterm.screens.first_steps import ANSWER, OPEN
from deskterm.screens.listing import Listing
from deskterm.screens.rooms import TICKETS
from deskterm.screens.session import Session
from deskterm.screens.thread_screen import ThreadScreen
from deskterm.screens.visits import Visit
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.message_lines import message_key
from deskterm.screens.widgets.page import Line, Page, page_of
from deskterm.screens.widgets.sheet import Place
from deskterm.screens.widgets.thread_lines import Thread

_SEEN_SECONDS = 0.3
"""How long one stays at a place before what is in sight there is remembered as read."""


_STEP_SECONDS, _STEP_LOOKS = 0.02, 100
"""How long, and how often, the next ticket of a very long list is waited for."""

_FETCH = "attachment"
"""The name of what stands in place of the thread while it tells how a file is fetched."""

_GONE_WORDS = (
    "It was moved to where you may not read it, or it is gone.",
    "Esc goes back to the list, J to the next ticket.",
)


class TicketScreen(ThreadScreen):
    """The thread of one ticket. J and K go through the list it was opened from."""

    CSS_PATH = "ticket.tcss"
    room = TICKETS
    first_steps = frozenset({ANSWER})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "step(1)", "next ticket", id="ticket.next", tooltip="Read the next ticket of the list"),
        Binding("K", "step(-1)", "ticket before", id="ticket.previous", tooltip="Read the ticket before"),
        Binding("enter", "follow", "follow", id="ticket.follow", tooltip="Open the ticket this one was merged into"),
        Binding("f", "files", "files", id="ticket.files", tooltip="List the attachments, and fetch one"),
        Binding("h", "history", "history", id="ticket.history", tooltip="What happened to this ticket"),
        Binding("W", "why", "why", id="ticket.why", tooltip="Why: what set it, and which rules were looked at"),
        Binding("escape", "back", "back", id="ticket.back", tooltip="Back to the thread, then to the list"),
        Binding("q", "close", "close", id="ticket.close", tooltip="Back to the list"),
    ]

    def __init__(self, session: Session, listing: Listing, read: TicketThread) -> None:
        super().__init__(session, read)
        self._listing = listing
        self._last_listed = listing.current or 0
        """Where J and K go on: the ticket of the list that was read last, or that its cursor is on."""
        self._is_gone = False
        self._arrived: set[int] = set()
        self._reached = 0
        self._marked = 0
        self._command = ""

    def on_mount(self) -> None:
        """Draw what was read before this screen was opened, for the size it has."""
        self._fit(self.app.size)
        self._open()

    @property
    def number(self) -> int:
        """The number of the ticket being read."""
        return self.read.detail.ticket.number

    @property
    def current(self) -> TicketRow | None:
        """The ticket being read, as long as it can be."""
        return None if self._is_gone else super().current

    @property
    def place_in_list(self) -> str:
        """Where the list has it."""
        row = self._listing.find(self.number)
        return "" if row is None else f"{row + 1:,}/{len(self._listing):,}"

    # What is read.

    def desk_changed(self) -> None:
        """Somebody committed: look whether it was about this ticket."""
        self.begin("read", partial(self._look_at_row, self.number))

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """Read the ticket again and show what was written; the list behind learns of it too."""
        self._listing.remember(rows)
        self._listing.acted |= {row.number for row in rows}
        self.tell(words, "good")
        before = self._last_message
        await self._read_again(self.number)
        if self._last_message != before and not self.aside:
            self.view.action_bottom()

    def open_ticket(self, number: int, write: str = "") -> None:
        """Another ticket takes this one's place; writing begins here for this one."""
        if number == self.number and write:
            self.begin_held("writing", partial(self.start_writing, write))
        elif number != self.number or self._is_gone:
            self.begin_held("switch", partial(self._switch, number, write))

    def look_at_the_rest(self) -> None:
        """The thread as it is now, at its end."""
        if self.aside:
            self.open_thread(None)
        self.view.action_bottom()

    async def _switch(self, number: int, write: str) -> None:
        read = await self.session.thread.ask(ReadThread(number=number))
        context = await self.context_of(number)
        self.close_writing()
        self._leave()
        self.tell("")
        self.read = read
        self._is_gone = False
        self.take_context(context)
        self._open()
        if write:
            await self.start_writing(write)

    def taken_back(self, row: UnsentRow) -> None:
        """The reply leaves the thread and stands below it again."""
        self.desk_changed()
        super().taken_back(row)

    async def _look_at_row(self, number: int) -> None:
        """On a busy desk most of what is committed is about other tickets: then only what is around it is read."""
        rows = await self.session.thread.ask(ReadTicketRows(numbers=(number,)))
        if number != self.number:
            return
        if not self._is_gone and rows and self._is_as_read(rows[0]):
            self.doubt_context()
            self.draw_side()
        else:
            await self._read_again(number)

    def _is_as_read(self, row: TicketRow) -> bool:
        """Whether nothing happened to the ticket; what becomes of a reply that waits to be sent is no event."""
        waits = any(message.delivery == "queued" for message in self.read.detail.messages)
        return not waits and replace(row, unread=self.read.detail.ticket.unread) == self.read.detail.ticket

    async def _read_again(self, number: int) -> None:
        """What arrived is noted, and what can no longer be read is said."""
        try:
            read = await self.session.thread.ask(ReadThread(number=number))
        except (NotFound, Denied) as error:
            self._lose(error)
            return
        if number != self.number:
            return
        known = {message.id for message in self.read.detail.messages}
        self._arrived |= set(read.unread) - known
        self.read = read
        self._listing.remember((read.detail.ticket,))
        self.doubt_context()
        if self._is_gone:
            self._is_gone = False
            self.open_thread(None)
        else:
            self.draw()
        self.came_into_sight()
        self.show_place()

    @property
    def number_shown(self) -> int | None:
        """The ticket being read."""
        return self.number

    def _open(self) -> None:
        """Show the ticket where one was, at what is new, or at its last message."""
        self.thread = Thread()
        self.unseen = frozenset(self.read.unread)
        self._arrived, self._reached, self._marked = set(), 0, 0
        self._listing.remember((self.read.detail.ticket,))
        self.session.recent.add(self.number)
        self.did(OPEN)
        row = self._listing.find(self.number)
        if row is not None:
            self._last_listed = self.number
            self._listing.move(row)
        visit = self.session.visits.get(self.number)
        if visit is not None:
            self.thread = visit.thread
        self.attend()
        self.open_thread(self._first_place(visit))

    def _first_place(self, visit: Visit | None) -> Place | None:
        unread, last = self.read.unread, self._last_message
        new = [number for number in unread if visit is None or number > visit.last_message]
        if new or (visit is None and last):
            return Place(message_key(new[0] if new else last))
        return visit.place if visit is not None else None

    @property
    def _last_message(self) -> int:
        return max((message.id for message in self.read.detail.messages), default=0)

    def _leave(self) -> None:
        """Remember where one was."""
        if not self._is_gone:
            self.session.visits.remember(self.number, Visit(self.thread_place, self._last_message, self.thread))

    def _lose(self, error: DeskError) -> None:
        """The ticket can no longer be read: nothing of it stays on the screen but what is being written."""
        self._is_gone = True
        ticket = replace(self.read.detail.ticket, subject="", tags=(), custom={})
        self.read = TicketThread(replace(self.read.detail, ticket=ticket, messages=(), links=()))
        self.thread, self._arrived = Thread(), set()
        self.take_context(None)
        self.show_aside("gone", page_of([Line(((f" {line}", "plain"),)) for line in (str(error), *_GONE_WORDS)]))
        self.draw_header()
        self.tell(str(error), "error")
        self.attend()
        if self.panel is not None:
            self.set_focus(self.panel.area)

    # What was seen.

    def came_into_sight(self) -> None:
        """Remember as read what is in sight for a moment, and what is no longer news."""
        in_sight = self.messages_in_sight
        self._arrived -= in_sight
        self._reached = max(self._reached, *in_sight, 0)
        message, is_all = self._read_to()
        if self._reached and message > self._marked and self.read.detail.ticket.unread:
            seconds, self._marked = (_SEEN_SECONDS if self._marked else 0), message
            work: WorkType[None] = partial(self._mark_seen, self.number, message, seconds, is_all=is_all)
            # The app's work, not this screen's, which may be left meanwhile.
            self.app.run_worker(work, group=f"seen {self.number}", exclusive=True, exit_on_error=False)

    def _read_to(self) -> tuple[int, bool]:
        """The last message before the first one by others that was not in sight yet, and whether it is the last."""
        ahead = [number for number in self.read.unread if number > self._reached]
        return (ahead[0] - 1, False) if ahead else (self._last_message, True)

    async def _mark_seen(self, number: int, message: int, seconds: float, *, is_all: bool) -> None:
        """Never more than was shown, and only after it was."""
        await asyncio.sleep(seconds)
        with suppress(DeskError):
            await self.session.thread.do(lambda: MarkSeen(number=number, message_id=message))
            row = self._listing.rows.get(number)
            if row is not None and is_all:
                self._listing.remember((replace(row, unread=False),))

    def news(self) -> Parts:
        """`1 new below`."""
        if not self._arrived:
            return ()
        glyphs = self.session.glyphs
        return ((f"  {glyphs.gone} {len(self._arrived)} new below {glyphs.dash} G", "accent"),)

    # What the keys do.

    def action_step(self, by: int) -> None:
        """Read the next ticket of the list, or the one before."""
        self.begin_held("switch", partial(self._step, by))

    async def _step(self, by: int) -> None:
        """Where the list is longer than what is held of it, what comes next is on its way."""
        number = self._listing.step(self._last_listed, by)
        for _ in range(_STEP_LOOKS):
            if number is not None or not self._listing.goes_on(self._last_listed, by):
                break
            await asyncio.sleep(_STEP_SECONDS)
            number = self._listing.step(self._last_listed, by)
        if number is not None:
            await self._switch(number, "")
        else:
            self.tell("There is no further ticket in the list." if by > 0 else "This is the first of the list.")

    def action_follow(self) -> None:
        """Open the ticket that this one was merged into."""
        target = self.read.detail.ticket.merged_into
        if target is not None and not self._is_gone:
            self.open_ticket(target)

    def action_files(self) -> None:
        """Choose an attachment and fetch it."""
        self.begin_held("act", self._files)

    async def _files(self) -> None:
        from deskterm.screens.ticket_files import TicketFiles

        await TicketFiles(self).fetch(self.read)

    def show_command(self, page: Page, command: str) -> None:
        """Show how a file is fetched, in place of the thread; `y` copies the command."""
        self.show_aside(_FETCH, page)
        self._command = command

    def action_copy_number(self) -> None:
        """Copy the command that is shown, else the number of the ticket."""
        if self.aside == _FETCH:
            self.app.copy_to_clipboard(self._command)
            self.tell("Copied the command.")
        else:
            super().action_copy_number()

    def action_history(self) -> None:
        """What happened, in place of the thread."""
        self.begin("aside", self._show_history)

    def action_why(self) -> None:
        """Which rule, job or person set what, in place of the thread."""
        self.begin("aside", self._show_why)

    async def _show_history(self) -> None:
        from deskterm.screens.widgets.history_lines import history_page

        events = await self.session.thread.ask(TicketHistory(number=self.number))
        self.show_aside("history", history_page(events, self.reading()))

    async def _show_why(self) -> None:
        from deskterm.screens.widgets.history_lines import why_page

        why = await self.session.thread.ask(WhyTicket(number=self.number))
        self.show_aside("why", why_page(why, self.reading()))

    def action_back(self) -> None:
        """One level back: out of a search, out of what covers the thread, then to the list."""
        if self._is_gone or not self.leave_level():
            self.action_close()

    def put_away(self) -> None:
        """Keep what was being written, and where one was; the list goes on at this ticket."""
        self.close_writing()
        self._leave()
        self.part()
        row = self._listing.find(self._last_listed)
        if row is not None:
            self._listing.move(row)

    def action_close(self) -> None:
        """Back to the list; what was being written is kept."""
        self.put_away()
        self.dismiss()
