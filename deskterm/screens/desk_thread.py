"""The one thread of a session that talks to the desk.

Nothing that can wait for a disk runs where keys are answered. Requests run one after the other in the order
asked. A screen awaits the answer inside an exclusive worker: a newer question of the same group cancels the older
one, so that an answer that came too late never reaches a widget, and one that had not begun is not asked at all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from deskterm.engine.door.actions import Command, Query
from deskterm.engine.services.rows import Actor

T = TypeVar("T")


class DeskFacts(Protocol):
    """What screens read of the desk itself."""

    @property
    def name(self) -> str:
        """The desk's name."""

    @property
    def zone(self) -> str:
        """The desk's time zone, an IANA name."""

    def now(self) -> int:
        """The moment, in UTC milliseconds."""


class ScreenSeat(Protocol):
    """The part of a Seat that screens use."""

    @property
    def actor(self) -> Actor:
        """Who sits here, with rights as of the last request."""

    @property
    def desk(self) -> DeskFacts:
        """The desk behind the door."""

    def do(self, command: Command[T]) -> T:
        """Change the desk."""

    def ask(self, query: Query[T]) -> T:
        """Look at the desk."""

    def settings(self) -> dict[str, str]:
        """The actor's own settings by key."""

    def data_version(self) -> int:
        """Changes when somebody has committed."""

    def interrupt(self) -> None:
        """Stop a question that is being answered in another thread."""


class DeskThread:
    """Asks and does through one seat, on a thread of its own; used from the event loop but where it says otherwise."""

    def __init__(self, seat: ScreenSeat) -> None:
        self._seat = seat
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._last: Future[Any] | None = None
        self._questions: set[Future[Any]] = set()
        self._is_closed = False

    async def ask(self, query: Query[T]) -> T:
        """The answer to a query.

        Raises:
            DeskError: as the seat raises it.
        """
        asked = self.submit(lambda seat: seat.ask(query))
        self._questions.add(asked)
        asked.add_done_callback(self._questions.discard)
        return await asyncio.wrap_future(asked)

    async def do(self, make: Callable[[], Command[T]]) -> T:
        """What a command answers. `make` runs on the thread: the first command loads what commands need.

        A command once asked for is carried out, whatever becomes of the screen that waits for it.

        Raises:
            DeskError: as the seat raises it; nothing was changed.
        """
        return await self.run(lambda seat: seat.do(make()))

    async def run(self, job: Callable[[ScreenSeat], T]) -> T:
        """What a job with the seat answers; it is carried out like a command."""
        return await asyncio.shield(asyncio.wrap_future(self.submit(job)))

    def version(self) -> int | None:
        """The desk's data version; None while the thread is at work, when asking could wait."""
        busy = self._last is not None and not self._last.done()
        return None if busy else self._seat.data_version()

    def hurry(self) -> None:
        """Answer no question any more, not even the one being answered. From any thread."""
        for question in tuple(self._questions):
            if not question.cancel() and question.running():
                self._seat.interrupt()

    def close(self, *, wait: bool = False) -> None:
        """Take no more requests. Commands that were asked for are still carried out; `wait`: until they are."""
        self._is_closed = True
        self._executor.shutdown(wait=wait)

    def submit(self, job: Callable[[ScreenSeat], T]) -> Future[T]:
        """Run a job with the seat in its turn. From any thread."""
        self._last = future = self._executor.submit(job, self._seat)
        return future

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more requests."""
        return self._is_closed
