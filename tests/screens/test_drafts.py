"""What was begun and not sent is never lost: not by a key, not by leaving, not by a kill."""

import signal
import sys
import time
from pathlib import Path

import pytest

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.drafts import ListDrafts, SaveDraft
from deskterm.engine.services.tickets import ChangeTickets
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting
from tests.screens.terminal import Terminal

LOST_SECONDS = 5.0
"""What a kill may cost at most: the typing of so many seconds."""


def texts(seat: Seat) -> dict[tuple[int, str], str]:
    """The drafts as the desk has them."""
    return {(draft.number, draft.kind): draft.body for draft in seat.ask(ListDrafts())}


async def writes(person: Person, key: str, text: str) -> None:
    """Open the panel of the ticket under the cursor and write."""
    await person.press(key)
    await person.until(lambda: person.screen is not person.desk and person.ticket.panel is not None, "the panel")
    await person.press(f"text:{text}")


async def stands(person: Person, text: str) -> None:
    """Wait until a text stands in the panel."""
    await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == text, repr(text))


async def test_there_on_the_next_login(ann: Seat, again: Seat, opens: Opener) -> None:
    """A draft is told and shown in the list of the next session; opening the ticket and R goes on with it."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "Dear Rosa,")
        await person.press("escape")
        await person.sees("Draft kept; R goes on with it.")
    async with sitting(again) as person:
        await person.sees("A draft is kept")
        await person.press(str(EVERYTHING))
        await person.sees("✎")
        await writes(person, "R", " hello")
        await stands(person, "Dear Rosa, hello")
    assert texts(ann) == {(number, "reply"): "Dear Rosa, hello"}


async def test_saved_while_one_writes(ann: Seat, again: Seat, opens: Opener) -> None:
    """The text is in the desk before the panel is left, with the version it was begun at."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        person.app.session.drafts.pause_seconds = 0.05
        await writes(person, "N", "Look at")
        await person.until(lambda: texts(again) == {(number, "note"): "Look at"}, "the draft")
        await person.press("text: the fuse")
        await person.until(lambda: texts(again) == {(number, "note"): "Look at the fuse"}, "the longer draft")
        await person.until(lambda: person.app.session.drafts.unsaved == ())
        before = again.desk.backend.data_version()
        await person.pilot.pause(0.3)
        assert again.desk.backend.data_version() == before
    assert again.ask(ListDrafts())[0].version is not None


@pytest.mark.parametrize(("key", "kind"), [("R", "reply"), ("N", "note")])
async def test_gone_when_sent(ann: Seat, again: Seat, opens: Opener, key: str, kind: str) -> None:
    """Sending ends the draft in the desk and in the session; the next one begins empty."""
    number = opens("Printer")
    async with sitting(again, view=EVERYTHING) as person:
        await writes(person, key, "Done.")
        await person.press("escape")
        await person.sees("Draft kept")
        await person.until(lambda: (number, kind) in texts(ann))
        await person.press(key)
        await stands(person, "Done.")
        await person.press("ctrl+d", "y")
        await person.until(lambda: person.ticket.panel is None, "the sending")
        await person.rests()
        assert texts(ann) == {}
        await person.press(key)
        await stands(person, "")


async def test_gone_when_emptied(ann: Seat, again: Seat, opens: Opener) -> None:
    """Deleting the text ends the draft; leaving then asks nothing."""
    opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "ab")
        await person.press("escape")
        await person.until(lambda: texts(again))
        await person.press("R", "backspace", "backspace", "escape")
        await person.until(lambda: not texts(again), "the end of the draft")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("q")
        await person.until(lambda: not person.app.is_running)


async def test_new_ticket_too(ann: Seat, again: Seat) -> None:
    """Subject, requester, queue and text of a new ticket come back; opening it ends the draft."""
    async with sitting(ann) as person:
        await person.press("c")
        await person.sees("NEW TICKET")
        await person.press("text:Door", "enter", "text:tom@customer.example", "enter", "enter", "text:It jams.")
        await person.press("escape")
        await person.sees("The new ticket is kept")
    async with sitting(again) as person:
        await person.sees("A draft is kept")
        await person.press(":", "text:go on writ", "enter")
        await person.sees("a new ticket", "It jams.")
        await person.press("enter")
        await person.sees("Door", "tom@customer.example", "It jams.")
        await person.press("ctrl+d")
        await person.sees("opened in")
        await person.rests()
    assert texts(ann) == {}


async def test_go_on_writing(ann: Seat, three: tuple[int, ...]) -> None:
    """The palette lists the drafts with their first words and opens the one chosen."""
    for number, kind in ((three[0], "reply"), (three[1], "note")):
        ann.do(SaveDraft(number=number, kind=kind, body=f"begun {kind}"))
    async with sitting(ann) as person:
        await person.sees("2 drafts are kept")
        await person.press(":", "text:go on writ", "enter")
        await person.sees(f"reply on #{three[0]}", f"note on #{three[1]}", "begun note")
        await person.press("2")
        await stands(person, "begun note")
        await person.sees("INTERNAL", "Second thing")


@pytest.mark.parametrize(
    ("key", "text"), [("m", "half, mine"), ("o", "half, there"), ("b", "half, mine\n\nhalf, there")]
)
async def test_two_sessions_at_one_draft(
    ann: Seat, again: Seat, opens: Opener, clock: MovingClock, key: str, text: str
) -> None:
    """What the other session saved is not written over: one is told, and asked which text to keep."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        person.app.session.drafts.pause_seconds = 0.05
        await writes(person, "R", "half")
        await person.until(lambda: texts(again) == {(number, "reply"): "half"})
        clock.move(seconds=7)
        again.do(SaveDraft(number=number, kind="reply", body="half, there"))
        await person.press("text:, mine")
        await person.sees("Another session of yours wrote on this draft too")
        assert texts(again) == {(number, "reply"): "half, there"}
        await person.press("escape")
        await person.sees("m mine, o the other, b both")
        await person.press(key)
        await person.sees("Draft kept")
        await person.until(lambda: texts(again) == {(number, "reply"): text}, "the text chosen")


async def test_two_sessions_and_sending(ann: Seat, again: Seat, opens: Opener, clock: MovingClock) -> None:
    """Ctrl+D asks first too; a text that was not seen yet is shown, not sent."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "mine")
        clock.move(seconds=7)
        again.do(SaveDraft(number=number, kind="reply", body="there"))
        await person.press("ctrl+d")
        await person.sees("in another session too")
        await person.press("o")
        await stands(person, "there")
        await person.rests()
        assert "Send to" not in person.text


async def test_end_of_the_program_keeps_both(ann: Seat, again: Seat, opens: Opener, clock: MovingClock) -> None:
    """Where nobody can be asked any more, both texts are kept in one draft."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "mine")
        clock.move(seconds=7)
        again.do(SaveDraft(number=number, kind="reply", body="there"))
        person.app.session.wind_up(5)
        assert texts(again) == {(number, "reply"): "mine\n\nthere"}


async def test_not_saved_is_told(admin: Seat, bo: Seat, opens: Opener) -> None:
    """A draft that the desk refuses is told, stays in the panel, and leaving says that it would be lost."""
    number = opens("Router", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        person.app.session.drafts.pause_seconds = 0.05
        await person.opens(number)
        await writes(person, "N", "x")
        await person.until(lambda: person.app.session.drafts.unsaved == ())
        admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
        await person.press("y")
        await person.sees("The draft could not be saved: There is no ticket")
        await stands(person, "xy")
        await person.sees("xy", "It was moved to where you may not read it")
        await person.press("ctrl+d")
        await person.sees("It cannot be sent")
        await person.press("escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("q")
        await person.sees(f"Unsent: note on #{number}; it would be lost. Leave?")


@pytest.fixture
def root(admin: Seat, opens: Opener) -> Path:
    """A desk with one ticket, opened by the account of the tests."""
    opens("Printer")
    return admin.desk.path


def writing(root: Path, *options: str) -> Terminal:
    """Somebody's terminal in which a reply was begun."""
    program = ["-m", "deskterm", "--desk", str(root)]
    if options:
        program = ["-m", "tests.screens.hostile", str(root), *options]
    terminal = Terminal([sys.executable, *program])
    terminal.until("Unassigned")
    terminal.press("6")
    terminal.until("1/1")
    terminal.press("R")
    terminal.until("PUBLIC to")
    return terminal


def kept(root: Path, clock: MovingClock) -> str:
    """The reply that is kept on the desk."""
    desk = open_desk(root, clock)
    try:
        return next((draft.body for draft in seat_for_login(desk, "admin", "cli").ask(ListDrafts())), "")
    finally:
        desk.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_told_to_end_in_the_middle_of_a_word(root: Path, clock: MovingClock, number: signal.Signals) -> None:
    """Not a character is lost."""
    with writing(root) as terminal:
        terminal.press("Dear Rosa, I am on my w", quiet=0.1)
        terminal.signal(number)
        assert terminal.ends() == 128 + number
    assert kept(root, clock) == "Dear Rosa, I am on my w"


def test_line_dropped_in_the_middle_of_a_word(root: Path, clock: MovingClock) -> None:
    """The same when the terminal is gone."""
    with writing(root) as terminal:
        terminal.press("Dear Rosa, I am on my w", quiet=0.1)
        terminal.hang_up()
        assert terminal.ends() == 128 + signal.SIGHUP
    assert kept(root, clock) == "Dear Rosa, I am on my w"


def test_mistake_of_the_program_in_the_middle_of_a_word(root: Path, clock: MovingClock) -> None:
    """A crash in a handler loses nothing either."""
    with writing(root, "crash") as terminal:
        terminal.press("Dear Rosa,", quiet=0.1)
        terminal.signal(signal.SIGUSR1)
        terminal.press("\x1b", quiet=0.2)
        assert terminal.ends() == 1
    assert kept(root, clock) == "Dear Rosa,"


def test_killed_in_the_middle_of_a_word(root: Path, clock: MovingClock) -> None:
    """SIGKILL takes what was typed in the last seconds and no more; the next login goes on with the rest."""
    typed = "abcdefghijklmnopqrstuvwxyz"
    with writing(root) as terminal:
        begun = time.monotonic()
        times = []
        for letter in typed:
            terminal.press(letter, quiet=0.25)
            times.append(time.monotonic() - begun)
        terminal.signal(signal.SIGKILL)
        killed = time.monotonic() - begun
        terminal.ends()
    found = kept(root, clock)
    sure = sum(1 for at in times if at < killed - LOST_SECONDS)
    assert typed.startswith(found) and len(found) >= max(sure, 1)
    with writing(root) as terminal:
        terminal.until(found)


def test_frozen_terminal_in_the_middle_of_a_word(root: Path, clock: MovingClock) -> None:
    """Where the screens hang behind a terminal that reads no more, the text is kept all the same."""
    import os

    with writing(root) as terminal:
        os.set_blocking(terminal.line, False)
        for _ in range(3000):
            try:
                os.write(terminal.line, b"word ")
            except BlockingIOError:
                break
            time.sleep(0.002)
        terminal.signal(signal.SIGTERM)
        end = time.monotonic() + 3
        while time.monotonic() < end and "word word word" not in kept(root, clock):
            time.sleep(0.05)
    assert "word word word" in kept(root, clock)
