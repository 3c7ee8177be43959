"""A seat whose every answer is full of text made to hurt: what the screens would get if nothing before them cleaned.

Run as a program it opens the screens at such a seat: `python -m tests.screens.hostile DESK [OPTION…]`; options are
`ssh`, `no_color`, `calm` (the desk as it is) and `crash` (a mistake of the program at the key `y`).
"""

import dataclasses
import itertools
import os
import sys
import time
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.ticket_lists import ListTicketNumbers, ListTickets

NASTY = (
    "re: [/",
    "[$error]x[/]",
    "[@click=app.quit]x[/]",
    "[b",
    "[link=https://x.example]",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;title\x1b\\",
    "\x1b[31mred\x1b[2J",
    "\x9b31mC1\x9d0;t\x9c",
    "\u202eevil\u2066iso",
    "nul\x00del\x7fbs\x08",
    "W" * 10_000,
    "👩‍👩‍👧‍👦 family ❤️",
    "e\u0301o\u0308 combining \u0300 first",
    "漢字カナ交じり文の件名です",
    "one\r\ntwo\rthree\u2028four",
    "a\tb\t\tc",
    "",
    " " * 300,
    "\ud83d lone",
)
STEERING = ("\x1b]52", "\x1b]0;", "\x9b", "\x9d", "\u202e", "\u2066", "\x00", "\x7f", "\x1b[2J")
"""What must not come out of the terminal."""

_QUERY_OF_NASTY = '"\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e"'


class HostileSeat:
    """A real seat; only the texts of its answers are replaced."""

    def __init__(self, seat: Seat, *, start: int = 0) -> None:
        self._seat = seat
        self._texts: Iterator[str] = itertools.islice(itertools.cycle(NASTY), start, None)
        self.desk = self

    name = property(lambda self: NASTY[5])
    zone = property(lambda self: "\x1b[31m/Nowhere")
    actor = property(lambda self: dataclasses.replace(self._seat.actor, name=NASTY[5]))

    def now(self) -> int:
        return self._seat.desk.now()

    def do(self, command: Any) -> Any:
        return self._spoilt(self._seat.do(command))

    def ask(self, query: Any) -> Any:
        if isinstance(query, ListTickets | ListTicketNumbers):
            query = dataclasses.replace(query, query="")
        return self._spoilt(self._seat.ask(query))

    def settings(self) -> dict[str, str]:
        return self._seat.settings()

    def data_version(self) -> int:
        return self._seat.data_version()

    def interrupt(self) -> None:
        self._seat.interrupt()

    def _spoilt(self, answer: Any) -> Any:
        if isinstance(answer, str) and not isinstance(answer, Enum):
            return next(self._texts)
        if isinstance(answer, tuple):
            return tuple(self._spoilt(item) for item in answer)
        if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
            return self._spoilt_row(answer)
        return answer

    def _spoilt_row(self, row: Any) -> Any:
        kept = ("next", "hash", "levels", "custom")
        names = [field.name for field in dataclasses.fields(row) if field.init and field.name not in kept]
        texts = {name: self._spoilt(getattr(row, name)) for name in names}
        if isinstance(row, ViewRow):
            texts["query"] = _QUERY_OF_NASTY
        return dataclasses.replace(row, **texts)


class CrashingSeat(HostileSeat):
    """Good until something asks who sits here after the fact."""

    is_armed = False

    @property
    def actor(self) -> Any:  # type: ignore[override]
        if self.is_armed:
            very_secret_local = "hunter2"
            raise RuntimeError(f"boom {len(very_secret_local)}")
        return self._seat.actor

    def _spoilt(self, answer: Any) -> Any:
        return answer


def main() -> int:
    for name, value in {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0", "ESCDELAY": "50"}.items():
        os.environ.setdefault(name, value)
    from deskterm.app import DeskApp, run_screens

    if os.environ.get("DESKTERM_TEST_WITHOUT_GUARD"):
        DeskApp.get_line_filters = lambda self: self._filters  # type: ignore[method-assign]

    root, *options = sys.argv[1:]
    seat: Any = seat_for_login(open_desk(Path(root), lambda: time.time_ns() // 1_000_000), "admin", "screen")
    if "crash" in options:
        seat = CrashingSeat(seat)
        import threading

        threading.Timer(2.5, lambda: setattr(seat, "is_armed", True)).start()
    elif "calm" not in options:
        seat = HostileSeat(seat)
    return run_screens(
        seat,
        ascii_only=False,
        over_ssh="ssh" in options,
        no_color="no_color" in options,
        record_failure=lambda error: "errors.log",
        start_timetable=lambda: None,
    )


if __name__ == "__main__":
    sys.exit(main())
