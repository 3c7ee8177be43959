"""The Textual app: themes, the guard at the terminal, and how it ends. No behaviour of the desk is here."""

import gc
import signal
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import ANSIToTruecolor, LineFilter, NoColor
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from deskterm.engine.door.errors import NotFound
from deskterm.engine.services.rows import JobRunRow
from deskterm.screens.desk import DeskScreen
from deskterm.screens.desk_thread import ScreenSeat
from deskterm.screens.desk_ways import DeskWays
from deskterm.screens.ending import Ending
from deskterm.screens.keyed_screen import KeyedScreen
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.machine import Machine
from deskterm.screens.session import FileWays, JobRunner, Recorder, Session, TerminalKind
from deskterm.screens.terminal.choice import OutputChoice, driver_for
from deskterm.screens.themes import THEMES, theme_for
from deskterm.screens.type_ahead import KeyDone
from deskterm.screens.widgets.cells import harmless
from deskterm.screens.widgets.glyphs import ASCII, UNICODE
from deskterm.screens.widgets.guard import TerminalGuard

_TIMETABLE_AFTER_SECONDS = 2.0
"""When the session offers to lead the timetable: after the first list has been painted."""


def _forget(error: BaseException) -> str:
    return ""


def _run_nothing(name: str) -> JobRunRow:
    raise NotFound(f"No job can be run from here, {name} neither.")


def _start_nothing() -> None:
    return None


class DeskApp(App[None]):
    """One seat's screens."""

    CSS_PATH = ["screens/inks.tcss", "screens/desk.tcss"]
    TITLE = "deskterm"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "quit", show=False, id="app.leave", tooltip="Leave deskterm"),
        Binding("ctrl+c", "leave_words", show=False, system=True),
    ]

    def __init__(
        self,
        seat: ScreenSeat,
        *,
        ascii: bool = False,
        unicode: bool = True,
        over_ssh: bool = False,
        no_color: bool = False,
        output: OutputChoice = "auto",
        is_east_asian: bool = False,
        record_failure: Recorder = _forget,
        run_job: JobRunner = _run_nothing,
        files: FileWays | None = None,
        start_timetable: Callable[[], None] = _start_nothing,
        machine: Machine | None = None,
    ) -> None:
        terminal = TerminalKind(over_ssh=over_ssh, no_color=no_color, unicode=unicode, ascii=ascii)
        session = Session(
            seat,
            terminal=terminal,
            record_failure=record_failure,
            run_job=run_job,
            files=files,
            machine=machine,
        )
        super().__init__(
            driver_class=driver_for(_output(output, session), over_ssh=session.over_ssh, is_east_asian=is_east_asian)
        )
        self.session = session
        self.session.ways = DeskWays(self, self.session)
        self.session.apply_settings = self._apply_settings
        self._start_timetable = start_timetable
        self.ending = Ending(keep=self.session.wind_up, leave=lambda code: self.exit(return_code=code))
        self._guard = TerminalGuard(ascii=self.session.draws_ascii)
        for theme in THEMES.values():
            self.register_theme(theme)
        self._set_colors(no_color)
        self.set_class(self.session.draws_ascii, "-ascii", update=False)
        self.set_keymap(dict(self.session.keymap.entries))

    def _set_colors(self, no_color: bool) -> None:
        """Without colour the terminal's own are left alone; the cursor row is reversed by its theme."""
        self.no_color = no_color
        self._filters = [ANSIToTruecolor(self.ansi_theme), *((NoColor(),) if no_color else ())]
        self.set_reactive(App.theme, self._wanted_theme)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self._styled = self.theme

    @property
    def _wanted_theme(self) -> str:
        """The name of the theme that the settings ask for, where the terminal can show it."""
        session = self.session
        return theme_for(
            session.preferences.word("theme"),
            over_ssh=session.over_ssh,
            few_colors=self.console.color_system == "standard",
            no_color=session.terminal.no_color,
        ).name

    def _apply_settings(self) -> None:
        """Theme, signs and keys as the settings are now."""
        session = self.session
        self.theme = self._wanted_theme
        session.glyphs.take(ASCII if session.draws_ascii else UNICODE)
        self._guard.draw_ascii(session.draws_ascii)
        self.set_class(session.draws_ascii, "-ascii")
        self.set_keymap(dict(session.keymap.entries))
        if isinstance(self.screen, KeyedScreen):
            self.screen.show_hint()
            self.screen.show_keys()
        self.refresh()

    def refresh_css(self, animate: bool = True) -> None:
        """Style anew when the theme is another one: Textual would do it once more after the first paint."""
        if self._styled != self.theme:
            self._styled = self.theme
            super().refresh_css(animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then the guard: nothing drawn by any widget steers the terminal."""
        return [*super().get_line_filters(), self._guard]

    def get_default_screen(self) -> Screen[None]:
        """The desk is the first screen, not one pushed over an empty one."""
        return DeskScreen(self.session)

    def on_mount(self) -> None:
        """Offer to lead the timetable once people can work."""
        self.session.typing.replay = self.post_message
        self.session.drafts.tell = self._tell_writer
        self.set_timer(_TIMETABLE_AFTER_SECONDS, self._settled)

    def _settled(self) -> None:
        """What the start has made stays: the collector need not look at it again between two keys."""
        if not self.is_headless:
            gc.collect()
            gc.freeze()
        self.run_worker(self._start_timetable, thread=True, group="timetable", exit_on_error=False)

    async def on_event(self, event: events.Event) -> None:
        """Input that comes while something opens waits for it."""
        if self.session.typing.takes(event) or self.session.going.takes(event):
            return
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        target, was_sent = self.focused or self.screen, event.is_forwarded
        await super().on_event(event)
        if event.is_forwarded and not was_sent:
            self.session.typing.follow(event, target)

    def on_key_done(self, message: KeyDone) -> None:
        """A key has gone its way: those that were typed after it may."""
        self.session.typing.done(message)

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Another window has the keyboard: nothing changes, nothing is repainted."""
        event.prevent_default()

    def on_app_focus(self, event: events.AppFocus) -> None:
        """It is back: nothing changes either."""
        event.prevent_default()

    # What Textual would do and a desk on a shared server must not.

    def action_suspend_process(self) -> None:
        """A session is not suspended: behind it may be no shell to go back to."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Copy it; nothing is started on the desk's machine."""
        self.copy_to_clipboard(url)

    def copy_to_clipboard(self, text: str) -> None:
        """Into the clipboard of the terminal, harmless."""
        super().copy_to_clipboard(harmless(text))

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> str | None:
        """No file is written for a key."""
        return None

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """No file is written for a key."""

    # How it ends.

    def action_leave(self) -> None:
        """As `q` on the desk: asks when something is unsent."""
        self.session.ways.leave()

    def _tell_writer(self, sentence: str) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.tell(sentence, "error")

    def action_leave_words(self) -> None:
        """Ctrl+C ends nothing; it says what does."""
        if isinstance(self.screen, LiveScreen):
            self.screen.tell("q leaves, Esc goes back one level.")

    def on_unmount(self) -> None:
        """Begin nothing more at the desk."""
        self.session.close()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The timetable could not be offered to be led: recorded, and the session goes on."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.session.failed(event.worker.error)

    def _handle_exception(self, error: Exception) -> None:
        """The end after a mistake of the program: one sentence on the terminal, the details in the log."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._exit_renderables.append(Text(f"deskterm: {self.session.failed(error)}"))
            self.ending.begin(1)
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """The keyboard can no longer be read: what Textual would print of that may show what was typed."""
        traces = [shown.trace for shown in renderables if hasattr(shown, "trace")]
        names = [stack.exc_type for trace in traces for stack in trace.stacks]
        if "OSError" in names:
            self.ending.begin(128 + signal.SIGHUP)
        else:
            self._handle_exception(RuntimeError(f"The keyboard can no longer be read ({', '.join(names)})."))


def _output(asked: OutputChoice, session: Session) -> OutputChoice:
    """As the command line says, else as the setting does."""
    kept = session.preferences.word("output")
    chosen: dict[str, OutputChoice] = {"diff": "diff", "plain": "plain"}
    return asked if asked != "auto" else chosen.get(kept, "auto")


def run_screens(
    seat: ScreenSeat,
    *,
    ascii_only: bool,
    unicode: bool = True,
    over_ssh: bool,
    no_color: bool,
    output: OutputChoice = "auto",
    is_east_asian: bool = False,
    record_failure: Recorder,
    run_job: JobRunner = _run_nothing,
    files: FileWays | None = None,
    start_timetable: Callable[[], None],
    machine: Machine | None = None,
) -> int:
    """Run the screens until they are left; the exit code is 0 unless something ended them.

    `is_east_asian`: the terminal may take ambiguous characters for wide ones.
    """
    app = DeskApp(
        seat,
        ascii=ascii_only,
        unicode=unicode,
        over_ssh=over_ssh,
        no_color=no_color,
        output=output,
        is_east_asian=is_east_asian,
        record_failure=record_failure,
        run_job=run_job,
        files=files,
        start_timetable=start_timetable,
        machine=machine,
    )
    app.ending.watch()
    app.run(mouse=not app.session.over_ssh)
    app.ending.screens_left()
    app.session.thread.close(wait=True)
    return app.return_code or 0
