"""Names for the ways text is drawn. A widget draws parts `(text, ink)`; `inks.tcss` says what each looks like."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.dom import NoScreen
from textual.strip import Strip
from textual.widget import Widget

from deskterm.screens.widgets.cells import cell_len, cut

Part = tuple[str, str]
"""Harmless text and the name of its ink."""

Parts = tuple[Part, ...]

INKS = (
    "plain",
    "dim",
    "strong",
    "title",
    "accent",
    "urgent",
    "warn",
    "good",
    "cursor",
    "marked",
    "key",
    "public",
    "internal",
    "public-bar",
    "internal-bar",
    "error",
    "field",
    "field-dim",
    "question",
    "hit",
    "hit-here",
)


@lru_cache(256)
def _lean(style: Style) -> Style:
    """The style without colours that are the terminal's own anyway: they cost bytes and say nothing."""
    color = None if style.color is not None and style.color.is_default else style.color
    ground = None if style.bgcolor is not None and style.bgcolor.is_default else style.bgcolor
    if (color, ground) == (style.color, style.bgcolor):
        return style
    return style.without_color + Style.from_color(color, ground)


_NO_STYLE = Style.null()

INK_CLASSES = {f"ink--{name}" for name in INKS}
"""The component classes of a screen whose widgets draw with inks: once for all of them, since Textual styles each."""


def ink(widget: Widget, name: str) -> Style:
    """The style of an ink in the theme of the moment."""
    try:
        screen = widget.screen
    except NoScreen:  # a widget that was just removed may be drawn once more
        return _NO_STYLE
    return _lean(screen.get_component_rich_style(f"ink--{name}", default=_NO_STYLE))


def strip(widget: Widget, parts: Parts, width: int, fill: str = "plain") -> Strip:
    """The parts as a line of exactly `width` cells, cut on the right and filled up with the `fill` ink."""
    segments: list[Segment] = []
    left = width
    for text, name in parts:
        short = cut(text, left)
        left -= cell_len(short)
        segments.append(Segment(short, ink(widget, name)))
        if left <= 0 or short is not text:
            break
    if left > 0:
        segments.append(Segment(" " * left, ink(widget, fill)))
    return Strip(segments, width).simplify()
