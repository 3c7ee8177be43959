"""The output driver in a real pseudo-terminal: the same screens with fewer bytes, and the same ends."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewTicket
from deskterm.screens.terminal.choice import OutputChoice, driver_for
from deskterm.screens.terminal.driver import DiffDriver, EastAsianDiffDriver
from deskterm.screens.terminal.keyboard import SteadyDriver
from deskterm.screens.terminal.mirror import Mirror
from tests.screens.emulator import Emulator
from tests.screens.terminal import Terminal
from tests.screens.test_endings import gone_in_time

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = [
    "Printer on fire",
    "Bücher für Ärzte",
    "迷惑メールが急に増えました",
    "e\u0301cole 👩\u200d👩\u200d👧 ❤\ufe0f",
    "الشاشة لا تعمل",
    "Thing…",
]
KEYS = [
    "j",
    "j",
    "G",
    "k",
    "\x1b[5~",
    "\x1b[6~",
    "/",
    "is:open",
    "\x1b",
    "\r",
    "j",
    "h",
    "R",
    "hi",
    "\x1b",
    "\x1b",
    ":",
    "re",
    "\x1b",
    "?",
    "\x1b",
]


@pytest.fixture
def root(admin: Seat) -> Iterator[Path]:
    """A desk with forty tickets in many scripts."""
    for place in range(40):
        admin.do(NewTicket(subject=f"{SUBJECTS[place % 6]} {place}", body="Please help.\n" * place, assignee="admin"))
    yield admin.desk.path


@pytest.mark.parametrize(
    ("output", "over_ssh", "sends_changes"),
    [("auto", True, True), ("auto", False, False), ("plain", True, False), ("diff", False, True)],
)
def test_on_over_ssh_unless_told_otherwise(output: OutputChoice, over_ssh: bool, sends_changes: bool) -> None:
    """Over SSH only changes are sent; --output decides otherwise."""
    assert driver_for(output, over_ssh=over_ssh, is_east_asian=False) is (DiffDriver if sends_changes else SteadyDriver)


def test_east_asian_terminal_gets_a_careful_driver() -> None:
    """Where ambiguous characters may be wide they are doubtful."""
    driver = driver_for("auto", over_ssh=True, is_east_asian=True)
    assert driver is EastAsianDiffDriver and driver.doubtful.search("…") and not DiffDriver.doubtful.search("…")


def test_unknown_output_is_refused(root: Path) -> None:
    """`--output` says what it can be."""
    answer = subprocess.run(
        [sys.executable, "-m", "deskterm", "--desk", root, "--output", "both"], capture_output=True, text=True, cwd=ROOT
    )
    assert answer.returncode == 2 and "auto, diff or plain" in answer.stderr


def at_the_desk(root: Path, output: str, *, columns: int = 80, rows: int = 24, ssh: bool = True) -> Terminal:
    """Somebody's terminal in which the first list is there."""
    argv = [sys.executable, "-m", "deskterm", "--desk", str(root), "--output", output]
    line = {"SSH_CONNECTION": "127.0.0.1 40000 127.0.0.1 22"} if ssh else {}
    terminal = Terminal(argv, columns=columns, rows=rows, env=line)
    terminal.until("1/40")
    terminal.settle(0.7)
    return terminal


def freeze(terminal: Terminal) -> None:
    """Ask for many pages that nobody reads: more than a pseudo-terminal holds back."""
    for _ in range(60):
        for key in (b"\x1b[6~", b"\x1b[5~"):
            os.write(terminal.line, key)
            time.sleep(0.04)


@pytest.mark.parametrize("output", ["plain", "diff"])
def test_terminated_session_gives_the_terminal_back(root: Path, output: str) -> None:
    """After SIGTERM the terminal is told exactly what Textual's own driver tells it, once."""
    with at_the_desk(root, output) as terminal:
        terminal.signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
        end = terminal.sent[terminal.sent.index(b"\x1b[?2004l") :]
        assert end == b"\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"


def test_frozen_terminal_is_given_back(root: Path) -> None:
    """A terminal that does not read holds up nothing, and finds itself restored when it reads again."""
    with at_the_desk(root, "diff") as terminal:
        freeze(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert gone_in_time(terminal.pid)
        assert terminal.ends() == 128 + signal.SIGTERM
        assert terminal.sent.endswith(b"\x18\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l")


def test_frozen_terminal_catches_up(root: Path) -> None:
    """What was painted while it did not read comes as one change when it reads again."""
    with at_the_desk(root, "diff") as terminal:
        freeze(terminal)
        begun = len(terminal.sent)
        terminal.press("G", 2.0)
        terminal.until("40/40")
        assert len(terminal.sent) - begun < 200_000


@pytest.mark.parametrize("ssh", [True, False])
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 30)])
def test_recorded_session_shows_the_same(root: Path, ssh: bool, columns: int, rows: int) -> None:
    """All that the app paints in a whole session shows the same through the mirror, key by key, in far fewer bytes."""
    with at_the_desk(root, "plain", columns=columns, rows=rows, ssh=ssh) as terminal:
        ends = [len(terminal.sent)]
        for key in KEYS:
            terminal.press(key, 0.25)
            ends.append(len(terminal.sent))
        sent = terminal.sent.decode()
    plain, mirrored, mirror = Emulator(columns, rows), Emulator(columns, rows), Mirror(columns, rows)
    sizes = []
    for start, end in pairwise([0, *(len(terminal.sent[:end].decode()) for end in ends)]):
        plain.feed(sent[start:end])
        mirror.feed(sent[start:end])
        changes = mirror.take()
        sizes.append(len(changes))
        mirrored.feed(changes)
        assert mirrored.text == plain.text
        assert mirrored.cells == plain.cells and mirrored.cursor == plain.cursor
    assert sum(sizes) < 0.75 * len(sent)


class Tmux:
    """A session in a tmux server of its own."""

    def __init__(self, socket: Path, root: Path, output: str) -> None:
        self._command = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        program = f"{sys.executable} -m deskterm --desk {root} --output {output}"
        self._run("new-session", "-d", "-x", "80", "-y", "24", "-e", "SSH_CONNECTION=1 2 3 4", program)

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._command, *words], capture_output=True, text=True, check=True, cwd=ROOT)
        return done.stdout

    @property
    def screen(self) -> str:
        """What stands there, with its styles."""
        return self._run("capture-pane", "-p", "-e")

    def press(self, keys: str) -> None:
        """Press keys."""
        self._run("send-keys", "-l", keys)

    def end(self) -> None:
        """End the server and what runs in it."""
        subprocess.run([*self._command, "kill-server"], capture_output=True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_shows_the_same(root: Path, tmp_path: Path) -> None:
    """After the same keys tmux holds the same screen, styles and all, with the driver and without."""
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    sessions = [Tmux(tmp_path / "a", root, "plain"), Tmux(tmp_path / "b", copy, "diff")]
    try:
        wait(lambda: all("1/40" in session.screen for session in sessions), sessions)
        for key in KEYS:
            for session in sessions:
                session.press(key)
            time.sleep(0.3)
            wait(lambda: sessions[0].screen == sessions[1].screen, sessions)
    finally:
        for session in sessions:
            session.end()


def wait(condition: Callable[[], bool], sessions: list[Tmux]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, "\n---\n".join(session.screen for session in sessions)
        time.sleep(0.1)
