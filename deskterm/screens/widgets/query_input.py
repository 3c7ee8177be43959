"""One line of text with a history behind the arrow keys and proposals under it."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from deskterm.screens.widgets.cells import harmless
from deskterm.screens.widgets.inks import ink
from deskterm.screens.widgets.proposals import Proposal, Proposals

_COMPLETE_AFTER_SECONDS = 0.15
"""Rest after a character before proposals are asked for."""

_LONGEST_PASTE = 4_000
"""Characters taken of a paste: far more than a query may have, so that what is refused is said and not cut off."""

_MOST_REMEMBERED = 50


class _Underline(Highlighter):
    """Underlines the word that was not understood."""

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None
        self.style = Style(underline=True)

    def highlight(self, text: Text) -> None:
        """Mark the span, as long as it lies in the text."""
        if self.span is not None:
            start, end = self.span
            text.stylize(self.style, start, max(end, start + 1))


class History:
    """What was entered before, the newest last, nothing twice."""

    def __init__(self) -> None:
        self.entries: tuple[str, ...] = ()
        self._place = 0
        self._unsent = ""

    def remember(self, *entries: str) -> None:
        """Put what was entered behind what is known; what was known already moves there."""
        fresh = dict.fromkeys(entry for entry in reversed((*self.entries, *entries)) if entry.strip())
        self.entries = tuple(reversed(list(fresh)[:_MOST_REMEMBERED]))
        self.begin()

    def hear(self, entries: Sequence[str]) -> None:
        """What was entered elsewhere comes before what was entered here."""
        known = self.entries
        place = len(known) - self._place
        self.entries = ()
        self.remember(*entries, *(entry for entry in known if entry not in entries))
        self._place = max(0, len(self.entries) - place)

    def begin(self) -> None:
        """Stand behind the newest."""
        self._place = len(self.entries)

    def step(self, by: int, text: str) -> str | None:
        """The entry so many steps away from `text`, which is kept behind the newest; None at the ends."""
        if self._place == len(self.entries):
            self._unsent = text
        wanted = self._place + by
        while 0 <= wanted < len(self.entries) and self.entries[wanted] == text:
            wanted += by
        if not 0 <= wanted <= len(self.entries):
            return None
        self._place = wanted
        return self._unsent if wanted == len(self.entries) else self.entries[wanted]


class QueryInput(Input):
    """The line. Proposals are asked for by `CompletionWanted` and handed to `propose`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ink--error"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="query.leave", tooltip="Close the proposals, then back, query unchanged"),
        Binding("up", "step(-1)", "older query", id="query.older", tooltip="The proposal before, or the query before"),
        Binding("down", "step(1)", "newer query", id="query.newer", tooltip="The next proposal, or the query after"),
        Binding("tab", "complete", "complete", id="query.complete", tooltip="Complete the word at the cursor"),
    ]

    class Left(Message):
        """Editing ended without a new query."""

    class CompletionWanted(Message):
        """The word at the cursor may be completed; `at_once`: a key waits for what is found."""

        def __init__(self, *, at_once: bool) -> None:
            super().__init__()
            self.at_once = at_once

    class Proposed(Message):
        """Something else is proposed, or nothing any more; the words belong at this column of the screen."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def __init__(self, *, id: str | None = None) -> None:
        self.underline = _Underline()
        self.history = History()
        self.proposals = Proposals()
        self._blamed = ""
        """The text up to the end of what was blamed."""
        self._proposed_for: tuple[str, int] | None = None
        self._pause: Timer | None = None
        self._then: Callable[[], None] | None = None
        super().__init__(highlighter=self.underline, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def blame(self, start: int, end: int) -> None:
        """Underline what was not understood."""
        self._blamed = self.value[:end]
        if self.underline.span != (start, end):
            self.underline.style = ink(self, "error") + Style(underline=True)
            self.underline.span = start, end
            self.refresh()

    def watch_value(self, value: str) -> None:
        """What was blamed stays so as long as nothing is changed before its end, nor added to it."""
        left = value.removeprefix(self._blamed)
        if len(left) == len(value) or left[:1].strip():
            self.underline.span = None

    # Proposals.

    @property
    def here(self) -> tuple[str, int]:
        """The text and where the cursor stands in it."""
        return self.value, self.cursor_position

    def propose(self, here: tuple[str, int], proposals: Sequence[Proposal]) -> None:
        """Show what was found for a text and a place, unless it was edited meanwhile."""
        if here != self.here or not self.has_focus:
            return
        then, self._then = self._then, None
        news = [one for one in proposals if one.insert != self.value[one.start : one.end]]
        if news or self.proposals.is_open:
            self._proposed_for = here
            self.proposals.propose(news)
            self._show_proposals()
        if then is not None and news:
            then()

    def _show_proposals(self) -> None:
        column = self.cursor_screen_offset.x - int(self.cursor_at_end)
        if self.proposals.is_open:
            begun = self._position_to_cell(self.proposals.chosen.start)
            column -= self._position_to_cell(self.cursor_position) - begun
        self.post_message(self.Proposed(column))

    def _step(self, by: int) -> None:
        self.proposals.step(by)
        self._show_proposals()

    def take(self, proposal: Proposal) -> None:
        """Put a proposal in. A field's name asks at once for its values."""
        self.close()
        self.value = f"{self.value[: proposal.start]}{proposal.insert}{self.value[proposal.end :]}"
        self.cursor_position = proposal.start + len(proposal.insert)
        if proposal.insert.endswith(":"):
            self._want_completion()

    def take_line(self, line: int) -> None:
        """Put in what is proposed in a line that was clicked."""
        if self.proposals.is_open and self._proposed_for == self.here:
            self.take(self.proposals.at(line))

    def on_resize(self) -> None:
        """Another width has another place for them."""
        self.close()

    def close(self) -> None:
        """Show no proposals, and ask for none."""
        if self._pause is not None:
            self._pause.stop()
        self._proposed_for = self._then = None
        if self.proposals.is_open:
            self.proposals.propose(())
            self._show_proposals()

    def replace(self, text: str, start: int, end: int) -> None:
        """Every edit by hand: proposals follow after a pause, unless no word is begun."""
        super().replace(text, start, end)
        before = self.value[: self.cursor_position]
        is_quoted = before.count('"') % 2
        if not before or (before[-1] in " ()" and not is_quoted):
            self.close()
            return
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_COMPLETE_AFTER_SECONDS, self._want_completion)

    def _want_completion(self) -> None:
        if self.has_focus:
            self.post_message(self.CompletionWanted(at_once=False))

    def _with_proposals(self, then: Callable[[], None]) -> None:
        """Do it with the proposals for what stands here, which are asked for unless they are shown already."""
        if self.proposals.is_open and self._proposed_for == self.here:
            then()
        else:
            self._then = then
            self.post_message(self.CompletionWanted(at_once=True))

    def watch_selection(self) -> None:
        """The cursor has left the word that proposals are for."""
        if self._proposed_for is not None and self._proposed_for[0] == self.value and self._proposed_for != self.here:
            self.close()

    def on_blur(self) -> None:
        """Whoever goes elsewhere wants no proposals."""
        self.close()

    # Keys.

    def action_leave(self) -> None:
        """Close the proposals; where there are none, leave without a change."""
        if self.proposals.is_open:
            self.close()
        else:
            self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take the proposal under the cursor or the first one; Tab never leaves the line."""
        self._with_proposals(lambda: self.take(self.proposals.chosen))

    async def action_submit(self) -> None:
        """Take the proposal that was moved to; where nobody moved, enter the query."""
        if self.proposals.is_open and self.proposals.is_choosing and self._proposed_for == self.here:
            self.take(self.proposals.chosen)
        else:
            self.close()
            await super().action_submit()

    def action_step(self, by: int) -> None:
        """Through the proposals while there are any, else through the history."""
        if self.proposals.is_open:
            self._with_proposals(partial(self._step, by))
            return
        found = self.history.step(by, self.value)
        if found is not None:
            self.close()
            self.value = found
            self.cursor_position = len(found)

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one."""
        event.stop()
        event.prevent_default()
        self.replace(harmless(re.sub(r"\s+", " ", event.text[:_LONGEST_PASTE])), *self.selection)
