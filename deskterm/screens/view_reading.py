"""The saved views as the desk screen knows them: which there are, what they hold, which one is shown."""

from dataclasses import dataclass, replace

from deskterm.engine.services.rows import ViewRow
from deskterm.engine.services.views import CountViews, ListViews
from deskterm.screens.session import Session


@dataclass(frozen=True, slots=True)
class _Count:
    """How many tickets a query finds; no number where it could not be counted."""

    query: str
    n: int | None
    is_bound: bool


class ViewReading:
    """Views in the order of their keys. It asks; it draws nothing."""

    def __init__(self, session: Session) -> None:
        self.rows: tuple[ViewRow, ...] = ()
        self.shown: ViewRow | None = None
        self.late: frozenset[int] = frozenset()
        """Ids of the views that ask for tickets which are too late."""
        self.is_counted = False
        self.is_timed = False
        """Whether time alone changes some count."""
        self._thread = session.thread
        self._last_event = 0
        self._counts: dict[int, _Count] = {}

    @property
    def query(self) -> str:
        """The query of the view that is shown; empty where there is none."""
        return self.shown.query if self.shown else ""

    @property
    def place(self) -> int:
        """Which of the views is shown, counted from 0; 0 when none is."""
        return next((place for place, view in enumerate(self.rows) if view is self.shown), 0)

    def find(self, number: int) -> ViewRow | None:
        """The view of an id."""
        return next((view for view in self.rows if view.id == number), None)

    def is_broken(self, view: ViewRow) -> bool:
        """Whether a view cannot be counted, since its query has become wrong."""
        return self.is_counted and view.count is None

    async def read(self) -> None:
        """The views, with the counts that are known; the one shown stays the one shown."""
        self._take(await self._thread.ask(ListViews(counted=False)))

    async def count(self, *, timed: bool = False) -> None:
        """Read the views, and count those for which something has changed; `timed`: also those that time changes."""
        found = await self._thread.ask(CountViews(since=self._last_event, timed=timed))
        fresh = {
            row.id: _Count(row.query, row.count, row.count_is_bound) for row in found.rows if row.id in found.counted
        }
        self._counts = {row.id: known for row in found.rows if (known := fresh.get(row.id) or self._counts.get(row.id))}
        self._last_event, self.late, self.is_timed = found.last, found.late, found.is_timed
        self.is_counted = True
        self._take(found.rows)

    def _take(self, rows: tuple[ViewRow, ...]) -> None:
        self.rows = tuple(self._with_count(row) for row in rows)
        self.shown = self.find(self.shown.id) if self.shown else None

    def _with_count(self, row: ViewRow) -> ViewRow:
        known = self._counts.get(row.id)
        if known is None or known.query != row.query:
            return replace(row, count=None)
        return replace(row, count=known.n, count_is_bound=known.is_bound)
