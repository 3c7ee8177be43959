"""Editing the query of a list: typing, completing, going back."""

import asyncio
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input
from textual.worker import Worker

from deskterm.engine.door.errors import BadQuery, DeskError
from deskterm.screens.first_steps import FIND
from deskterm.screens.list_reading import ListReading
from deskterm.screens.listing import Listing
from deskterm.screens.new_ticket import NewTicketScreen
from deskterm.screens.session import Session
from deskterm.screens.widgets.query_bar import QueryBar
from deskterm.screens.widgets.query_input import QueryInput

_TYPING_PAUSE_SECONDS = 0.2
"""Rest after a character of the query before the list follows."""

_COMPLETING_PAUSE_SECONDS = 0.6
"""How much longer it rests while something is proposed: half a field's name is no word to search for."""

QUERY_KEYS = (("Enter", "show"), ("Tab", "complete"), ("Up", "history"), ("Esc", "back"))

_HISTORY = "query_history"
"""The setting in which entered queries are kept."""

_LONGEST_KEPT = 500
"""Characters of a query that is remembered for the next session."""


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
        self._change: Worker[None] | None = None
        self._entered: str | None = None
        """The query that Enter was pressed for, until it is shown or something else is typed."""

    @property
    def bar(self) -> QueryBar:
        """The query."""
        return self.query_one(QueryBar)

    async def open_query(self, query: str) -> None:
        """Show a query from the top; one that is not understood is blamed and leaves the list as it is."""
        raise NotImplementedError

    @property
    def is_changing(self) -> bool:
        """Whether another query is on its way: reading the present one again would take its place."""
        change = self._change
        return change is not None and not (change.is_finished or change.is_cancelled)

    def change_query(self, query: str) -> None:
        """Show another query; keys typed meanwhile are meant for what is shown then."""
        self._change = self.begin_held("list", partial(self.open_query, query))

    def opened(self, query: str) -> None:
        """The first rows of a query are shown: keys may come, for the list where the query was entered."""
        is_entered, self._entered = query == self._entered, None
        if is_entered and query != self._query_before:
            self.begin("remember", partial(self._keep_history, query))
        if is_entered or not self.bar.input.has_focus:
            self.bar.show(query)
        if is_entered:
            self.set_focus(self.resting_place)
        self.release("list")

    def blame(self, error: BadQuery) -> None:
        """Underline what was not understood and say what would be right; not while it is being completed."""
        if not self.bar.is_completing(error):
            self.bar.blame(error)
            self.tell(str(error), "error")

    def action_edit_query(self) -> None:
        """Edit the query."""
        self.bar.edit()

    def find(self, query: str) -> None:
        """Show a query that was written elsewhere; one that is not understood can be corrected in the bar."""
        self.bar.write(query)
        self._change = self.begin_held("list", partial(self._enter_query, query))

    @on(QueryBar.Begun)
    def _query_begun(self) -> None:
        """Esc will go back to the query of now; what was entered in another session is heard of."""
        self._query_before, self._has_typed = self.reading.query, False
        self.bar.input.history.begin()
        self.begin("history", self._read_history)

    @on(QueryBar.Edited)
    def _query_edited(self, event: QueryBar.Edited) -> None:
        self._has_typed, self._entered = True, None
        if self.reading.is_swift:
            self._change = self.begin("list", partial(self._follow_typing, event.text))
        else:
            self.tell("Enter shows it: this list takes too long to follow every letter.")

    @on(Input.Submitted, "#query-input")
    def _query_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.did(FIND)
        self._change = self.begin_held("list", partial(self._enter_query, event.value))

    @on(QueryInput.Left)
    def _query_left(self, event: QueryInput.Left) -> None:
        event.stop()
        self.bar.show(self._query_before)
        self.tell("")
        self.set_focus(self.resting_place)
        if self._has_typed:
            # Also when the list has not followed the typing yet: this takes the place of what would.
            self.change_query(self._query_before)

    @on(QueryInput.CompletionWanted)
    def _completion_wanted(self, event: QueryInput.CompletionWanted) -> None:
        event.stop()
        if event.at_once:
            self.begin_held("completion", self._complete_at_once)
        else:
            self.begin("completion", self._complete)

    async def _follow_typing(self, text: str) -> None:
        await asyncio.sleep(_TYPING_PAUSE_SECONDS)
        if self.bar.input.proposals.is_open:
            await asyncio.sleep(_COMPLETING_PAUSE_SECONDS)
        await self.open_query(text)

    async def _enter_query(self, text: str) -> None:
        """Show it and go to the list; a mistake keeps the cursor where it can be corrected."""
        self._entered = text
        await self.open_query(text)

    # Completion.

    async def _complete(self) -> bool:
        """Propose what could stand at the cursor."""
        from deskterm.engine.services.completing import CompleteQuery

        entry = self.bar.input
        text, cursor = entry.here
        found = await self.session.thread.ask(CompleteQuery(text=text, cursor=cursor))
        entry.propose((text, cursor), found)
        return bool(found)

    async def _complete_at_once(self) -> None:
        if not await self._complete():
            self.tell("No field and no value begins so.")

    # History.

    async def _read_history(self) -> None:
        """What was entered before, in this session or another of the same person."""
        await self.session.preferences.read()
        self.bar.input.history.hear(self.session.preferences.words(_HISTORY))

    async def _keep_history(self, text: str) -> None:
        """Remember a query that was entered; where that cannot be written it is remembered in this session."""
        history = self.bar.input.history
        history.remember(text)
        try:
            await self._read_history()
            history.remember(text)
            await self.session.preferences.keep(
                _HISTORY, [query for query in history.entries if len(query) <= _LONGEST_KEPT]
            )
        except DeskError:
            return
