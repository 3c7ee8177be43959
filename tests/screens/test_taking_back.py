"""A reply is held for a moment, and one key takes it back."""

from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import SetPreference
from deskterm.engine.services.rows import MessageKind
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting
from tests.screens.terminal import Terminal
from tests.screens.test_terminal import at_the_desk


def replies(seat: Seat, number: int) -> list[str]:
    """The public messages, oldest first."""
    messages = seat.ask(ShowTicket(number=number)).messages
    return [message.body for message in messages if message.kind is MessageKind.REPLY]


async def sends(person: Person, number: int, text: str, key: str = "y") -> None:
    """Open a ticket and send a reply."""
    await person.opens(number)
    await person.press("R")
    await person.until(lambda: person.ticket.panel is not None, "the panel")
    await person.press(f"text:{text}", "ctrl+d")
    await person.sees("Send to")
    await person.press(key)
    await person.until(lambda: person.ticket.panel is None, "the sending")


async def test_taken_back(ann: Seat, opens: Opener) -> None:
    """u takes reply and status back; the text stands in the panel again and can be sent anew."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, number, "Fixed", key="x")
        await person.sees("Reply to rosa@customer.example sent, Resolved; u takes it back (")
        assert replies(ann, number)[-1] == "Fixed"
        await person.press("u")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "Fixed")
        await person.sees("Taken back", "New")
        assert "Resolved" not in person.text
        assert replies(ann, number) == ["Please help."]
        assert ann.ask(ShowTicket(number=number)).ticket.status == "New"
        await person.press("text: it", "ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.sees("sent; u takes it back")
        await person.rests()
    assert replies(ann, number)[-1] == "Fixed it"


async def test_taken_back_from_the_list(ann: Seat, three: tuple[int, ...]) -> None:
    """Wherever one has gone meanwhile: the ticket opens with the text."""
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, three[0], "Too early")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("u")
        await person.until(lambda: person.screen is not person.desk, "the ticket")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "Too early")
        await person.sees("First thing")


async def test_taken_back_from_another_ticket(ann: Seat, three: tuple[int, ...]) -> None:
    """Also while another ticket is read."""
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, three[0], "Too early")
        await person.opens(three[2])
        await person.press("u")
        await person.until(lambda: person.ticket.number == three[0], "the ticket")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "Too early")


async def test_what_was_begun_since_stays(again: Seat, opens: Opener) -> None:
    """A second reply begun meanwhile is not lost: it stands below the one taken back."""
    number = opens("Printer")
    async with sitting(again, view=EVERYTHING) as person:
        await sends(person, number, "First")
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None, "the panel")
        await person.press("text:Second", "tab", "u")
        await person.until(lambda: person.ticket.panel is not None and "First" in person.ticket.panel.text)
        assert person.ticket.panel is not None and person.ticket.panel.text == "First\n\nSecond"


async def test_too_late(ann: Seat, opens: Opener, clock: MovingClock) -> None:
    """After its time the reply stays sent, and one is told."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, number, "Fixed")
        clock.move(seconds=11)
        await person.press("u")
        await person.sees("no longer held")
        await person.rests()
    assert replies(ann, number)[-1] == "Fixed"


async def test_its_time_ends(ann: Seat, opens: Opener) -> None:
    """The seconds are counted down, then it is only said to be sent, and nothing is left to take back."""
    number = opens("Printer")
    ann.do(SetPreference(key="undo_seconds", value="2"))
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, number, "Fixed")
        await person.sees("u takes it back (2 s)", "u takes it back (1 s)")
        await person.sees_no("u takes it back")
        await person.sees("Reply to rosa@customer.example sent.")
        await person.press("u")
        await person.sees("There is nothing to undo")


async def test_held_for_no_time(ann: Seat, opens: Opener) -> None:
    """Who wants none has none."""
    number = opens("Printer")
    ann.do(SetPreference(key="undo_seconds", value="0"))
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, number, "Fixed")
        await person.sees("Reply to rosa@customer.example sent.")
        assert "takes it back" not in person.text


async def test_another_message_stays(ann: Seat, opens: Opener) -> None:
    """Counting down never takes another message's place in the status line."""
    number = opens("Printer")
    ann.do(SetPreference(key="undo_seconds", value="1"))
    async with sitting(ann, view=EVERYTHING) as person:
        await sends(person, number, "Fixed")
        await person.sees("u takes it back")
        await person.press("y")
        await person.sees(f"Copied #{number}")
        await person.until(lambda: person.app.session.held is None)
        assert f"Copied #{number}" in person.status


async def test_requesters_answer_is_not_held(rita: Seat, opens: Opener) -> None:
    """What comes in from a requester leaves nowhere: there is nothing to hold."""
    number = opens("My phone", requester_email="rita@desk.example", requester_name="Rita")
    async with sitting(rita) as person:
        await sends(person, number, "Still broken")
        await person.sees("sent.")
        assert "takes it back" not in person.text


@pytest.fixture
def root(admin: Seat) -> Path:
    """A desk whose one ticket was sent by somebody with an address."""
    admin.do(NewTicket(subject="Thing 0", body="Help.", requester_email="rosa@customer.example", assignee="admin"))
    return admin.desk.path


def _sent(root: Path, *options: str) -> Terminal:
    terminal = at_the_desk(root, "calm", *options)
    terminal.until("1/1")
    terminal.press("R", 0.3)
    terminal.until("PUBLIC to")
    terminal.press("Fixed\x04", 0.3)
    terminal.until("Send to")
    terminal.press("y", 0.3)
    terminal.until("u takes it back")
    return terminal


def test_a_slow_line_gets_two_lines(root: Path) -> None:
    """Over SSH no seconds are counted: silence while it is held, one line when it no longer is."""
    with _sent(root, "ssh") as terminal:
        terminal.settle(1.2)
        before = len(terminal.sent)
        terminal.settle(quiet=4.0)
        assert len(terminal.sent) == before
        terminal.until("sent.")
        assert len(terminal.sent) - before <= 250
