"""The last door before the terminal."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from deskterm.screens.widgets.cells import UNFIT, as_ascii, harmless, same_size


class TerminalGuard(LineFilter):
    """Replaces whatever would steer the terminal, or shift a line in it, in every line of every widget, ours or not."""

    def __init__(self, *, ascii: bool = False) -> None:
        super().__init__()
        self._ascii = ascii

    def draw_ascii(self, wanted: bool) -> None:
        """Draw in ASCII from now on, or no longer."""
        self._ascii = wanted

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, those with unfit characters replaced by fit ones of the same style and size."""
        guarded = [_guarded(segment) for segment in segments]
        return [_in_ascii(segment) for segment in guarded] if self._ascii else guarded


def _guarded(segment: Segment) -> Segment:
    text = segment.text
    if segment.control or (text.isprintable() and (text.isascii() or not UNFIT.search(text))):
        return segment
    fit = harmless(text).replace("\n", " ").replace("\t", " ")
    return Segment(same_size(fit, text), segment.style)


def _in_ascii(segment: Segment) -> Segment:
    """A terminal that does not read UTF-8 may take a byte of a letter for a control character."""
    if segment.control or segment.text.isascii():
        return segment
    return Segment(as_ascii(segment.text), segment.style)
