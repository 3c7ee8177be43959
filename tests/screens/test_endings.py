"""How a session ends from outside, in a real pseudo-terminal: told to, hung up on, or behind a terminal that froze."""

import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewTicket
from tests.screens.terminal import Terminal

GONE_SECONDS = 2.0
"""How long a session may live after it was told to end."""

_RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[?1000l", b"\x1b[?1003l")


@pytest.fixture
def root(admin: Seat) -> Iterator[Path]:
    """A desk with a few tickets."""
    for place in range(30):
        admin.do(NewTicket(subject=f"Thing {place}", body="Please help.", assignee="admin"))
    yield admin.desk.path


def program(root: Path) -> list[str]:
    """The command line of the screens."""
    return [sys.executable, "-m", "deskterm", "--desk", str(root)]


def at_the_desk(argv: list[str], **more: str) -> Terminal:
    """Somebody's terminal in which the first list is there."""
    terminal = Terminal(argv, env=more)
    terminal.until("1/30")
    terminal.settle(0.5)
    return terminal


def ends_in_time(terminal: Terminal) -> int | None:
    """The exit code of a session that is gone as soon as it must be."""
    begun = time.monotonic()
    code = terminal.ends()
    assert code is not None and time.monotonic() - begun < GONE_SECONDS + 0.5
    return code


def runs(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_in_time(pid: int) -> bool:
    """Whether a process ends as soon as it must."""
    end = time.monotonic() + GONE_SECONDS + 0.5
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not runs(pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_told_to_end(root: Path, number: signal.Signals) -> None:
    """The terminal is given back with all its modes, nothing else is said, and the exit code says which signal."""
    with at_the_desk(program(root)) as terminal:
        terminal.signal(number)
        assert ends_in_time(terminal) == 128 + number
        assert all(mode in terminal.sent for mode in _RESTORED)
        assert not re.sub(rb"\x1b\[[?<>]?[0-9;]*[a-z]", b"", terminal.sent.rpartition(b"\x1b[?1049l")[2]).strip()
        modes = termios.tcgetattr(terminal.line)[3]
        assert modes & termios.ECHO and modes & termios.ICANON


def test_hung_up(root: Path) -> None:
    """A line that is gone leaves no process behind."""
    with at_the_desk(program(root)) as terminal:
        terminal.hang_up()
        assert ends_in_time(terminal) == 128 + signal.SIGHUP


def test_hung_up_without_a_signal(root: Path) -> None:
    """Where SIGHUP does not come through, the line itself tells: no session spins on a dead terminal."""
    block = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})"
    deaf = f"import os, signal, sys; {block}; os.execv(sys.argv[1], sys.argv[1:])"
    with at_the_desk([sys.executable, "-c", deaf, *program(root)]) as terminal:
        terminal.hang_up()
        assert ends_in_time(terminal) == 128 + signal.SIGHUP


def test_parent_shell_killed(root: Path) -> None:
    """The shell above is killed with SIGKILL: the session goes with it."""
    script = " ".join(program(root)) + "; true"
    with at_the_desk(["/bin/sh", "-c", script]) as terminal:
        found = subprocess.run(["pgrep", "-P", str(terminal.pid)], capture_output=True, text=True, check=True)
        child = int(found.stdout)
        terminal.signal(signal.SIGKILL)
        assert gone_in_time(child)


def stall(terminal: Terminal) -> None:
    """Ask for so much output, unread, that the session cannot go on drawing."""
    os.set_blocking(terminal.line, False)
    for _ in range(400):
        try:
            os.write(terminal.line, b"Gg" * 8)
        except BlockingIOError:
            break
        time.sleep(0.005)
    os.set_blocking(terminal.line, True)


def test_frozen_terminal_and_told_to_end(root: Path) -> None:
    """A terminal that no longer reads does not keep the session alive, and gets its line modes back."""
    with at_the_desk(program(root)) as terminal:
        stall(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert gone_in_time(terminal.pid)
        assert termios.tcgetattr(terminal.line)[3] & termios.ECHO
        assert terminal.ends() == 128 + signal.SIGTERM


def test_frozen_terminal_hung_up(root: Path) -> None:
    """The same when the line is dropped."""
    with at_the_desk(program(root)) as terminal:
        stall(terminal)
        terminal.hang_up()
        assert ends_in_time(terminal) == 128 + signal.SIGHUP
