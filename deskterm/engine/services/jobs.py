"""The timetable as data: which jobs there are, their runs, and the lease of the one process that runs them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import JobRow, JobRunRow, LeaderRow
from deskterm.engine.door.actions import Command, Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.read_tx import ReadTx

LEASE = "timetable"
LEASE_SECONDS = 15
RENEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A job's place in the timetable; its function stands in `jobs/`."""

    name: str
    description: str
    every_seconds: int


TIMETABLE = (
    JobPlan("intake", "Reads mails that were stored but not read yet.", 30),
    JobPlan("routing", "Runs the rules over tickets they have not seen.", 60),
    JobPlan("upkeep", "Merges the pieces of the search index.", 86_400),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJobs(Query[tuple[JobRow, ...]]):
    """The jobs of the timetable with their last runs."""


@action("job.list", needs=Permission.SEE_JOBS)
def list_jobs(tx: "ReadTx", query: ListJobs) -> tuple[JobRow, ...]:
    """In the order of the timetable."""
    return tuple(_row(plan, next(iter(tx.job_runs(plan.name, 1)), None)) for plan in TIMETABLE)


def _row(plan: JobPlan, last: JobRunRow | None) -> JobRow:
    return JobRow(
        name=plan.name,
        description=plan.description,
        every_seconds=plan.every_seconds,
        last_at=last.started_at if last else None,
        last_outcome=last.outcome if last else "",
        last_did=last.did if last else "",
        last_seconds=last.seconds if last else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHistory(Query[tuple[JobRunRow, ...]]):
    """Runs of one job, or of all, newest first."""

    name: str = ""
    limit: int = 50


@action("job.history", needs=Permission.SEE_JOBS)
def job_history(tx: "ReadTx", query: JobHistory) -> tuple[JobRunRow, ...]:
    """With outcome, what it did, and who ran it."""
    return tx.job_runs(query.name, query.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLeader(Query[LeaderRow | None]):
    """The process that runs the timetable now; None when none does."""


@action("job.leader", needs=Permission.SEE_JOBS)
def show_leader(tx: "ReadTx", query: ShowLeader) -> LeaderRow | None:
    """A lease that has run out leads nothing."""
    found = tx.lease(LEASE)
    if found is None or not found[0] or found[2] <= tx.now:
        return None
    host, process, *_ = f"{found[0]}::".split(":")
    return LeaderRow(host, process)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLease(Command[int | None]):
    """Become or stay the leader of the timetable; answers the epoch, or None while somebody else leads."""

    holder: str


@action("job.lead", needs=Permission.RUN_JOBS, audited=False)
def hold_lease(tx: "PlainTx", command: HoldLease) -> int | None:
    """A lease that has run out is free; every change of leader raises the epoch, which fences the former one."""
    found = tx.lease(LEASE)
    until = tx.now + LEASE_SECONDS * 1000
    if found is None:
        epoch = 1
    elif found[0] == command.holder:
        epoch = found[1]
    elif tx.now < found[2] <= tx.now + 2 * LEASE_SECONDS * 1000:
        return None
    else:
        epoch = found[1] + 1
    tx.keep_lease(LEASE, command.holder, epoch, until)
    return epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpLease(Command[None]):
    """Stop leading, so that another process takes over at once."""

    holder: str


@action("job.resign", needs=Permission.RUN_JOBS, audited=False)
def give_up_lease(tx: "PlainTx", command: GiveUpLease) -> None:
    """Of one's own lease only."""
    found = tx.lease(LEASE)
    if found is not None and found[0] == command.holder:
        tx.keep_lease(LEASE, "", found[1] + 1, tx.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun(Command[int]):
    """Write down that a job begins; answers the number of the run."""

    name: str
    holder: str
    epoch: int = 0


@action("job.start", needs=Permission.RUN_JOBS, audited=False)
def start_run(tx: "PlainTx", command: StartRun) -> int:
    """Runs have a table of their own."""
    return tx.start_run(command.name, command.holder, command.epoch)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRun(Command[JobRunRow]):
    """Write down how a job ended: `outcome` is ok or failed, `did` says what it did or why it failed."""

    run: int
    name: str
    outcome: str
    did: str


@action("job.end", needs=Permission.RUN_JOBS, audited=False)
def end_run(tx: "PlainTx", command: EndRun) -> JobRunRow:
    """Answers the run as it is kept."""
    tx.end_run(command.run, command.outcome, command.did)
    return next(run for run in tx.job_runs(command.name, 100) if run.id == command.run)
