"""What one has begun and not sent: a list to go on from, and to throw away from."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.screens.drafting import draft_words
from deskterm.screens.drafts import Draft, Key
from deskterm.screens.room_screen import RoomScreen
from deskterm.screens.session import Session
from deskterm.screens.widgets.setting_lines import SettingLine, SettingLines
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList

_EMPTY = ((), (("  Nothing is begun. A reply, a note or a new ticket left with Esc waits here.", "dim"),))


class DraftsScreen(RoomScreen):
    """Enter goes on with the draft under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,delete", "discard", "discard", id="drafts.discard", tooltip="Throw the draft away"),
    ]
    room = "settings"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._drafts: list[tuple[Key, Draft]] = []

    def compose(self) -> ComposeResult:
        """Title, list, and the two lines below."""
        yield TextLine(id="title", fill="title")
        yield VirtualList(SettingLines((), self.session.glyphs), id="drafts")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Those of this session at once, then those of others."""
        self.show_title("Drafts")
        self.set_focus(self.drafts)
        self._draw()
        self.desk_changed()

    @property
    def drafts(self) -> VirtualList:
        """The drafts."""
        return self.query_one("#drafts", VirtualList)

    def desk_changed(self) -> None:
        """Another session may have begun or sent one."""
        self.begin("read", self._read)

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        if self.is_mounted:
            self.desk_changed()

    async def _read(self) -> None:
        await self.session.drafts.load()
        self._draw()

    def _draw(self) -> None:
        self._drafts = list(self.session.drafts)
        lines = [
            SettingLine(f"#{key[0]}" if key[0] else "new ticket", draft_words(key), _first_words(draft))
            for key, draft in self._drafts
        ]
        self.drafts.empty = _EMPTY
        self.drafts.show(SettingLines(lines, self.session.glyphs), self.drafts.cursor)
        self.show_keys()

    @property
    def _here(self) -> Key | None:
        return self._drafts[self.drafts.cursor][0] if self._drafts else None

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        self.tell("")

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        if self._here is not None:
            self.session.ways.go_on_writing(*self._here)

    def action_discard(self) -> None:
        """Throw one away, after a question."""
        if self._here is not None:
            self.begin_held("act", partial(self._discard, self._here))

    async def _discard(self, key: Key) -> None:
        if not await self.confirm(f"Throw away: {draft_words(key)}? y/n"):
            return
        if self.session.drafts.discard(key):
            self._draw()
            self.tell("Thrown away.", "good")
        else:
            self.tell("It is open for writing; put it away there first.", "error")

    def key_pairs(self) -> Sequence[tuple[str, str]]:
        """What can be done with a draft."""
        doing = [("Enter", "go on"), ("Backspace", "discard")] if self._drafts else []
        return [*doing, ("Esc", "back"), ("?", "more")]


def _first_words(draft: Draft) -> str:
    return " ".join((draft.fields.get("subject", ""), draft.body)).strip()[:200]
