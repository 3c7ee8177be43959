"""Acting on a ticket from the list: one key, a panel where a choice is needed, a sentence for what came of it."""

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import TicketRow
from deskterm.engine.services.ticket_lists import ReadTicketRows
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting


def row(seat: Seat, number: int) -> TicketRow:
    """The ticket as the desk has it."""
    return seat.ask(ReadTicketRows(numbers=(number,)))[0]


async def test_take(ann: Seat, opens: Opener) -> None:
    """t makes the ticket mine, in place and said in words."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("t")
        await person.sees(f"#{number} is yours; u undoes it.", "ann")
        await person.rests()
    assert row(ann, number).assignee == "ann"


@pytest.mark.parametrize(
    ("key", "typed", "field", "value"),
    [
        ("a", "nobody", "assignee", None),
        ("a", "lea", "assignee", "lea"),
        ("s", "on ho", "status", "On hold"),
        ("s", "2", "status", "Open"),
        ("T", "bug", "type", "Bug"),
        ("m", "netw", "queue", "Network"),
    ],
)
async def test_choosing_a_value(
    ann: Seat, lea: Seat, opens: Opener, key: str, typed: str, field: str, value: str | None
) -> None:
    """The key opens a panel; letters filter, a digit chooses at once, Enter takes what is left."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(key, f"text:{typed}", *(() if typed.isdigit() else ("enter",)))
        await person.sees(f"#{number}: {field}")
        await person.rests()
    assert getattr(row(ann, number), field) == value


async def test_priority_shows_in_the_list(ann: Seat, opens: Opener) -> None:
    """An urgent ticket carries its sign in the list."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("p", "1")
        await person.sees(f"#{number}: priority urgent")
        await person.until(lambda: "!!" in next(line for line in person.lines if "Printer" in line))


async def test_tags_come_and_go(ann: Seat, opens: Opener) -> None:
    """+ adds a tag as typed, and offers those that are there to be taken off."""
    number = opens("Lamp")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("+", "text:smoke", "enter")
        await person.sees(f"#{number}: tag smoke; u undoes it.")
        assert row(ann, number).tags == ("smoke",)
        await person.press("+", "1")
        await person.sees("tag smoke taken off")
        assert row(ann, number).tags == ()


async def test_resolving_takes_it_out_of_the_open_ones(ann: Seat, three: tuple[int, ...]) -> None:
    """x resolves; the ticket leaves the view of open ones and the cursor is on the next one."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("j", "x")
        await person.sees(f"#{three[1]}: status Resolved")
        await person.until(lambda: person.numbers == [three[2], three[0]], "the shorter list")
        assert person.desk.listing.current == three[0]
    assert row(ann, three[1]).status == "Resolved"


async def test_x_twice_resolves_two(ann: Seat, three: tuple[int, ...]) -> None:
    """Keys typed ahead act on what the list shows when their turn comes."""
    async with sitting(ann, view=EVERYTHING) as person:
        person.app.simulate_key("x")
        person.app.simulate_key("x")
        await person.until(lambda: person.numbers == [three[0]], "two resolved")


async def test_own_change_does_not_move_the_cursor_away(ann: Seat, three: tuple[int, ...]) -> None:
    """A change puts the ticket on top of the desk's order; the list one works on stays as it is."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "t")
        await person.sees("is yours")
        await person.rests()
        assert person.numbers == list(reversed(three))
        assert person.desk.listing.current == three[0]


async def test_refused_for_the_role(ada: Seat, three: tuple[int, ...]) -> None:
    """An auditor is offered no key that changes, and told why when pressing one."""
    async with sitting(ada, view=EVERYTHING) as person:
        assert "take" not in person.lines[-1] and "open" in person.lines[-1]
        await person.press("t")
        await person.sees("Take: needs the permission work, which the role auditor has not")
        await person.press("c")
        await person.sees("New ticket: needs the permission create")


async def test_palette_says_why_not_and_opens_numbers(admin: Seat, ann: Seat, opens: Opener) -> None:
    """The palette lists every action with its key, greyed ones with the reason; a number opens that ticket."""
    from deskterm.engine.services.people import ChangePerson

    number = opens("Only reading", queue="Security")
    admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "read"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("ctrl+p", "text:assign")
        await person.sees("needs work on queue Security")
        await person.press("enter")
        await person.sees("assign: needs work")
        await person.press("escape", ":", f"text:{number}", "enter")
        await person.sees(f"#{number} Only reading", "Please help.")


async def test_a_number_that_is_not_there(ann: Seat, three: tuple[int, ...]) -> None:
    """A number one may not see reads as missing, and the list stays."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(":", "text:99999", "enter")
        await person.sees("There is no ticket 99999")
        assert person.screen is person.desk


async def test_keys_are_listed_and_can_be_chosen(ann: Seat, three: tuple[int, ...]) -> None:
    """? lists the keys of the list first, filters them, and does what the chosen line says."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("?")
        await person.sees("Move to the next row", "Open the row under the cursor")
        await person.press("text:mark all", "enter")
        await person.sees("3 marked")


async def test_number_goes_to_the_clipboard(ann: Seat, opens: Opener) -> None:
    """y copies the number."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("y")
        await person.sees(f"Copied #{number}")
        assert person.app.clipboard == f"#{number}"


async def test_likely_next(ann: Seat, opens: Opener) -> None:
    """The full stop takes what nobody has, then answers what is mine."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(".")
        await person.sees(f"#{number} is yours")
        await person.rests()
        await person.press(".")
        await person.sees("PUBLIC to rosa@customer.example")


async def test_new_ticket(ann: Seat, three: tuple[int, ...]) -> None:
    """c asks for subject, requester, queue and text under the list; Ctrl+D opens the ticket there."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("c")
        await person.sees("NEW TICKET", "Subject")
        await person.press("text:Door jams", "enter", "text:tom@customer.example", "enter", "text:Network", "enter")
        await person.press("text:Since today.", "ctrl+d")
        await person.sees("opened in Network", "Door jams")
        await person.rests()
        opened = row(ann, person.desk.listing.numbers[0])
    assert (opened.subject, opened.requester.email, opened.queue, opened.channel) == (
        "Door jams",
        "tom@customer.example",
        "Network",
        "screen",
    )


async def test_new_ticket_keeps_what_was_typed(ann: Seat) -> None:
    """A refused ticket stays in the panel, one that was put away comes back with c."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("c")
        await person.sees("NEW TICKET")
        await person.press("tab", "text:nonsense", "ctrl+d")
        await person.until(lambda: "subject" in person.status.lower() or "address" in person.status.lower())
        await person.press("escape")
        await person.sees_no("NEW TICKET")
        await person.press("c")
        await person.sees("nonsense")
