"""Textual's own driver, with a keyboard that nothing which comes from the terminal can end.

Textual reads strictly: a byte that is no UTF-8 (a terminal set to Latin-1, a disturbed line) or a report that it
does not understand ends the program, with whatever was being written.
"""

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_TICK_SECONDS = 0.1
_PIECE = 4096


class Keyboard:
    """Makes messages of what the terminal sends."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()

    def feed(self, raw: bytes) -> Iterator[Message]:
        """What these bytes say; what cannot be understood says nothing."""
        for character in self._decoder.decode(raw):
            try:
                yield from self._parser.feed(character)
            except (ValueError, ArithmeticError, LookupError):
                self._parser = XTermParser()

    def tick(self) -> Iterator[Message]:
        """What has been said when nothing more comes: Esc alone, for one."""
        yield from self._parser.tick()


class SteadyDriver(LinuxDriver):
    """Reads through a `Keyboard`."""

    def process_message(self, message: Message) -> None:
        """Pass input on, but for a mouse beside the screen: Textual would leave the focus nowhere."""
        if not isinstance(message, events.MouseEvent) or _is_on(self._app, message):
            super().process_message(message)

    def run_input_thread(self) -> None:
        """Read until the end; a terminal that is gone raises."""
        keyboard = Keyboard()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK_SECONDS):
                    for message in keyboard.feed(os.read(self.fileno, _PIECE)):
                        self.process_message(message)
                for message in keyboard.tick():
                    self.process_message(message)


def _is_on(app: App[Any], mouse: events.MouseEvent) -> bool:
    return 0 <= mouse.screen_x < app.size.width and 0 <= mouse.screen_y < app.size.height
