"""`--ascii`: every sign of ours is ASCII, whatever the locale, the settings or the way the program was started say."""

import sys
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import SetPreference
from deskterm.engine.services.tickets import NewTicket
from tests.screens.terminal import Terminal

FAST = ("--desk", "{root}", "--ascii")
THROUGH_THE_COMMAND_LINE = ("--ascii", "--desk={root}")
PLAIN = ("--desk", "{root}")


@pytest.fixture
def root(admin: Seat) -> Path:
    """A desk with a ticket whose words ASCII can write: what else is sent are signs of ours."""
    admin.do(NewTicket(subject="Printer on fire", body="Third floor.", assignee="admin"))
    return admin.desk.path


def sent(root: Path, words: tuple[str, ...], locale: str) -> bytes:
    """What the desk and its help send."""
    argv = [sys.executable, "-m", "deskterm", *(word.replace("{root}", str(root)) for word in words)]
    with Terminal(argv, env={"LANG": locale, "LC_ALL": locale, "SSH_CONNECTION": ""}) as terminal:
        terminal.until("Printer")
        terminal.press("\r")
        terminal.press("?")
        terminal.press("\x1b")
    return terminal.sent


@pytest.mark.parametrize("words", [FAST, FAST[::-1][:1] + FAST[:2], THROUGH_THE_COMMAND_LINE])
def test_option_holds_against_locale_and_settings(admin: Seat, root: Path, words: tuple[str, ...]) -> None:
    """In a UTF-8 terminal, with the setting for Unicode, wherever it stands in the line: the option is what counts."""
    admin.do(SetPreference(key="ascii", value="no"))
    assert sent(root, words, "C.UTF-8").isascii()


def test_without_the_option_the_terminal_decides(root: Path) -> None:
    """Unicode where the locale has it, else ASCII."""
    assert not sent(root, PLAIN, "C.UTF-8").isascii()
    assert sent(root, PLAIN, "C").isascii()
