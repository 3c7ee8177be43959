"""Who else is at a ticket is said while it is read, and costs nothing while nothing changes."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.engine.door.desk import Desk, open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.presence import ListPresence, TellPresence
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting
from tests.screens.terminal import Terminal
from tests.screens.test_terminal import at_the_desk


@pytest.fixture
def colleague(desk: Desk, bo: Seat, clock: MovingClock) -> Iterator[Seat]:
    """Bo in a session of his own."""
    other = open_desk(desk.path, clock)
    yield seat_for_login(other, "bo", "screen")
    other.close()


@pytest.fixture
def number(opens: Opener) -> int:
    """A ticket that both may work on."""
    return opens("Router", queue="Network")


def there(seat: Seat, number: int) -> list[tuple[str, str]]:
    """Who is at the ticket, as the desk has it."""
    return [(row.login, row.doing) for row in seat.ask(ListPresence(number=number))]


async def test_seen_by_the_others(ann: Seat, colleague: Seat, number: int) -> None:
    """Opening, writing, putting away and leaving are told."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: there(colleague, number) == [("ann", "reading")], "reading")
        await person.press("R")
        await person.until(lambda: there(colleague, number) == [("ann", "replying")], "replying")
        await person.press("escape", "N")
        await person.until(lambda: there(colleague, number) == [("ann", "noting")], "noting")
        await person.press("escape")
        await person.until(lambda: there(colleague, number) == [("ann", "reading")], "reading again")
        await person.press("escape")
        await person.until(lambda: there(colleague, number) == [], "leaving")


async def test_gone_with_the_session(ann: Seat, colleague: Seat, number: int) -> None:
    """Whoever leaves deskterm is at no ticket any more."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: there(colleague, number), "reading")
    assert there(colleague, number) == []


async def test_the_next_ticket(ann: Seat, colleague: Seat, three: tuple[int, ...], admin: Seat) -> None:
    """J takes one from one ticket to the next; who only leafs through is told of nowhere in between."""
    admin.do(ChangePerson(who="bo", changes={}, levels={"Service Desk": "read"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("enter")
        await person.until(lambda: there(colleague, three[2]) == [("ann", "reading")])
        await person.press("J", "J")
        await person.until(lambda: there(colleague, three[0]) == [("ann", "reading")])
        assert there(colleague, three[1]) == there(colleague, three[2]) == []


async def test_others_are_shown(ann: Seat, colleague: Seat, number: int, clock: MovingClock) -> None:
    """Coming, writing and leaving of a colleague show in the title line by themselves, with the minutes."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        colleague.do(TellPresence(place="there", number=number))
        await person.until(lambda: "bo reads this" in person.lines[0], "bo")
        colleague.do(TellPresence(place="there", number=number, doing="noting"))
        await person.until(lambda: "bo is writing a note" in person.lines[0])
        colleague.do(TellPresence(place="there", number=number, doing="replying"))
        await person.until(lambda: "bo is replying" in person.lines[0])
        clock.move(seconds=80)
        colleague.do(TellPresence(place="there", number=number, doing="replying"))
        clock.move(seconds=50)
        colleague.do(TellPresence(place="there", number=number, doing="replying"))
        await person.until(lambda: "bo is replying, 2 min" in person.lines[0])
        colleague.do(TellPresence(place="there", number=None))
        await person.until(lambda: "bo" not in person.lines[0], "his leaving")


async def test_killed_colleague_fades(ann: Seat, colleague: Seat, number: int, clock: MovingClock) -> None:
    """Who gives no sign of life any more is not shown for long, though nobody says that they left."""
    colleague.do(TellPresence(place="there", number=number, doing="replying"))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: "bo is replying" in person.lines[0])
        clock.move(seconds=91)
        person.ticket.attend()
        await person.until(lambda: "bo" not in person.lines[0], "his fading")


async def test_said_before_a_second_reply(ann: Seat, colleague: Seat, number: int) -> None:
    """R says first that somebody else is replying; n leaves it at that, y writes all the same."""
    colleague.do(TellPresence(place="there", number=number, doing="replying"))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("R")
        await person.sees("bo is replying. Write a reply too? y/n")
        await person.press("n")
        await person.sees_no("Write a reply too?")
        assert person.ticket.panel is None
        await person.press("R")
        await person.sees("Write a reply too?")
        await person.press("y")
        await person.until(lambda: person.ticket.panel is not None, "the panel")
        await person.press("escape", "N")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.kind == "note")


async def test_own_other_session(ann: Seat, again: Seat, number: int) -> None:
    """Oneself in another session is named as such, and not asked about."""
    again.do(TellPresence(place="there", number=number, doing="replying"))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: "your other session is replying" in person.lines[0])
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None, "the panel")


async def test_requester_learns_of_nobody(rita: Seat, admin: Seat, opens: Opener) -> None:
    """A requester sees no agent at work, and is not seen."""
    number = opens("My phone", requester_email="rita@desk.example", requester_name="Rita")
    admin.do(TellPresence(place="there", number=number, doing="replying"))
    async with sitting(rita) as person:
        await person.opens(number)
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None, "the panel")
        assert "admin" not in person.lines[0]


async def test_rights_taken_away(admin: Seat, bo: Seat, number: int) -> None:
    """A ticket that can no longer be seen tells of nobody, and nobody hears of one there."""
    async with sitting(bo, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: there(admin, number) == [("bo", "reading")])
        admin.do(ChangePerson(who="bo", changes={}, levels={"Network": "none"}))
        await person.press("escape")
        await person.until(lambda: there(admin, number) == [], "his leaving")


@pytest.mark.parametrize("size", [(40, 10), (20, 6), (130, 40)])
async def test_any_size(ann: Seat, colleague: Seat, number: int, size: tuple[int, int]) -> None:
    """Where there is no room beside the subject it gives way; nothing breaks."""
    colleague.do(TellPresence(place="there", number=number, doing="replying"))
    async with sitting(ann, size=size, view=EVERYTHING) as person:
        await person.opens(number)
        await person.until(lambda: "Rou" in person.lines[0])
        await person.rests()
        assert all(len(line) <= size[0] for line in person.lines)


@pytest.fixture
def root(admin: Seat, lea: Seat, opens: Opener) -> Path:
    """A desk with one ticket, on which two are at work."""
    opens("Router")
    return admin.desk.path


def reading(root: Path, *options: str) -> Terminal:
    """A terminal in which the ticket is open."""
    terminal = at_the_desk(root, "calm", *options)
    terminal.until("Unassigned")
    terminal.press("6")
    terminal.until("1/1")
    terminal.press("\r")
    terminal.until("Please help.")
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end(root: Path, lea: Seat, number: signal.Signals) -> None:
    """A session that is told to end says that it is gone."""
    lea.desk.now = lambda: __import__("time").time_ns() // 1_000_000
    with reading(root) as terminal:
        terminal.settle(1.5)
        assert there(lea, 1001) == [("admin", "reading")]
        terminal.signal(number)
        assert terminal.ends() is not None
    assert there(lea, 1001) == []


def test_silence_beside_a_colleague(root: Path, lea: Seat) -> None:
    """While a colleague's signs of life come in and nothing changes, not one byte is sent over a slow line."""
    lea.desk.now = lambda: __import__("time").time_ns() // 1_000_000
    with reading(root, "ssh") as terminal:
        lea.do(TellPresence(place="there", number=1001, doing="replying"))
        terminal.until("lea is replying")
        terminal.settle(1.5)
        before = len(terminal.sent)
        for _ in range(3):
            lea.do(TellPresence(place="there", number=1001, doing="replying"))
            terminal.settle(quiet=1.3)
        assert len(terminal.sent) == before
