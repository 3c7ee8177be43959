"""Somebody at the screens: presses keys, sees what stands there. Waits for conditions, never for time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from deskterm.app import DeskApp
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import SetPreference
from deskterm.screens.desk import DeskScreen
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.ticket import TicketScreen
from deskterm.screens.widgets.arranger import Arranger
from deskterm.screens.widgets.ask_line import AskLine
from deskterm.screens.widgets.picker import Picker

_PATIENCE_SECONDS = 15.0

_CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f"}
"""What named keys send as a character, beside those that are one."""

Asking = Picker | AskLine | Arranger
"""What waits for an answer above the status line."""


class Person:
    """One person in front of one session."""

    def __init__(self, app: DeskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> LiveScreen:
        """The screen on top."""
        return cast(LiveScreen, self.app.screen)

    @property
    def desk(self) -> DeskScreen:
        """The desk screen, which is always at the bottom."""
        return cast(DeskScreen, self.app.screen_stack[0])

    @property
    def ticket(self) -> TicketScreen:
        """The ticket screen on top."""
        return cast(TicketScreen, self.app.screen)

    @property
    def lines(self) -> list[str]:
        """What stands on the terminal, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def status(self) -> str:
        """The status line."""
        return self.lines[-2].strip()

    @property
    def numbers(self) -> list[int]:
        """The tickets of the list as far as they are in sight, from the top."""
        found = (self.desk.listing.at(row) for row in self.desk.tickets.visible_rows)
        return [number for number in found if number is not None]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other; `text:…` types a text."""
        for key in keys:
            if key.startswith("text:"):
                await self.pilot.press(*key.removeprefix("text:"))
            else:
                await self.pilot.press(key)

    async def strike(self, key: str) -> None:
        """Press one key as fast as the screens take it, and wait until all is answered or the user is asked.

        `press` waits until the processor rests, a fortieth of a second and more: too long for thousands of keys.
        """
        self.send(key)
        await self.settles()

    def send(self, key: str) -> None:
        """Press one key and wait for nothing."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        self.give(events.Key(name, _CHARACTERS.get(key, key if len(key) == 1 else None)))

    def give(self, event: events.Event) -> None:
        """Something from the terminal: a key, a paste, the mouse; waits for nothing."""
        event.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(event)

    async def settles(self) -> None:
        """Wait until every message is processed and all that was asked is answered, or the user is asked."""
        end = time.monotonic() + _PATIENCE_SECONDS
        is_done = False
        while not is_done:
            assert time.monotonic() < end, f"the screens do not come to rest:\n{self.text}"
            await asyncio.sleep(0.001)
            if self._is_quiet:
                await self.pilot._wait_for_screen()
                self.app.screen._on_timer_update()
                is_done = self._is_quiet

    @property
    def _is_quiet(self) -> bool:
        nodes = [self.app, *self.app.screen.walk_children(with_self=True)]
        return all(node._message_queue.empty() for node in nodes) and (self._asks or not self.app.workers)

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until something holds."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, f"{what or 'the condition'} never came; on the screen:\n{self.text}"
            await self.pilot.pause(0.01)

    async def sees(self, *words: str) -> None:
        """Wait until all the words stand on the terminal."""
        for word in words:
            await self.until(lambda word=word: word in self.text, repr(word))

    async def sees_no(self, word: str) -> None:
        """Wait until a word no longer stands there."""
        await self.until(lambda: word not in self.text, f"the end of {word!r}")

    async def rests(self) -> None:
        """Wait until all that was asked has been answered."""
        await self.pilot.pause()
        await self.until(lambda: not self.app.workers, "rest")
        await self.pilot.pause()

    async def rests_or_asks(self) -> None:
        """Wait until all is answered, or the next move is the user's: a panel or a question is open."""
        await self.pilot.pause()
        await self.until(lambda: self._asks or not self.app.workers, "rest")
        await self.pilot.pause()

    @property
    def is_at_rest(self) -> bool:
        """Whether keys mean what the screen says they mean: no question is open and nothing is being typed into."""
        return not self._asks and not isinstance(self.screen.focused, Input | TextArea)

    @property
    def _asks(self) -> bool:
        asking = self.screen.query("Picker, AskLine, Arranger").results()
        return self.screen.status.is_asking or any(cast(Asking, widget).is_open for widget in asking)

    async def opens(self, number: int) -> None:
        """Open a ticket from the palette and wait until it is there."""
        await self.press(":", f"text:{number}", "enter")
        await self.until(lambda: isinstance(self.screen, TicketScreen) and self.ticket.number == number)
        await self.rests()


@asynccontextmanager
async def sitting(
    seat: Any, *, size: tuple[int, int] = (80, 24), view: int | None = None, newcomer: bool = False, **options: Any
) -> AsyncIterator[Person]:
    """Somebody who has sat down: the first list is there; `view`: the number of the view to go to first.

    Unless it is a newcomer, they have done the first steps.
    A mistake in background work fails the test when the person gets up.
    """
    failures: list[BaseException] = []

    def record(error: BaseException) -> str:
        failures.append(error)
        return ""

    if not newcomer and isinstance(seat, Seat):
        seat.do(SetPreference(key="hints", value="3"))
    app = DeskApp(seat, record_failure=record, **options)
    async with app.run_test(size=size, tooltips=True, notifications=True) as pilot:
        person = Person(app, pilot)
        await person.until(lambda: person.desk.reading.is_loaded or failures, "the first list")
        if view is not None:
            await person.press(str(view))
        await person.rests()
        yield person
    app.session.thread.close(wait=True)
    if failures:
        raise failures[0]
