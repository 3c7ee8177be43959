"""A terminal to look at: feeds what was written to it into pyte, and tells every cell and the cursor."""

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pyte
from wcwidth import wcwidth

_BEYOND_PYTE = re.compile(r"\x1b\[[?>=<][0-9;]*(?:\$p|[a-zA-Z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;]*[tq]")
"""Private modes but wrapping, keyboard protocols, operating system commands: pyte would print some of them."""

Measure = Callable[[str], int]


def ambiguous_wide(character: str) -> int:
    """As a terminal set up for East Asia measures."""
    import unicodedata

    return 2 if unicodedata.east_asian_width(character) == "A" else wcwidth(character)


def all_emoji_narrow(character: str) -> int:
    """As a terminal older than emoji measures."""
    return 1 if ord(character) > 0x1F000 else wcwidth(character)


class _Screen(pyte.Screen):
    """pyte's screen, which drops what follows a mark that it cannot combine, and erases what was written alone."""

    def draw(self, data: str) -> None:
        for character in data:
            super().draw(character)

    def erase_in_display(self, *args: Any, **kwargs: Any) -> None:
        for row in range(self.lines):
            for column in range(self.columns):
                self.buffer[row][column] = self.buffer[row][column]
        super().erase_in_display(*args, **kwargs)


class Emulator:
    """What a terminal shows that measures characters in its own way."""

    def __init__(self, columns: int, rows: int, measure: Measure = wcwidth) -> None:
        self.screen: Any = _Screen(columns, rows)
        self.screen.reset_mode(7, private=True)
        self._stream: Any = pyte.Stream(self.screen)
        self._measure = measure

    def feed(self, data: str) -> None:
        """Write to it."""
        with patch("pyte.screens.wcwidth", self._measure):
            self._stream.feed(_BEYOND_PYTE.sub("", data))

    @property
    def cells(self) -> list[list[Any]]:
        """Every cell: its characters and everything that makes its look."""
        screen = self.screen
        return [[screen.buffer[row][column] for column in range(screen.columns)] for row in range(screen.lines)]

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row."""
        return self.screen.cursor.x, self.screen.cursor.y

    @property
    def text(self) -> str:
        """The screen as lines."""
        return "\n".join("".join(cell.data for cell in row) for row in self.cells)
