"""Settings, or keys, as lines of a list: what it is, how it is now, what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from deskterm.screens.widgets.cells import fit, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Parts

_LABEL, _VALUE = 16, 18
"""Widths in cells; the summary takes what is left."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line. `is_own`: it is not as it comes."""

    label: str
    value: str
    summary: str
    is_own: bool = False


class SettingLines:
    """The line source of a list of settings."""

    def __init__(self, lines: Sequence[SettingLine], glyphs: Glyphs) -> None:
        self.lines = lines
        self._glyphs = glyphs

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """Label, value, summary; where there is no room for all, the summary gives way."""
        line = self.lines[row]
        label = fit(one_line(line.label), min(_LABEL, width // 2), self._glyphs.ellipsis)
        value = fit(one_line(line.value), _VALUE, self._glyphs.ellipsis)
        mark = self._glyphs.unread if line.is_own else " "
        parts: Parts = (
            (f"{mark} ", "accent"),
            (f"{label} ", "plain"),
            (f"{value} ", "strong"),
            (one_line(line.summary), "dim"),
        )
        return (("".join(text for text, _ in parts), "cursor"),) if here else parts
