"""The output driver: Textual's own, but only what changed is sent, and a slow terminal never keeps the desk waiting."""

import os
import sys
import threading
from re import Pattern
from typing import Any, ClassVar, cast

from textual import events
from textual.app import App
from textual.message import Message

from deskterm.screens.terminal.keyboard import SteadyDriver
from deskterm.screens.terminal.mirror import Mirror
from deskterm.screens.terminal.outlet import Outlet
from deskterm.screens.terminal.widths import DOUBTFUL, DOUBTFUL_EAST_ASIAN

_PATIENCE_SECONDS = 0.8
"""How long the end waits for a terminal that does not read."""


class DiffDriver(SteadyDriver):
    """Sends what makes the terminal equal to what Textual painted last.

    While the terminal is still reading, nothing is queued: what is painted meanwhile is sent as one change after.
    """

    doubtful: ClassVar[Pattern[str]] = DOUBTFUL
    """The characters that terminals may measure differently."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._lock = threading.RLock()
        self._is_resized = False
        self._is_busy = False
        self._is_idle = threading.Event()
        self._farewell: list[str] | None = None
        self._outlet = Outlet(sys.__stderr__.fileno() if sys.__stderr__ else 2, self._more)
        self._file = cast(Any, self._outlet)
        self._mirror = Mirror(*self._size_now(), self.doubtful)

    def write(self, data: str) -> None:
        """Take in what is painted, and send it if the terminal has read what was sent before."""
        assert self._writer_thread is not None, "the driver must be in application mode"
        with self._lock:
            self._note_size()
            if self._farewell is not None:
                self._farewell.append(data)
            self._mirror.feed(data)
            if not self._is_busy:
                self._send(self._mirror.take())

    def _send(self, text: str) -> None:
        if text and self._writer_thread is not None:
            self._is_busy = True
            self._is_idle.clear()
            self._writer_thread.write(text)

    def _more(self) -> str:
        """What has gathered while the terminal was reading; called in the writer's thread."""
        with self._lock:
            text = self._mirror.take()
            if not text:
                self._is_busy = False
                self._is_idle.set()
            return text

    # The size: Textual is told by a signal or in the input; what stands on the screen is in doubt at either.

    def _size_now(self) -> tuple[int, int]:
        try:
            return os.get_terminal_size(self._outlet.fileno())
        except OSError:
            return super()._get_terminal_size()

    def _get_terminal_size(self) -> tuple[int, int]:
        self._is_resized = True
        return super()._get_terminal_size()

    def process_message(self, message: Message) -> None:
        """Pass input on, and note a change of size among it."""
        if isinstance(message, events.Resize):
            self._is_resized = True
        super().process_message(message)

    def _note_size(self) -> None:
        size = self._size_now()
        if size != self._mirror.size:
            self._mirror.resize(*size)
        elif self._is_resized:
            self._mirror.doubt()
        self._is_resized = False

    # Beginning and end.

    def start_application_mode(self) -> None:
        """Start, perhaps once more after `stop_application_mode` and `close`."""
        self._outlet.open()
        self._farewell = None
        self._is_busy = False
        self._is_idle.set()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self._farewell = []
        super().stop_application_mode()

    def close(self) -> None:
        """Wait until the terminal has read all; when it does not, the way it was is all that is still sent."""
        is_stalled = not self._is_idle.wait(_PATIENCE_SECONDS)
        if is_stalled:
            self._outlet.give_up()
        super().close()
        if is_stalled:
            self._outlet.last_word("".join(self._farewell or ()))
        self._outlet.close()


class EastAsianDiffDriver(DiffDriver):
    """For terminals that may take ambiguous characters for wide ones."""

    doubtful = DOUBTFUL_EAST_ASIAN
