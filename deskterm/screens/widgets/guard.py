"""The last door before the terminal."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from deskterm.screens.widgets.cells import STEERING, harmless


class TerminalGuard(LineFilter):
    """Replaces whatever would steer the terminal in every line of every widget, ours or not."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, those with steering characters replaced by harmless ones of the same style."""
        return [_guarded(segment) for segment in segments]


def _guarded(segment: Segment) -> Segment:
    if segment.control or (segment.text.isprintable() and not STEERING.search(segment.text)):
        return segment
    return Segment(harmless(segment.text).replace("\n", " ").replace("\t", " "), segment.style)
