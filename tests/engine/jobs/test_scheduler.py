"""The timetable: one leader, takeover, fencing, runs that are written down."""

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.errors import LeaseLost, NotFound
from deskterm.engine.door.seat import Fence, Seat, system_seat
from deskterm.engine.jobs import scheduler
from deskterm.engine.jobs.scheduler import Timetable, run_job
from deskterm.engine.services.health import DeskStatus
from deskterm.engine.services.jobs import (
    LEASE,
    LEASE_SECONDS,
    EndRun,
    GiveUpLease,
    HoldLease,
    JobHistory,
    JobPlan,
    ListJobs,
    StartRun,
)
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import MovingClock

ROOT = Path(__file__).parents[3]


@pytest.fixture
def system(desk: Desk) -> Seat:
    """The desk's own seat."""
    return system_seat(desk, "job")


def test_one_leader_at_a_time(system: Seat, clock: MovingClock) -> None:
    """A second process is told no until the lease has run out; then it leads with a higher epoch."""
    assert system.do(HoldLease(holder="a")) == 1
    assert system.do(HoldLease(holder="b")) is None
    clock.move(seconds=LEASE_SECONDS - 1)
    assert system.do(HoldLease(holder="a")) == 1
    clock.move(seconds=LEASE_SECONDS - 1)
    assert system.do(HoldLease(holder="b")) is None
    clock.move(seconds=2)
    assert system.do(HoldLease(holder="b")) == 2
    assert system.do(HoldLease(holder="a")) is None


def test_resigning_hands_over_at_once(system: Seat) -> None:
    """A leader that stops in order does not keep the next one waiting."""
    system.do(HoldLease(holder="a"))
    system.do(GiveUpLease(holder="a"))
    assert system.do(HoldLease(holder="b")) == 3


def test_lease_from_the_future_is_no_lease(system: Seat, clock: MovingClock) -> None:
    """After the clock was set back, a lease that seems to last for hours does not block the desk."""
    clock.move(hours=5)
    system.do(HoldLease(holder="a"))
    clock.move(hours=-5)
    assert system.do(HoldLease(holder="b")) == 2


def test_former_leader_cannot_commit(desk: Desk, system: Seat, clock: MovingClock) -> None:
    """Work under an old epoch is refused inside its transaction and changes nothing."""
    epoch = system.do(HoldLease(holder="a"))
    former = system_seat(desk, "job", Fence(LEASE, epoch or 0))
    number = former.do(NewTicket(subject="While leading", requester_email="e@x.example")).number
    clock.move(seconds=LEASE_SECONDS + 1)
    system.do(HoldLease(holder="b"))
    with pytest.raises(LeaseLost):
        former.do(NewTicket(subject="Too late", requester_email="e@x.example"))
    with pytest.raises(LeaseLost):
        former.do(EndRun(run=1, name="routing", outcome="ok", did=""))
    assert system.ask(ShowTicket(number=number))


def test_run_is_written_down(admin: Seat) -> None:
    """A run by hand has start, end, outcome and what it did; the list shows the last one."""
    run = run_job(admin.desk, "routing")
    assert (run.outcome, run.did) == ("ok", "0 tickets routed")
    (kept,) = admin.ask(JobHistory(name="routing"))
    assert kept == run
    listed = {job.name: job.last_outcome for job in admin.ask(ListJobs())}
    assert listed == {"intake": "", "routing": "ok", "upkeep": ""}
    with pytest.raises(NotFound, match="no job"):
        run_job(admin.desk, "nonsense")


def test_failing_job_is_an_outcome(admin: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job raises is kept as its outcome, in words."""

    def fail(seat: Seat) -> str:
        raise ValueError("no disk")

    monkeypatch.setitem(scheduler.WORK, "routing", fail)
    run = run_job(admin.desk, "routing")
    assert (run.outcome, run.did) == ("failed", "ValueError: no disk")


def test_run_of_a_lost_leader_is_marked_abandoned(system: Seat, admin: Seat) -> None:
    """A run that never ended because its process died does not look as if it still ran."""
    system.do(StartRun(name="routing", holder="dead", epoch=1))
    system.do(StartRun(name="routing", holder="alive", epoch=2))
    assert [run.outcome for run in admin.ask(JobHistory(name="routing"))] == ["running", "abandoned"]


def wait_for(condition: object, seconds: float = 30) -> None:
    """Until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_timetable_runs_jobs_and_resigns(desk: Desk, admin: Seat) -> None:
    """The leader's scheduler runs the jobs; stopping it frees the lease."""
    timetable = Timetable(desk, plans=(JobPlan("routing", "Often, for the test.", 1),))
    timetable.start()
    wait_for(lambda: any(run.outcome == "ok" for run in admin.ask(JobHistory(name="routing"))))
    assert admin.ask(DeskStatus()).leader == timetable.holder
    timetable.stop()
    assert admin.ask(DeskStatus()).leader == ""
    assert admin.ask(JobHistory(name="routing"))[0].holder == timetable.holder


WORKER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from deskterm.engine.door.desk import open_desk
    from deskterm.engine.jobs.scheduler import Timetable
    from deskterm.engine.services.jobs import JobPlan
    desk = open_desk(Path(sys.argv[1]), lambda: time.time_ns() // 1_000_000)
    Timetable(desk, plans=(JobPlan("routing", "", 1),)).start()
    time.sleep(60)
    """
)


def test_killed_leader_is_replaced_within_twenty_seconds(desk: Desk, admin: Seat, clock: MovingClock) -> None:
    """kill -9 of the leading process: another leads within 20 seconds, under a new epoch."""
    argv = [sys.executable, "-c", WORKER, str(desk.path)]
    clock.at = time.time_ns() // 1_000_000
    first = subprocess.Popen(argv, cwd=ROOT)
    second = None

    def leader() -> str:
        clock.at = time.time_ns() // 1_000_000
        return admin.ask(DeskStatus()).leader

    try:
        wait_for(lambda: leader() != "")
        led_first = leader()
        second = subprocess.Popen(argv, cwd=ROOT)
        time.sleep(1)
        first.kill()
        killed = time.monotonic()
        wait_for(lambda: leader() not in ("", led_first), 40)
        assert time.monotonic() - killed <= 20
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()
