"""What reading a ticket of fifty messages sends over the line, at 80×24."""

from pathlib import Path

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NoteTicket, ReplyTicket
from tests.screens.conftest import Opener
from tests.screens.test_terminal import at_the_desk

_TEXT = "Nothing comes out of it but a smell of toner, and the light on its left blinks in two colours.\n\n"


@pytest.fixture
def fifty(desk: Desk, admin: Seat, opens: Opener) -> Path:
    """A desk with a ticket of fifty messages, quotes and signatures in them, and another ticket."""
    opens("Another")
    number = opens("Printer", _TEXT * 3)
    for place in range(49):
        body = (
            f"{place}: {_TEXT}On Mon, 2 Mar 2026 at 12:05, Ann wrote:\n> one\n> two\n> three\n\n-- \nRoot\nThe desk\n"
        )
        admin.do((ReplyTicket if place % 3 else NoteTicket)(number=number, body=body))
    return desk.path


_STEPS = (
    ("a line down", "j", 300),
    ("a line up", "k", 300),
    ("a page down", " ", 1_500),
    ("a page up", "b", 1_500),
    ("the message before", "[", 1_500),
    ("unfolding", "o", 1_500),
    ("the search line", "/", 300),
    ("a character of it", "t", 250),
    ("the first hit", "oner\r", 1_500),
    ("leaving the search", "\x1b", 1_500),
    ("details", "i", 3_500),
    ("back to the thread", "i", 3_500),
    ("the next ticket", "J", 3_500),
)


def test_reading_is_cheap_over_the_line(fifty: Path) -> None:
    """Opening, scrolling, going from message to message, searching: each sends no more than it may."""
    with at_the_desk(fifty, "calm", "ssh") as terminal:
        terminal.until("matches")
        terminal.press("6")
        terminal.until("Printer")
        terminal.settle()
        assert terminal.press("\r") <= 3_500
        terminal.until("50 messages")
        sent = {name: terminal.press(keys) for name, keys, _ in _STEPS}
        assert all(sent[name] <= limit for name, _, limit in _STEPS), sent
        terminal.settle(1.5)
        assert terminal.settle(2.0) == 0, "who only reads is sent nothing"
