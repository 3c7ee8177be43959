"""A screen whose keys act on tickets: the one under the cursor, the one being read, or all that are marked."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType

from deskterm.engine.services.rows import TicketRow
from deskterm.screens import ticket_actions
from deskterm.screens.key_list import action_choices, bindings_here, key_line
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.session import Session
from deskterm.screens.themes import THEME_WORDS
from deskterm.screens.ticket_actions import ACTIONS, TicketAction
from deskterm.screens.ticket_deeds import Meant, TicketDeeds
from deskterm.screens.widgets.picker import Choice, Offer, Picker

_PICKER_KEYS = (("Enter", "choose"), ("Up/Down", "move"), ("Esc", "back"), ("letters", "filter"))

_LONG_LIST = 14
"""Lines of the palette and of the key list, where the terminal has them."""


class ActingScreen(LiveScreen):
    """Offers the actions of `ticket_actions`; subclasses say which tickets are meant and what to show after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(action.binding for action in ACTIONS),
        Binding("colon,ctrl+p", "palette", "palette", id="desk.palette", tooltip="Any action, or a ticket by number"),
        Binding("question_mark,f1", "keys", "keys", id="desk.keys", tooltip="List the keys that work here"),
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

    async def action_likely(self) -> None:
        """Do what is most likely next."""
        if self.current is not None:
            name = ticket_actions.likely(self.session.actor, self.current)
            await self.app.run_action(ticket_actions.find(name).action, self)

    def action_palette(self) -> None:
        """Choose any action by name; a number opens that ticket."""
        self.begin_held("act", self._palette)

    def action_keys(self) -> None:
        """List the keys of what has the focus; Enter does what the line says."""
        self.begin_held("act", self._keys)

    async def confirm(self, question: str) -> bool:
        """Ask in the status line."""
        return await self.ask(question, "yn") == "y"

    async def ask(self, question: str, answers: str) -> str:
        """One of the keys in `answers`, asked for in the status line; nothing for Esc."""
        return await self.status.ask(question, answers, ready=self.session.typing.release)

    async def overrides(self, number: int, version: int, words: str) -> bool:
        """Show what others did to a ticket since a version, and ask whether to do this over it."""
        from deskterm.screens.meanwhile import ask_below, changes_since

        changes = await changes_since(self.session, number, version)
        ask = partial(self.ask, f"{words} anyway? y  l look  n", "yln")
        answer = await ask_below(self, number, changes, ask) if changes else "y"
        if answer == "y":
            return True
        self.desk_changed()
        if answer == "l":
            self.open_ticket(number)
        else:
            self.tell(f"#{number} was left as it is.")
        return False

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        offer: Offer | None = None,
        current: str = "",
        numbered: bool = True,
        height: int = 8,
    ) -> str | None:
        """Ask for one of several in an inline panel."""
        picker = await self._picker()
        try:
            return await picker.choose(
                title,
                choices,
                offer=offer,
                current=current,
                numbered=numbered,
                height=height,
                ready=self.session.typing.release,
            )
        finally:
            self.show_keys()

    def show_keys(self) -> None:
        """Say at the bottom what can be done now."""
        is_picking = any(picker.is_open for picker in self.query(Picker))
        pairs = _PICKER_KEYS if is_picking else self.key_pairs()
        self.show_line("keys", key_line(self.size.width, *pairs))

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of what has the focus, permitted ones only, with their labels; the last leads to the rest."""
        raise NotImplementedError

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self.call_after_refresh(self.show_keys)

    def on_picker_refused(self, event: Picker.Refused) -> None:
        """Say why a greyed choice is greyed."""
        self.tell(event.reason, "error")

    async def _picker(self) -> Picker:
        found = self.query(Picker)
        if found:
            return found.first()
        picker = Picker()
        await self.query_one("#overlay").mount(picker)
        return picker

    async def _act(self, action: TicketAction) -> None:
        meant = self._permitted(action, await self._meant())
        if meant.tickets:
            await getattr(self._deeds, action.name)(meant)
        else:
            self.tell(f"{action.label.capitalize()}: {meant.reason}.", "error")

    def _permitted(self, action: TicketAction, rows: Sequence[TicketRow]) -> Meant:
        reasons = [(ticket_actions.refusal(action, self.session.actor, row), row) for row in rows]
        allowed = tuple(row for reason, row in reasons if reason is None)
        refused = [reason for reason, _ in reasons if reason is not None]
        return Meant(allowed, len(refused), refused[0] if refused else "no ticket here")

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
            self.open_ticket(self.current.number, write=kind)

    def action_theme(self) -> None:
        """Choose the colours of this session."""
        self.begin_held("act", self._choose_theme)

    async def _choose_theme(self) -> None:
        choices = [Choice(theme.name, words) for theme, words in THEME_WORDS]
        chosen = await self.pick("Colours", choices, current=self.app.theme)
        if chosen is not None:
            self.app.theme = chosen

    async def _palette(self) -> None:
        choices = action_choices(self, self.session.actor, self.current)
        chosen = await self.pick("Do", choices, offer=_ticket_choice, numbered=False, height=_LONG_LIST)
        if chosen is not None and chosen.startswith("#"):
            self.open_ticket(int(chosen[1:]))
        elif chosen is not None:
            self.call_later(self.app.run_action, chosen, self)

    async def _keys(self) -> None:
        here = bindings_here(self)
        choices = [Choice(str(index), found.keys, found.summary) for index, found in enumerate(here)]
        chosen = await self.pick("Keys", choices, numbered=False, height=_LONG_LIST)
        if chosen is not None:
            found = here[int(chosen)]
            self.call_later(self.app.run_action, found.action, found.node)


def _ticket_choice(text: str) -> Choice | None:
    number = text.lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return Choice(f"#{int(number)}", f"#{int(number)}", "open this ticket")
