"""Completion of a query while it is typed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.completion import Completion, Known, Spot, complete, spot_at
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx

__all__ = ["CompleteQuery", "Completion", "complete_query"]

_ABOUT_PEOPLE = frozenset({"assignee", "requester", "org", "tag"})
"""Fields whose values only those may list who see people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteQuery(Query[tuple[Completion, ...]]):
    """What could stand at the cursor of a query: fields, then their values with how many tickets have them."""

    text: str
    cursor: int


@action("query.complete", needs=Permission.READ)
def complete_query(tx: "ReadTx", query: CompleteQuery) -> tuple[Completion, ...]:
    """Values come from the desk, as far as I may see it."""
    spot = spot_at(query.text, query.cursor)
    return () if spot is None else complete(spot, _known(tx, spot))


def _known(tx: "ReadTx", spot: Spot) -> tuple[Known, ...]:
    if spot.field is None:
        return ()
    if spot.field.name in _ABOUT_PEOPLE and Permission.SEE_PEOPLE not in tx.actor.permissions:
        return ()
    return tx.known_values(spot.field.name, spot.typed)
