"""Ctrl+E goes on in one's own editor, where the session may start one; the text is never at risk."""

import json
import os
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.drafts import ListDrafts
from tests.conftest import MovingClock
from tests.screens.conftest import Opener
from tests.screens.terminal import Terminal

_EDITOR = """
import json, os, stat, sys, time
log, what, file = sys.argv[1], sys.argv[2], sys.argv[-1]
modes = [stat.S_IMODE(os.stat(place).st_mode) for place in (file, os.path.dirname(file))]
with open(file) as found:
    text = found.read()
facts = {"pid": os.getpid(), "file": file, "modes": modes, "text": text, "words": sys.argv[3:-1]}
with open(log + ".part", "w") as out:
    json.dump(facts, out)
if what != "fail":
    with open(file, "a") as out:
        out.write(", by an editor\\n")
os.rename(log + ".part", log)
if what == "wait":
    time.sleep(60)
sys.exit(3 if what == "fail" else 0)
"""


@pytest.fixture
def root(admin: Seat, opens: Opener) -> Path:
    """A desk with one ticket."""
    opens("Printer")
    return admin.desk.path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the editor of the tests tells what it saw."""
    (tmp_path / "an editor.py").write_text(_EDITOR)
    return tmp_path / "seen.json"


def editor(log: Path, what: str = "write", *words: str) -> str:
    """The command line of that editor, as one sets it in a shell's profile."""
    return shlex.join([sys.executable, str(log.parent / "an editor.py"), str(log), what, *words])


def replying(root: Path, **more: str) -> Terminal:
    """Somebody's terminal in which a reply was begun."""
    env = {"VISUAL": "", "EDITOR": "", "SSH_CONNECTION": "", **more}
    terminal = Terminal([sys.executable, "-m", "deskterm", "--desk", str(root)], env=env)
    terminal.until("Unassigned")
    terminal.press("6")
    terminal.until("1/1")
    terminal.press("R")
    terminal.until("PUBLIC to")
    terminal.press("Dear Rosa")
    return terminal


def seen(log: Path, limit: float = 15.0) -> dict[str, object]:
    """What the editor saw, once it has begun."""
    end = time.monotonic() + limit
    while not log.exists():
        assert time.monotonic() < end, "the editor was never started"
        time.sleep(0.05)
    found: dict[str, object] = json.loads(log.read_text())
    return found


def test_there_and_back(root: Path, log: Path) -> None:
    """The text goes to a file of one's own and comes back; nothing is left, and no shell saw the command."""
    with replying(root, EDITOR=editor(log, "write", "; touch /tmp/no", "$(no)")) as terminal:
        terminal.press("\x05")
        terminal.until("Dear Rosa, by an editor")
        facts = seen(log)
        terminal.press("!")
        terminal.until("by an editor!")
    assert (facts["text"], facts["modes"]) == ("Dear Rosa", [0o600, 0o700])
    assert facts["words"] == ["; touch /tmp/no", "$(no)"]
    assert not Path(str(facts["file"])).parent.exists()


def test_editor_that_fails(root: Path, log: Path) -> None:
    """One sentence, and the text as it was."""
    with replying(root, EDITOR=editor(log, "fail")) as terminal:
        terminal.press("\x05")
        terminal.until("ended with 3; the text is as it was.")
        assert "Dear Rosa" in terminal.screen()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nowhere/editor -x", "The editor /nowhere/editor cannot be started: No such file or directory."),
        ("", "No editor is known that can be started: set EDITOR."),
        ("vi 'half", "No editor is known that can be started: set EDITOR."),
    ],
)
def test_editor_that_is_not_there(root: Path, command: str, words: str) -> None:
    """The same where none can be started."""
    with replying(root, EDITOR=command) as terminal:
        terminal.press("\x05")
        terminal.until(words)
        terminal.press(", hello")
        terminal.until("Dear Rosa, hello")


def test_never_over_ssh(root: Path, log: Path) -> None:
    """At the other end of an SSH connection nothing is started, and why not is said."""
    with replying(root, EDITOR=editor(log), SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22") as terminal:
        terminal.press("\x05")
        terminal.until("Over SSH no program is started")
    assert not log.exists()


def test_new_ticket_too(root: Path, log: Path) -> None:
    """The text of a new ticket can be written there as well."""
    with replying(root, VISUAL=editor(log), EDITOR="/nowhere") as terminal:
        terminal.press("\x1b", 0.5)
        terminal.press("\x1b", 0.5)
        terminal.press("c")
        terminal.until("NEW TICKET")
        terminal.press("Door\t\t\tIt jams")
        terminal.press("\x05")
        terminal.until("It jams, by an editor")


def test_told_to_end_meanwhile(root: Path, log: Path, clock: MovingClock) -> None:
    """What the editor has saved is the draft; editor and file are gone with the session."""
    with replying(root, EDITOR=editor(log, "wait")) as terminal:
        terminal.press("\x05")
        facts = seen(log)
        terminal.signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
    assert not Path(str(facts["file"])).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(facts["pid"])), 0)
    desk = open_desk(root, clock)
    drafts = seat_for_login(desk, "admin", "cli").ask(ListDrafts())
    desk.close()
    assert [draft.body for draft in drafts] == ["Dear Rosa, by an editor"]


def test_killed_meanwhile(root: Path, log: Path, clock: MovingClock) -> None:
    """What the editor has saved is in the desk within seconds, while it still runs."""
    with replying(root, EDITOR=editor(log, "wait")) as terminal:
        terminal.press("\x05")
        seen(log)
        time.sleep(4.0)
        terminal.signal(signal.SIGKILL)
        terminal.ends()
    desk = open_desk(root, clock)
    drafts = seat_for_login(desk, "admin", "cli").ask(ListDrafts())
    desk.close()
    assert [draft.body for draft in drafts] == ["Dear Rosa, by an editor"]
