"""Saved views: a named query, for oneself, for the people of a queue, or for everyone."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import BadQuery, Conflict, Denied, Invalid, NotFound
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import ViewRow
from deskterm.engine.domain.text import one_line, visible
from deskterm.engine.door.actions import Command, Query, action

if TYPE_CHECKING:
    from deskterm.engine.domain.query_needs import Needs
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx

SCOPES = ("mine", "queue", "everyone")
COUNTED_TO = 10_001
MOST_VIEWS = 200
"""Of one person, of one queue, and of everyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListViews(Query[tuple[ViewRow, ...]]):
    """The saved views open to me, each with its count: as I put them, then everyone's, my queues' and mine."""

    counted: bool = True


@action("view.list", needs=Permission.READ)
def list_views(tx: "ReadTx", query: ListViews) -> tuple[ViewRow, ...]:
    """One that names what I may not see is left out; one of mine that has become wrong has no count."""
    found = (_told(tx, view, query.counted) for view in tx.views())
    return tuple(view for view in found if view is not None)


def _told(tx: "ReadTx", view: ViewRow, counted: bool) -> ViewRow | None:
    try:
        if not counted:
            tx.check_query(view.query, COUNTED_TO)
            return view
        n, is_bound = tx.count(view.query, COUNTED_TO)
    except BadQuery:
        return view if view.may_change else None
    return replace(view, count=n, count_is_bound=is_bound)


MOST_EVENTS = 2_000
"""Events looked at for what they touch; after more of them everything is counted again."""


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """The saved views; `counted` are the ids of those whose count was taken now, the other rows have none.

    `late`: ids of those that ask for tickets which are too late. `is_timed`: time alone changes some count.
    `last`: the newest event that was heard of.
    """

    rows: tuple[ViewRow, ...]
    counted: frozenset[int]
    late: frozenset[int]
    is_timed: bool
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountViews(Query[ViewCounts]):
    """The views whose counts can have changed since an event (0: all of them); `timed`: also those time changes."""

    since: int = 0
    timed: bool = False


@action("view.count", needs=Permission.READ)
def count_views(tx: "ReadTx", query: CountViews) -> ViewCounts:
    """Only what an event has touched is counted again."""
    touched = tx.touched(query.since, MOST_EVENTS if query.since else 0)
    fields = touched.fields
    views = list_views(tx, ListViews(counted=False))
    needs = {view.id: _needs(view) for view in views}
    counted = frozenset(
        view.id
        for view in views
        if fields is None
        or view.id in touched.views
        or needs[view.id].is_touched(fields)
        or (query.timed and needs[view.id].is_timed)
    )
    rows = tuple(_counted(tx, view) if view.id in counted else view for view in views)
    late = frozenset(view.id for view in views if _is_about_late(view))
    return ViewCounts(rows, counted, late, any(need.is_timed for need in needs.values()), touched.last)


def _counted(tx: "ReadTx", view: ViewRow) -> ViewRow:
    return _told(tx, view, counted=True) or view


def _needs(view: ViewRow) -> "Needs":
    from deskterm.engine.domain.query import parse
    from deskterm.engine.domain.query_needs import Needs, needs_of

    try:
        return needs_of(parse(view.query))
    except BadQuery:
        return Needs(frozenset(), is_timed=False)


def _is_about_late(view: ViewRow) -> bool:
    from deskterm.engine.domain.query import parse
    from deskterm.engine.domain.query_needs import is_about_late

    try:
        return is_about_late(parse(view.query))
    except BadQuery:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView(Command[ViewRow]):
    """Save a query as a view, or change one that there is (`id`).

    `scope`: mine; queue, for the people of `queue`; or everyone. `version`: of the view that was changed.
    """

    name: str
    query: str
    scope: str = "mine"
    queue: str | None = None
    id: int | None = None
    version: int | None = None


@action("view.save", needs=Permission.READ)
def save_view(tx: "WriteTx", command: SaveView) -> ViewRow:
    """A queue's view needs full on it or the permission to share views, everyone's needs that permission."""
    former = None if command.id is None else _changeable(tx, command.id, command.version)
    owner_id, queue_id = _place(tx, command)
    tx.require_view_place(owner_id, queue_id)
    name = _name(tx, command, former)
    query = " ".join(visible(command.query).split())
    tx.check_query(query, COUNTED_TO)
    if command.id is None:
        number = tx.add_view(name, query, owner_id, queue_id)
    else:
        number = command.id
        tx.change_view(number, name, query, owner_id, queue_id)
    return next(view for view in tx.views() if view.id == number)


def _place(tx: "WriteTx", command: SaveView) -> tuple[int | None, int | None]:
    """Owner and queue that say for whom the view is."""
    if command.scope not in SCOPES:
        raise Invalid(f"A view is for {', '.join(SCOPES[:-1])} or {SCOPES[-1]}.")
    if (command.scope == "queue") != (command.queue is not None):
        raise Invalid("A view for the people of a queue names the queue, any other names none.")
    queue_id = tx.queue(command.queue).id if command.queue else None
    return tx.actor.person_id if command.scope == "mine" else None, queue_id


def _name(tx: "WriteTx", command: SaveView, former: ViewRow | None) -> str:
    name = one_line(command.name, 60)
    if not name or name.isdecimal():
        raise Invalid("A view needs a name that is not a number.")
    beside = [view for view in tx.views() if (view.scope, view.queue) == _where(tx, command) and view != former]
    if any(view.name.casefold() == name.casefold() for view in beside):
        raise Conflict(f'There is a view "{name}" for the same people already.')
    if len(beside) >= MOST_VIEWS:
        raise Invalid(f"There are {MOST_VIEWS} views for the same people already.")
    return name


def _where(tx: "WriteTx", command: SaveView) -> tuple[str, str | None]:
    return command.scope, tx.queue(command.queue).name if command.queue else None


def _changeable(tx: "WriteTx", number: int, version: int | None) -> ViewRow:
    view = next((view for view in tx.views() if view.id == number), None)
    if view is None or _told(tx, view, counted=False) is None:
        raise NotFound(f"There is no view {number}.")
    if not view.may_change:
        raise Denied(f'The view "{view.name}" is shared; changing it needs the permission {Permission.SHARE_VIEWS}.')
    if version is not None and version != view.version:
        whose = view.queue or {"mine": "me"}.get(view.scope, view.scope)
        raise Conflict(f'The view was changed meanwhile: it is now "{view.name}" for {whose}, showing "{view.query}".')
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteView(Command[None]):
    """Delete a saved view; the tickets it showed stay as they are."""

    id: int
    version: int | None = None


@action("view.delete", needs=Permission.READ)
def delete_view(tx: "WriteTx", command: DeleteView) -> None:
    """One's own, or a shared one that one may change."""
    _changeable(tx, command.id, command.version)
    tx.delete_view(command.id)
