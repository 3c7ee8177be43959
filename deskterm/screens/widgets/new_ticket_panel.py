"""Opening a ticket by hand: a few lines under the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, TextArea

from deskterm.screens.widgets.cells import fit
from deskterm.screens.widgets.sending import PutAway, SendWanted, Written
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.writing_panel import WritingArea

_LABELS = (("subject", "Subject"), ("requester", "Requester"), ("queue", "Queue"))
_LABEL_WIDTH = 11


@dataclass(frozen=True, slots=True)
class NewTicketEntry:
    """What was typed, as it was typed; empty where nothing was."""

    subject: str
    requester: str
    queue: str
    body: str


class _Field(Input):
    """One line; Ctrl+D is the panel's, not the line's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "send", "open ticket", id="new.send", tooltip="Open the ticket"),
    ]

    def action_send(self) -> None:
        """Say that it is ready."""
        self.post_message(SendWanted())


class NewTicketPanel(Vertical):
    """Subject, requester, queue and text. Tab goes on, Ctrl+D opens the ticket, Esc puts it away."""

    DEFAULT_CSS = """
    NewTicketPanel {
        height: 10; max-height: 70%;
        & > Horizontal { height: 1; }
        & Horizontal > TextLine { width: 11; }
        & Horizontal > Input { width: 1fr; }
        & > WritingArea { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "put_away", "keep as draft", id="new.put_away", tooltip="Close; what was typed is kept"),
    ]

    def __init__(self, queues: Sequence[str]) -> None:
        super().__init__(id="new-ticket")
        self._queues = queues

    def compose(self) -> ComposeResult:
        """A heading, three labelled lines, and the text."""
        yield TextLine(id="new-heading", fill="public-bar")
        for name, _ in _LABELS:
            with Horizontal():
                yield TextLine(id=f"new-label-{name}")
                yield self._field(name)
        yield WritingArea(id="new-body")

    def on_mount(self) -> None:
        """Draw the labels and begin with the subject."""
        words = "   no requester means yourself, no queue lets the rules decide"
        self.query_one("#new-heading", TextLine).show(((" NEW TICKET", "public-bar"), (words, "public-bar")))
        for name, label in _LABELS:
            self.query_one(f"#new-label-{name}", TextLine).show(((fit(f" {label}", _LABEL_WIDTH), "dim"),))

    def begin(self) -> None:
        """Start with the subject."""
        self.display = True
        self.screen.set_focus(self.query_one("#new-subject", Input))

    def show(self, entry: NewTicketEntry) -> None:
        """Show what is to be gone on with."""
        with self.prevent(Input.Changed, TextArea.Changed):
            for name, _ in _LABELS:
                self.query_one(f"#new-{name}", Input).value = getattr(entry, name)
            self.query_one("#new-body", WritingArea).text = entry.body

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say that there is something to save."""
        event.stop()
        self.post_message(Written())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The same of the text."""
        event.stop()
        self.post_message(Written())

    @property
    def entry(self) -> NewTicketEntry:
        """What was typed so far."""
        subject, requester, queue = (self.query_one(f"#new-{name}", Input).value.strip() for name, _ in _LABELS)
        return NewTicketEntry(subject, requester, queue, self.query_one("#new-body", WritingArea).text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next line."""
        event.stop()
        self.screen.focus_next()

    def action_put_away(self) -> None:
        """Say that it is to be kept."""
        self.post_message(PutAway())

    def _field(self, name: str) -> Input:
        suggester = SuggestFromList(self._queues, case_sensitive=False) if name == "queue" else None
        field = _Field(compact=True, select_on_focus=False, suggester=suggester, id=f"new-{name}")
        field.cursor_blink = False
        return field
