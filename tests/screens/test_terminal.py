"""The screens in a real pseudo-terminal: what is sent, what is obeyed, how it ends."""

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewTicket
from tests.screens.hostile import STEERING
from tests.screens.terminal import Terminal


@pytest.fixture
def root(admin: Seat) -> Iterator[Path]:
    """A desk with forty tickets."""
    for place in range(40):
        admin.do(NewTicket(subject=f"Thing {place}", body="Please help.", assignee="admin"))
    yield admin.desk.path


def at_the_desk(root: Path, *options: str, **more: str) -> Terminal:
    """Somebody's terminal with the screens in it."""
    return Terminal([sys.executable, "-m", "tests.screens.hostile", str(root), *options], env=more)


def test_nothing_hostile_leaves_the_terminal(root: Path) -> None:
    """Escape sequences, C1, bidi overrides and NUL of the data are not among the bytes sent, whatever is opened."""
    with at_the_desk(root) as terminal:
        terminal.until("1/40")
        for keys in (
            "6",
            "j",
            "/",
            "\x1b",
            "s",
            "\x1b",
            ":",
            "\x1b",
            "\r",
            "h",
            "\x1b",
            "R",
            "\x1b",
            "\x1b",
            "c",
            "\x1b",
        ):
            terminal.press(keys, 0.3)
        sent = terminal.sent.decode("utf-8", "replace")
    assert "Z\x1b" not in sent and "ZXZpbA==" in sent
    assert [found for found in STEERING if found in sent and found != "\x1b[2J"] == []


def test_guard_is_what_protects(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without the guard lets a sequence through: so the test above can fail."""
    monkeypatch.setenv("DESKTERM_TEST_WITHOUT_GUARD", "1")
    with at_the_desk(root) as terminal:
        terminal.receives(b"\x1b]52")


def test_idle_sends_nothing(root: Path) -> None:
    """Three seconds without a key or a change: not one byte."""
    with at_the_desk(root, "calm") as terminal:
        terminal.until("1/40")
        terminal.settle(1.5)
        sent = len(terminal.sent)
        terminal.settle(quiet=3.0)
        assert len(terminal.sent) == sent


def test_moves_are_cheap_over_the_line(root: Path) -> None:
    """A step of the cursor stays within the 300 bytes that a slow line bears."""
    with at_the_desk(root, "calm", "ssh") as terminal:
        terminal.until("1/40")
        terminal.settle(1.0)
        steps = [terminal.press(key) for key in "jjjkj"]
        assert max(steps[1:]) <= 300, steps


def test_no_mouse_over_the_line(root: Path) -> None:
    """Over SSH the mouse stays the terminal's own; locally it is used."""
    with at_the_desk(root, "calm", "ssh") as terminal:
        terminal.until("1/40")
        assert b"\x1b[?1000h" not in terminal.sent
    with at_the_desk(root, "calm") as terminal:
        terminal.until("1/40")
        assert b"\x1b[?1000h" in terminal.sent


def test_terminated_session_gives_the_terminal_back(root: Path) -> None:
    """SIGTERM ends it within seconds, the screen is restored and the exit code says which signal."""
    with at_the_desk(root, "calm") as terminal:
        terminal.until("1/40")
        terminal.signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
        assert b"\x1b[?25h" in terminal.sent.rpartition(b"\x1b[?1049l")[2]


def test_dropped_line_ends_the_session(root: Path) -> None:
    """A line that is gone leaves no process behind."""
    with at_the_desk(root, "calm") as terminal:
        terminal.until("1/40")
        terminal.hang_up()
        assert terminal.ends() is not None


def test_suspending_does_nothing(root: Path) -> None:
    """Ctrl+Z stops nothing: behind a session there may be no shell."""
    with at_the_desk(root, "calm") as terminal:
        terminal.until("1/40")
        terminal.press("\x1a")
        terminal.press("?")
        terminal.until("Move to the next row")


def test_no_color_keeps_the_cursor_row(root: Path) -> None:
    """Without colour no colour is sent, and the cursor row is in reverse video."""
    with at_the_desk(root, "calm", "no_color") as terminal:
        terminal.until("1/40")
        terminal.settle(1.0)
        assert not re.search(rb"\x1b\[[0-9;]*(?:3[0-7]|38|4[0-7]|48|9[0-7])[;m]", terminal.sent)
        assert re.search(rb"\x1b\[(?:\d+;)*7(?:;\d+)*m[^\x1b]*Thing", terminal.sent)


def test_mistake_of_the_program_is_one_sentence(root: Path) -> None:
    """A crash restores the terminal and says one sentence: no traceback, no value of a local variable."""
    with at_the_desk(root, "crash") as terminal:
        terminal.until("1/40")
        terminal.signal(signal.SIGUSR1)
        terminal.press("j")
        assert terminal.ends() == 1
        tail = terminal.sent.rpartition(b"\x1b[?1049l")[2].decode()
    assert "deskterm: This went wrong inside deskterm (RuntimeError)" in tail and "errors.log" in tail
    assert "Traceback" not in tail and "hunter2" not in tail and "very_secret_local" not in tail


def test_typing_a_query_is_cheap_over_the_line(root: Path) -> None:
    """A character of the query costs a few bytes of the 250 that a slow line bears, its proposals twice that."""
    with at_the_desk(root, "calm", "ssh") as terminal:
        terminal.until("1/40")
        terminal.settle(1.0)
        terminal.press("/")
        terminal.press("\x15")
        typed = [terminal.press(letter, 0.05) for letter in "thing status:new prio"]
        assert sorted(typed)[len(typed) // 2] <= 60, typed
        terminal.settle(1.0)
        terminal.press("\x15")
        terminal.settle(1.5)
        before = len(terminal.sent)
        terminal.press("s", 0.05)
        terminal.until("Status or status category")
        assert len(terminal.sent) - before <= 500
