"""Saved views: whose they are, who sees them, and who may change them."""

import json
from typing import Any

from deskterm.engine.domain.permissions import Actor, Permission
from deskterm.engine.domain.rows import ViewRow
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.personal_sql import preference

EVERYONE, QUEUE, MINE = "everyone", "queue", "mine"
"""For whom a view is; in this order they are listed."""

_VIEWS = """
SELECT v.id, v.name, v.query, v.position, p.login, v.owner_id, v.queue_id, q.name, v.version
FROM saved_view v LEFT JOIN person p ON p.id = v.owner_id LEFT JOIN queue q ON q.id = v.queue_id
WHERE v.owner_id IS NULL OR v.owner_id = ?
ORDER BY v.owner_id IS NOT NULL, v.queue_id IS NOT NULL, v.position, v.id
"""


def views(reader: Reader, actor: Actor) -> tuple[ViewRow, ...]:
    """Views of everyone, of the queues the actor reads, and of the actor: first as they put them, then by position."""
    found = reader.rows(_VIEWS, (actor.person_id,))
    rows = [_view(row, actor) for row in found if row[6] is None or actor.scope.reads_queue(row[6])]
    chosen = _order(reader, actor)
    return tuple(sorted(rows, key=lambda view: chosen.get(view.id, len(chosen))))


def _view(row: tuple[Any, ...], actor: Actor) -> ViewRow:
    number, name, query, position, owner, owner_id, queue_id, queue, version = row
    scope = MINE if owner_id is not None else QUEUE if queue_id is not None else EVERYONE
    changes = may_change(actor, owner_id, queue_id)
    return ViewRow(number, name, query, position, owner, scope=scope, queue=queue, may_change=changes, version=version)


def may_change(actor: Actor, owner_id: int | None, queue_id: int | None) -> bool:
    """One's own always; a queue's with full on it; every shared one with the permission to share."""
    if owner_id is not None:
        return owner_id == actor.person_id
    if Permission.SHARE_VIEWS in actor.permissions:
        return queue_id is None or actor.scope.reads_queue(queue_id)
    return queue_id is not None and actor.may(Permission.FULL, queue_id, owns=False)


def _order(reader: Reader, actor: Actor) -> dict[int, int]:
    wanted = json.loads(preference(reader, actor.person_id, "views_order") or "[]")
    return {number: place for place, number in enumerate(wanted)}


def next_id(reader: Reader) -> int:
    """An id that no view had before, so that what was recorded of one is never taken for another's."""
    row = reader.row(
        "SELECT max(ifnull((SELECT max(id) FROM saved_view), 0), "
        "ifnull((SELECT max(subject_id) FROM event WHERE kind = 'view'), 0))"
    )
    return int(row[0]) + 1 if row else 1


def next_position(reader: Reader, owner_id: int | None, queue_id: int | None) -> int:
    """The place after the last view for the same people."""
    row = reader.row(
        "SELECT ifnull(max(position), 0) FROM saved_view WHERE owner_id IS ? AND queue_id IS ?", (owner_id, queue_id)
    )
    return int(row[0]) + 1 if row else 1
