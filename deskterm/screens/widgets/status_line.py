"""The status line: where one is, what just happened, and the questions that take one key."""

import asyncio
from collections.abc import Callable

from textual import events
from textual.widget import Widget

from deskterm.screens.widgets.cells import cell_len, one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.quiet_focus import leave_focus, take_focus
from deskterm.screens.widgets.text_line import TextLine


class StatusLine(TextLine, can_focus=True):
    """Position on the left, then a message; a question takes the focus until it is answered."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.can_focus = False
        self._place: Parts = ()
        self._message: Parts = ()
        self._question: Parts = ()
        self._hint: Parts = ()
        self._answers: str | None = ""
        self._answer: asyncio.Future[str] | None = None

    @property
    def is_asking(self) -> bool:
        """Whether a question waits for a key."""
        return self._answer is not None

    @property
    def message(self) -> str:
        """What was told last, while it stands."""
        return "".join(text for text, _ in self._message)

    def place(self, parts: Parts) -> None:
        """Say where one is."""
        self._place = parts
        self._draw()

    def tell(self, text: str, ink: str = "plain") -> None:
        """Say what happened; an empty text takes the message away."""
        self._message = ((one_line(text), ink),) if text else ()
        self._draw()

    def hint(self, parts: Parts) -> None:
        """Stand in front of the message until told to go, with nothing."""
        self._hint = parts
        self._draw()

    async def ask(self, question: str, answers: str, *, ready: Callable[[], None]) -> str:
        """Ask, and wait for one of the keys in `answers`; Esc and leaving answer with nothing.

        `ready` is called when keys can come.
        """
        return await self._ask(question, answers, ready)

    async def ask_key(self, question: str, *, ready: Callable[[], None]) -> str:
        """Ask, and wait for any key; Esc and leaving answer with nothing. `ready` as for `ask`."""
        return await self._ask(question, None, ready)

    async def _ask(self, question: str, answers: str | None, ready: Callable[[], None]) -> str:
        focused = self.screen.focused
        self._answer = asyncio.get_running_loop().create_future()
        self._answers, self._question = answers, ((one_line(question), "question"),)
        self.can_focus = True
        self.screen.set_focus(self, scroll_visible=False)
        self._draw()
        ready()
        try:
            return await self._answer
        finally:
            self._close(focused)

    def on_key(self, event: events.Key) -> None:
        """The keys of the question; no other key does anything meanwhile."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self._resolve("")
        elif self._answers is None:
            self._resolve(event.key)
        elif event.character and event.character.lower() in self._answers:
            self._resolve(event.character.lower())

    def on_focus(self, event: events.Focus) -> None:
        """The question is drawn already."""
        take_focus(self, event)

    def on_blur(self, event: events.Blur) -> None:
        """Whoever leaves does not want it; a question asked right after another is not left."""
        if self.screen.focused is not self:
            leave_focus(self, event)
            self._resolve("")

    def _resolve(self, answer: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def _close(self, focused: Widget | None) -> None:
        self._answer, self._question = None, ()
        self.can_focus = False
        self._draw()
        if focused is not None and focused.is_attached and self.has_focus:
            self.screen.set_focus(focused, scroll_visible=False)

    def _draw(self) -> None:
        if self._question:
            self.show(((" ", "plain"), *self._question))
        else:
            self.show(((" ", "plain"), *self._told()))

    def _told(self) -> Parts:
        """Place and message; a message that needs the whole line gets it."""
        message = self._hint or self._message
        if not self._place or not message:
            return self._place or message
        both: Parts = (*self._place, ("  ", "plain"), *message)
        fits = sum(cell_len(text) for text, _ in both) < self.size.width
        return both if fits else message
