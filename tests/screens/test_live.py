"""What others do appears by itself, and the list never moves under the cursor."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket
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


async def test_at_the_top_new_ones_come_in(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Who rests at the top sees new tickets at once; the cursor stays with its ticket."""
    async with sitting(ann, view=EVERYTHING) as person:
        new = arrives(elsewhere, "Brand new")
        await sees_within_a_look(person, "Brand new")
        assert person.numbers[0] == new
        assert person.desk.listing.current == three[2]


async def test_what_no_longer_fits_stays_until_asked(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """A ticket somebody else resolved stays in place with its sign, and is counted as gone."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j")
        elsewhere.do(ChangeTickets(numbers=(three[2],), changes={"status": "Resolved"}))
        await sees_within_a_look(person, "▼ 1 gone – r")
        assert "R #" in next(line for line in person.lines if "Third thing" in line)
        await person.press("r")
        await person.until(lambda: len(person.numbers) == 2)


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
