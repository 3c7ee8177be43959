"""u undoes what was done last on the screens, change by change, and says what it was."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import ReadTicketRows
from deskterm.engine.services.tickets import ChangeTickets
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting


def row(seat: Seat, number: int) -> TicketRow:
    """The ticket as the desk has it."""
    return seat.ask(ReadTicketRows(numbers=(number,)))[0]


async def test_undo_change_by_change(ann: Seat, opens: Opener) -> None:
    """Two changes go back one after the other, the newest first; then there is nothing left."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("t")
        await person.sees(f"#{number} is yours; u undoes it.")
        await person.press("p", "1")
        await person.sees(f"#{number}: priority urgent; u undoes it.")
        await person.press("u")
        await person.sees(f"Undone: #{number}: priority urgent.")
        assert (row(ann, number).priority.label, row(ann, number).assignee) == ("normal", "ann")
        await person.press("u")
        await person.sees(f"Undone: #{number} is yours.")
        assert row(ann, number).assignee is None
        await person.press("u")
        await person.sees("There is nothing to undo")


async def test_undo_of_marked_tickets(ann: Seat, opens: Opener) -> None:
    """A change of all that were marked goes back as one."""
    numbers = [opens(f"Printer {n}") for n in range(3)]
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("asterisk", "p", "1", "y")
        await person.sees("3 tickets: priority urgent; u undoes it.")
        await person.press("u")
        await person.sees("Undone: 3 tickets: priority urgent.")
    assert {row(ann, number).priority.label for number in numbers} == {"normal"}


async def test_undo_brings_a_resolved_ticket_back_into_the_list(ann: Seat, opens: Opener) -> None:
    """What x took out of the query is there again, also when it was resolved on the ticket's own screen."""
    number = opens("Printer")
    async with sitting(ann) as person:
        await person.press("slash", *(["backspace"] * 60), "text:is:open printer", "enter")
        await person.until(lambda: person.numbers == [number])
        await person.press("enter")
        await person.sees("Printer", "R reply")
        await person.press("x")
        await person.sees("Resolved; u undoes it.")
        await person.press("escape", "u")
        await person.sees("Undone:")
        await person.until(lambda: person.numbers == [number])
    assert row(ann, number).status == "New"


async def test_what_a_colleague_changed_since_stays_and_is_named(ann: Seat, lea: Seat, opens: Opener) -> None:
    """Undo never writes over somebody else's later change; the next u goes on with what was done before."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("t")
        await person.sees("is yours; u undoes it.")
        await person.press("p", "1")
        await person.sees("priority urgent")
        lea.do(ChangeTickets(numbers=(number,), changes={"priority": "low"}))
        await person.press("u")
        await person.sees(f"lea has changed the priority of ticket {number} since.")
        assert row(ann, number).priority.label == "low"
        await person.press("u")
        await person.sees(f"Undone: #{number} is yours.")


async def test_setting_what_is_set_already_leaves_nothing_to_undo(ann: Seat, lea: Seat, opens: Opener) -> None:
    """A change that changed nothing is not offered to be undone, least of all somebody else's before it."""
    number = opens("Printer")
    lea.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("p", "1")
        await person.sees(f"#{number}: priority urgent.")
        await person.press("u")
        await person.sees("There is nothing to undo")
    assert row(ann, number).priority.label == "urgent"
