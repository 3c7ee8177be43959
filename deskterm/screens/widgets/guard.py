"""The last door before the terminal."""

from dataclasses import fields

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from deskterm.screens.widgets.cells import STEERING, harmless
from deskterm.screens.widgets.glyphs import ASCII, UNICODE

_OURS = {getattr(UNICODE, field.name): getattr(ASCII, field.name)[-1] for field in fields(UNICODE)}
_PLAIN = str.maketrans({**_OURS, "─": "-", "▁": "_", "▔": "-", "▎": "|", "•": "*"})
"""Signs that we draw, for lines that were made before ASCII was asked for, and those of Textual's widgets."""


class TerminalGuard(LineFilter):
    """Replaces whatever would steer the terminal in every line of every widget, ours or not."""

    def __init__(self, *, ascii: bool = False) -> None:
        super().__init__()
        self.draw_ascii(ascii)

    def draw_ascii(self, wanted: bool) -> None:
        """Replace the signs of widgets by ASCII, or leave them."""
        self._ascii = _PLAIN if wanted else {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, those with steering characters replaced by harmless ones of the same style."""
        guarded = [_guarded(segment) for segment in segments]
        return [_translated(segment, self._ascii) for segment in guarded] if self._ascii else guarded


def _guarded(segment: Segment) -> Segment:
    if segment.control or (segment.text.isprintable() and not STEERING.search(segment.text)):
        return segment
    return Segment(harmless(segment.text).replace("\n", " ").replace("\t", " "), segment.style)


def _translated(segment: Segment, table: dict[int, str]) -> Segment:
    if segment.control or segment.text.isascii():
        return segment
    return Segment(segment.text.translate(table), segment.style)
