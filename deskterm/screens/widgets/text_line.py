"""One line of text that repaints no more than what changed."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from deskterm.screens.widgets.cells import cell_len
from deskterm.screens.widgets.inks import Parts, strip


class TextLine(Widget):
    """A line of inked parts, left to right; `right` is set against the right edge while there is room."""

    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None, fill: str = "plain") -> None:
        super().__init__(id=id)
        self.fill = fill
        """The ink of what no part covers."""
        self._parts: Parts = ()
        self._right: Parts = ()

    def show(self, parts: Parts, right: Parts = ()) -> None:
        """Show other parts; nothing is painted when they are the same."""
        if (parts, right) == (self._parts, self._right):
            return
        before = self._line() if self.is_attached else None
        self._parts, self._right = parts, right
        if before is not None:
            self._repaint_from(before)

    def _repaint_from(self, before: Strip) -> None:
        """Repaint the cells that differ: from the left edge (a line is sent from its start) to the last one."""
        after = self._line()
        last = _last_difference(before, after)
        if last:
            self.refresh(Region(0, 0, last, 1))

    def render_line(self, y: int) -> Strip:
        """The line; below it blanks, should the widget be made higher."""
        return self._line() if y == 0 else strip(self, (), self.size.width, self.fill)

    def _line(self) -> Strip:
        width = self.size.width
        taken = sum(cell_len(text) for text, _ in self._right)
        if taken * 2 > width:
            return strip(self, self._parts, width, self.fill)
        left = strip(self, self._parts, width - taken, self.fill)
        return Strip.join([left, strip(self, self._right, taken, self.fill)]).simplify()


def _last_difference(before: Strip, after: Strip) -> int:
    """Where the last differing cell ends; 0 when the strips are the same."""
    old = [(character, segment.style) for segment in before for character in segment.text]
    new = [(character, segment.style) for segment in after for character in segment.text]
    if old == new:
        return 0
    if len(old) != len(new):
        return max(before.cell_length, after.cell_length)
    last = max(index for index in range(len(new)) if old[index] != new[index])
    return cell_len("".join(character for character, _ in new[: last + 1]))
