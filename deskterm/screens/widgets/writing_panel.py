"""Writing a reply or a note in eight lines under the thread, so that one reads while one writes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from deskterm.screens.widgets.inks import Part
from deskterm.screens.widgets.sending import EditorWanted, FileWanted, PutAway, SendWanted, Written
from deskterm.screens.widgets.text_line import TextLine


class WritingArea(TextArea):
    """Text; Ctrl+D sends it, Esc puts it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "send", "send", id="write.send", tooltip="Send what was written"),
        Binding("ctrl+e", "edit", "editor", id="write.editor", tooltip="Go on in your own editor ($EDITOR)"),
        Binding("ctrl+o", "attach", "attach", id="write.attach", tooltip="Attach a file, or take one off"),
        Binding("escape", "put_away", "keep as draft", id="write.put_away", tooltip="Close; the text is kept"),
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, id=id)
        self.cursor_blink = False

    def action_send(self) -> None:
        """Say that it is ready."""
        self.post_message(SendWanted())

    def action_edit(self) -> None:
        """Say that the writer wants another editor."""
        self.post_message(EditorWanted())

    def action_attach(self) -> None:
        """Say that a file is to go with it."""
        self.post_message(FileWanted())

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

    def __init__(self) -> None:
        super().__init__(id="writing")
        self.number = 0
        """The ticket that is written on."""
        self.kind = ""
        """`reply` or `note`; empty while nothing is written."""
        self._heading: Part = ("", "plain")
        self.version = 0
        """The ticket's version that the writer has seen."""
        self.files: tuple[str, ...] = ()
        """The paths of what goes with it."""
        self.area = WritingArea(id="writing-area")
        """Where the text is."""

    def compose(self) -> ComposeResult:
        """The heading and the area."""
        yield TextLine(id="writing-heading")
        yield self.area

    def start(self, number: int, kind: str, heading: Part, text: str, version: int) -> None:
        """Go on where the draft ended."""
        self.number, self.kind, self.version = number, kind, version
        self._heading = heading
        self.query_one("#writing-heading", TextLine).fill = heading[1]
        self.attach(())
        self.show(text)
        self.display = True
        self.screen.set_focus(self.area)

    def attach(self, files: tuple[str, ...], words: str = "") -> None:
        """Let these files go with it, which the heading says in `words`."""
        self.files = files
        self.query_one("#writing-heading", TextLine).show((self._heading,), ((words, self._heading[1]),))

    def show(self, text: str) -> None:
        """Show another text, to be gone on with at its end."""
        with self.prevent(TextArea.Changed):
            self.area.text = text
        self.area.move_cursor(self.area.document.end)

    def stop(self) -> None:
        """Go out of sight. It is never removed: Textual may draw a text area once more after its styles are gone."""
        self.kind = ""
        self.show("")
        self.display = False

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Say that there is something to save."""
        event.stop()
        self.post_message(Written())

    @property
    def text(self) -> str:
        """What was written."""
        return self.area.text
