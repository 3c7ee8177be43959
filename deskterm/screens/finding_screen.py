"""Finding a place in the list: words, the next unread ticket, a ticket by its number."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from deskterm.engine.door.errors import BadQuery
from deskterm.screens.list_finding import ListFinding
from deskterm.screens.list_screen import ListScreen
from deskterm.screens.session import Session
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.ticket_list import TicketList

_LARGEST = 2**63 - 1


class FindingScreen(ListScreen):
    """The list shows what it showed; only the cursor goes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "find_here", "find", id="desk.find", tooltip="Find words in this list; n N go from hit to hit"),
        Binding("number_sign", "go_to", "number", id="desk.go_to", tooltip="Go to a ticket of this list by its number"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.finding = ListFinding(session, self.listing, self.reading)

    def place(self) -> Parts:
        """What is looked for stands behind the place."""
        words = self.finding.words
        keys = f"{self.session.glyphs.dash} n N"
        return (*super().place(), *(((f"  find {one_line(words)} {keys}", "accent"),) if words else ()))

    def action_back(self) -> None:
        """Finding ends first, then as the list goes back."""
        if self.finding.words and self.listing.anchor is None:
            self._look_for("")
        else:
            super().action_back()

    def _look_for(self, words: str) -> None:
        self.finding.words = words
        self.tickets.has_hits = bool(words)
        self.show_place()

    def action_find_here(self) -> None:
        """Ask for words and go to the first hit."""
        self.begin_held("act", self._find_here)

    async def _find_here(self) -> None:
        words = await self.ask_text("find", self.finding.words)
        if words is None:
            return
        before = self.finding.words
        self._look_for(words.strip())
        if self.finding.words:
            try:
                await self._go_on(1)
            except BadQuery:
                self._look_for(before)
                raise

    @on(TicketList.HitWanted)
    def _hit_wanted(self, event: TicketList.HitWanted) -> None:
        self.begin("hit", partial(self._go_on, event.by))

    async def _go_on(self, by: int) -> None:
        if await self.finding.find_next(by):
            self._gone("From the other end again." if self.finding.has_wrapped else "")
        elif self.finding.words:
            self.tell(f"Nothing in this list matches: {self.finding.words}", "error")
        else:
            self.tell("There is no unread ticket in this list.")

    def _gone(self, words: str) -> None:
        """The cursor is somewhere else."""
        self.tell(words)
        self.draw()
        self.begin("rows", self.read_missing)

    def action_go_to(self) -> None:
        """Ask for a number; a ticket that is not in the list can be opened."""
        self.begin_held("act", self._go_to)

    async def _go_to(self) -> None:
        text = await self.ask_text("#")
        digits = (text or "").strip().lstrip("#")
        if not digits:
            return
        number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else 0
        if not 0 < number <= _LARGEST:
            self.tell(f"{one_line(digits[:20])} is no ticket number.", "error")
        elif await self.finding.go_to(number):
            self._gone("")
        elif await self.confirm(f"#{number} is not in this list. Open it? y/n"):
            self.open_ticket(number)
