"""One's own keys: every binding with what it listens to, a new key for it, and the way back to what it came with."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.screens.keymap import LIFELINES, Keymap, forbidden, is_letter, shown_key
from deskterm.screens.room_screen import RoomScreen
from deskterm.screens.session import Session
from deskterm.screens.settings.key_catalogue import KeyRow, clashes, key_rows, keys_of, shown_keys
from deskterm.screens.widgets.picker import Choice
from deskterm.screens.widgets.setting_lines import SettingLine, SettingLines
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList

_LONG_LIST = 14


class KeysScreen(RoomScreen):
    """Enter asks for the new key of the line under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", id="keys.find", tooltip="Find an action by name or by key"),
        Binding("backspace,delete", "reset", "reset", id="keys.reset", tooltip="Go back to the key it came with"),
        Binding("X", "reset_all", "reset all", id="keys.reset_all", tooltip="Forget every key of one's own"),
    ]
    room = "settings"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rows = key_rows()

    def compose(self) -> ComposeResult:
        """Title, list, and the two lines below."""
        yield TextLine(id="title", fill="title")
        yield VirtualList(SettingLines((), self.session.glyphs), id="bindings")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Everything is known already."""
        self.show_title("Keys")
        self.set_focus(self.list)
        self._draw()

    @property
    def list(self) -> VirtualList:
        """The bindings."""
        return self.query_one("#bindings", VirtualList)

    @property
    def _row(self) -> KeyRow:
        return self._rows[self.list.cursor]

    def desk_changed(self) -> None:
        """Nobody else changes these."""

    def _draw(self) -> None:
        keymap = self.session.keymap
        lines = [
            SettingLine(row.label, shown_keys(row, keymap), row.summary, row.name in keymap.entries)
            for row in self._rows
        ]
        self.list.show(SettingLines(lines, self.session.glyphs), self.list.cursor)
        self._show_place()

    def _show_place(self) -> None:
        place = f"{self.list.cursor + 1}/{len(self._rows)} {self.session.glyphs.dot} {self._row.place}"
        self.status.place(((place, "plain"),))
        self.show_keys()

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        self.tell("")
        self._show_place()

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        self.begin_held("act", partial(self._ask_key, self._row))

    # Changing.

    async def _ask_key(self, row: KeyRow) -> None:
        """Ask until a key is given that can be had, or none."""
        said = ""
        while True:
            asked = f"{said}New key for {row.label}? Esc leaves {shown_keys(row, self.session.keymap)}."
            key = await self.status.ask_key(asked, ready=self.session.typing.release)
            if not key:
                return
            said = forbidden(key)
            if not said:
                await self._give(row, key)
                return
            said += ". "

    async def _give(self, row: KeyRow, key: str) -> None:
        met = clashes(self._rows, self.session.keymap, row, key)
        if not met:
            await self._keep(self._with_key(self.session.keymap, row, key), f"{row.label}: {shown_key(key)}.")
            return
        names = ", ".join(f"{other.label} ({other.place})" for other in met)
        swapped = self._swapped(row, key, met)
        if swapped is None:
            self.tell(f"{shown_key(key)} is {names}: give that another key first.", "error")
        elif await self.ask(f"{shown_key(key)} is {names}. s swap, n leave it", "sn") == "s":
            old = shown_keys(met[0], swapped)
            await self._keep(swapped, f"{row.label}: {shown_key(key)}; {met[0].label}: {old}.")

    def _swapped(self, row: KeyRow, key: str, met: Sequence[KeyRow]) -> Keymap | None:
        """The keymap with the keys of two exchanged; None where that meets others still."""
        old = next((one for one in keys_of(row, self.session.keymap) if not forbidden(one)), "")
        if len(met) > 1 or not old or key in LIFELINES.get(met[0].name, ()):
            return None
        other = met[0]
        swapped = self._with_key(self._with_key(self.session.keymap, row, key), other, old, instead_of=key)
        is_free = not clashes(self._rows, swapped, row, key) and not clashes(self._rows, swapped, other, old)
        return swapped if is_free else None

    def _with_key(self, keymap: Keymap, row: KeyRow, key: str, instead_of: str = "") -> Keymap:
        """The key takes the place of the one named, else of the letters; arrows and their like stay."""
        kept = [
            one
            for one in keys_of(row, keymap)
            if one != key and (one != instead_of if instead_of else not is_letter(one) or one == "space")
        ]
        return keymap.having(row.name, (key, *kept))

    def action_reset(self) -> None:
        """Go back to the keys that the binding came with."""
        self.begin_held("act", partial(self._reset, self._row))

    async def _reset(self, row: KeyRow) -> None:
        keymap = self.session.keymap.having(row.name, ())
        met = [other for key in row.default for other in clashes(self._rows, keymap, row, key)]
        if met:
            names = ", ".join(f"{shown_keys(other, keymap)} is {other.label}" for other in met)
            self.tell(f"{names}: give that another key first.", "error")
        else:
            await self._keep(keymap, f"{row.label}: {shown_keys(row, keymap)}, as it came.")

    def action_reset_all(self) -> None:
        """Forget all, after a question."""
        self.begin_held("act", self._reset_all)

    async def _reset_all(self) -> None:
        if await self.confirm("Every key as it came? y/n"):
            await self._keep(Keymap(), "Every key is as it came.")

    async def _keep(self, keymap: Keymap, words: str) -> None:
        """At once on these screens, then in the desk."""
        self.session.keymap = keymap
        self.session.apply_settings()
        self._draw()
        await self.session.preferences.keep("keymap", keymap.entries)
        self.tell(words, "good")

    # Finding.

    def action_find(self) -> None:
        """Go to the line of an action."""
        self.begin_held("act", self._find)

    async def _find(self) -> None:
        keymap = self.session.keymap
        choices = [
            Choice(str(place), row.label, f"{shown_keys(row, keymap):<8} {row.summary}")
            for place, row in enumerate(self._rows)
        ]
        found = await self.pick("Find", choices, numbered=False, height=_LONG_LIST)
        if found is not None:
            self.list.move_to(int(found))

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """How a key is changed."""
        return (
            ("Enter", "new key"),
            ("/", "find"),
            ("Backspace", "reset"),
            ("X", "reset all"),
            ("Esc", "back"),
            ("?", "more"),
        )
