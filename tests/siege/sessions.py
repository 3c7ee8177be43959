"""Many sessions at once in pseudo-terminals, each pressing keys by a script, while others write; and what is measured.

Every session writes notes whose texts are known, so that a lost key shows in the desk.
"""

import json
import os
import select
import signal
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.screens.terminal import Terminal

_ROOT = Path(__file__).resolve().parents[2]
_HOME, _PAGE_DOWN, _ESC, _SEND = "\x1b[H", "\x1b[6~", "\x1b", "\x04"
_MEASURE_SECONDS = 5.0
_ANSWER_SECONDS = 5.0
"""When nothing was painted for a key by then, the key had nothing to paint."""


class Script:
    """The keys of one session, round by round; `texts`: what its notes must say."""

    def __init__(self, number: int, tickets: range) -> None:
        self._number = number
        self._tickets = tickets
        self._dice = Random(number)
        self.texts: list[str] = []

    def round(self) -> Iterator[str]:
        """Look through the list, open a ticket, write a note, go back, show another view."""
        yield from ("j", "j", "k", _PAGE_DOWN, "j", _HOME)
        yield from (":", *str(self._dice.choice(self._tickets)), "\r")
        yield "N"
        yield from self._text()
        # y answers where somebody else has changed the ticket meanwhile; otherwise it copies the number.
        yield from (_SEND, "y", _ESC, _ESC)
        yield self._dice.choice("36")

    def _text(self) -> str:
        words = "".join(self._dice.choices(string.ascii_lowercase, k=20))
        self.texts.append(f"s{self._number} r{len(self.texts)} {words}.")
        return self.texts[-1]


@dataclass(slots=True)
class Sitter:
    """One session."""

    terminal: Terminal
    script: Script
    keys: Iterator[str]
    due: float
    pressed_at: float = 0.0
    is_over: bool = False
    answers: list[float] = field(default_factory=list)
    """Seconds from a key to the first byte that came after it."""

    def hear(self) -> None:
        """Read what was painted."""
        if self.terminal.read(0) and self.pressed_at:
            self.answers.append(time.monotonic() - self.pressed_at)
            self.pressed_at = 0.0
        self.terminal.sent = self.terminal.sent[-200_000:]

    def press(self, pause: float, *, goes_on: bool) -> None:
        """The next key, when it is time; a round that has begun is always ended."""
        now = time.monotonic()
        if self.is_over or now < self.due or (self.pressed_at and now - self.pressed_at < _ANSWER_SECONDS):
            return
        key = next(self.keys, "")
        if not key and not goes_on:
            self.is_over = True
        elif not key:
            self.keys = self.script.round()
        else:
            os.write(self.terminal.line, key.encode())
            self.pressed_at = now
            # A lone Esc must not become Alt with what follows.
            self.due = now + max(pause, 0.2 if key in (_ESC, _SEND) else 0.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """One look at all sessions: bytes of memory that are each one's own share, open files, bytes of the log."""

    seconds: float
    memory: tuple[int, ...]
    files: tuple[int, ...]
    wal: int


class Crowd:
    """So many sessions at a desk, each as an agent of its own, and two writers beside them."""

    def __init__(self, root: Path, logins: list[str], tickets: range, *, pause: float, tickets_a_second: float) -> None:
        self._root = root
        self._pause = pause
        self.measures: list[Measure] = []
        self.sitters = [self._sitter(number, login, tickets) for number, login in enumerate(logins)]
        self._writers = [self._writer(tickets_a_second / 2) for _ in range(2)]
        self.written: list[dict[str, float]] = []

    def _sitter(self, number: int, login: str, tickets: range) -> Sitter:
        argv = [sys.executable, "-m", "deskterm", "--desk", str(self._root), "--as", login]
        terminal = Terminal(argv, env={"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"})
        terminal.until("0/0")
        script = Script(number, tickets)
        return Sitter(terminal, script, iter(("6",)), time.monotonic() + number * 0.05)

    def _writer(self, rate: float) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-m", "tests.siege.writer", str(self._root), str(rate)]
        return subprocess.Popen(argv, cwd=_ROOT, stdout=subprocess.PIPE)

    def run(self, seconds: float) -> None:
        """Let them work so long; every round that was begun is ended."""
        begun = last = time.monotonic()
        while not all(sitter.is_over for sitter in self.sitters):
            now = time.monotonic()
            assert now - begun < 3 * seconds + 120, "the sessions do not come to an end"
            self._turn(goes_on=now - begun < seconds)
            if now - last > min(_MEASURE_SECONDS, seconds / 5):
                last = now
                self._measure(now - begun)
        self._measure(time.monotonic() - begun)
        self._end_writers()

    def _turn(self, *, goes_on: bool) -> None:
        lines = {sitter.terminal.line: sitter for sitter in self.sitters}
        for line in select.select(list(lines), [], [], 0.01)[0]:
            lines[line].hear()
        for sitter in self.sitters:
            sitter.press(self._pause, goes_on=goes_on)

    def _measure(self, seconds: float) -> None:
        pids = [sitter.terminal.pid for sitter in self.sitters]
        wal = self._root / "desk.db-wal"
        measure = Measure(
            seconds,
            tuple(map(_memory, pids)),
            tuple(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),  # noqa: PTH208
            wal.stat().st_size if wal.exists() else 0,
        )
        self.measures.append(measure)
        print(
            f"{seconds:6.0f} s  memory {max(measure.memory) >> 20} MB  files {max(measure.files)}  "
            f"log {measure.wal >> 20} MB  p95 {self.percentile(95) * 1000:.0f} ms",
            flush=True,
        )

    def _end_writers(self) -> None:
        for writer in self._writers:
            writer.send_signal(signal.SIGTERM)
            self.written.append(json.loads(writer.communicate(timeout=30)[0]))

    def percentile(self, percent: int) -> float:
        """Of all times from a key to its paint, in seconds."""
        answers = sorted(answer for sitter in self.sitters for answer in sitter.answers)
        return answers[len(answers) * percent // 100] if answers else 0.0

    @property
    def keys(self) -> int:
        """How many keys were answered."""
        return sum(len(sitter.answers) for sitter in self.sitters)

    @property
    def texts(self) -> list[str]:
        """What all notes together must say."""
        return [text for sitter in self.sitters for text in sitter.script.texts]

    def leave(self) -> list[int | None]:
        """All go home; the exit codes."""
        for sitter in self.sitters:
            for _ in range(4):
                sitter.terminal.press(_ESC, 0.2)
            os.write(sitter.terminal.line, b"q")
        return [sitter.terminal.ends(10) for sitter in self.sitters]

    def close(self) -> None:
        """Leave nothing behind, whatever has happened."""
        for writer in self._writers:
            writer.kill()
            writer.wait()
        for sitter in self.sitters:
            sitter.terminal.__exit__()


def _memory(pid: int) -> int:
    """The share of memory that is a process's own (PSS), in bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
