"""The timetable at work: APScheduler in the one process that holds the lease.

Every process may offer to lead. The leader renews its lease every few seconds; when it stops, another takes over
once the lease has run out, and a former leader's work is refused at the door by its old epoch. A wall clock that
is set back would silence APScheduler, so the plan is made anew whenever wall and monotonic clock part.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Busy, DeskError, NotFound
from deskterm.engine.domain.rows import JobRunRow
from deskterm.engine.door.desk import Desk
from deskterm.engine.door.failures import record_failure
from deskterm.engine.door.seat import Fence, Seat, system_seat
from deskterm.engine.jobs.intake import sweep_unread
from deskterm.engine.jobs.routing import sweep_unrouted
from deskterm.engine.jobs.upkeep import keep_up
from deskterm.engine.services.jobs import (
    LEASE,
    RENEW_SECONDS,
    TIMETABLE,
    EndRun,
    GiveUpLease,
    HoldLease,
    JobHistory,
    JobPlan,
    StartRun,
)

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

Work = Callable[[Seat], str]

WORK: dict[str, Work] = {"intake": sweep_unread, "routing": sweep_unrouted, "upkeep": keep_up}
"""What each job of the timetable does: a plain function of a seat that says what it did."""

_CLOCK_STEP_SECONDS = 2.0

_FIRST_RUN_AFTER = timedelta(seconds=60)
"""A job that is overdue waits so long, so that a program that was only looked into does not begin with work."""


def holder_name() -> str:
    """How this process calls itself: host, process, and a part that no later process with its number shares."""
    return f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns() % 1_000_000}"


def run_job(desk: Desk, name: str, *, holder: str = "", fence: Fence | None = None) -> JobRunRow:
    """Run one job now and write down how it ended; a failure is an outcome, never hidden.

    Raises:
        NotFound: no such job.
        LeaseLost: the run could not be recorded because another process leads.
    """
    if name not in WORK:
        raise NotFound(f'There is no job "{name}"; there is: {", ".join(WORK)}.')
    seat = system_seat(desk, "job", fence)
    run = seat.do(StartRun(name=name, holder=holder or holder_name(), epoch=fence.epoch if fence else 0))
    try:
        did, outcome = WORK[name](seat), "ok"
    except Exception as error:  # the runner's edge: whatever a job raises becomes its outcome
        did, outcome = f"{type(error).__name__}: {error}", "failed"
    return seat.do(EndRun(run=run, name=name, outcome=outcome, did=did))


class Timetable:
    """One process's offer to run the jobs."""

    def __init__(self, desk: Desk, *, plans: tuple[JobPlan, ...] = TIMETABLE) -> None:
        self._desk = desk
        self._plans = plans
        self.holder = holder_name()
        self.epoch: int | None = None
        self._stopping = threading.Event()
        self._scheduler: BackgroundScheduler | None = None
        self._thread = threading.Thread(target=self._lead, name="timetable", daemon=True)
        self._drift = 0.0

    @property
    def leads(self) -> bool:
        """Whether this process runs the jobs at present."""
        return self.epoch is not None

    def start(self) -> None:
        """Offer to lead from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand, stop leading and let another take over at once.

        The lease is renewed as long as the job in hand takes.
        """
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._resign():
            system_seat(self._desk, "job").do(GiveUpLease(holder=self.holder))

    def _lead(self) -> None:
        while not self._stopping.is_set():
            self._renew()
            self._stopping.wait(RENEW_SECONDS)

    def _renew(self) -> None:
        try:
            epoch = system_seat(self._desk, "job").do(HoldLease(holder=self.holder))
        except Busy:
            return
        except Exception as error:  # the runner's edge: whoever cannot renew does not lead, and asks again
            if not isinstance(error, DeskError):
                record_failure(self._desk, error)
            epoch = None
        if epoch != self.epoch:
            self._resign()
        if epoch is not None and (self.epoch is None or self._clock_stepped()):
            self._plan(epoch)
        self.epoch = epoch

    def _clock_stepped(self) -> bool:
        drift = self._desk.now() / 1000 - time.monotonic()
        stepped = abs(drift - self._drift) > _CLOCK_STEP_SECONDS
        self._drift = drift
        return stepped

    def _plan(self, epoch: int) -> None:
        """Make the plan from now on; `coalesce`, `max_instances` and the grace are always said."""
        from apscheduler.schedulers.background import BackgroundScheduler

        self._resign()
        self._clock_stepped()
        scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        for plan in self._plans:
            scheduler.add_job(
                self._run,
                "interval",
                seconds=plan.every_seconds,
                args=(plan.name, epoch),
                id=plan.name,
                start_date=self._first_run(plan),
            )
        scheduler.start()
        self._scheduler = scheduler

    def _first_run(self, plan: JobPlan) -> datetime:
        """When it is due by its last run: a daily job runs daily, however often the leader changes."""
        now = datetime.fromtimestamp(self._desk.now() / 1000, UTC)
        runs = system_seat(self._desk, "job").ask(JobHistory(name=plan.name, limit=1))
        every = timedelta(seconds=plan.every_seconds)
        due = runs[0].started_at + every if runs else now
        soonest = now + min(every, _FIRST_RUN_AFTER)
        return min(max(due, soonest), now + every)

    def _run(self, name: str, epoch: int) -> None:
        try:
            run_job(self._desk, name, holder=self.holder, fence=Fence(LEASE, epoch))
        except DeskError:
            # Another process leads, or the desk cannot be written: the leader's next round finds out.
            return

    def _resign(self) -> bool:
        led = self.epoch is not None
        self.epoch = None
        if self._scheduler is not None:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=True)
            self._scheduler = None
        return led
