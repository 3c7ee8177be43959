"""The ways between the screens of an app whose first screen is the desk."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.screen import Screen
from textual.worker import WorkType

from deskterm.engine.services.rows import ViewRow
from deskterm.screens.desk import DeskScreen
from deskterm.screens.keyed_screen import KeyedScreen
from deskterm.screens.session import Session

if TYPE_CHECKING:
    from deskterm.engine.services.thread_reading import TicketThread


class DeskWays:
    """Each way is gone by the app itself: a screen that is left cannot see its own leaving through."""

    def __init__(self, app: App[None], session: Session) -> None:
        self._app = app
        self._session = session

    @property
    def desk(self) -> DeskScreen:
        """The ticket list, on which everything else stands."""
        return cast(DeskScreen, self._app.screen_stack[0])

    @property
    def views(self) -> Sequence[ViewRow]:
        """The saved views, in the order of their keys."""
        return self.desk.views.rows

    def open_room(self, name: str) -> None:
        """Go back to a room that is open already, else open it over what is shown."""
        self._go(partial(self._open_room, name))

    def open_ticket(self, read: "TicketThread") -> None:
        """Show a ticket over what is shown."""
        self._go(partial(self.desk.show_ticket, read))

    def show_view(self, place: int) -> None:
        """Go to the ticket list and show the view of this place, counted from 1."""
        self._go(partial(self._at_the_desk, partial(self.desk.action_show_view, place)))

    def find_tickets(self, query: str) -> None:
        """Go to the ticket list and show a query."""
        self._go(partial(self._at_the_desk, partial(self.desk.find, query)))

    def go_on_writing(self, number: int, kind: str) -> None:
        """Go to the ticket list and go on with a draft: a `reply` or a `note` on a ticket, or the new one."""
        self._go(partial(self._at_the_desk, partial(self.desk.go_on_writing, (number, kind))))

    def leave(self) -> None:
        """Leave deskterm, by way of the ticket list: it asks when something is unsent."""
        self._go(partial(self._at_the_desk, self.desk.action_leave))

    def _go(self, way: Callable[[], Awaitable[None]]) -> None:
        """Keys typed meanwhile wait for what is shown then."""
        turn = self._session.typing.hold()

        async def gone() -> None:
            try:
                with self._app.batch_update():
                    await way()
            finally:
                self._session.typing.release(turn)

        job: WorkType[None] = gone
        self._app.run_worker(job, group="ways", exit_on_error=False)

    async def _open_room(self, name: str) -> None:
        places = [_room_of(screen) for screen in self._app.screen_stack]
        if name in places:
            await self._go_down_to(places.index(name))
        else:
            await self._app.push_screen(_room(name, self._session))

    async def _at_the_desk(self, then: Callable[[], object]) -> None:
        await self._go_down_to(0)
        then()

    async def _go_down_to(self, place: int) -> None:
        while len(self._app.screen_stack) - 1 > place:
            left = self._app.screen
            if isinstance(left, KeyedScreen):
                left.put_away()
            await self._app.pop_screen()


def _room_of(screen: Screen[Any]) -> str:
    return screen.room if isinstance(screen, KeyedScreen) else ""


def _room(name: str, session: Session) -> KeyedScreen:
    """A fresh screen for a room; each is loaded when it is first gone to."""
    from deskterm.screens.jobs import JobsScreen
    from deskterm.screens.settings.settings_screen import SettingsScreen

    screens: dict[str, Callable[[Session], KeyedScreen]] = {"jobs": JobsScreen, "settings": SettingsScreen}
    return screens[name](session)
