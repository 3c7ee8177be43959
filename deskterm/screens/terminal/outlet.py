"""The way to the terminal: writes in a thread that may wait, and can be told to give up."""

import contextlib
import os
import termios
import threading
from collections.abc import Callable

_CHUNK = 512
"""Bytes in one write, so that giving up waits for no more than these."""

_CANCEL = b"\x18"
"""Ends a sequence that was cut off."""


class Outlet:
    """A file as Textual's writer thread wants one.

    What is written goes out at once. `more` is asked for what has gathered meanwhile whenever all is out; "" ends
    the work. Nothing is raised when the terminal is gone: nobody is there to be told.
    """

    def __init__(self, descriptor: int, more: Callable[[], str]) -> None:
        self._descriptor = descriptor
        self._more = more
        self._is_given_up = threading.Event()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._descriptor

    def write(self, text: str) -> None:
        """Write, however long that takes."""
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while data and not self._is_given_up.is_set():
                data = data[os.write(self._descriptor, data[:_CHUNK]) :]
        except OSError:
            self._is_given_up.set()

    def flush(self) -> None:
        """Write what has gathered."""
        while text := self._more():
            self.write(text)

    def open(self) -> None:
        """Begin, perhaps once more."""
        self._is_given_up.clear()

    def give_up(self) -> None:
        """Throw away what the terminal does not take."""
        self._is_given_up.set()
        with contextlib.suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)

    def last_word(self, text: str) -> None:
        """Say something after giving up; whatever was cut off before it is ended."""
        with contextlib.suppress(OSError):
            os.write(self._descriptor, _CANCEL + text.encode())
