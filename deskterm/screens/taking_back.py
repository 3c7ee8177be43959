"""u goes back: a reply that is still held becomes a draft again, else the change made last is undone."""

import time
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from deskterm.engine.door.actions import Command
from deskterm.engine.services.rows import TicketRow, UnsentRow
from deskterm.screens.done import Done
from deskterm.screens.drafting import DraftingScreen
from deskterm.screens.drafts import Draft
from deskterm.screens.held_reply import HeldReply
from deskterm.screens.live_screen import LiveScreen


class TakingBackScreen(DraftingScreen):
    """A screen on which what was done last can be taken back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "take_back", "undo", id="desk.take_back", tooltip="Undo the last change or reply"),
    ]

    def refusal(self, action: str) -> str:
        """And when there is nothing to take back."""
        if action == "take_back" and self.session.held is None and self.session.done.last is None:
            return "nothing was done here that could be undone"
        return super().refusal(action)

    def hold_seconds(self) -> int:
        """How long this person's replies are held."""
        return self.session.preferences.number("undo_seconds")

    def hold(self, number: int, sent: str, seconds: int, files: tuple[str, ...]) -> None:
        """Say that a reply is held, and when it no longer is; a slow line gets no seconds counted."""
        held = HeldReply(number, sent, time.monotonic() + seconds, files)
        self.session.held = held
        self._tell_of(held)
        self._wait(held, seconds if self.session.over_ssh else 1)

    def _wait(self, held: HeldReply, seconds: float) -> None:
        self.app.set_timer(seconds, lambda: self._go_on_holding(held))

    def _go_on_holding(self, held: HeldReply) -> None:
        """Whatever the status line says meanwhile stays there."""
        if self.session.held is not held:
            return
        if held.left:
            self._wait(held, 1)
        else:
            self.session.held = None
        screen = self.app.screen
        if isinstance(screen, LiveScreen) and screen.status.message == held.told:
            self._tell_of(held, screen)

    def _tell_of(self, held: HeldReply, screen: LiveScreen | None = None) -> None:
        held.told = held.words
        (screen or self).tell(held.told, "good")

    def action_take_back(self) -> None:
        """Take back what was done last: the reply that is held, or a change."""
        held, done = self.session.held, self.session.done.last
        if held is not None and (done is None or held.since > done.at):
            self.begin_held("act", partial(self._take_back, held))
        elif done is not None:
            self.begin_held("act", partial(self._undo, done))
        else:
            self.tell("There is nothing to undo: nothing was changed here, and no reply is held.", "error")

    async def _undo(self, done: Done) -> None:
        """Undo it on every ticket it changed; one that cannot be undone is not tried again."""
        self.session.done.take(done)
        rows = await self.session.thread.do(lambda: _undoing(done.event))
        await self.acted(rows, f"Undone: {done.words}.")

    async def _take_back(self, held: HeldReply) -> None:
        self.put_away()
        await self.session.drafts.save()
        row = await self.session.thread.do(lambda: _command(held.number))
        self.session.held = None
        saved = Draft(row.body, row.fields, row.version)
        self.session.drafts.adopt((row.number, "reply"), saved, row.saved_at, held.files)
        self.tell("Taken back: nothing was sent, and the text is a draft again.", "good")
        self.taken_back(row)

    def taken_back(self, row: UnsentRow) -> None:
        """Go on writing where it was sent."""
        self.open_ticket(row.number, write="reply")


def _undoing(event: int) -> Command[tuple[TicketRow, ...]]:
    from deskterm.engine.services.undoing import UndoChange

    return UndoChange(event=event)


def _command(number: int) -> Command[UnsentRow]:
    from deskterm.engine.services.outgoing import UnsendReply

    return UnsendReply(number=number)
