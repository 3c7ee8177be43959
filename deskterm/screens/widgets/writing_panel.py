"""Writing a reply or a note in eight lines under the thread, so that one reads while one writes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.sending import PutAway, SendWanted
from deskterm.screens.widgets.text_line import TextLine


class WritingArea(TextArea):
    """Text; Ctrl+D sends it, Esc puts it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "send", "send", id="write.send", tooltip="Send what was written"),
        Binding("escape", "put_away", "keep as draft", id="write.put_away", tooltip="Close; the text is kept"),
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, id=id)
        self.cursor_blink = False

    def action_send(self) -> None:
        """Say that it is ready."""
        self.post_message(SendWanted())

    def action_put_away(self) -> None:
        """Say that it is to be kept."""
        self.post_message(PutAway())


class WritingPanel(Vertical):
    """A heading that says in words who will read it, and the text."""

    DEFAULT_CSS = """
    WritingPanel {
        height: 9; max-height: 60%;
        & > WritingArea { height: 1fr; }
    }
    """

    def __init__(self, kind: str, heading: Parts, text: str, version: int) -> None:
        super().__init__(id="writing")
        self.kind = kind
        self.version = version
        """The ticket's version that the writer has seen."""
        self._heading = heading
        self._text = text

    def compose(self) -> ComposeResult:
        """The heading and the area."""
        yield TextLine(id="writing-heading", fill=self._heading[0][1])
        yield WritingArea(self._text, id="writing-area")

    def on_mount(self) -> None:
        """Go on where the draft ended."""
        self.query_one("#writing-heading", TextLine).show(self._heading)
        area = self.area
        area.move_cursor(area.document.end)
        self.screen.set_focus(area)

    @property
    def area(self) -> WritingArea:
        """Where the text is."""
        return self.query_one(WritingArea)

    @property
    def text(self) -> str:
        """What was written."""
        return self.area.text
