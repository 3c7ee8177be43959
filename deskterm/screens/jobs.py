"""The room of the jobs: what runs by itself, when it last ran and how it went, its history, and running it now."""

import asyncio
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from deskterm.engine.services.jobs import JobHistory, ListJobs, ShowLeader
from deskterm.engine.services.rows import JobRow, JobRunRow, LeaderRow, Permission
from deskterm.screens.room_screen import RoomScreen
from deskterm.screens.session import Session
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Parts
from deskterm.screens.widgets.job_lines import JobLines, RunLines
from deskterm.screens.widgets.status_line import StatusLine
from deskterm.screens.widgets.text_line import TextLine
from deskterm.screens.widgets.virtual_list import VirtualList

_LOOK_SECONDS = 2.0
"""Runs are recorded without an event that would be noticed, so they are asked for."""

_RUNS = 500
"""How many past runs of a job are shown."""


class JobsScreen(RoomScreen):
    """The timetable; Enter shows the runs of the job under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "run", "run now", id="jobs.run", tooltip="Run the job now, whatever the timetable says"),
    ]
    room = "jobs"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._jobs: tuple[JobRow, ...] = ()
        self._leader: LeaderRow | None = None
        self._runs: tuple[JobRunRow, ...] = ()
        self._history_of = ""
        self._place = 0
        """Where the cursor stood in the timetable when a history was opened."""

    def compose(self) -> ComposeResult:
        """Title, who leads, a heading, and the list."""
        yield TextLine(id="title", fill="title")
        yield TextLine(id="leader")
        yield TextLine(id="heading")
        yield VirtualList(JobLines((), self.session.glyphs, self.session.now(), self.session.zone), id="jobs")
        yield Container(id="overlay")
        yield StatusLine(id="status")
        yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Draw the frame, then ask."""
        self.set_focus(self.jobs)
        self.show_title("Jobs")
        self.show_keys()
        self.set_interval(_LOOK_SECONDS, self._read_when_on_top)
        self.begin("read", self._read)

    @property
    def jobs(self) -> VirtualList:
        """The jobs, or the runs of one."""
        return self.query_one("#jobs", VirtualList)

    @property
    def _job(self) -> JobRow | None:
        """The job meant: the one whose history is shown, else the one under the cursor."""
        if self._history_of:
            return next((job for job in self._jobs if job.name == self._history_of), None)
        return self._jobs[self.jobs.cursor] if self._jobs else None

    def _read_when_on_top(self) -> None:
        if self.is_current:
            self.desk_changed()

    def desk_changed(self) -> None:
        """Read the timetable again, and the history where it is shown."""
        self.begin("read", self._read)

    async def _read(self) -> None:
        ask = self.session.thread.ask
        self._jobs = await ask(ListJobs())
        self._leader = await ask(ShowLeader())
        if self._history_of:
            self._runs = await ask(JobHistory(name=self._history_of, limit=_RUNS))
        self._draw()

    def _draw(self) -> None:
        session = self.session
        facts = (session.glyphs, session.now(), session.zone)
        lines = RunLines(self._runs, *facts) if self._history_of else JobLines(self._jobs, *facts)
        self.show_line("leader", _leader_parts(self._leader))
        self.show_line("heading", lines.heading)
        if self._history_of:
            self.jobs.empty = ((), ((f"  It has not run yet; {self.key('jobs.run')} runs it now.", "dim"),))
        self.jobs.show(lines, self.jobs.cursor)
        self._show_place()

    def _show_place(self) -> None:
        job = self._job
        self.status.place(((one_line(job.description) if job else "", "plain"),))
        self.show_keys()

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        self.tell("")
        self._show_place()

    @on(VirtualList.Chosen)
    def _chosen(self) -> None:
        job = self._job
        if job is not None and not self._history_of:
            self._place, self._history_of, self._runs = self.jobs.cursor, job.name, ()
            self.show_title(f"Runs of {one_line(job.name)}")
            self.jobs.move_to(0)
            self.begin("read", self._read)

    def action_back(self) -> None:
        """From the history to the timetable, from there out."""
        if not self._history_of:
            self.action_close()
            return
        self._history_of = ""
        self.show_title("Jobs")
        self._draw()
        self.jobs.move_to(self._place)

    def refusal(self, action: str) -> str:
        """Running takes a right of its own."""
        actor = self.session.actor
        if action == "run" and Permission.RUN_JOBS not in actor.permissions:
            return f"needs the permission {Permission.RUN_JOBS}, which the role {actor.role} has not"
        return super().refusal(action)

    def action_run(self) -> None:
        """Run the job after a question; it goes on in the background."""
        refused = self.refusal("run")
        if refused:
            self.tell(f"Run now: {refused}.", "error")
        elif self._job is not None:
            self.begin_held("act", partial(self._ask_and_run, self._job.name))

    async def _ask_and_run(self, name: str) -> None:
        if await self.confirm(f"Run {one_line(name)} now? y/n"):
            self.begin(f"run {name}", partial(self._run, name))

    async def _run(self, name: str) -> None:
        self.tell(f"{one_line(name)} is running.")
        run = await asyncio.to_thread(self.session.run_job, name)
        self.tell(f"{one_line(name)} {run.outcome}: {one_line(run.did)}", "good" if run.outcome == "ok" else "error")
        self.desk_changed()

    def key_pairs(self) -> list[tuple[str, str]]:
        """What can be done with a job."""
        running = [] if self.refusal("run") else [("R", "run now")]
        opening = [] if self._history_of else [("Enter", "history")]
        return [*opening, *running, ("Esc", "back"), ("?", "more")]


def _leader_parts(leader: LeaderRow | None) -> Parts:
    if leader is None:
        return ((" Nobody runs the timetable now: start a worker, or leave a session open.", "warn"),)
    return ((f" Run by process {leader.process} on {one_line(leader.host)}.", "dim"),)
