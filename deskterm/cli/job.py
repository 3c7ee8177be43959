"""`deskterm job …`: what runs by itself."""

from typing import Annotated

import typer

from deskterm.cli.console import console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import job_history_json, job_json, job_run_json
from deskterm.cli.options import AsJson

app = command_group("Jobs: list, run one now, look at past runs.")


@command(app, "list", example="deskterm job list")
def list_jobs(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the jobs of the timetable with their last runs."""
    from deskterm.engine.services.jobs import ListJobs

    console = console_of(ctx)
    with console.seat() as seat:
        jobs = seat.ask(ListJobs())
        if as_json:
            console.out.json([job_json(job) for job in jobs])
            return
        console.out.table(
            ("name", "every_seconds", "last_at", "last_outcome", "last_did", "description"),
            ([j.name, j.every_seconds, j.last_at, j.last_outcome, j.last_did, j.description] for j in jobs),
        )


@command(app, "run", example="deskterm job run routing")
def run_job(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `job list` names it.")],
    as_json: AsJson = False,
) -> int:
    """Run one job now; a job that failed answers 1."""
    console = console_of(ctx)
    with console.seat() as seat:
        run = console.runtime.run_job(seat, name)
    if as_json:
        console.out.json(job_run_json(run))
    else:
        console.out.fields(job_run_json(run).items())
    return 1 if run.outcome == "failed" else 0


@command(app, "history", example="deskterm job history routing")
def show_history(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this job.")] = "",
    as_json: AsJson = False,
) -> None:
    """List past runs, the last first."""
    from deskterm.engine.services.jobs import JobHistory

    console = console_of(ctx)
    with console.seat() as seat:
        runs = seat.ask(JobHistory(name=name))
        if as_json:
            console.out.json([job_history_json(run) for run in runs])
            return
        console.out.table(
            ("id", "name", "started_at", "seconds", "outcome", "did"),
            ([r.id, r.name, r.started_at, r.seconds, r.outcome, r.did] for r in runs),
        )
