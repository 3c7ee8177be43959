"""What others do appears by itself, and the list never moves under the cursor."""

from typing import Any

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services import ticket_windows
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket
from deskterm.screens import list_reading
from deskterm.screens.live_screen import LiveScreen
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


def arrives(elsewhere: Seat, subject: str) -> int:
    """Somebody else opens a ticket."""
    return elsewhere.do(NewTicket(subject=subject, queue="Service Desk")).number


async def sees_within_a_look(person: Person, *words: str) -> None:
    """Others' changes come by the screen's own look, which happens every second."""
    await person.sees(*words)
    await person.rests()


async def test_change_by_somebody_else_appears_in_place(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """The line changes where it is; order and cursor stay."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j")
        elsewhere.do(ChangeTickets(numbers=(three[0],), changes={"subject": "First thing, renamed"}))
        await sees_within_a_look(person, "First thing, renamed")
        assert person.numbers == list(reversed(three))
        assert person.desk.listing.current == three[1]


async def test_new_ones_are_counted_while_one_works(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Away from the top, a new ticket is counted and the list stays; r shows it."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j")
        new = arrives(elsewhere, "Brand new")
        await sees_within_a_look(person, "▲ 1 new – r")
        assert person.numbers == list(reversed(three))
        await person.press("r")
        await person.until(lambda: person.numbers[0] == new, "the new one on top")
        await person.sees_no("▲")


async def test_the_top_does_not_move_either(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Also to whoever rests at the top new tickets are counted; r goes to the first of them."""
    async with sitting(ann, view=EVERYTHING) as person:
        elsewhere.do(ChangeTickets(numbers=(three[0],), changes={"priority": "high"}))
        new = arrives(elsewhere, "Brand new")
        newer = arrives(elsewhere, "Newer still")
        await sees_within_a_look(person, "▲ 2 new – r")
        assert person.desk.listing.current == three[2] and person.numbers[0] == three[2]
        await person.press("G", "r")
        await person.until(lambda: person.numbers[:2] == [newer, new], "the new ones on top")
        await person.rests()
        assert person.desk.listing.current == newer


async def test_an_empty_list_fills_by_itself(ann: Seat, elsewhere: Seat) -> None:
    """Where there is nothing to move, what comes in is shown at once."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.sees("0/0")
        arrives(elsewhere, "Brand new")
        await sees_within_a_look(person, "Brand new", "1/1")


async def test_what_no_longer_fits_stays_until_asked(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """A ticket that somebody else took out of the query stays in place, greyed with a sign, and is counted."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j")
        elsewhere.do(ChangeTickets(numbers=(three[2],), changes={"status": "Resolved"}))
        await sees_within_a_look(person, "▼ 1 gone – r")
        assert "▼R #" in next(line for line in person.lines if "Third thing" in line)
        await person.press("r")
        await person.until(lambda: len(person.numbers) == 2)
        assert person.desk.listing.current == three[1]


async def test_what_comes_back_is_gone_no_longer(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Resolved by mistake and opened again: the sign goes, nothing is counted."""
    async with sitting(ann, view=EVERYTHING) as person:
        elsewhere.do(ChangeTickets(numbers=(three[1],), changes={"status": "Resolved"}))
        await sees_within_a_look(person, "▼ 1 gone")
        elsewhere.do(ChangeTickets(numbers=(three[1],), changes={"status": "Open"}))
        await person.sees_no("▼")
        assert not person.desk.listing.news


async def test_nothing_moves_while_marks_are_set(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """A marked ticket that leaves the query stays marked, and acting on the marks says that it is among them."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("space", "space")
        elsewhere.do(ChangeTickets(numbers=(three[2],), changes={"status": "Resolved"}))
        await sees_within_a_look(person, "▼ 1 gone", "2 marked")
        assert person.numbers == list(reversed(three)) and person.desk.marked == (three[2], three[1])


async def test_more_than_can_be_looked_at_is_said(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """A flood of changes is told as such instead of being followed ticket by ticket; r shows it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ticket_windows, "MOST_CHANGES", 3)
        async with sitting(ann, view=EVERYTHING) as person:
            new = [arrives(elsewhere, f"Flood {place}") for place in range(9)]
            await sees_within_a_look(person, "+ new – r")
            await person.press("r")
            await person.until(lambda: person.numbers[:9] == new[::-1], "all of them")
            await person.sees_no("▲")


async def test_time_alone_changes_a_list(
    ann: Seat, elsewhere: Seat, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What falls out of a query because time passes is noticed when the desk is looked at the next time."""
    monkeypatch.setattr(list_reading, "_TRUE_FOR_SECONDS", 0.0)
    old = arrives(elsewhere, "Old by now")
    async with sitting(ann) as person:
        await person.press("/", "ctrl+u", "text:created:>=-1h", "enter")
        await person.sees("Old by now")
        clock.move(hours=2)
        arrives(elsewhere, "Fresh")
        await sees_within_a_look(person, "▲ 1 new", "▼ 1 gone")
        assert person.numbers == [old]


async def test_counts_of_views_follow(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """The counts beside the views are those of the moment."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.sees("3 New·3")
        arrives(elsewhere, "One more")
        await person.sees("3 New·4")


async def test_marks_survive_a_refresh(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Marks belong to tickets, not to rows."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "space")
        arrives(elsewhere, "Brand new")
        await person.sees("▲ 1 new", "1 marked")
        await person.press("r")
        await person.sees("Brand new")
        await person.rests()
        assert person.desk.marked == (three[0],)


async def test_open_ticket_follows(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """A note by somebody else appears under the thread being read."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        elsewhere.do(NoteTicket(number=number, body="I am on it already."))
        await sees_within_a_look(person, "I am on it already.", "2 messages")


async def test_nothing_is_read_again_while_nothing_happens(ann: Seat, three: tuple[int, ...]) -> None:
    """A look that finds the desk unchanged asks nothing and paints nothing."""
    async with sitting(ann, view=EVERYTHING) as person:
        person.screen.look()
        await person.rests()
        painted: list[object] = []
        person.app.post_display_hook = lambda: painted.append(1)  # type: ignore[method-assign]
        for _ in range(3):
            person.screen.look()
            await person.pilot.pause()
        assert not person.app.workers
        assert painted == []


async def test_rights_taken_away_are_told(admin: Seat, bo: Seat, opens: Opener) -> None:
    """A queue that is no longer mine: the ticket reads as gone, and the session goes on."""
    from deskterm.engine.services.people import ChangePerson

    opens("Router", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        await person.press("j")
        admin.do(ChangePerson(who="bo", changes={}, levels={"Network": "none"}))
        await person.press("enter")
        await person.sees("There is no ticket")
        assert person.screen is person.desk


async def test_ticket_taken_out_of_sight_is_told_once(admin: Seat, bo: Seat, opens: Opener) -> None:
    """A ticket that moves where I see nothing is told in words; the screen does not ask for ever."""
    number = opens("Router", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        await person.opens(number)
        admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
        await person.sees(f"There is no ticket {number}")
        await person.rests()
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.rests()


async def test_one_look_a_second(ann: Seat, three: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every screen watches the desk with one timer: two would look twice as often."""
    begun: list[tuple[object, object]] = []
    set_interval = LiveScreen.set_interval

    def noted(self: LiveScreen, interval: float, callback: Any = None, **more: Any) -> Any:
        begun.append((self, callback.__name__))
        return set_interval(self, interval, callback, **more)

    monkeypatch.setattr(LiveScreen, "set_interval", noted)
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(three[0])
        assert [name for _, name in begun].count("look") == 2
        assert len(begun) == len(set(begun))
