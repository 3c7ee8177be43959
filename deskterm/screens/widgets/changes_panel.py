"""What others did to a ticket meanwhile, in a few lines above the question what to do about it."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.engine.services.rows import EventRow
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.history_lines import event_lines
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.line_view import LineView, Page
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.thread_lines import Reading

_MOST_LINES = 8
"""Lines of changes shown; of more, the newest."""

_LEFT_FREE = 6
"""Rows of the terminal left to what stands around the panel."""


class ChangesPanel(Vertical):
    """A title and the changes, the newest last; it takes no keys."""

    DEFAULT_CSS = "ChangesPanel { height: auto; display: none; & > LineView { height: 1; } }"

    def compose(self) -> ComposeResult:
        """The title and the lines."""
        yield TextLine(id="changes-title", fill="title")
        lines = LineView(id="changes-lines")
        lines.can_focus = False
        yield lines

    def open(self, title: str, changes: Sequence[EventRow], reading: Reading) -> None:
        """Show these changes."""
        self.query_one("#changes-title", TextLine).show(((f" {one_line(title)}", "title"),))
        lines = self.query_one("#changes-lines", LineView)
        room = max(1, min(_MOST_LINES, self.screen.size.height - _LEFT_FREE))
        lines.styles.height = max(1, min(room, _height(changes, reading, self.screen.size.width)))
        self.display = True
        lines.open(partial(_page, changes, reading, room))

    def close(self) -> None:
        """Go out of sight."""
        self.display = False


def _height(changes: Sequence[EventRow], reading: Reading, width: int) -> int:
    return sum(1 for change in changes for _ in event_lines(change, reading, width))


def _page(changes: Sequence[EventRow], reading: Reading, room: int, width: int) -> Page:
    lines: list[Parts] = [line for change in changes for line in event_lines(change, reading, width)]
    if len(lines) <= room:
        return Page(tuple(lines))
    earlier = len(lines) - room + 1
    first: Parts = ((f" {earlier} line{'s' if earlier > 1 else ''} before; h shows the whole history", "dim"),)
    return Page((first, *lines[earlier:]))
