"""What others did to a ticket meanwhile, in a few lines above the question what to do about it."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.engine.services.rows import EventRow
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.history_lines import event_line
from deskterm.screens.widgets.line_view import LineView
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Line, page_of
from deskterm.screens.widgets.text_line import TextLine

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
        width, room = self.screen.size.width, max(1, min(_MOST_LINES, self.screen.size.height - _LEFT_FREE))
        shown = _newest(changes, reading, width, room)
        lines.styles.height = max(1, len(shown))
        self.display = True
        lines.open(page_of(shown))

    def close(self) -> None:
        """Go out of sight."""
        self.display = False


def _newest(changes: Sequence[EventRow], reading: Reading, width: int, room: int) -> list[Line]:
    """The changes as single rows, no more than there is room for; the first says how many are left out."""
    (block,) = page_of([event_line(change, reading) for change in changes]).blocks
    lines = [Line((*row.gutter, *row.parts), wraps=False) for row in block.rows(width)]
    if len(lines) <= room:
        return lines
    earlier = len(lines) - room + 1
    first = f" {earlier} line{'s' if earlier > 1 else ''} before; h shows the whole history"
    return [Line(((first, "dim"),), wraps=False), *lines[earlier:]]
