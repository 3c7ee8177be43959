"""Reading a ticket: folding, searching, what was changed in between, the panel beside it, what is new."""

from typing import Any

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import TicketDetail
from deskterm.engine.services.thread_reading import ReadThread, TicketThread
from deskterm.engine.services.ticket_lists import ReadTicketRows
from deskterm.engine.services.ticket_reading import ReadAttachment, ShowTicket
from deskterm.engine.services.tickets import ChangeTickets, NewAttachment, NoteTicket, ReplyTicket
from deskterm.screens.session import FileWays
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting
from tests.screens.files import write_into
from tests.screens.test_big_list import BigSeat

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
    async with sitting(ann, view=EVERYTHING, files=FileWays(may_write=True)) as person:
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


async def test_ticket_merged_leads_to_the_other(desk: Desk, ann: Seat, opens: Opener) -> None:
    """The header says into which one, and Enter opens it."""
    target, number = opens("The one that is kept"), opens("Twice the same")
    write_into(desk, number, merged_into=target)
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.sees(f"merged into #{target}")
        await person.press("enter")
        await person.sees("The one that is kept")


async def test_from_a_ticket_that_is_gone_one_goes_on(admin: Seat, bo: Seat, opens: Opener) -> None:
    """What was being written is kept; J reads the next one, and the lost one can be read again when it is back."""
    other, number = opens("Switch", queue="Network"), opens("Router", "Secret words", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("N")
        await person.until(lambda: person.ticket.panel is not None)
        await person.press("text:half a note")
        admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
        await person.sees("There is no ticket", "half a note")
        assert "Secret words" not in person.text and "Security" not in person.text
        await person.press("escape")
        await person.until(lambda: person.ticket.panel is None)
        await person.press("t")
        await person.sees("no ticket here")
        await person.press("J")
        await person.sees("Switch")
        assert person.ticket.number == other
        admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Network"}))
        await person.press("K", "N")
        await person.until(lambda: person.ticket.panel is not None and person.ticket.panel.text == "half a note")


class SlowWindows(BigSeat):
    """A very long list of which pieces come late; its tickets can be read."""

    def ask(self, query: Any) -> Any:
        if isinstance(query, ReadThread):
            (row,) = super().ask(ReadTicketRows(numbers=(query.number,)))
            return TicketThread(TicketDetail(row, ()))
        return super().ask(query)

    def do(self, command: Any) -> None:
        """Nothing is written there."""

    def commits(self) -> int:
        return self.version


async def test_reading_on_beyond_what_is_held(admin: Seat) -> None:
    """J at the end of what is held of a list waits for what comes next, instead of calling it the end."""
    seat = SlowWindows(admin, 1_000_000)
    async with sitting(seat) as person:
        listing = person.desk.listing
        last = listing.stretch.numbers[-1]
        assert listing.stretch.has_after
        more, listing.more_wanted = listing.more_wanted, lambda: None
        await person.opens(last)
        await person.press("J")
        await person.pilot.pause(0.1)
        assert person.ticket.number == last
        more()
        await person.until(lambda: person.ticket.number == last - 1)


class CountingSeat:
    """A seat that writes down what it is asked."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.asked: list[type] = []

    def ask(self, query: Any) -> Any:
        self.asked.append(type(query))
        return self._seat.ask(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._seat, name)


async def test_what_happens_elsewhere_costs_little(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """A change of another ticket has the row of this one read, not its whole thread."""
    other, number = opens("Other"), opens("Printer")
    seat: Any = CountingSeat(ann)
    async with sitting(seat, view=EVERYTHING) as person:
        await person.opens(number)
        seat.asked.clear()
        elsewhere.do(ChangeTickets(numbers=(other,), changes={"priority": "high"}))
        await person.until(lambda: ReadTicketRows in seat.asked)
        await person.rests()
        assert ReadThread not in seat.asked
        elsewhere.do(ChangeTickets(numbers=(number,), changes={"priority": "high"}))
        await person.sees("high · Incident")


async def test_others_of_the_requester_follow(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """The panel shows a ticket that the same person opened meanwhile."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING, size=(120, 40)) as person:
        await person.opens(number)
        await person.sees("no other open ticket")
        opens("Scanner")
        await person.sees("1 other open ticket", "Scanner")


async def test_search_is_for_what_has_the_keys(ann: Seat, opens: Opener) -> None:
    """In the panel, / looks there; Esc ends that search first and then goes back to the thread."""
    number = opens("Printer", "Rosa writes")
    async with sitting(ann, view=EVERYTHING, size=(120, 40)) as person:
        await person.opens(number)
        await person.press("tab")
        await person.until(lambda: person.ticket.side.has_focus)
        await looks_for(person, "created")
        await person.until(lambda: person.ticket.side.search is not None and len(person.ticket.side.search) == 1)
        assert person.ticket.view.search is None
        await person.press("escape")
        await person.until(lambda: person.ticket.side.search is None)
        await person.press("escape")
        await person.until(lambda: person.ticket.view.has_focus)


async def test_opened_by_number_from_a_ticket(ann: Seat, three: tuple[int, ...]) -> None:
    """The palette works while one reads, and J goes on from there."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(three[2])
        await person.press(":", f"text:{three[1]}", "enter")
        await person.until(lambda: person.ticket.number == three[1])
        await person.press("J")
        await person.until(lambda: person.ticket.number == three[0])


async def test_a_megabyte_opens_folded(ann: Seat, opens: Opener) -> None:
    """The beginning of an endless mail is shown, the rest when asked for; words without end are wrapped."""
    number = opens("Endless", "".join(f"line {place}\n" for place in range(90_000)))
    other = opens("Wide", "x" * 10_000 + " " + "y" * 900_000)
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("G")
        await person.sees("line 199", "more lines – o")
        await person.press("o", "G")
        await person.sees("line 89999")
        await looks_for(person, "line 45678")
        await person.sees("1/1", "line 45678")
        await person.opens(other)
        await person.press("G", "o", "G")
        await person.sees("yyyy")
        assert all(len(line) <= 80 for line in person.lines)


async def test_message_to_message_from_where_one_was(ann: Seat, opens: Opener) -> None:
    """Back in the middle of a message, ] goes to the next one."""
    number = opens("Long", "".join(f"line {place}\n" for place in range(80)))
    ann.do(NoteTicket(number=number, body="The second message."))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("pagedown", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.opens(number)
        await person.press("]")
        await person.sees("The second message.", "2/2 messages")
        await person.press("[")
        await person.sees("line 1", "1/2 messages")
