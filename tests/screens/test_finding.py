"""Finding a place in the list without changing its query."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.ticket_reading import MarkSeen
from deskterm.engine.services.tickets import ChangeTickets, NoteTicket
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting


async def test_words_are_found_in_the_list(ann: Seat, opens: Opener) -> None:
    """f goes to the next ticket with the words, in subject or messages; n and N go on; the query stays."""
    numbers = [opens(f"Thing {place}", "On fire!" if place in (1, 4) else "Cold.") for place in range(6)]
    async with sitting(ann, view=EVERYTHING) as person:
        query = person.desk.reading.query
        await person.press("f", "text:fire", "enter")
        await person.until(lambda: person.desk.listing.current == numbers[4])
        await person.sees("find fire – n N")
        await person.press("n")
        await person.until(lambda: person.desk.listing.current == numbers[1])
        await person.press("n")
        await person.sees("From the other end again.")
        assert person.desk.listing.current == numbers[4]
        await person.press("N")
        await person.until(lambda: person.desk.listing.current == numbers[1])
        assert person.desk.reading.query == query and len(person.numbers) == 6


async def test_a_query_can_be_looked_for(ann: Seat, opens: Opener) -> None:
    """Whatever a query can ask; what is not understood or not there is said, and the cursor stays."""
    numbers = [opens(f"Thing {place}") for place in range(4)]
    ann.do(ChangeTickets(numbers=(numbers[1],), changes={"priority": "urgent"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "f", "text:priority:urgent", "enter")
        await person.until(lambda: person.desk.listing.current == numbers[1])
        await person.press("f", "ctrl+u", "text:status:nonsense", "enter")
        await person.sees("nonsense")
        await person.press("j")
        await person.sees("find priority:urgent")
        await person.press("f", "ctrl+u", "text:elephant", "enter")
        await person.sees("Nothing in this list matches: elephant")


async def test_escape_ends_finding_before_all_else(ann: Seat, opens: Opener) -> None:
    """Esc ends it and leaves the marks; then N writes a note again."""
    opens("One fire"), opens("Two")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("space", "f", "text:fire", "enter")
        await person.sees("find fire", "1 marked")
        await person.press("escape")
        await person.sees_no("find fire")
        await person.sees("1 marked")
        await person.press("escape")
        await person.sees_no("marked")
        await person.press("N")
        await person.until(lambda: person.screen is not person.desk)
        await person.sees("INTERNAL")


async def test_next_unread(ann: Seat, opens: Opener) -> None:
    """Without words n goes to the next ticket with something unread; when all is read it says so."""
    numbers = [opens(f"Thing {place}") for place in range(4)]
    for number in numbers:
        ann.do(MarkSeen(number=number, message_id=10_000))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j", "n")
        await person.sees("no unread ticket", "2/4")


async def test_next_unread_among_read(ann: Seat, admin: Seat, opens: Opener) -> None:
    """It passes over what was read, and comes back from the top."""
    numbers = [opens(f"Thing {place}") for place in range(5)]
    for number in numbers[1:4]:
        ann.do(MarkSeen(number=number, message_id=10_000))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("n")
        await person.until(lambda: person.desk.listing.current == numbers[0])
        await person.press("n")
        await person.until(lambda: person.desk.listing.current == numbers[4])


async def test_a_number_of_the_list(ann: Seat, opens: Opener) -> None:
    """# and digits go to that ticket; one that the list does not show can be opened after a question."""
    numbers = [opens(f"Thing {place}") for place in range(4)]
    ann.do(ChangeTickets(numbers=(numbers[3],), changes={"status": "Resolved"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("#", f"text:{numbers[0]}", "enter")
        await person.until(lambda: person.desk.listing.current == numbers[0])
        await person.press("#", f"text:#{numbers[3]}", "enter")
        await person.sees(f"#{numbers[3]} is not in this list. Open it? y/n")
        await person.press("n", "#", f"text:{numbers[3]}", "enter")
        await person.sees("Open it?")
        await person.press("y")
        await person.until(lambda: person.screen is not person.desk)
        await person.press("escape", "#", "text:twelve", "enter")
        await person.sees("twelve is no ticket number")
        await person.press("#", f"text:{10**19}", "enter")
        await person.sees("is no ticket number")


async def test_hits_follow_what_happens(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """What somebody else writes meanwhile is a hit from then on."""
    numbers = [opens(f"Thing {place}") for place in range(3)]
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("f", "text:elephant", "enter")
        await person.sees("Nothing in this list matches")
        elsewhere.do(NoteTicket(number=numbers[0], body="An elephant sits on it."))
        await person.press("n")
        await person.until(lambda: person.desk.listing.current == numbers[0])
