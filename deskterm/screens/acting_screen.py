"""A screen whose keys act on tickets: the one under the cursor, the one being read, or all that are marked."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from deskterm.engine.services.rows import TicketRow
from deskterm.screens import ticket_actions
from deskterm.screens.first_steps import ANSWER
from deskterm.screens.keyed_screen import KeyedScreen
from deskterm.screens.session import Session
from deskterm.screens.ticket_actions import ACTIONS, TicketAction
from deskterm.screens.ticket_deeds import Meant, TicketDeeds


class ActingScreen(KeyedScreen):
    """Offers the actions of `ticket_actions`; subclasses say which tickets are meant and what to show after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(action.binding for action in ACTIONS),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._deeds = TicketDeeds(self)

    @property
    def current(self) -> TicketRow | None:
        """The ticket meant when none is marked."""
        raise NotImplementedError

    @property
    def marked(self) -> tuple[int, ...]:
        """The numbers marked; none when the action is about `current`."""
        return ()

    @property
    def hidden(self) -> frozenset[int]:
        """Those of the marked that are not in sight here."""
        return frozenset()

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """An own action has changed these tickets: say it, and show them as they are now."""
        raise NotImplementedError

    def open_ticket(self, number: int, write: str = "") -> None:
        """Open a ticket; `write`: begin a `reply` or a `note` in it."""
        raise NotImplementedError

    def action_reply(self) -> None:
        """Write a public reply."""
        self._write("reply")

    def action_note(self) -> None:
        """Write an internal note."""
        self._write("note")

    def action_act(self, name: str) -> None:
        """Do one of the actions that begin by asking the desk or the user."""
        self.begin_held("act", lambda: self._act(ticket_actions.find(name)))

    def action_copy_number(self) -> None:
        """Put the number into the clipboard of the terminal."""
        if self.current is not None:
            number = f"#{self.current.number}"
            self.app.copy_to_clipboard(number)
            self.tell(f"Copied {number}.")
            self.did(ANSWER)

    async def action_likely(self) -> None:
        """Do what is most likely next."""
        if self.current is not None:
            name = ticket_actions.likely(self.session.actor, self.current)
            await self.app.run_action(ticket_actions.find(name).action, self)

    async def overrides(self, number: int, version: int, words: str) -> bool:
        """Show what others did to a ticket since a version, and ask whether to do this over it."""
        from deskterm.screens.meanwhile import ask_below, changes_since

        changes = await changes_since(self.session, number, version)
        ask = partial(self.ask, f"{words} anyway? y, l look, n", "yln")
        answer = await ask_below(self, number, changes, ask) if changes else "y"
        if answer == "y":
            return True
        self.desk_changed()
        if answer == "l":
            self.open_ticket(number)
        else:
            self.tell(f"#{number} was left as it is.")
        return False

    def refusal(self, action: str) -> str:
        """Why an action on tickets is not allowed for the ticket meant."""
        found = next((known for known in ACTIONS if known.action == action), None)
        if found is None:
            return super().refusal(action)
        return ticket_actions.refusal(found, self.session.actor, self.current) or ""

    async def _act(self, action: TicketAction) -> None:
        meant = self._permitted(action, await self._meant())
        if meant.tickets:
            await getattr(self._deeds, action.name)(meant)
            self.did(ANSWER)
        else:
            self.tell(f"{action.label.capitalize()}: {meant.reason}.", "error")

    def _permitted(self, action: TicketAction, rows: Sequence[TicketRow]) -> Meant:
        reasons = [(ticket_actions.refusal(action, self.session.actor, row), row) for row in rows]
        allowed = tuple(row for reason, row in reasons if reason is None)
        refused = [reason for reason, _ in reasons if reason is not None]
        hidden = sum(row.number in self.hidden for row in allowed)
        return Meant(allowed, len(refused), refused[0] if refused else "no ticket here", hidden)

    async def _meant(self) -> tuple[TicketRow, ...]:
        """The tickets an action is about, read now when they are marked ones."""
        from deskterm.engine.services.ticket_lists import ReadTicketRows

        if self.marked:
            return await self.session.thread.ask(ReadTicketRows(numbers=self.marked))
        return () if self.current is None else (self.current,)

    def _write(self, kind: str) -> None:
        action = ticket_actions.find(kind)
        reason = ticket_actions.refusal(action, self.session.actor, self.current)
        if reason is not None or self.current is None:
            self.tell(f"{action.label.capitalize()}: {reason}.", "error")
        else:
            self.did(ANSWER)
            self.open_ticket(self.current.number, write=kind)
