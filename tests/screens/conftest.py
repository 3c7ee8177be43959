"""Tickets to work on, and a second way into the same desk."""

from collections.abc import Callable, Iterator

import pytest

from deskterm.engine.door.desk import Desk, open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import MovingClock

EVERYTHING = 6
"""The number of the starter desk's view of everything open."""

Opener = Callable[..., int]


@pytest.fixture
def opens(admin: Seat, clock: MovingClock) -> Opener:
    """Opens a ticket in the service desk as somebody who wrote in, a minute after the one before."""

    def open_one(subject: str, body: str = "Please help.", queue: str = "Service Desk", **more: str) -> int:
        clock.move(seconds=60)
        command = NewTicket(
            subject=subject,
            body=body,
            queue=queue,
            requester_email=more.pop("requester_email", "rosa@customer.example"),
            requester_name=more.pop("requester_name", "Rosa Customer"),
            **more,
        )
        return admin.do(command).number

    return open_one


@pytest.fixture
def three(opens: Opener) -> tuple[int, int, int]:
    """Three tickets, the oldest first; the list shows the newest first."""
    return opens("First thing"), opens("Second thing"), opens("Third thing")


@pytest.fixture
def elsewhere(desk: Desk, admin: Seat, clock: MovingClock) -> Iterator[Seat]:
    """A colleague (the admin) in another session on the same desk."""
    other = open_desk(desk.path, clock)
    yield seat_for_login(other, "admin", "screen")
    other.close()


@pytest.fixture
def again(desk: Desk, ann: Seat, clock: MovingClock) -> Iterator[Seat]:
    """Ann at the screens in another session: what is sent from there ends its draft."""
    other = open_desk(desk.path, clock)
    yield seat_for_login(other, "ann", "screen")
    other.close()
