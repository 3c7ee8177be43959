"""The program inside tmux: keys go in as a person types them, the screen is what a person sees."""

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

MISSING = "" if shutil.which("tmux") else "tmux is not installed"


class Multiplexer:
    """One tmux server of its own with one program in one window."""

    def __init__(self, place: Path, argv: Sequence[str], *, columns: int = 80, rows: int = 24) -> None:
        self._socket = str(place / "tmux")
        self.presses = 0
        """Keys pressed since it was last set to 0; typed text does not count."""
        size = ("-x", str(columns), "-y", str(rows))
        self._code = place / "exit-code"
        told = ("sh", "-c", f'"$0" "$@"; echo $? > {shlex.quote(str(self._code))}', *argv)
        self._run("-f", "/dev/null", "new-session", "-d", *size, "--", *told)

    def __enter__(self) -> "Multiplexer":
        return self

    def __exit__(self, *_: object) -> None:
        self._run("kill-server")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names (`Enter`, `C-d`), one after the other."""
        for key in keys:
            self.presses += 1
            self._run("send-keys", key)

    def type(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", text)

    def screen(self) -> str:
        """What stands there."""
        return self._run("capture-pane", "-p")

    def sees(self, *words: str, seconds: float = 30.0) -> str:
        """Wait until all the words stand there; the screen."""
        end = time.monotonic() + seconds
        while True:
            shown = self.screen()
            if all(word in shown for word in words):
                return shown
            assert time.monotonic() < end, f"{words} never came:\n{shown}"
            time.sleep(0.05)

    def ended(self, seconds: float = 15.0) -> int:
        """Wait for the program to end; its exit code."""
        end = time.monotonic() + seconds
        while not (self._code.exists() and self._code.read_text().strip()):
            assert time.monotonic() < end, f"it never ended:\n{self.screen()}"
            time.sleep(0.05)
        return int(self._code.read_text())

    def _run(self, *words: str) -> str:
        environment = {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        done = subprocess.run(
            ["tmux", "-u", "-S", self._socket, *words], capture_output=True, text=True, env=environment, check=False
        )
        return done.stdout
