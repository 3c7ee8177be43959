"""The query of what is shown: always visible, always editable."""

from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from deskterm.engine.door.errors import BadQuery
from deskterm.screens.widgets.text_line import TextLine


class _Underline(Highlighter):
    """Underlines the word that was not understood."""

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        """Mark the span, as long as it lies in the text."""
        if self.span is not None:
            start, end = self.span
            text.stylize("underline bold red", start, max(end, start + 1))


class QueryInput(Input):
    """A line with a history behind the arrow keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="query.leave", tooltip="Back to the list, query unchanged"),
        Binding("up", "older", "older query", id="query.older", tooltip="The query before this one"),
        Binding("down", "newer", "newer query", id="query.newer", tooltip="The query after this one"),
        Binding("tab", "complete", "complete", id="query.complete", tooltip="Complete the word at the cursor"),
    ]

    class Left(Message):
        """Editing ended without a new query."""

    class CompletionWanted(Message):
        """The word at the cursor is to be completed."""

    def __init__(self, *, id: str | None = None) -> None:
        self.underline = _Underline()
        super().__init__(highlighter=self.underline, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._history: list[str] = []
        self._place = 0

    def remember(self, query: str) -> None:
        """Put a query that was shown into the history."""
        if query and query not in self._history[-1:]:
            self._history.append(query)
        self._place = len(self._history)

    def action_leave(self) -> None:
        """Leave without a change."""
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Ask for a completion; Tab never leaves the line."""
        self.post_message(self.CompletionWanted())

    def action_older(self) -> None:
        """One query back."""
        self._recall(self._place - 1)

    def action_newer(self) -> None:
        """One query forward."""
        self._recall(self._place + 1)

    def _recall(self, place: int) -> None:
        if 0 <= place < len(self._history):
            self._place = place
            self.value = self._history[place]
            self.cursor_position = len(self.value)


class QueryBar(Horizontal):
    """A slash and the query. While it is edited it has the focus; then `Edited`, `Entered` or `Left` tell."""

    DEFAULT_CSS = """
    QueryBar {
        height: 1;
        & > TextLine { width: 3; }
        & > QueryInput { width: 1fr; }
    }
    """

    class Begun(Message):
        """Editing began."""

    class Edited(Message):
        """The text changed under the user's fingers."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Entered(Message):
        """The query is to be shown, and the list to be gone to."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Editing ended; the query of before stays."""

    _shown = ""

    def compose(self) -> ComposeResult:
        """The slash is drawn, the rest is an input."""
        yield TextLine(id="query-sign")
        yield QueryInput(id="query-input")

    def on_mount(self) -> None:
        """Draw the slash."""
        self.query_one("#query-sign", TextLine).show(((" / ", "key"),))

    def on_descendant_focus(self) -> None:
        """By key or by mouse."""
        self.post_message(self.Begun())

    def on_descendant_blur(self) -> None:
        """Whoever goes elsewhere with the mouse leaves the query as it was."""
        if self.input.value != self._shown:
            self.post_message(self.Left())

    @property
    def input(self) -> QueryInput:
        """The line being edited."""
        return self.query_one(QueryInput)

    def show(self, query: str) -> None:
        """Show a query that was understood."""
        entry = self.input
        self._shown = query
        entry.underline.span = None
        entry.remember(query)
        if entry.value != query:
            with entry.prevent(Input.Changed):
                entry.value = query
        entry.cursor_position = len(query)

    def blame(self, error: BadQuery) -> None:
        """Underline the word that was not understood."""
        self.input.underline.span = (error.start, error.end)
        self.input.refresh()

    def edit(self) -> None:
        """Let the user edit."""
        self.screen.set_focus(self.input, scroll_visible=False)

    def write(self, query: str) -> None:
        """Let the user edit this, which nobody has typed here."""
        self.edit()
        with self.input.prevent(Input.Changed):
            self.input.value = query
        self.input.cursor_position = len(query)

    def complete(self, insert: str, start: int, end: int) -> None:
        """Put a completion in place of the characters from `start` to `end`."""
        entry = self.input
        entry.value = f"{entry.value[:start]}{insert}{entry.value[end:]}"
        entry.cursor_position = start + len(insert)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.input.underline.span = None
        self.post_message(self.Edited(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(event.value))

    @on(QueryInput.Left)
    def _left(self, event: QueryInput.Left) -> None:
        event.stop()
        self.post_message(self.Left())
