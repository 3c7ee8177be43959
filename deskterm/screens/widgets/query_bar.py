"""The query of what is shown: always visible, always editable."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from deskterm.engine.door.errors import BadQuery
from deskterm.screens.widgets.query_input import QueryInput
from deskterm.screens.widgets.text_line import TextLine


class QueryBar(Horizontal):
    """A slash and the query. While it is edited it has the focus; then `Edited` tells of each change,
    and the line itself that it was entered (`Input.Submitted`) or left (`QueryInput.Left`).
    """

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
            self.post_message(QueryInput.Left())

    @property
    def input(self) -> QueryInput:
        """The line being edited."""
        return self.query_one(QueryInput)

    def show(self, query: str) -> None:
        """Show a query that was understood."""
        entry = self.input
        self._shown = query
        entry.underline.span = None
        if entry.value != query:
            with entry.prevent(Input.Changed):
                entry.value = query
        entry.cursor_position = len(query)

    def blame(self, error: BadQuery) -> None:
        """Underline the word that was not understood."""
        self.input.blame(error.start, error.end)

    def edit(self) -> None:
        """Let the user edit."""
        self.screen.set_focus(self.input, scroll_visible=False)

    def write(self, query: str) -> None:
        """Let the user edit this, which nobody has typed here."""
        self.edit()
        with self.input.prevent(Input.Changed):
            self.input.value = query
        self.input.cursor_position = len(query)

    def is_completing(self, error: BadQuery) -> bool:
        """Whether the mistake is the word at the cursor and something is proposed for it."""
        entry = self.input
        return entry.proposals.is_open and error.start <= entry.cursor_position <= error.end

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(event.value))
