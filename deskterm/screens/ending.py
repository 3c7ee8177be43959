"""How a session ends when something outside ends it: a signal, a terminal that is gone, a mistake of the program.

A thread of its own waits for that. The event loop cannot: a terminal that stopped reading holds it up for as long
as it likes. The thread keeps what was written, asks the loop to leave, and ends the process itself when it does not.
"""

import contextlib
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

_END_SECONDS = 1.7
"""From the signal to the end of the process, whatever else it is doing."""

_KEEP_SECONDS = 1.0
"""Of these, how long the desk may take to keep what was written."""

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_TERMINAL, _SCREEN = 0, 2
"""Where keys come from, and where Textual draws."""

_PLAIN_TERMINAL = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[r\x1b[0m"
    b"\x1b[?1049l\x1b[?25h"
)
"""Undoes every mode that a driver sets, the alternate screen and the hidden cursor last."""

Leave = Callable[[int], object]
"""Asks the screens to end with an exit code; called from the thread."""

Keep = Callable[[float], object]
"""Keeps what was written within so many seconds; called from the thread."""


class Ending:
    """Waits beside the screens, and after them as long as the process lives."""

    def __init__(self, *, keep: Keep, leave: Leave) -> None:
        self._keep = keep
        self._leave = leave
        self._heard, self._said = os.pipe()
        self._modes: list[Any] = []
        self._has_left = False

    def watch(self) -> None:
        """Begin to watch; from here on until the process is gone."""
        with contextlib.suppress(termios.error):
            self._modes = termios.tcgetattr(_TERMINAL)
        for number in _SIGNALS:
            signal.signal(number, self._on_signal)
        threading.Thread(target=self._wait, name="ending", daemon=True).start()

    def screens_left(self) -> None:
        """The screens have given the terminal back by themselves."""
        self._has_left = True

    def begin(self, code: int) -> None:
        """Begin to end, with this exit code. From any thread; the first one counts."""
        os.write(self._said, bytes((code,)))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Nothing but a write: whatever was interrupted may hold any lock.
        self.begin(128 + number)

    def _wait(self) -> None:
        self._end(self._reason())

    def _reason(self) -> int:
        """The exit code of the first reason to end."""
        watch = select.poll()
        watch.register(self._heard, select.POLLIN)
        watch.register(_TERMINAL, 0)
        while True:
            for place, event in watch.poll():
                if place == self._heard:
                    return os.read(self._heard, 1)[0]
                if event & select.POLLHUP:
                    return 128 + signal.SIGHUP
                watch.unregister(place)

    def _end(self, code: int) -> None:
        """Keep, leave, and be gone in time: the process may end sooner by itself."""
        latest = time.monotonic() + _END_SECONDS
        try:
            self._keep(_KEEP_SECONDS)
            self._leave(code)
            time.sleep(max(0.0, latest - time.monotonic()))
        finally:
            if not self._has_left:
                self._give_terminal_back()
            os._exit(code)

    def _give_terminal_back(self) -> None:
        """As far as it takes it: one that does not read gets its modes back, not the characters."""
        with contextlib.suppress(OSError, termios.error):
            if self._modes:
                termios.tcsetattr(_TERMINAL, termios.TCSANOW, self._modes)
            os.set_blocking(_SCREEN, False)
            try:
                os.write(_SCREEN, _PLAIN_TERMINAL)
            finally:
                os.set_blocking(_SCREEN, True)
