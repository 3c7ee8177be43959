"""Saving and managing views: what is asked, which command is sent, what is said after."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from deskterm.engine.door.errors import Conflict, Invalid
from deskterm.engine.services.rows import Level, Permission, QueueRow, ViewRow
from deskterm.screens.session import Session
from deskterm.screens.view_lines import count_words
from deskterm.screens.view_reading import ViewReading
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.picker import Choice

if TYPE_CHECKING:
    from deskterm.engine.services.views import SaveView

_LONG_LIST = 14


class ViewCounter(Protocol):
    """The screen that views are managed at: it asks, and it shows what came of it."""

    session: Session
    views: ViewReading

    @property
    def query_shown(self) -> str:
        """The query of the list, as it is now."""

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: str = "",
        numbered: bool = True,
        height: int = 8,
    ) -> str | None:
        """The value chosen, or None."""

    async def ask_text(self, title: str, value: str = "") -> str | None:
        """What was typed, or None."""

    async def confirm(self, question: str) -> bool:
        """Whether the answer was yes."""

    def tell(self, text: str, ink: str = "plain") -> None:
        """One sentence in the status line."""

    async def read_views(self, shown: int | None = None) -> None:
        """Read the views again and draw them; `shown`: the id of the one that is shown from now on."""

    def action_show_view(self, place: int) -> None:
        """Show the view of this place, counted from 1."""


class ViewKeeping:
    """One method per line of the panel behind `V`."""

    def __init__(self, screen: ViewCounter) -> None:
        self._screen = screen
        self._deleted: ViewRow | None = None
        """What was deleted last: saving it again begins with its name."""

    async def manage(self) -> None:
        """Ask what is to be done about views."""
        chosen = await self._screen.pick("Views", self._choices())
        if chosen is not None:
            await getattr(self, chosen)()

    def _choices(self) -> list[Choice]:
        shown = self._screen.views.shown
        name = one_line(shown.name) if shown else ""
        refused = _refusal(shown)
        is_same = shown is not None and shown.query == self._screen.query_shown.strip()
        same = f"{name} shows this query already" if is_same else ""
        whose = f"{name}, for {_whose(shown)}" if shown else ""
        count = len(self._screen.views.rows)
        return [
            Choice("save", "save as new", one_line(self._screen.query_shown)),
            Choice("change", "change its query", f"{name} shows the present query from now on", refused or same),
            Choice("rename", "rename", name, refused),
            Choice("move", "move", f"{name} to another key", "" if shown else "no view is shown"),
            Choice("delete", "delete", whose, refused),
            Choice("show", "show", f"one of {count} views", "" if count else "there is none"),
        ]

    # Saving.

    async def save(self) -> None:
        """Save the present query under a name, for oneself or others."""
        query, former = self._screen.query_shown, self._deleted
        is_again = former is not None and former.query == query
        name = await self._screen.ask_text("Name of the new view:", former.name if former and is_again else "")
        if not name:
            return
        place = await self._ask_place(name)
        if place is not None:
            scope, queue = place
            await self._save_new(name, query, scope, queue)

    async def _ask_place(self, name: str) -> tuple[str, str | None] | None:
        """For whom: `mine`, `everyone`, or a queue by its name."""
        chosen = await self._screen.pick(f"{one_line(name)} is for", await self._places(), height=_LONG_LIST)
        if chosen is None:
            return None
        scope, _, queue = chosen.partition(" ")
        return scope, queue or None

    async def _places(self) -> list[Choice]:
        actor = self._screen.session.actor
        shares = Permission.SHARE_VIEWS in actor.permissions
        refused = "" if shares else f"needs the permission {Permission.SHARE_VIEWS}"
        queues = [_queue_choice(queue, shares) for queue in await self._queues()]
        return [Choice("mine", "me"), Choice("everyone", "everyone", "", refused), *queues]

    async def _queues(self) -> tuple[QueueRow, ...]:
        from deskterm.engine.services.vocabulary import ListQueues

        if Permission.SEE_DESK not in self._screen.session.actor.permissions:
            return ()
        return await self._screen.session.thread.ask(ListQueues())

    async def _save_new(self, name: str, query: str, scope: str, queue: str | None) -> None:
        """Save it; a name that cannot be is asked for again, so that nothing is typed twice."""
        wanted: str | None = name
        while wanted:
            try:
                row = await self._do_save(name=wanted, query=query, scope=scope, queue=queue)
            except (Conflict, Invalid) as error:
                self._screen.tell(str(error), "error")
                wanted = await self._screen.ask_text("Another name:", wanted)
                continue
            self._deleted = None
            await self._screen.read_views(shown=row.id)
            key = self._screen.views.place + 1
            where = f"{key} shows it" if key <= 9 else "V shows it"
            self._screen.tell(f'Saved "{one_line(row.name)}" for {_whose(row)}: {where}.', "good")
            return

    async def _do_save(self, **fields: object) -> ViewRow:
        def command() -> "SaveView":
            from deskterm.engine.services.views import SaveView

            return SaveView(**fields)  # type: ignore[arg-type]  # named as the fields are, by the callers below

        return await self._screen.session.thread.do(command)

    # What there is.

    async def change(self) -> None:
        """The view that is shown has the present query from now on."""
        view = self._screen.views.shown
        if view is not None:
            row = await self._save_again(view, query=self._screen.query_shown)
            self._screen.tell(f'"{one_line(row.name)}" shows this query now, for {_whose(row)}.', "good")

    async def rename(self) -> None:
        """Give the view that is shown another name."""
        view = self._screen.views.shown
        name = await self._screen.ask_text("Name of the view:", view.name) if view is not None else None
        if view is not None and name and name != view.name:
            row = await self._save_again(view, name=name)
            self._screen.tell(f'It is called "{one_line(row.name)}" now, for {_whose(row)}.', "good")

    async def _save_again(self, view: ViewRow, **changes: str) -> ViewRow:
        fields = {"name": view.name, "query": view.query, "scope": view.scope, "queue": view.queue, **changes}
        row = await self._do_save(id=view.id, version=view.version, **fields)
        await self._screen.read_views(shown=row.id)
        return row

    async def delete(self) -> None:
        """Delete the view that is shown, after a question; its query stays on the screen."""
        view = self._screen.views.shown
        if view is None or not await self._screen.confirm(f'Delete "{one_line(view.name)}", for {_whose(view)}? y/n'):
            return

        def command() -> object:
            from deskterm.engine.services.views import DeleteView

            return DeleteView(id=view.id, version=view.version)

        await self._screen.session.thread.do(command)  # type: ignore[arg-type]  # a command, loaded on the thread
        self._deleted = view
        await self._screen.read_views()
        self._screen.tell(f'Deleted "{one_line(view.name)}". V 1 saves it again.', "good")

    async def move(self) -> None:
        """Put the view that is shown at another key, for oneself alone."""
        views = self._screen.views
        view = views.shown
        if view is None:
            return
        places = [Choice(str(place), one_line(row.name)) for place, row in enumerate(views.rows)]
        chosen = await self._screen.pick(
            f"{one_line(view.name)} to", places, current=str(views.place), height=_LONG_LIST
        )
        if chosen is not None:
            await self._put(view, int(chosen))

    async def _put(self, view: ViewRow, place: int) -> None:
        others = [row.id for row in self._screen.views.rows if row.id != view.id]
        await self._screen.session.preferences.keep("views_order", [*others[:place], view.id, *others[place:]])
        await self._screen.read_views(shown=view.id)
        self._screen.tell(f'"{one_line(view.name)}" is view {self._screen.views.place + 1} now, for you.', "good")

    async def show(self) -> None:
        """Show any view, also one beyond the ninth."""
        views = self._screen.views
        choices = [Choice(str(place), one_line(view.name), _told(view)) for place, view in enumerate(views.rows, 1)]
        current = str(views.place + 1) if views.shown else ""
        chosen = await self._screen.pick("Show", choices, current=current, height=_LONG_LIST)
        if chosen is not None:
            self._screen.action_show_view(int(chosen))


def _refusal(view: ViewRow | None) -> str:
    """Why a view cannot be changed; empty when it can."""
    if view is None:
        return "no view is shown"
    if view.may_change:
        return ""
    needed = f"needs the permission {Permission.SHARE_VIEWS}"
    return f"{needed}, or full on queue {one_line(view.queue)}" if view.queue else needed


def _queue_choice(queue: QueueRow, shares: bool) -> Choice:
    name = one_line(queue.name)
    refused = "" if shares or queue.level is Level.FULL else f"needs full on queue {name}"
    return Choice(f"queue {queue.name}", f"the people of {name}", "", refused)


def _whose(view: ViewRow) -> str:
    """`me`, `everyone`, or the queue's people."""
    if view.scope == "queue" and view.queue:
        return f"the people of {one_line(view.queue)}"
    return "me" if view.scope == "mine" else view.scope


def _told(view: ViewRow) -> str:
    """`412 · for everyone`, then the query."""
    count = count_words(view)
    return f"{f'{count} ' if count else ''}for {_whose(view)}: {one_line(view.query)}"
