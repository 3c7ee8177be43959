"""Which output driver a session has: the one place where that is decided."""

import sys
from typing import Literal

from textual.driver import Driver

OutputChoice = Literal["auto", "diff", "plain"]
"""`diff`: only what changed is sent; `plain`: everything Textual paints; `auto`: `diff` over SSH."""


def driver_for(output: OutputChoice, *, over_ssh: bool, is_east_asian: bool) -> type[Driver]:
    """The driver.

    `is_east_asian`: the terminal may be set up to take ambiguous characters for wide ones.
    """
    if output == "plain" or (output == "auto" and not over_ssh) or not _speaks_utf8():
        from deskterm.screens.terminal.keyboard import SteadyDriver

        return SteadyDriver
    from deskterm.screens.terminal.driver import DiffDriver, EastAsianDiffDriver

    return EastAsianDiffDriver if is_east_asian else DiffDriver


def _speaks_utf8() -> bool:
    """Whether characters reach the terminal as they are, instead of as an escape of many cells."""
    return sys.__stderr__ is not None and sys.__stderr__.encoding.lower() in ("utf-8", "utf8")
