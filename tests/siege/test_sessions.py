"""Many sessions on one desk while others write into it: no error, no lost key, nothing that grows."""

from collections import Counter

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import seat
from tests.siege.sessions import Crowd

_MB = 1 << 20
_TICKETS = 60


def crowd_of(admin: Seat, sessions: int, *, pause: float) -> Crowd:
    """Agents with full on the service desk, each in a terminal, before a desk with some tickets."""
    logins = [f"agent{number}" for number in range(sessions)]
    for login in logins:
        seat(admin, login, Service_Desk="full")
    first = admin.do(NewTicket(subject="Thing", queue="Service Desk")).number
    for place in range(_TICKETS - 1):
        admin.do(NewTicket(subject=f"Thing {place}", queue="Service Desk"))
    return Crowd(admin.desk.path, logins, range(first, first + _TICKETS), pause=pause, tickets_a_second=20)


def notes(desk: Desk) -> Counter[str]:
    """The texts of all messages, and how often each is there."""
    with desk.backend.reading() as reader:
        return Counter(body for (body,) in reader.rows("SELECT body FROM message"))


def holds(crowd: Crowd, admin: Seat) -> None:
    """Fail when a key was lost, something went wrong, or more was kept than must be."""
    errors = admin.desk.paths.log / "errors.log"
    assert not errors.exists(), errors.read_text()
    said = notes(admin.desk)
    assert [text for text in crowd.texts if said[text] != 1] == []
    assert max(measure.wal for measure in crowd.measures) <= 64 * _MB
    first, last = crowd.measures[len(crowd.measures) // 3], crowd.measures[-1]
    assert all(after <= before + 2 for before, after in zip(first.files, last.files, strict=True))


def test_five_sessions(admin: Seat) -> None:
    """Fifteen seconds with five sessions and twenty new tickets a second."""
    crowd = crowd_of(admin, 5, pause=0.05)
    try:
        crowd.run(15)
        assert set(crowd.leave()) == {0}
    finally:
        crowd.close()
    assert crowd.texts
    holds(crowd, admin)


@pytest.mark.soak
def test_twenty_sessions(admin: Seat) -> None:
    """Five minutes with twenty sessions: quick, small, and of one size from the first minute to the last."""
    crowd = crowd_of(admin, 20, pause=0.4)
    try:
        crowd.run(300)
        assert set(crowd.leave()) == {0}
    finally:
        crowd.close()
    print(f"{crowd.keys} keys, p50 {crowd.percentile(50):.3f} s, p95 {crowd.percentile(95):.3f} s, {crowd.written}")
    holds(crowd, admin)
    warm = next(measure for measure in crowd.measures if measure.seconds > 60)
    assert max(crowd.measures[-1].memory) <= 60 * _MB
    assert sum(crowd.measures[-1].memory) <= 1.02 * sum(warm.memory)
    assert crowd.percentile(95) <= 0.1
