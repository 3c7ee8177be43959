"""Going to the rooms: `g` and a letter, the palette, and back; and the room of the jobs."""

import pytest
from textual import events

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.jobs import TIMETABLE, EndRun, HoldLease, JobHistory, StartRun
from deskterm.engine.services.rows import JobRunRow
from deskterm.screens import go_keys
from deskterm.screens.go_keys import GoKeys
from deskterm.screens.jobs import JobsScreen
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


async def in_the_jobs(person: Person) -> None:
    """Wait until the timetable is there."""
    await person.until(lambda: isinstance(person.screen, JobsScreen))
    await person.sees("intake", "routing")
    await person.rests()


async def test_g_is_the_top_at_once_and_tells_the_letters(lea: Seat, three: tuple[int, ...]) -> None:
    """g moves to the first row and says which letters lead elsewhere, until the next key."""
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press("G", "g")
        await person.sees("1/3", "go to", "j Jobs")
        assert "t Tickets" not in person.status
        await person.press("k")
        await person.sees_no("go to")


async def test_letter_opens_the_room_and_esc_leads_back(lea: Seat, three: tuple[int, ...]) -> None:
    """g j shows the jobs, Esc the list as it was; g t does the same from there."""
    async with sitting(lea, view=EVERYTHING) as person:
        for back in (("escape",), ("q",), ("g", "t")):
            await person.press("g", "j")
            await in_the_jobs(person)
            await person.press(*back)
            await person.until(lambda: person.screen is person.desk)
        await person.sees("1/3")


async def test_g_then_t_takes_where_tickets_are(ann: Seat, three: tuple[int, ...]) -> None:
    """In the list and in a ticket, t after g takes the ticket and leads nowhere."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "g", "t")
        await person.sees(f"#{three[2]} is yours")
        assert person.screen is person.desk
        await person.opens(three[0])
        await person.press("g", "t")
        await person.sees(f"#{three[0]} is yours")
        assert person.ticket.number == three[0]


async def test_letter_of_a_closed_room_does_what_it_always_does(ann: Seat, three: tuple[int, ...]) -> None:
    """Who may not see the jobs moves down with j, also right after g."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "g", "j")
        await person.sees("2/3")
        assert person.screen is person.desk


async def test_gg_waits_for_nothing(lea: Seat, three: tuple[int, ...]) -> None:
    """Whoever types gg as in vi is at the top, and j is the next row."""
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press("G", "g", "g", "j")
        await person.sees("2/3")
        assert person.screen is person.desk


async def test_waiting_ends_by_itself(lea: Seat, three: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that comes late is an ordinary key; the line that told the letters goes away."""
    monkeypatch.setattr("deskterm.screens.keyed_screen.WAIT_SECONDS", 0.05)
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press("g")
        await person.sees_no("go to")
        await person.press("j")
        await person.sees("2/3")


def test_a_late_key_is_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed after the time is up is not taken, even when the timer has not run yet."""
    going, chosen = GoKeys(), []
    key = events.Key("j", "j")
    going.begin({"j": lambda: chosen.append("j")}, ended=lambda: chosen.append("end"))
    key.time += go_keys.WAIT_SECONDS + 0.5
    assert not going.takes(key)
    assert chosen == ["end"] and not going.is_waiting


def test_a_paste_ends_it() -> None:
    """Pasted text chooses no room."""
    going, chosen = GoKeys(), []
    going.begin({"j": lambda: chosen.append("j")}, ended=lambda: chosen.append("end"))
    assert not going.takes(events.Paste("j"))
    assert chosen == ["end"]


async def test_writing_is_kept_when_a_room_is_gone_to(lea: Seat, opens: Opener) -> None:
    """From a ticket with a reply begun to the jobs and on to the list: the draft is there afterwards."""
    number = opens("Printer")
    async with sitting(lea, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None)
        await person.press("text:Half a", "shift+tab", "g", "j")
        await in_the_jobs(person)
        await person.press("g", "t")
        await person.until(lambda: person.screen is person.desk)
        assert dict(person.app.session.drafts)[number, "reply"].body == "Half a"


async def test_ctrl_q_keeps_what_was_being_written(lea: Seat, opens: Opener) -> None:
    """Leaving from inside a ticket asks about the text in the panel."""
    number = opens("Printer")
    async with sitting(lea, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None)
        await person.press("text:Half a", "ctrl+q")
        await person.sees(f"Unsent: reply on #{number}; it stays a draft.")
        await person.press("n")
        assert person.app.is_running


async def test_a_ticket_over_a_room(lea: Seat, three: tuple[int, ...]) -> None:
    """A number in the palette of the jobs opens the ticket there; Esc goes one level at a time."""
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        await person.opens(three[0])
        await person.press("escape")
        await in_the_jobs(person)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_a_room_that_is_open_is_gone_back_to(lea: Seat, three: tuple[int, ...]) -> None:
    """g j in a ticket that was opened from the jobs goes back to them: rooms do not pile up."""
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        await person.opens(three[0])
        await person.press("g", "j")
        await in_the_jobs(person)
        assert len(person.app.screen_stack) == 2


async def test_palette_leads_to_rooms_and_views(lea: Seat, ann: Seat, three: tuple[int, ...]) -> None:
    """Rooms and views can be found by name; a closed room says why."""
    async with sitting(lea, view=EVERYTHING) as person:
        await person.press(":", "text:jobs", "enter")
        await in_the_jobs(person)
        await person.press(":", "text:unassi", "enter")
        await person.until(lambda: person.screen is person.desk)
        await person.sees("assignee:none")
    async with sitting(ann) as person:
        await person.press(":", "text:jobs")
        await person.sees("needs the permission see_jobs")


async def test_words_that_name_nothing_are_searched(ann: Seat, opens: Opener) -> None:
    """The palette offers to find tickets with what was typed; a query of one's own works there too."""
    opens("Projector hums")
    opens("Lamp")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(":", "text:projector")
        await person.sees("find projector")
        await person.press("enter")
        await person.until(lambda: len(person.numbers) == 1 and person.desk.tickets.has_focus)
        await person.sees("Projector hums", "/ projector")
        await person.press(":", "text:status:nonsense", "enter")
        await person.until(lambda: person.desk.bar.input.underline.span is not None, "the blame")
        assert person.desk.bar.input.has_focus and person.desk.bar.input.value == "status:nonsense"


# The jobs.


def ran(name: str, outcome: str = "ok", did: str = "2 mails read") -> JobRunRow:
    """A run as the desk records it."""
    return JobRunRow(1, name, None, 0.1, outcome, did, "host:1:2")  # type: ignore[arg-type]


async def test_jobs_tell_their_last_run(lea: Seat, admin: Seat, clock: MovingClock) -> None:
    """What runs when, how it went and who runs it; Enter shows the history, Esc the timetable at its place."""
    system = admin.as_system("job")
    system.do(HoldLease(holder="desk-host:4711:1"))
    run = system.do(StartRun(name="routing", holder="desk-host:4711:1"))
    clock.move(seconds=2)
    system.do(EndRun(run=run, name="routing", outcome="failed", did="The disk is full."))
    async with sitting(lea) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        await person.sees("process 4711 on desk-host", "every", "1 min", "12:00:00", "failed", "The disk is full.")
        await person.press("j", "enter")
        await person.sees("Runs of routing", "2.0 s")
        assert "intake" not in person.text
        await person.press("escape")
        await person.sees("intake", "Jobs")
        assert isinstance(person.screen, JobsScreen) and person.screen.jobs.cursor == 1


async def test_a_run_by_others_shows_by_itself(lea: Seat, admin: Seat) -> None:
    """A run that is recorded while one looks appears without a key."""
    async with sitting(lea) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        await person.sees("never", "Nobody runs the timetable")
        system = admin.as_system("job")
        run = system.do(StartRun(name="intake", holder="x"))
        system.do(EndRun(run=run, name="intake", outcome="ok", did="3 mails read"))
        await person.sees("3 mails read")


async def test_running_a_job_now(lea: Seat) -> None:
    """R asks, runs the job and tells how it went."""
    names: list[str] = []

    def run_job(name: str) -> JobRunRow:
        names.append(name)
        return ran(name)

    async with sitting(lea, run_job=run_job) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        await person.press("R")
        await person.sees("Run intake now? y/n")
        await person.press("n", "R", "y")
        await person.sees("intake ok: 2 mails read")
    assert names == ["intake"]


async def test_the_real_run(lea: Seat) -> None:
    """What the program hands the screens runs the job at the desk, on a way of its own, and records it."""
    from deskterm.bootstrap import Surroundings

    run = Surroundings({})._run_job_apart(lea, "routing")
    assert run.outcome == "ok"
    assert [found.id for found in lea.ask(JobHistory(name="routing"))] == [run.id]


async def test_running_needs_the_right(ada: Seat) -> None:
    """An auditor sees the jobs, is not offered to run one, and told why."""
    async with sitting(ada) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        assert "run now" not in person.lines[-1]
        await person.press("R")
        await person.sees("Run now: needs the permission run_jobs")


async def test_lost_rights_are_told(lea: Seat, admin: Seat) -> None:
    """Somebody whose right to see the jobs is taken away meanwhile is told, and can leave."""
    from deskterm.engine.services.people import ChangePerson

    async with sitting(lea) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        admin.do(ChangePerson(who="lea", changes={"role": "agent"}))
        await person.sees("see_jobs")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_jobs_as_they_stand(lea: Seat, admin: Seat, clock: MovingClock) -> None:
    """The room at 80×24, line by line."""
    system = admin.as_system("job")
    run = system.do(StartRun(name="intake", holder="x"))
    system.do(EndRun(run=run, name="intake", outcome="ok", did="3 mails read"))
    async with sitting(lea) as person:
        await person.press("g", "j")
        await in_the_jobs(person)
        lines = [line.rstrip() for line in person.lines]
    below = 3 + len(TIMETABLE)
    assert lines[:5] == [
        " Jobs · Test desk",
        " Nobody runs the timetable now: start a worker, or leave a session open.",
        " job          every     last run     went       what it did",
        " intake       30 s      12:00:00     ok         3 mails read",
        " routing      1 min     never",
    ]
    assert lines[-2:] == [
        " Reads mails that were stored but not read yet.",
        " Enter history  R run now  Esc back  ? more",
    ]
    assert all(lines[5:below]) and not any(lines[below:-2])
