"""The way to the terminal: writes in a thread that may wait, and can be told to give up."""

import contextlib
import os
import select
import termios
from collections.abc import Callable

_CANCEL = b"\x18"
"""Ends a sequence that was cut off."""


class Outlet:
    """A file as Textual's writer thread wants one.

    What is written goes out at once. `more` is asked for what has gathered meanwhile whenever all is out; "" ends
    the work. Nothing is raised when the terminal is gone: nobody is there to be told.
    """

    def __init__(self, terminal: int, more: Callable[[], str]) -> None:
        self._terminal = terminal
        self._more = more
        self._descriptor = terminal
        self._told, self._tell = os.pipe()
        self._is_given_up = False

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._terminal

    def open(self) -> None:
        """Begin, perhaps once more, on a way of one's own that can be left while the terminal does not read.

        The terminal's own descriptor is shared with the shell, for which it must not become non-blocking.
        """
        self._is_given_up = False
        with contextlib.suppress(OSError):
            self._descriptor = os.open(os.ttyname(self._terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)

    def write(self, text: str) -> None:
        """Write, however long that takes."""
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        while data and not self._is_given_up:
            data = data[self._write_some(data) :]

    def _write_some(self, data: memoryview | bytes) -> int:
        """How many bytes went out."""
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            if self._told in select.select([self._told], [self._descriptor], [])[0]:
                os.read(self._told, 1)
        except OSError:
            self._is_given_up = True
        return 0

    def flush(self) -> None:
        """Write what has gathered."""
        while text := self._more():
            self.write(text)

    def give_up(self) -> None:
        """Throw away what the terminal does not take. Called from another thread than the one that writes."""
        self._is_given_up = True
        os.write(self._tell, b".")
        with contextlib.suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)

    def last_word(self, text: str) -> None:
        """Say something after giving up, as far as there is room; what was cut off before it is ended."""
        with contextlib.suppress(OSError):
            os.write(self._descriptor, _CANCEL + text.encode())

    def close(self) -> None:
        """Leave."""
        if self._descriptor != self._terminal:
            os.close(self._descriptor)
            self._descriptor = self._terminal
