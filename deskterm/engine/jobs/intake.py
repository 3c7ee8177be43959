"""The intake sweep: mails that were stored but not read, because somebody was killed in between."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.intake import read_stored_mails


def sweep_unread(seat: Seat) -> str:
    """Read what is waiting; says how many."""
    return f"{read_stored_mails(seat)} mails read"
