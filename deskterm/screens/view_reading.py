"""The saved views as the desk screen knows them: which there are, what they hold, which one is shown."""

from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.views import ListViews
from deskterm.screens.session import Session


class ViewReading:
    """Views in the order of their keys. It asks; it draws nothing."""

    def __init__(self, session: Session) -> None:
        self.rows: tuple[ViewRow, ...] = ()
        self.shown: ViewRow | None = None
        self.is_counted = False
        self._thread = session.thread

    @property
    def query(self) -> str:
        """The query of the view that is shown; empty where there is none."""
        return self.shown.query if self.shown else ""

    async def read(self, *, counted: bool) -> None:
        """The saved views; the one shown stays the one shown."""
        self.rows = await self._thread.ask(ListViews(counted=counted))
        self.is_counted |= counted
        shown = self.shown.id if self.shown else None
        self.shown = next((view for view in self.rows if view.id == shown), None)
