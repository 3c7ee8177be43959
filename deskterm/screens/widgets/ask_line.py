"""One line of text asked for above the status line: Enter answers, Esc does not."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from deskterm.screens.widgets.cells import cell_len, one_line
from deskterm.screens.widgets.text_line import TextLine


class AskLine(Horizontal):
    """A title and an input over the last line of what is shown; one question at a time."""

    DEFAULT_CSS = """
    AskLine {
        height: 1; display: none;
        & > TextLine { width: auto; min-width: 3; }
        & > Input { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="ask.cancel", tooltip="Answer nothing"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer: asyncio.Future[str | None] | None = None

    def compose(self) -> ComposeResult:
        """The title and the input."""
        yield TextLine(id="ask-title")
        yield Input(compact=True, select_on_focus=False, id="ask-input")

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return self._answer is not None

    async def ask(self, title: str, value: str, *, ready: Callable[[], None]) -> str | None:
        """What was typed, `value` to begin with; None for Esc and for going elsewhere. `ready`: keys can come now."""
        focused = self.screen.focused
        self._finish(None)
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._open(f" {one_line(title)} ", value)
        ready()
        try:
            return await answer
        finally:
            if self._answer is answer:
                self._close(focused)

    def _open(self, title: str, value: str) -> None:
        line = self.query_one("#ask-title", TextLine)
        line.styles.width = cell_len(title)
        line.show(((title, "key"),))
        entry = self.query_one("#ask-input", Input)
        entry.cursor_blink = False
        entry.value = one_line(value)
        entry.cursor_position = len(entry.value)
        self.display = True
        self.screen.set_focus(entry, scroll_visible=False)

    def _close(self, focused: Widget | None) -> None:
        was_here = self.has_focus_within
        self._answer = None
        self.display = False
        if focused is not None and focused.is_attached and was_here:
            self.screen.set_focus(focused, scroll_visible=False)

    def _finish(self, text: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(text)

    def action_cancel(self) -> None:
        """Answer nothing."""
        self._finish(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish(event.value)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Whoever goes elsewhere, with the mouse, answers nothing."""
        self.call_after_refresh(self._cancel_when_left)

    def _cancel_when_left(self) -> None:
        if not self.has_focus_within:
            self._finish(None)
