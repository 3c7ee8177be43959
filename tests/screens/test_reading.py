"""Reading a ticket: folding, searching, what was changed in between, the panel beside it, what is new."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.ticket_reading import ReadAttachment, ShowTicket
from deskterm.engine.services.tickets import ChangeTickets, NewAttachment, NoteTicket, ReplyTicket
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting

QUOTING = (
    "It still smokes.\n\nOn Monday you wrote:\n> Which printer\n> do you mean?\n> The red one?\n\n-- \nRosa\nAccounts\n"
)


async def test_changes_stand_between_the_messages(ann: Seat, opens: Opener) -> None:
    """What was changed stands where it happened: one on a line, several folded into one, which e unfolds."""
    number = opens("Printer")
    ann.do(ReplyTicket(number=number, body="Which one?"))
    ann.do(ChangeTickets(numbers=(number,), changes={"priority": "high", "type": "Request"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.sees("3 changes: status Open", "priority high")
        await person.press("e")
        await person.sees("ann · priority: normal → high", "ann · type: Incident → Request")
        await person.press("e")
        await person.sees("3 changes: status Open")


async def test_one_message_unfolds_or_all(ann: Seat, opens: Opener) -> None:
    """o unfolds the current message alone, O all of them; quote and signature are told apart."""
    number = opens("Printer", QUOTING)
    ann.do(ReplyTicket(number=number, body=QUOTING.replace("red", "blue")))
    async with sitting(ann, view=EVERYTHING, size=(80, 40)) as person:
        await person.opens(number)
        await person.sees("4 quoted lines – o", "signature, 3 lines – o")
        await person.press("o")
        await person.sees("> The red one?", "Accounts", "4 quoted lines – o")
        assert "blue" not in person.text
        await person.press("]", "o")
        await person.sees("> The blue one?")
        await person.press("O")
        await person.sees_no("quoted lines")
        await person.press("O")
        await person.sees_no("> The")


async def looks_for(person: Person, words: str) -> None:
    """Search for words."""
    await person.press("/")
    await person.until(lambda: person.screen.query("#ask") and person.screen.focused is not person.ticket.view)
    await person.press(f"text:{words}", "enter")
    await person.rests()


async def test_search_goes_through_the_hits(ann: Seat, opens: Opener) -> None:
    """Hits are counted, case and accents do not count, n and N go round, folded parts open; Esc ends it first."""
    number = opens("Printer", "Café\n\n" + "line\n" * 40 + QUOTING.replace("red", "CAFE"))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await looks_for(person, "cafe")
        await person.sees("cafe: 1/2", "Café")
        await person.press("n")
        await person.sees("cafe: 2/2", "> The CAFE one?")
        await person.press("n")
        await person.sees("cafe: 1/2")
        await person.press("N")
        await person.sees("cafe: 2/2")
        await person.press("escape")
        await person.sees_no("cafe: 2/2")
        assert person.screen is person.ticket
        await person.press("N")
        await person.until(lambda: person.ticket.panel is not None)


async def test_search_without_a_hit(ann: Seat, opens: Opener) -> None:
    """It is said, and nothing moves."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await looks_for(person, "toaster")
        await person.sees("Not found: toaster")


async def test_panel_by_key_and_by_width(ann: Seat, opens: Opener) -> None:
    """From 120 columns the panel stands beside the thread; below that i puts it in the thread's place, Esc back."""
    number, other = opens("Printer", "It smokes."), opens("Scanner")
    async with sitting(ann, view=EVERYTHING, size=(80, 40)) as person:
        await person.opens(number)
        assert "Details" not in person.text
        await person.press("i")
        await person.sees("Details", "1 other open ticket", f"#{other} Scanner", "no SLA", "your level")
        assert "It smokes." not in person.text
        await person.press("escape")
        await person.sees("It smokes.")
        await person.pilot.resize_terminal(120, 40)
        await person.sees("Details", "It smokes.", "created")
        await person.press("tab")
        await person.until(lambda: person.ticket.side.has_focus)
        await person.sees("i hide")
        await person.press("i")
        await person.sees_no("Details")


async def test_arrival_below_does_not_move_what_is_read(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """A message that comes while one reads above is counted, and stays unread until it is in sight."""
    number = opens("Printer", "first\n" * 30)
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        before = person.ticket.view.lines
        elsewhere.do(NoteTicket(number=number, body="I am on it already."))
        await person.sees("▼ 1 new below – G")
        await person.rests()
        assert person.ticket.view.lines == before
        assert ann.ask(ShowTicket(number=number)).ticket.unread
        await person.press("G")
        await person.sees("I am on it already.")
        await person.sees_no("new below")
        await person.rests()
        assert not ann.ask(ShowTicket(number=number)).ticket.unread


async def test_coming_back_finds_the_same_lines(ann: Seat, opens: Opener) -> None:
    """J and K, and leaving and opening again, return to where one was, unfolded as it was."""
    opens("Other")
    number = opens("Long", "".join(f"line {place}\n" for place in range(80)))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("pagedown", "j")
        await person.rests()
        before = person.ticket.view.lines
        await person.press("J")
        await person.sees("Other", "2/2")
        await person.press("K")
        await person.sees("Long", "1/2")
        await person.until(lambda: person.ticket.view.lines == before)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk and person.ticket.view.lines == before)


async def test_attachment_is_saved_once(ann: Seat, opens: Opener, tmp_path: object) -> None:
    """f lists the files; one is written into the directory named, never over another."""
    number = opens("Printer")
    file = NewAttachment(name="smoke.png", media_type="image/png", content=b"x" * 3000)
    ann.do(NoteTicket(number=number, body="See.", attachments=(file,)))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        for name in ("smoke.png", "smoke-2.png"):
            await person.press("f")
            await person.sees("smoke.png", "image/png, 3 KB, Ann")
            await person.press("enter")
            await person.until(lambda: person.screen.query("#ask"))
            await person.press(*["backspace"] * 200, f"text:{tmp_path}", "enter")
            await person.sees(f"Saved {tmp_path}"[:60])
            await person.rests()
            assert (tmp_path / name).read_bytes() == b"x" * 3000  # type: ignore[operator]
    assert ann.ask(ReadAttachment(number=number, name="smoke.png")).row.bytes == 3000
