"""Choosing one of many in a few lines above the status line: type to filter, digits, arrows, Enter, Esc."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskterm.screens.widgets.cells import cell_len, cut, fit, one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.matching import rank_with_hint
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: `keys` before the label do the same, `hint` stands behind it, `refused` says why not."""

    value: str
    label: str
    hint: str = ""
    refused: str = ""
    keys: str = ""


Offer = Callable[[str], Choice | None]
"""Makes a choice of what was typed, such as a tag that does not exist yet; None for no such choice."""


def _rank(text: str, choice: Choice) -> int:
    return rank_with_hint(text, choice.label, f"{choice.keys} {choice.hint}".strip())


def _offered(offer: Offer | None, text: str) -> tuple[Choice, ...]:
    made = offer(text) if offer is not None and text else None
    return () if made is None else (made,)


_LABEL_WIDTH, _KEY_WIDTH = 18, 12
"""Cells of a label and of its keys where choices have keys; a longer label goes on into the hint."""


def _columns(choices: Sequence[Choice]) -> tuple[int, int]:
    """Cells for the keys and for the labels: the same whatever the filter leaves, so that lines stay as they are."""
    keys = max((cell_len(choice.keys) for choice in choices), default=0)
    labels = max((cell_len(one_line(choice.label)) for choice in choices), default=0)
    return min(keys, _KEY_WIDTH), min(labels, _LABEL_WIDTH) if keys else labels


class ChoiceLines:
    """The choices that are left, as lines."""

    def __init__(self, choices: Sequence[Choice], *, numbered: bool, columns: tuple[int, int] = (0, 0)) -> None:
        self.choices = choices
        self._numbered = numbered
        self._key_width, self._label_width = columns

    def __len__(self) -> int:
        return len(self.choices)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """One choice: digit or keys, label, hint; a refused one is dim and says why."""
        choice = self.choices[row]
        begin = self._beginning(row, choice)
        label = self._label(choice, max(width - 24, width // 2))
        hint = f"  {one_line(choice.refused or choice.hint)}"
        if here:
            return ((f"{begin}{label}{hint}", "cursor"),)
        ink = "dim" if choice.refused else "plain"
        return (begin, "dim" if choice.refused else "key"), (label, ink), (hint, "dim")

    def _beginning(self, row: int, choice: Choice) -> str:
        if self._key_width:
            return f" {fit(choice.keys, self._key_width)}  "
        return f" {row + 1} " if self._numbered and row < 9 else "   "

    def _label(self, choice: Choice, room: int) -> str:
        label = one_line(choice.label)
        if self._key_width and cell_len(label) > self._label_width:
            return cut(label, room)
        return fit(label, min(self._label_width, room))


class _PickerInput(Input):
    """The filter; a digit in the empty filter chooses at once."""

    class Digit(Message):
        """A digit was typed into the empty filter."""

        def __init__(self, digit: int) -> None:
            super().__init__()
            self.digit = digit

    takes_digits = True

    async def _on_key(self, event: events.Key) -> None:
        if self.takes_digits and not self.value and event.character and event.character in "123456789":
            event.stop()
            event.prevent_default()
            self.post_message(self.Digit(int(event.character)))
            return
        await super()._on_key(event)


class Picker(Vertical):
    """An inline panel over the bottom of the list; one at a time."""

    DEFAULT_CSS = """
    Picker {
        height: auto; display: none;
        & > Horizontal { height: 1; }
        & TextLine { width: auto; min-width: 10; }
        & Input { width: 1fr; }
        & VirtualList { height: 8; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="picker.cancel", tooltip="Choose nothing"),
        Binding("down,tab,ctrl+n", "move(1)", "next", id="picker.down", tooltip="Next choice"),
        Binding("up,shift+tab", "move(-1)", "previous", id="picker.up", tooltip="Choice before"),
        Binding("pagedown", "page(1)", "page down", id="picker.page_down", tooltip="A page of choices down"),
        Binding("pageup", "page(-1)", "page up", id="picker.page_up", tooltip="A page of choices up"),
    ]

    class Refused(Message):
        """A choice that cannot be chosen was chosen; `reason` says why."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices: tuple[Choice, ...] = ()
        self._offer: Offer | None = None
        self._fallback: Offer | None = None
        self._numbered = True
        self._columns = (0, 0)
        self._lines = ChoiceLines((), numbered=True)
        self._chosen: asyncio.Future[str | None] | None = None

    def compose(self) -> ComposeResult:
        """A title, the filter, and the choices left."""
        with Horizontal():
            yield TextLine(id="picker-title", fill="title")
            yield _PickerInput(compact=True, id="picker-filter")
        choices = VirtualList(self._lines, id="picker-list")
        choices.can_focus = False
        choices.empty = ((("   Nothing matches; Backspace gives it back, Esc leaves.", "dim"),),)
        yield choices

    @property
    def is_open(self) -> bool:
        """Whether somebody is choosing."""
        return self._chosen is not None

    @property
    def shown(self) -> tuple[Choice, ...]:
        """The choices that the filter leaves."""
        return tuple(self._lines.choices)

    async def choose(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        offer: Offer | None = None,
        fallback: Offer | None = None,
        numbered: bool = True,
        current: str = "",
        height: int = 8,
        ready: Callable[[], None],
    ) -> str | None:
        """The value chosen, or None.

        `offer` makes the first choice of what was typed, `fallback` the last one. `current` is the value the cursor
        starts on; `ready`: keys can come now.
        """
        focused = self.screen.focused
        self._cancel_older()
        self._choices, self._numbered = tuple(choices), numbered
        self._columns = _columns(choices)
        self._offer, self._fallback = offer, fallback
        chosen: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._chosen = chosen
        self._open(title, current, height)
        ready()
        try:
            return await chosen
        finally:
            if self._chosen is chosen:
                self._close(focused)

    def _open(self, title: str, current: str, height: int) -> None:
        heading = f" {title} "
        line = self.query_one("#picker-title", TextLine)
        line.styles.width = cell_len(heading) + 1
        line.show(((heading, "title"), (" ", "plain")))
        entry = self.query_one("#picker-filter", _PickerInput)
        entry.takes_digits = self._numbered
        entry.cursor_blink = False
        with entry.prevent(Input.Changed):
            entry.value = ""
        self.display = True
        rows = max(1, min(height, len(self._choices), self.screen.size.height - 6))
        self._list.styles.height = rows
        self._filter("")
        values = [choice.value for choice in self.shown]
        self._list.show(self._lines, values.index(current) if current in values else 0)
        self.screen.set_focus(entry, scroll_visible=False)

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#picker-list", VirtualList)

    def _filter(self, text: str) -> None:
        ranked = [(_rank(text, choice), choice) for choice in self._choices]
        keeps_order = self._numbered and not text  # a digit always means the same
        kept = sorted(
            (pair for pair in ranked if pair[0]), key=lambda pair: (-pair[0], not keeps_order and bool(pair[1].refused))
        )
        first, last = (_offered(offer, text.strip()) for offer in (self._offer, self._fallback))
        left = (*first, *(choice for _, choice in kept), *last)
        self._lines = ChoiceLines(left, numbered=self._numbered and not text, columns=self._columns)
        self._list.show(self._lines, 0)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(self._list.cursor)

    @on(VirtualList.Chosen)
    def _clicked(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self._take(event.row)

    @on(VirtualList.Moved)
    @on(VirtualList.Scrolled)
    def _moved(self, event: Message) -> None:
        event.stop()

    @on(_PickerInput.Digit)
    def _digit(self, event: _PickerInput.Digit) -> None:
        event.stop()
        self._take(event.digit - 1)

    def on_descendant_blur(self) -> None:
        """Whoever goes elsewhere, with the mouse, chooses nothing."""
        self.call_after_refresh(self._cancel_when_left)

    def _cancel_when_left(self) -> None:
        if not self.has_focus_within:
            self._finish(None)

    def action_cancel(self) -> None:
        """Choose nothing."""
        self._finish(None)

    def action_move(self, rows: int) -> None:
        """Move to another choice."""
        self._list.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move by a page of choices."""
        self._list.action_page(pages)

    def _take(self, row: int) -> None:
        if row >= len(self._lines):
            return
        choice = self._lines.choices[row]
        if choice.refused:
            self.post_message(self.Refused(f"{one_line(choice.label)}: {choice.refused}"))
        else:
            self._finish(choice.value)

    def _finish(self, value: str | None) -> None:
        if self._chosen is not None and not self._chosen.done():
            self._chosen.set_result(value)

    def _cancel_older(self) -> None:
        self._finish(None)

    def _close(self, focused: Widget | None) -> None:
        was_here = self.has_focus_within
        self._chosen = None
        self.display = False
        if focused is not None and focused.is_attached and was_here:
            self.screen.set_focus(focused, scroll_visible=False)
