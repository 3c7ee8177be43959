"""The ticket screen: reading, and writing replies and notes."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import MessageKind, MessageRow
from deskterm.engine.services.ticket_reading import MarkSeen, ShowTicket
from deskterm.engine.services.tickets import ChangeTickets, NewAttachment, NoteTicket, ReplyTicket, TakeTicket
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


def messages(seat: Seat, number: int, kind: MessageKind) -> list[MessageRow]:
    """The messages of a kind, oldest first."""
    return [row for row in seat.ask(ShowTicket(number=number)).messages if row.kind is kind]


async def writes(person: Person, key: str, text: str) -> None:
    """Open the panel and write."""
    await person.press(key)
    await person.until(lambda: person.ticket.panel is not None, "the panel")
    await person.press(f"text:{text}")


async def test_open_and_read(ann: Seat, opens: Opener) -> None:
    """Enter shows who asked, where it stands and what was said, author and kind in words; Esc goes back."""
    number = opens("Printer", "It smokes.\n\nRosa")
    ann.do(ReplyTicket(number=number, body="Pull the plug."))
    ann.do(NoteTicket(number=number, body="Third one this week."))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("enter")
        await person.sees(f"#{number} Printer", "rosa@customer.example", "Service Desk", "It smokes.", "Pull the plug.")
        await person.sees("Rosa Customer · requester", "Ann · public reply", "Ann · INTERNAL NOTE", "3 messages")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_reading_is_remembered(ann: Seat, opens: Opener) -> None:
    """A ticket that was opened is no longer unread in the list."""
    number = opens("Unread thing")
    async with sitting(ann, view=EVERYTHING) as person:
        assert "●" in next(line for line in person.lines if "Unread thing" in line)
        await person.opens(number)
        await person.press("q")
        await person.until(lambda: person.screen is person.desk)
        await person.until(lambda: "●" not in next(line for line in person.lines if "Unread thing" in line))


async def test_next_and_previous_ticket(ann: Seat, three: tuple[int, ...]) -> None:
    """J and K go through the list while reading, and the list's cursor follows."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("enter")
        await person.sees("Third thing", "1/3")
        await person.press("J")
        await person.sees("Second thing", "2/3")
        await person.press("J")
        await person.sees("First thing")
        await person.press("J")
        await person.sees("There is no further ticket")
        await person.press("K", "escape")
        await person.until(lambda: person.screen is person.desk and person.desk.listing.current == three[1])


async def test_quotes_unfold(ann: Seat, opens: Opener) -> None:
    """Quoted lines are folded and counted; o unfolds them and folds them again."""
    quoted = "Yes, that one.\n\nOn Monday you wrote:\n> Which printer do you mean?\n> The red one?\n"
    number = opens("Printer", quoted)
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.sees("Yes, that one.", "▸ 3 quoted lines – o")
        assert "The red one?" not in person.text
        await person.press("o")
        await person.sees("The red one?")
        await person.press("o")
        await person.sees_no("The red one?")


async def test_attachments_are_listed_with_size(ann: Seat, opens: Opener) -> None:
    """Files stand below their message with type and size."""
    number = opens("Printer")
    file = NewAttachment(name="smoke.png", media_type="image/png", content=b"x" * 3000)
    ann.do(NoteTicket(number=number, body="See.", attachments=(file,)))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.sees("smoke.png (image/png, 3 KB)")


async def test_history_and_why(ann: Seat, opens: Opener) -> None:
    """h shows what happened, W why; Esc goes back to the thread first, then to the list."""
    number = opens("Printer")
    ann.do(ChangeTickets(numbers=(number,), changes={"priority": "high"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("h")
        await person.sees("History", "priority: normal → high", "ann")
        await person.press("W")
        await person.sees("Rules that were looked at")
        await person.press("escape")
        await person.sees("Please help.")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_reply_goes_out_after_a_question(ann: Seat, opens: Opener) -> None:
    """The panel says to whom in words, Ctrl+D asks once more, y sends: the ticket becomes open."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "On my way.")
        await person.sees("PUBLIC to rosa@customer.example", "On my way.", "Please help.")
        await person.press("ctrl+d")
        await person.sees("Send to rosa@customer.example? y")
        await person.press("y")
        await person.sees("Reply to rosa@customer.example sent")
        await person.until(lambda: person.ticket.panel is None)
        await person.rests()
    assert messages(ann, number, MessageKind.REPLY)[-1].body == "On my way."
    assert ann.ask(ShowTicket(number=number)).ticket.status == "Open"


async def test_reply_and_resolve_with_one_key(ann: Seat, opens: Opener) -> None:
    """x at the question sends and resolves."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "Done.")
        await person.press("ctrl+d")
        await person.sees("x and set Resolved")
        await person.press("x")
        await person.sees("sent, Resolved")
        await person.rests()
    assert ann.ask(ShowTicket(number=number)).ticket.status == "Resolved"


async def test_no_at_the_question_goes_on_writing(ann: Seat, opens: Opener) -> None:
    """Nothing is sent on n or Esc, and the text is where it was."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "Hm")
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("escape", "text:, no")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "Hm, no")
        await person.press("escape", "escape")
        await person.rests()
    assert len(messages(ann, number, MessageKind.REPLY)) == 1


async def test_note_stays_inside(ann: Seat, opens: Opener) -> None:
    """A note says INTERNAL while it is written and reaches no requester."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "N", "Smells of toner.")
        await person.sees("INTERNAL", "only agents read this")
        await person.press("ctrl+d")
        await person.sees("Note added", "INTERNAL NOTE")
        await person.rests()
    assert messages(ann, number, MessageKind.NOTE)[-1].body == "Smells of toner."
    assert len(messages(ann, number, MessageKind.REPLY)) == 1


async def test_draft_is_kept_per_ticket_and_kind(ann: Seat, three: tuple[int, ...]) -> None:
    """Esc keeps what was written; other tickets and notes have drafts of their own."""
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", "half")
        await person.press("escape")
        await person.sees("Draft kept; R goes on with it")
        await writes(person, "N", "aside")
        await person.press("escape", "J")
        await person.sees("Second thing")
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "")
        await person.press("escape", "K")
        await person.sees("Third thing")
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "half")
        await person.press("escape")
        await person.press("N")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "aside")


async def test_empty_reply_is_not_sent(ann: Seat, opens: Opener) -> None:
    """Ctrl+D on nothing says so and asks nothing."""
    opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await writes(person, "R", " ")
        await person.press("ctrl+d")
        await person.sees("nothing to send")


async def test_typing_ahead_reaches_the_reply(ann: Seat, opens: Opener) -> None:
    """What is typed after R before the panel is there goes into the reply, never into commands of the list."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        person.app.simulate_key("R")
        for key in "xtx":
            person.app.simulate_key(key)
        await person.until(lambda: person.screen is not person.desk and person.ticket.panel is not None)
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "xtx")
        await person.rests()
    ticket = ann.ask(ShowTicket(number=number)).ticket
    assert (ticket.status, ticket.assignee) == ("New", None)


async def test_long_thread_opens_at_its_last_message(ann: Seat, opens: Opener) -> None:
    """Sixty messages read before: the last is in sight, g goes to the first, P to the one before."""
    number = opens("Long", "The very first")
    for place in range(60):
        ann.do(NoteTicket(number=number, body=f"Remark {place}\nwith a second line"))
    ann.do(MarkSeen(number=number))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.sees("Remark 59", "61/61 messages")
        await person.press(*"PPPPPP")
        await person.sees("Remark 53", "55/61 messages")
        await person.press("g")
        await person.sees("The very first")
        await person.press("G")
        await person.sees("Remark 59", "100%")


async def test_requester_sees_what_requesters_may(admin: Seat, rita: Seat, opens: Opener) -> None:
    """A requester reads own tickets without notes, and is offered reply but no agent's key."""
    number = opens("My phone", requester_email="rita@desk.example", requester_name="Rita")
    admin.do(NoteTicket(number=number, body="She drops it a lot."))
    async with sitting(rita) as person:
        await person.opens(number)
        await person.sees("My phone")
        assert "She drops it a lot." not in person.text
        keys = person.lines[-1]
        assert "R reply" in keys and "note" not in keys and "assign" not in keys
        await person.press("t")
        await person.sees("Take: needs the permission work")


async def test_take_on_the_ticket_screen(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """t takes; a ticket somebody else took is refused in words and shown as it is now."""
    first, second = opens("One"), opens("Two")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(first)
        await person.press("t")
        await person.sees(f"#{first} is yours", "ann has it")
        await person.opens(second)
        elsewhere.do(TakeTicket(number=second))
        await person.press("t")
        await person.sees("admin", "admin has it")
        await person.rests()
