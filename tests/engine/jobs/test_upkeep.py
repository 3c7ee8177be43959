"""The upkeep: the search index in few pieces, and a daily job that is daily whoever leads."""

import time
from datetime import timedelta

import pytest
from pysqlite3 import dbapi2

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat, system_seat
from deskterm.engine.jobs import scheduler
from deskterm.engine.jobs.scheduler import Timetable, run_job
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.jobs import EndRun, JobHistory, JobPlan, StartRun
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.tickets import NewTicket
from deskterm.engine.services.upkeep import tidy
from tests.conftest import MovingClock


def pieces(desk: Desk) -> int:
    """How many pieces the index of messages consists of."""
    with dbapi2.connect(str(desk.paths.database)) as connection:
        return int(connection.execute("SELECT count(DISTINCT segid) FROM message_search_idx").fetchone()[0])


def test_tidying_merges_the_index_and_finds_the_same(desk: Desk, admin: Seat) -> None:
    """After twenty commits the index is in several pieces; tidied it is in one, and finds what it found."""
    for number in range(20):
        admin.do(NewTicket(subject=f"printer {number}", body=f"the toner is empty again {number}"))
    assert pieces(desk) > 1
    assert tidy(system_seat(desk, "job"), into_one=True) > 0
    assert pieces(desk) == 1
    assert admin.ask(CountTickets(query="toner")).n == 20
    assert all(result.ok for result in admin.ask(CheckDesk(deep=True)))


def test_upkeep_is_a_job(desk: Desk) -> None:
    """It runs by hand too, and says what it did."""
    run = run_job(desk, "upkeep")
    assert (run.outcome, run.did) == ("ok", "search index merged in 0 steps")


def ran(system: Seat, name: str, clock: MovingClock, *, hours_ago: float) -> None:
    """A run of a job some time ago."""
    clock.move(hours=-hours_ago)
    run = system.do(StartRun(name=name, holder="before"))
    system.do(EndRun(run=run, name=name, outcome="ok", did=""))
    clock.move(hours=hours_ago)


def test_daily_job_runs_once_a_day_however_often_the_leader_changes(
    desk: Desk, admin: Seat, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new leader does soon what is overdue, and leaves alone what ran an hour ago."""
    monkeypatch.setattr(scheduler, "_FIRST_RUN_AFTER", timedelta(seconds=1))
    clock.at = time.time_ns() // 1_000_000
    ran(system_seat(desk, "job"), "routing", clock, hours_ago=25)
    ran(system_seat(desk, "job"), "upkeep", clock, hours_ago=1)
    timetable = Timetable(desk, plans=(JobPlan("upkeep", "", 86_400), JobPlan("routing", "", 86_400)))
    timetable.start()
    deadline = time.monotonic() + 30
    while admin.ask(JobHistory(name="routing"))[0].outcome != "ok" or len(admin.ask(JobHistory(name="routing"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    timetable.stop()
    assert [one.holder for one in admin.ask(JobHistory(name="upkeep"))] == ["before"]
