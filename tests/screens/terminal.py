"""A real pseudo-terminal with a program in it: the bytes it sends, and the screen they make."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """A program on a pseudo-terminal of its own, which answers as a plain xterm does."""

    def __init__(
        self, argv: Sequence[str], *, columns: int = 80, rows: int = 24, env: dict[str, str] | None = None
    ) -> None:
        self.columns, self.rows = columns, rows
        self.sent = b""
        self.exit_code: int | None = None
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(_ROOT)
            os.execve(argv[0], list(argv), environment)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.ends(10)
        if self._fd >= 0:
            os.close(self._fd)

    @property
    def line(self) -> int:
        """The near end of the line, as a file descriptor."""
        return self._fd

    def read(self, seconds: float) -> bytes:
        """What comes within so many seconds; returns at the first piece."""
        if self._fd < 0 or not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._fd, 65_536)
        except OSError:
            return b""
        self.sent += data
        return data

    def settle(self, quiet: float = 0.4, limit: float = 20.0) -> int:
        """Read until nothing has come for `quiet` seconds; how many bytes came."""
        before, end, last = len(self.sent), time.monotonic() + limit, time.monotonic()
        while time.monotonic() < end and time.monotonic() - last < quiet:
            if self.read(0.02):
                last = time.monotonic()
        return len(self.sent) - before

    def until(self, words: str, limit: float = 30.0) -> None:
        """Read until the words stand on the screen."""
        assert self.shows(words, limit), f"{words!r} never came:\n{self.screen()}"

    def shows(self, words: str, limit: float = 5.0) -> bool:
        """Whether the words stand on the screen in time."""
        end = time.monotonic() + limit
        while words not in self.screen() and time.monotonic() < end:
            self.read(0.05)
        return words in self.screen()

    def receives(self, raw: bytes, limit: float = 30.0) -> None:
        """Read until these bytes have come."""
        end = time.monotonic() + limit
        while raw not in self.sent:
            assert time.monotonic() < end, f"{raw!r} never came"
            self.read(0.05)

    def press(self, raw: str, quiet: float = 0.4) -> int:
        """Send keys; how many bytes came back."""
        os.write(self._fd, raw.encode())
        return self.settle(quiet)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Drop the line."""
        os.close(self._fd)
        self._fd = -1

    def ends(self, limit: float = 10.0) -> int | None:
        """Wait for the end: the exit code, negative for a signal, None when it did not end in time."""
        end = time.monotonic() + limit
        while self.exit_code is None and time.monotonic() < end:
            self.read(0.02) if self._fd >= 0 else time.sleep(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
                self.settle(0.1, 1.0)
        return self.exit_code

    def screen(self) -> str:
        """What an xterm would show."""
        import re

        import pyte

        screen = pyte.Screen(self.columns, self.rows)
        private = re.compile(rb"\x1b\[[?>=<][0-9;]*(?:\$p|[a-zA-Z])|\x1b\[<u")
        pyte.ByteStream(screen).feed(private.sub(b"", self.sent))
        return "\n".join(line.rstrip() for line in screen.display)
