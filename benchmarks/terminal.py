"""A program on a pseudo-terminal: when something shows on it, how much it sent, what it weighs."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT

ROWS, COLUMNS = 24, 80
# A terminal's answers to what Textual asks at start: synchronized output is known, in-band resize is not.
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y"}
CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78]")


class Session:
    """A running child and every byte that it has sent."""

    def __init__(self, pid: int, descriptor: int, started: float) -> None:
        self.pid = pid
        self.sent = bytearray()
        self._descriptor = descriptor
        self._started = started

    def _receive(self, patience: float) -> bool:
        if not select.select([self._descriptor], [], [], patience)[0]:
            return False
        try:
            chunk = os.read(self._descriptor, 65536)
        except OSError as ended:
            raise RuntimeError(f"the program ended:\n{self.text().decode(errors='replace')}") from ended
        self.sent += chunk
        for question in ANSWERS.keys() & set(re.findall(rb"\x1b\[\?\d+\$p", chunk)):
            os.write(self._descriptor, ANSWERS[question])
        return True

    def text(self) -> bytes:
        """What was sent, without its control sequences."""
        return CONTROL.sub(b"", bytes(self.sent))

    def seconds_until(self, shown: bytes, limit: float = 60.0) -> float:
        """Seconds from the start of the process until a text that matches the pattern was sent."""
        while not re.search(shown, self.text()):
            if time.perf_counter() - self._started > limit:
                raise TimeoutError(f"{shown!r} did not show within {limit} s:\n{self.text()[-2000:]!r}")
            self._receive(0.05)
        return time.perf_counter() - self._started

    def settle(self, quiet: float = 0.5) -> None:
        """Read until nothing has come for so many seconds."""
        while self._receive(quiet):
            pass

    def memory_mb(self) -> float:
        """The child's proportional set size: what one more session really takes."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def session(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[Session]:
    """Start a command on an 80×24 terminal, and end it when the block does."""
    parts = [str(part) for part in command]
    settings = {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    started = time.perf_counter()
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvpe(parts[0], parts, settings)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    try:
        yield Session(pid, descriptor, started)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(descriptor)
