"""A screen whose keys explain themselves: the key line, the list behind `?`, the palette, and the way to the rooms."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.binding import Binding, BindingType
from textual.timer import Timer

from deskterm.engine.services.rows import TicketRow
from deskterm.screens.first_steps import FIND, words_of
from deskterm.screens.go_keys import WAIT_SECONDS
from deskterm.screens.key_list import ABOUT_KEYS, KeyHere, bindings_here, key_line, screen_keys
from deskterm.screens.keymap import bindings_of, shown_key
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.palette import (
    Entry,
    entry,
    find_choice,
    key_entries,
    recent_entries,
    room_entries,
    ticket_choice,
    view_entries,
)
from deskterm.screens.rooms import Room, letters, ways_from
from deskterm.screens.session import Session
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.picker import Choice, Offer, Picker
from deskterm.screens.widgets.text_line import TextLine

if TYPE_CHECKING:
    from deskterm.screens.widgets.ask_line import AskLine

_PICKER_KEYS = (("Enter", "choose"), ("Up/Down", "move"), ("Esc", "back"), ("letters", "filter"))

_ASK_KEYS = (("Enter", "answer"), ("Esc", "back"))

_LONG_LIST = 14
"""Lines of the palette and of the key list, where the terminal has them."""

_ROOMY = 16
"""Rows from which there is a line for the first steps."""

_RECENT_SECONDS = 0.05
"""How long the palette waits for the tickets read last."""

_KEYS_APART = re.compile(r"(?<=.)([ /])(?=.)")
"""What stands between two keys; a slash alone is a key."""


class KeyedScreen(LiveScreen):
    """Subclasses say in which room they are, which keys their bottom line shows, and what else the palette offers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon,ctrl+p", "palette", "palette", id="desk.palette", tooltip="Any action, or a ticket by number"),
        Binding("question_mark,f1", "keys", "keys", id="desk.keys", tooltip="List the keys that work here"),
        Binding("g", "go", "go to a room", id="desk.go", tooltip="Go to another room: its letter comes next"),
    ]

    room: ClassVar[str]
    """The name of the room this screen belongs to."""

    first_steps: ClassVar[frozenset[str]] = frozenset()
    """The first steps that are told here."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._go_timer: Timer | None = None

    @property
    def number_shown(self) -> int | None:
        """The ticket that is being read here, if one is."""
        return None

    def put_away(self) -> None:
        """The screen is left for another: keep what was begun on it."""

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """The keys of what has the focus, permitted ones only, with their labels; the last leads to the rest.

        Keys are named as they come, several with a space or a slash between them; they are shown as they are.
        """
        raise NotImplementedError

    def key(self, name: str) -> str:
        """The first key of one of this screen's bindings, as it is now."""
        return shown_key(self.session.keymap.keys(bindings_of(type(self))[name])[0])

    # Asking.

    async def confirm(self, question: str) -> bool:
        """Ask in the status line."""
        return await self.ask(question, "yn") == "y"

    async def ask(self, question: str, answers: str) -> str:
        """One of the keys in `answers`, asked for in the status line; nothing for Esc."""
        return await self.status.ask(question, answers, ready=self.session.typing.release)

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        offer: Offer | None = None,
        fallback: Offer | None = None,
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
                fallback=fallback,
                current=current,
                numbered=numbered,
                height=height,
                ready=self.session.typing.release,
            )
        finally:
            self.show_keys()

    async def ask_text(self, title: str, value: str = "") -> str | None:
        """Ask for a line of text; None when it was not given."""
        line = await self._ask_line()
        try:
            return await line.ask(title, value, ready=self.session.typing.release)
        finally:
            self.show_keys()

    async def _ask_line(self) -> "AskLine":
        from deskterm.screens.widgets.ask_line import AskLine

        for found in self.query(AskLine):
            return found
        line = AskLine(id="ask")
        await self.query_one("#overlay").mount(line)
        return line

    async def _picker(self) -> Picker:
        found = self.query(Picker)
        if found:
            return found.first()
        picker = Picker()
        await self.query_one("#overlay").mount(picker)
        return picker

    def on_picker_refused(self, event: Picker.Refused) -> None:
        """Say why a greyed choice is greyed."""
        self.tell(event.reason, "error")

    # The first steps.

    def hint_line(self) -> TextLine:
        """Where a newcomer is told the first keys; compose it above the status line."""
        line = TextLine(id="hint")
        self._show_hint_in(line)
        return line

    def did(self, step: str) -> None:
        """One of the first things was done: the next one is told."""
        count = self.session.first_steps.do(step)
        if count:
            self.show_hint()
            self.begin("steps", partial(self.session.preferences.keep, "hints", count))

    @on(events.Resize)
    def show_hint(self) -> None:
        """Tell what to try next, where there is a line for it and room."""
        for line in self.query("#hint").results(TextLine):
            self._show_hint_in(line)

    def _show_hint_in(self, line: TextLine) -> None:
        step = self.session.first_steps.step
        words = words_of(step, self.session.actor, self.key) if step in self.first_steps else ""
        line.show(((f" {words}", "accent"),) if words else ())
        line.display = bool(words) and self.app.size.height >= _ROOMY

    @on(events.ScreenResume)
    def _shown_again(self) -> None:
        """Keys and steps may be others now."""
        if self.is_mounted:
            self.call_after_refresh(self.show_keys)
            self.show_hint()

    # The key line.

    def show_keys(self) -> None:
        """Say at the bottom what can be done now."""
        pairs = ((self._as_they_are(keys), label) for keys, label in self._pairs_now())
        self.show_line("keys", key_line(self.size.width, *pairs))

    def _as_they_are(self, keys: str) -> str:
        """Keys named as they come, as the keymap has them."""
        keymap = self.session.keymap
        if not keymap.entries:
            return keys
        nodes = self.focused.ancestors_with_self if self.focused is not None else [self, self.app]
        known = [bindings_of(type(node)) for node in nodes]
        return "".join(keymap.renamed(part, known) for part in _KEYS_APART.split(keys))

    def _pairs_now(self) -> Sequence[tuple[str, str]]:
        if any(picker.is_open for picker in self.query(Picker)):
            return _PICKER_KEYS
        is_asking = any(cast("AskLine", line).is_open for line in self.query("#ask"))
        return _ASK_KEYS if is_asking else self.key_pairs()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self.call_after_refresh(self.show_keys)

    # The list of keys.

    @property
    def keys_here(self) -> list[KeyHere]:
        """What the keys do where the focus is."""
        return bindings_here(self, self.refusal)

    @property
    def _own_keys(self) -> list[KeyHere]:
        keys = screen_keys(self, self.session.keymap, self.refusal)
        return [found for found in keys if found.action not in ABOUT_KEYS]

    def refusal(self, action: str) -> str:
        """Why an action of this screen is not allowed now; empty when it is."""
        return ""

    def action_keys(self) -> None:
        """List the keys of what has the focus; Enter does what the line says."""
        self.begin_held("act", self._keys)

    async def _keys(self) -> None:
        here = self.keys_here
        choices = [
            Choice(str(index), found.label, found.summary, found.refused, found.keys)
            for index, found in enumerate(here)
        ]
        chosen = await self.pick("Keys", choices, numbered=False, height=_LONG_LIST)
        if chosen is not None:
            here[int(chosen)].run()

    # The palette.

    def action_palette(self) -> None:
        """Choose any action by name; a number opens that ticket."""
        self.begin_held("act", self._palette)

    def palette_entries(self) -> list[Entry]:
        """What can be done here; what is refused says why."""
        return key_entries([found for found in self._own_keys if not found.action.startswith("show_view")])

    def _ways_entries(self) -> list[Entry]:
        ways = self.session.ways
        return [
            *room_entries(self.room, self.session, ways.open_room),
            *view_entries(ways.views, ways.show_view),
            *self._setting_entries(),
            entry("keys", self.action_keys, keys=self.key("desk.keys"), summary="List the keys that work here"),
        ]

    def _setting_entries(self) -> list[Entry]:
        from deskterm.screens.own_settings import SETTINGS, Setting, choose

        def change(setting: Setting) -> None:
            self.begin_held("act", partial(choose, self, setting))

        return [entry(found.label.lower(), partial(change, found), summary=found.summary) for found in SETTINGS]

    async def _palette(self) -> None:
        recent = recent_entries(await self._recent_tickets(), self.open_ticket)
        offered = [*self.palette_entries(), *recent, *self._ways_entries()]
        entries = {str(index): found for index, found in enumerate(offered)}
        chosen = await self.pick(
            "Do",
            [found.as_choice(value) for value, found in entries.items()],
            offer=ticket_choice,
            fallback=find_choice,
            numbered=False,
            height=_LONG_LIST,
        )
        if chosen is not None:
            self.did(FIND)
            self.call_later(self._follow, chosen, entries)

    async def _recent_tickets(self) -> Sequence[TicketRow]:
        """Those read last, as they are now; none when the desk is busy: the palette does not wait for it."""
        from deskterm.engine.services.ticket_lists import ReadTicketRows

        numbers = tuple(self.session.recent.besides(self.number_shown))
        if not numbers:
            return ()
        asked = asyncio.ensure_future(self.session.thread.ask(ReadTicketRows(numbers=numbers)))
        await asyncio.wait((asked,), timeout=_RECENT_SECONDS)
        if not asked.done():
            asked.cancel()
            return ()
        return () if asked.exception() else asked.result()

    def _follow(self, chosen: str, entries: Mapping[str, Entry]) -> None:
        if chosen.startswith("#"):
            self.open_ticket(int(chosen[1:]))
        elif chosen.startswith("?"):
            self.session.ways.find_tickets(chosen[1:])
        else:
            entries[chosen].run()

    def open_ticket(self, number: int) -> None:
        """Open a ticket over this screen, once it was read: one that cannot be is refused here."""

        async def opened() -> None:
            from deskterm.engine.services.thread_reading import ReadThread

            self.session.ways.open_ticket(await self.session.thread.ask(ReadThread(number=number)))

        self.begin_held("open", opened)

    # The rooms.

    def action_go(self) -> None:
        """Wait for the letter of a room, for the next key only."""
        rooms = ways_from(self.room, self.session.actor)
        going, go = self.session.going, self.session.ways.open_room
        by_letter = letters(rooms, self.session.keymap)
        ways: dict[str, Callable[[], object]] = {key: partial(go, room.name) for key, room in by_letter.items()}
        if going.begin(ways, ended=self._go_no_more):
            self.status.hint(_letters_line(by_letter))
            self._go_timer = self.set_timer(WAIT_SECONDS, going.end)

    def _go_no_more(self) -> None:
        if self._go_timer is not None:
            self._go_timer.stop()
        self.status.hint(())


def _letters_line(by_letter: Mapping[str, Room]) -> Parts:
    parts: list[Part] = [("go to", "dim")]
    for key, room in by_letter.items():
        parts += [(f"  {shown_key(key)}", "key"), (f" {room.label}", "plain")]
    return tuple(parts)
