"""A screen that stays true: it looks every second whether somebody committed, and shows refusals in words."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeVar

from textual import events
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState, WorkType

from deskterm.engine.door.errors import DeskError
from deskterm.screens.session import Session
from deskterm.screens.widgets.inks import INK_CLASSES, Parts
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine

_LOOK_SECONDS = 1.0

_READING = frozenset(
    {
        "list",
        "rows",
        "read",
        "aside",
        "context",
        "seen",
        "preview",
        "completion",
        "counts",
        "drafts",
        "history",
        "presence",
    }
)
"""Groups of background work that only look."""

T = TypeVar("T")


class LiveScreen(Screen[None]):
    """Polls the desk's version while it is on top; subclasses say what to read again."""

    AUTO_FOCUS = ""
    COMPONENT_CLASSES: ClassVar[set[str]] = INK_CLASSES

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual's, without the repaint of the whole screen at every change."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._version = session.seat.data_version()
        self._is_new = True
        self._holds: dict[str, int] = {}
        """By group the hold on the keyboard of its work."""

    @property
    def status(self) -> StatusLine:
        """The status line of this screen."""
        return self.query_one("#status", StatusLine)

    def on_mount(self) -> None:
        """Begin to look. Textual calls this beside what a subclass does on mount: none calls it again."""
        self.set_interval(_LOOK_SECONDS, self.look)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back on top: what happened meanwhile is read now, not in a second.

        The first time everything was styled as it was mounted; Textual would style it all once more.
        """
        if self._is_new:
            self._is_new, event.refresh_styles = False, False
        elif self.is_mounted:
            self.look()

    def look(self) -> None:
        """Ask for the desk's version; when it moved, read again. Paints nothing by itself."""
        if not self.is_current:
            return
        version = self.session.thread.version()
        if version is not None and version != self._version:
            self._version = version
            self.desk_changed()

    def desk_changed(self) -> None:
        """Somebody committed something."""
        raise NotImplementedError

    def tell(self, text: str, ink: str = "plain") -> None:
        """One sentence in the status line, until the next one."""
        self.status.tell(text, ink)

    def look_again(self) -> None:
        """What was seen just now could not be read: the next look sees it again."""
        self._version = -1

    def begin(self, group: str, work: Callable[[], Awaitable[T]]) -> Worker[None]:
        """Run asynchronous work; newer work of the same group takes the place of older. Refusals are shown."""
        self.release(group)  # older work that has not begun will never end by itself

        async def run() -> None:
            try:
                await work()
            except DeskError as error:
                self._refuse(error, group)

        # A function, not a coroutine: one that is cancelled before it began must not be left unawaited.
        job: WorkType[None] = run
        return self.run_worker(job, group=group, exclusive=True, exit_on_error=False)

    def begin_held(self, group: str, work: Callable[[], Awaitable[T]]) -> Worker[None]:
        """As `begin`; keys typed meanwhile wait until it has ended, or until it asks for one."""
        turn = self.session.typing.hold()

        async def held() -> T:
            try:
                return await work()
            finally:
                self.session.typing.release(turn)

        worker = self.begin(group, held)
        self._holds[group] = turn
        return worker

    def release(self, group: str) -> None:
        """Keys need not wait for the work of this group any longer."""
        self.session.typing.release(self._holds.pop(group, -1))

    def _refuse(self, error: DeskError, group: str) -> None:
        """Say why not. What is shown may be out of date, so it is read again: unless reading was what failed."""
        self.tell(str(error), "error")
        if group not in _READING:
            self.desk_changed()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake in background work is recorded and said; the session goes on."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.tell(self.session.failed(event.worker.error), "error")

    def show_line(self, id: str, parts: Parts, right: Parts = ()) -> None:
        """Show other words in one of the screen's fixed lines."""
        self.query_one(f"#{id}", TextLine).show(parts, right)
