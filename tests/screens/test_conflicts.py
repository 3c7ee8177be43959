"""Two at one ticket: what the other did is shown before anything is laid over it, and no text is lost."""

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import MessageKind, TicketRow
from deskterm.engine.services.ticket_lists import ReadTicketRows
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import ChangeTickets, NoteTicket, ReplyTicket, TakeTicket
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


def row(seat: Seat, number: int) -> TicketRow:
    """The ticket as the desk has it."""
    return seat.ask(ReadTicketRows(numbers=(number,)))[0]


def replies(seat: Seat, number: int) -> list[str]:
    """The public messages, oldest first."""
    messages = seat.ask(ShowTicket(number=number)).messages
    return [message.body for message in messages if message.kind is MessageKind.REPLY]


async def writes(person: Person, number: int, key: str, text: str) -> None:
    """Open the ticket and write below it."""
    await person.opens(number)
    await person.press(key)
    await person.until(lambda: person.ticket.panel is not None, "the panel")
    await person.press(f"text:{text}")


async def test_reply_over_another_reply(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """What arrived while one wrote is shown with who, when and what; looked at, the reply then goes."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "R", "Coming")
        elsewhere.do(ReplyTicket(number=number, body="Already fixed it."))
        await person.press("ctrl+d")
        await person.sees(f"#{number}: 2 changes by others meanwhile", "admin", "replied", "status: New → Open")
        await person.press("l")
        await person.sees("Already fixed it.", "Coming")
        await person.sees_no("by others meanwhile")
        await person.rests()
        assert replies(ann, number)[-1] == "Already fixed it."
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.sees("sent")
        await person.rests()
    assert replies(ann, number)[-2:] == ["Already fixed it.", "Coming"]


async def test_reply_anyway(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """y at the changes goes on to the question before sending, and the reply goes against the new version."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "R", "Coming")
        elsewhere.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent"}))
        await person.press("ctrl+d")
        await person.sees("priority: normal → urgent", "Send anyway?")
        await person.press("y")
        await person.sees("Send to rosa@customer.example")
        await person.press("y")
        await person.sees("sent")
        await person.rests()
    assert replies(ann, number)[-1] == "Coming"


async def test_change_in_the_last_moment(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """What comes between the question and the sending is shown too: nothing goes over what was not seen."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "R", "Coming")
        await person.press("ctrl+d")
        await person.sees("Send to")
        elsewhere.do(NoteTicket(number=number, body="She called: solved."))
        await person.press("y")
        await person.sees("admin", "wrote a note", "Send anyway?")
        await person.press("n")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.has_focus_within)
        assert person.ticket.panel is not None and person.ticket.panel.text == "Coming"
        await person.rests()
    assert replies(ann, number) == ["Please help."]


async def test_kept_as_draft(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """d at the changes closes the panel and keeps the text."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "N", "Look at the fuse")
        elsewhere.do(NoteTicket(number=number, body="It was the fuse."))
        await person.press("ctrl+d")
        await person.sees("wrote a note", "d keep as draft")
        await person.press("d")
        await person.sees("Draft kept; N goes on with it")
        await person.press("N")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "Look at the fuse")


async def test_own_changes_are_no_conflict(ann: Seat, opens: Opener) -> None:
    """What I did myself while a draft lay there is not asked about."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "R", "Coming")
        await person.press("tab", "t")
        await person.sees(f"#{number} is yours")
        await person.press("R", "ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.sees("sent")
        await person.rests()
    assert replies(ann, number)[-1] == "Coming"


@pytest.mark.parametrize(("answer", "priority"), [("y", "low"), ("n", "urgent"), ("escape", "urgent")])
async def test_field_changed_meanwhile(ann: Seat, elsewhere: Seat, opens: Opener, answer: str, priority: str) -> None:
    """A choice made against an older version shows the other's change and is set only when wanted."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("p")
        await person.sees("Priority of")
        elsewhere.do(ChangeTickets(numbers=(number,), changes={"priority": "urgent"}))
        await person.press("text:low", "enter")
        await person.sees("admin", "priority: normal → urgent", "Set priority low anyway?")
        await person.press(answer)
        await person.sees_no("anyway?")
        await person.rests()
    assert row(ann, number).priority.label == priority


async def test_field_conflict_leads_to_the_ticket(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """l opens the ticket as it is now; nothing is set."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("s")
        await person.sees("Status of")
        elsewhere.do(NoteTicket(number=number, body="Waiting for a part."))
        await person.press("text:Open", "enter")
        await person.sees("wrote a note", "Set status Open anyway?")
        await person.press("l")
        await person.sees("Waiting for a part.")
        await person.rests()
    assert row(ann, number).status == "New"


async def test_one_of_many_changed_meanwhile(ann: Seat, elsewhere: Seat, three: tuple[int, ...]) -> None:
    """Of several marked tickets none is changed before the other's change to one of them was seen."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("asterisk", "x")
        await person.sees("Set status Resolved on 3 tickets?")
        elsewhere.do(NoteTicket(number=three[1], body="Not yet!"))
        await person.press("y")
        await person.sees(f"#{three[1]}: 1 change by others meanwhile", "wrote a note")
        assert {row(ann, number).status for number in three} == {"New"}
        await person.press("y")
        await person.sees("3 tickets: status Resolved")
        await person.rests()
    assert {row(ann, number).status for number in three} == {"Resolved"}


async def test_take_needs_no_version(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """A remark by somebody else does not keep one from taking a ticket; that somebody took it does."""
    first, second = opens("One"), opens("Two")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(first)
        elsewhere.do(NoteTicket(number=first, body="Easy one."))
        await person.press("t")
        await person.sees(f"#{first} is yours")
        await person.opens(second)
        elsewhere.do(TakeTicket(number=second))
        await person.press("t")
        await person.sees(f"admin already has ticket {second}", "admin has it")
        await person.rests()


async def test_many_changes_show_the_newest(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """Of more changes than fit, the newest are shown and the rest is counted."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, number, "N", "x")
        for place in range(20):
            elsewhere.do(ChangeTickets(numbers=(number,), changes={"subject": f"Printer {place}"}))
        await person.press("ctrl+d")
        await person.sees("20 changes by others", "Printer 19", "lines before; h shows the whole history")
        await person.press("y")
        await person.sees("Note added")
        await person.rests()
