"""Editing the query of a list: typing, completing, going back."""

import asyncio
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from deskterm.screens.list_reading import ListReading
from deskterm.screens.listing import Listing
from deskterm.screens.new_ticket import NewTicketScreen
from deskterm.screens.session import Session
from deskterm.screens.widgets.query_bar import QueryBar, QueryInput

_TYPING_PAUSE_SECONDS = 0.2
"""Rest after a character of the query before the list follows."""

QUERY_KEYS = (("Enter", "show"), ("Esc", "back"), ("Tab", "complete"), ("Up", "history"))


class QueryScreen(NewTicketScreen):
    """A screen with a query bar over a list of tickets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "edit_query", "filter", id="desk.filter", tooltip="Change the query"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.listing = Listing()
        self.reading = ListReading(session, self.listing)
        self._query_before = ""
        self._has_typed = False

    @property
    def bar(self) -> QueryBar:
        """The query."""
        return self.query_one(QueryBar)

    async def open_query(self, query: str) -> None:
        """Show a query from the top; one that is not understood is blamed and leaves the list as it is."""
        raise NotImplementedError

    def action_edit_query(self) -> None:
        """Edit the query."""
        self.bar.edit()

    def find(self, query: str) -> None:
        """Show a query that was written elsewhere; one that is not understood can be corrected in the bar."""
        self.bar.write(query)
        self.begin("list", partial(self._enter_query, query))

    @on(QueryBar.Begun)
    def _query_begun(self) -> None:
        """Esc will go back to the query of now."""
        self._query_before, self._has_typed = self.reading.query, False

    @on(QueryBar.Edited)
    def _query_edited(self, event: QueryBar.Edited) -> None:
        self._has_typed = True
        if self.reading.is_swift:
            self.begin("list", partial(self._follow_typing, event.text))

    @on(QueryBar.Entered)
    def _query_entered(self, event: QueryBar.Entered) -> None:
        self.begin("list", partial(self._enter_query, event.text))

    @on(QueryBar.Left)
    def _query_left(self) -> None:
        self.bar.show(self._query_before)
        self.tell("")
        self.set_focus(self.resting_place)
        if self._has_typed:
            # Also when the list has not followed the typing yet: this takes the place of what would.
            self.begin("list", partial(self.open_query, self._query_before))

    @on(QueryInput.CompletionWanted)
    def _completion_wanted(self, event: QueryInput.CompletionWanted) -> None:
        event.stop()
        self.begin("completion", self._complete)

    async def _follow_typing(self, text: str) -> None:
        await asyncio.sleep(_TYPING_PAUSE_SECONDS)
        await self.open_query(text)

    async def _enter_query(self, text: str) -> None:
        """Show it and go to the list; a mistake keeps the cursor where it can be corrected."""
        await self.open_query(text)
        if self.reading.query == text:
            self.bar.show(text)
            self.set_focus(self.resting_place)

    async def _complete(self) -> None:
        """Put the first proposal in; the others stand in the status line."""
        from deskterm.engine.services.completing import CompleteQuery

        entry = self.bar.input
        wanted = CompleteQuery(text=entry.value, cursor=entry.cursor_position)
        found = await self.session.thread.ask(wanted)
        if found and (entry.value, entry.cursor_position) == (wanted.text, wanted.cursor):
            self.bar.complete(found[0].insert, found[0].start, found[0].end)
            self.tell(" ".join(completion.insert for completion in found))
