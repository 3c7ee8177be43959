"""Writing in the editor of one's own choice, where the session may start programs on this machine."""

import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from textual.widgets import TextArea

from deskterm.screens.drafts import Key
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.session import Session

_MOST_CHARACTERS = 200_000
"""Of what comes back: more is no message, and the panel would no longer keep up with the keys."""

_ROUND_SECONDS = 3.0
"""How often what the editor has written is kept as a draft."""


class OutsideEditor:
    """One run of an editor on a file that nobody else reads."""

    def __init__(self, command: Sequence[str], text: str) -> None:
        self._command = command
        self._before = text
        self._place = Path(tempfile.mkdtemp(prefix="deskterm-"))
        self._file = self._place / "message.txt"
        self._file.touch(mode=0o600)
        self._file.write_text(text, encoding="utf-8", newline="\n")
        self._process: subprocess.Popen[bytes] | None = None
        self._last: str | None = None

    @property
    def text(self) -> str:
        """What the file holds now, or held last, without the line end that editors add. From any thread."""
        if self._last is not None:
            return self._last
        try:
            found = self._file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return self._before
        return found if self._before.endswith("\n") else found.removesuffix("\n")

    def run(self) -> str:
        """Wait until the editor ends; what went wrong, in words."""
        try:
            self._process = subprocess.Popen([*self._command, str(self._file)])
        except OSError as error:
            return f"The editor {self._command[0]} cannot be started: {error.strerror}."
        code = _wait_for(self._process)
        if code and self._last is None:
            return f"{Path(self._command[0]).name} ended with {code}; the text is as it was."
        return ""

    def stop(self) -> None:
        """End it and leave nothing behind; what it has written counts. From any thread."""
        self._last = self.text
        if self._process is not None and self._process.poll() is None:
            with suppress(OSError):
                self._process.terminate()
        shutil.rmtree(self._place, ignore_errors=True)


def _wait_for(process: "subprocess.Popen[bytes]") -> int:
    """Its exit code. Ctrl+C is the editor's meanwhile, as it is under a shell."""
    quiet = [signal.SIGINT, signal.SIGQUIT]
    before = [signal.signal(number, signal.SIG_IGN) for number in quiet]
    try:
        return process.wait()
    finally:
        for number, handler in zip(quiet, before, strict=True):
            signal.signal(number, handler)


def edit_outside(screen: LiveScreen, key: Key, area: TextArea) -> None:
    """Write a draft in the editor; what it says comes back into the panel.

    The loop stands still meanwhile: waiting for a process inside `suspend` must not be awaited.
    """
    session = screen.session
    known = "" if session.machine.editor else "No editor is known that can be started: set EDITOR."
    refusal = session.machine.refusal or known
    if refusal:
        screen.tell(refusal, "error")
        return
    editor = OutsideEditor(session.machine.editor, area.text)
    session.editor = editor
    session.drafts.write_elsewhere(key, lambda: editor.text)
    try:
        problem = _run(screen, session, editor)
        _take(screen, area, editor.text, problem)
    finally:
        session.drafts.write_elsewhere(key, None)
        session.editor = None
        editor.stop()


def _run(screen: LiveScreen, session: Session, editor: OutsideEditor) -> str:
    over = threading.Event()
    threading.Thread(target=_keep_going, args=(session, over), daemon=True).start()
    with screen.app.suspend():
        problem = editor.run()
    over.set()
    return problem


def _keep_going(session: Session, over: threading.Event) -> None:
    """What the loop does otherwise: keep the draft, and say that one is still here."""
    while not over.wait(_ROUND_SECONDS):
        session.drafts.submit()
        session.presence.sign()


def _take(screen: LiveScreen, area: TextArea, text: str, problem: str) -> None:
    if not problem and len(text) > _MOST_CHARACTERS:
        problem = f"That is longer than {_MOST_CHARACTERS:,} characters; the text is as it was."
    if problem:
        screen.tell(problem, "error")
    elif text != area.text:
        area.text = text
        area.move_cursor(area.document.end)
