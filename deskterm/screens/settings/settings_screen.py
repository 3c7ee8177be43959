"""The room of one's own settings: a list; Enter chooses, Space takes the next value, Backspace what it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.screens.own_settings import SETTINGS, Setting, change, choose
from deskterm.screens.preferences import DEFAULTS
from deskterm.screens.room_screen import RoomScreen
from deskterm.screens.widgets.setting_lines import SettingLine, SettingLines
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list: how it reads, what Enter does, and the setting it is, if it is one."""

    line: SettingLine
    open: Callable[[], object]
    setting: Setting | None = None


class SettingsScreen(RoomScreen):
    """What one may set for oneself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "next", "next value", id="settings.next", tooltip="Take the next value"),
        Binding("backspace,delete", "reset", "reset", id="settings.reset", tooltip="Go back to what it was"),
    ]
    room = "settings"

    def compose(self) -> ComposeResult:
        """Title, list, and the two lines below."""
        yield TextLine(id="title", fill="title")
        yield VirtualList(SettingLines((), self.session.glyphs), id="settings")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Everything is known already."""
        self.set_focus(self.settings)
        self.draw()

    @property
    def settings(self) -> VirtualList:
        """The settings."""
        return self.query_one("#settings", VirtualList)

    @property
    def _rows(self) -> Sequence[_Row]:
        kept = self.session.preferences.word
        of_values = [
            _Row(
                SettingLine(
                    found.label,
                    found.value(kept(found.key)).label,
                    found.summary,
                    kept(found.key) != DEFAULTS[found.key],
                ),
                partial(self._choose, found),
                found,
            )
            for found in SETTINGS
        ]
        own_keys = len(self.session.keymap.entries)
        how = f"{own_keys} of my own" if own_keys else "as they come"
        begun = len(self.session.drafts)
        drafts = f"{begun} begun" if begun else "none"
        return [
            *of_values,
            _Row(SettingLine("Keys", how, "Which key does what", own_keys > 0), self._open_keys),
            _Row(SettingLine("Drafts", drafts, "Texts that were begun and not sent"), self._open_drafts),
        ]

    def draw(self) -> None:
        """Show the settings as they are now."""
        self.show_title(f"Settings of {self.session.actor.login}")
        lines = SettingLines([row.line for row in self._rows], self.session.glyphs)
        self.settings.show(lines, self.settings.cursor)
        self.show_keys()

    def desk_changed(self) -> None:
        """Nobody else changes these."""

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        """Back from the keys or the drafts: their number may be another one."""
        if self.is_mounted:
            self.draw()

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        self.tell("")

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        self._rows[event.row].open()

    def action_next(self) -> None:
        """Take the next value."""
        row = self._rows[self.settings.cursor]
        if row.setting is None:
            row.open()
        else:
            kept = self.session.preferences.word(row.setting.key)
            self._change(row.setting, row.setting.after(kept).word)

    def action_reset(self) -> None:
        """Go back to the default."""
        setting = self._rows[self.settings.cursor].setting
        if setting is not None:
            self._change(setting, DEFAULTS[setting.key])

    def _choose(self, setting: Setting) -> None:
        async def chosen() -> None:
            await choose(self, setting)
            self.draw()

        self.begin_held("act", chosen)

    def _change(self, setting: Setting, word: str) -> None:
        async def changed() -> None:
            await change(self, setting, word)
            self.draw()

        self.begin_held("act", changed)

    def _open_keys(self) -> None:
        from deskterm.screens.settings.keys_screen import KeysScreen

        self.app.push_screen(KeysScreen(self.session))

    def _open_drafts(self) -> None:
        from deskterm.screens.settings.drafts_screen import DraftsScreen

        self.app.push_screen(DraftsScreen(self.session))

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """How a setting is changed."""
        return (
            ("Enter", "choose"),
            ("Space", "next value"),
            ("Backspace", "reset"),
            ("Esc", "back"),
            ("?", "more"),
        )
