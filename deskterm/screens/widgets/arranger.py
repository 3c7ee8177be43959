"""Choosing which of several things are shown and in which order, in a few lines above the status line."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from deskterm.screens.widgets.cells import cell_len, fit, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList

Item = tuple[str, str]
"""A name, and what is said of it."""

Watcher = Callable[[tuple[str, ...]], None]
"""Shown every arrangement on the way."""

ARRANGER_KEYS = (
    ("Space", "show or hide"),
    ("J/K", "move"),
    ("=", "as it was made"),
    ("Enter", "keep"),
    ("Esc", "back"),
)


class ArrangedLines:
    """Everything that can be shown, in its order; what is shown has a sign."""

    def __init__(self, items: Sequence[Item], shown: Sequence[str], glyphs: Glyphs) -> None:
        summaries = dict(items)
        known = [name for name in shown if name in summaries]
        self.names = [*known, *(name for name in summaries if name not in known)]
        self.shown = set(known)
        self._summaries = summaries
        self._glyphs = glyphs
        self._name_width = max((cell_len(name) for name in summaries), default=0)

    def __len__(self) -> int:
        return len(self.names)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """A sign where it is shown, its name, and what it is."""
        name = self.names[row]
        sign = self._glyphs.mark if name in self.shown else " "
        words = f" {sign} {fit(name, self._name_width)}", f"  {one_line(self._summaries[name])}"
        return ((" ".join(words), "cursor"),) if here else ((words[0], "plain"), (f" {words[1]}", "dim"))

    @property
    def arrangement(self) -> tuple[str, ...]:
        """What is shown, in order."""
        return tuple(name for name in self.names if name in self.shown)

    def toggle(self, row: int) -> None:
        """Show it, or hide it."""
        self.shown ^= {self.names[row]}

    def move(self, row: int, by: int) -> int:
        """Move it among the others; the row where it is then."""
        other = max(0, min(row + by, len(self.names) - 1))
        self.names.insert(other, self.names.pop(row))
        return other


class Arranger(Vertical):
    """An inline panel over the bottom of the list; what is arranged shows at once, for whoever watches."""

    DEFAULT_CSS = """
    Arranger { height: auto; display: none; & VirtualList { height: 8; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "show_or_hide", "show or hide", id="arranger.toggle", tooltip="Show it, or hide it"),
        Binding("J,shift+down", "shift(1)", "later", id="arranger.later", tooltip="Let it stand further to the right"),
        Binding("K,shift+up", "shift(-1)", "earlier", id="arranger.earlier", tooltip="Further to the left"),
        Binding("equals_sign", "reset", "as it was made", id="arranger.reset", tooltip="As if none was chosen"),
        Binding("escape", "cancel", "back", id="arranger.cancel", tooltip="Leave it as it was"),
    ]

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._lines = ArrangedLines((), (), glyphs)
        self._items: Sequence[Item] = ()
        self._default: tuple[str, ...] = ()
        self._watch: Watcher = lambda names: None
        self._done: asyncio.Future[tuple[str, ...] | None] | None = None

    def compose(self) -> ComposeResult:
        """A title and the list."""
        yield TextLine(id="arranger-title", fill="title")
        yield VirtualList(self._lines, id="arranger-list")

    @property
    def is_open(self) -> bool:
        """Whether somebody is arranging."""
        return self._done is not None

    async def ask(
        self,
        title: str,
        items: Sequence[Item],
        shown: Sequence[str],
        *,
        default: Sequence[str],
        watch: Watcher,
        ready: Callable[[], None],
    ) -> tuple[str, ...] | None:
        """The names shown, in order; empty for the `default`, None when it is left as it was."""
        focused = self.screen.focused
        self._items, self._default, self._watch = items, tuple(default), watch
        done: asyncio.Future[tuple[str, ...] | None] = asyncio.get_running_loop().create_future()
        self._done = done
        self._open(title, shown or default)
        ready()
        try:
            return await done
        finally:
            self._close(focused)

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#arranger-list", VirtualList)

    def _open(self, title: str, shown: Sequence[str]) -> None:
        self.query_one("#arranger-title", TextLine).show(((f" {title} ", "title"),))
        self._lines = ArrangedLines(self._items, shown, self._glyphs)
        self._list.styles.height = max(1, min(len(self._lines), 8, self.screen.size.height - 6))
        self.display = True
        self._list.show(self._lines, 0)
        self.screen.set_focus(self._list, scroll_visible=False)

    def _close(self, focused: Widget | None) -> None:
        self._done = None
        was_here = self.has_focus_within
        self.display = False
        if focused is not None and focused.is_attached and was_here:
            self.screen.set_focus(focused, scroll_visible=False)

    def action_show_or_hide(self) -> None:
        """Show or hide, and go on to the next."""
        self._lines.toggle(self._list.cursor)
        self._list.action_move(1)
        self._show(self._list.cursor)

    def action_shift(self, by: int) -> None:
        """Move it; the cursor stays on it."""
        self._show(self._lines.move(self._list.cursor, by))

    def action_reset(self) -> None:
        """As if nothing had been chosen."""
        self._lines = ArrangedLines(self._items, self._default, self._glyphs)
        self._show(0)

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self._finish(None)

    def _show(self, row: int) -> None:
        self._list.show(self._lines, row)
        self._watch(self._arranged)

    @property
    def _arranged(self) -> tuple[str, ...]:
        names = self._lines.arrangement
        return () if names == self._default else names

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self._finish(self._arranged)

    @on(VirtualList.Moved)
    @on(VirtualList.Scrolled)
    def _moved(self, event: Message) -> None:
        event.stop()

    def on_descendant_blur(self) -> None:
        """Whoever goes elsewhere with the mouse leaves it as it was."""
        self.call_after_refresh(self._cancel_when_left)

    def _cancel_when_left(self) -> None:
        if not self.has_focus_within:
            self._finish(None)

    def _finish(self, names: tuple[str, ...] | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(names)
