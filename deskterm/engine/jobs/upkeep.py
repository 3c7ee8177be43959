"""The upkeep: once a day the search index is merged into few pieces."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.upkeep import tidy


def keep_up(seat: Seat) -> str:
    """Merge what has come together; says in how many steps."""
    return f"search index merged in {tidy(seat)} steps"
