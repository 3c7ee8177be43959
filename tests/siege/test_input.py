"""Whatever comes from the terminal: bytes that are no text, reports nobody asked for, a mouse beside the screen."""

import os
import sys
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewTicket
from tests.screens.terminal import Terminal

INPUTS = {
    "latin 1": b"\xe9",
    "no character": b"\xff\xfe",
    "cut character": b"\xf0\x9f",
    "eight bit": b"\x9b31m",
    "nul": b"\x00",
    "huge number": b"\x1b[999999999999999999999A",
    "no code point": b"\x1b[99999999u",
    "no code point either": b"\x1b[27;5;99999999~",
    "key released": b"\x1b[120;1:3u",
    "empty key": b"\x1b[;;;u",
    "size without pixels, then the mouse": b"\x1b[48;24;80;0;0t\x1b[<35;9;9M",
    "no size": b"\x1b[48;0;0;0;0t",
    "click beside the screen": b"\x1b[<0;999;1M\x1b[<0;999;1m",
    "wheel beside the screen": b"\x1b[<64;9;999M",
    "reports": b"\x1b[?2026;2$y\x1b[?1;2c\x1b[1;1R\x1b[I\x1b[O",
    "escapes": b"\x1b" * 50,
    "paste": b"\x1b[200~qqq\x1b[201~",
}


@pytest.fixture
def root(admin: Seat) -> Path:
    """A desk of a few tickets."""
    for place in range(30):
        admin.do(NewTicket(subject=f"Thing {place}", assignee="admin"))
    return admin.desk.path


def goes_on(terminal: Terminal, after: str) -> None:
    """Keys still do what they do."""
    terminal.press("\x1b", 0.15)
    terminal.press("G", 0.1)
    assert terminal.shows("30/30"), f"after {after}:\n{terminal.screen()}"
    terminal.press("\x1b[H", 0.1)
    assert terminal.shows("1/30"), f"after {after}:\n{terminal.screen()}"


@pytest.mark.parametrize("ssh", ["", "192.0.2.1 1 192.0.2.2 22"], ids=["here", "ssh"])
def test_no_input_ends_the_session(root: Path, ssh: str) -> None:
    """One after the other; the session goes on and the keyboard works."""
    argv = [sys.executable, "-m", "deskterm", "--desk", str(root)]
    with Terminal(argv, env={"SSH_CONNECTION": ssh}) as terminal:
        terminal.until("1/30")
        for name, raw in INPUTS.items():
            os.write(terminal.line, raw)
            terminal.settle(0.1)
            assert terminal.ends(0) is None, name
            goes_on(terminal, name)


def test_letters_of_another_encoding_are_seen_to_be_wrong(root: Path) -> None:
    """A terminal set to Latin-1: what is typed stands there with a sign for what could not be read."""
    argv = [sys.executable, "-m", "deskterm", "--desk", str(root)]
    with Terminal(argv) as terminal:
        terminal.until("1/30")
        terminal.press("N", 0.3)
        terminal.until("INTERNAL")
        os.write(terminal.line, b"caf\xe9 au lait")
        terminal.until("caf\ufffd au lait")
