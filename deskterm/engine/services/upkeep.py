"""What keeps a desk quick: small steps of housekeeping, each a short transaction of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Command, action

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.seat import Seat

_PAGES_A_STEP = 400
"""About ten milliseconds of the writer's time."""

_MOST_STEPS = 20_000
"""An end to the work, whatever the index says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TidySearch(Command[bool]):
    """Merge a few pages of the search index; answers whether there is more to do.

    `into_one`: until it is of one piece, as after an import; else only what has come together since.
    """

    into_one: bool = False


@action("desk.tidy", needs=Permission.RUN_JOBS, audited=False, quiet=True)
def tidy_search(tx: "PlainTx", command: TidySearch) -> bool:
    """Nothing that anybody can read changes."""
    return tx.merge_search(_PAGES_A_STEP, into_one=command.into_one)


def tidy(seat: "Seat", *, into_one: bool = False) -> int:
    """Tidy until nothing is left to do; the number of steps that did something. Others write in between."""
    steps = 0
    while steps < _MOST_STEPS and seat.do(TidySearch(into_one=into_one)):
        steps += 1
    return steps
