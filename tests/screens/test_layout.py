"""How the list is laid out at every size, as text; its columns, its rows, its preview.

The expected texts lie in `golden/`; `DESKTERM_GOLDEN=write` writes them anew, to be read in the diff.
"""

import os
from pathlib import Path

import pytest
from rich.cells import set_cell_size

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import ChangeTickets, NoteTicket
from deskterm.screens.layout_screen import preview_place
from deskterm.screens.preview import Preview
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture
def many(ann: Seat, opens: Opener, clock: MovingClock) -> list[int]:
    """Thirty tickets as they come: languages, lengths, states, ages."""
    subjects = (
        "Mail server down",
        "Printer on the third floor prints every second page upside down and nobody knows since when",
        "会議室の予約が表示されません",
        "👩\u200d👩\u200d👧 family plan ❤\ufe0f please",
        "الشاشة لا تعمل بعد التحديث",
        "Cafe\u0301 wi-fi",
        "re: [/",
    )
    numbers = []
    for place in range(30):
        clock.move(hours=place % 5)
        name = ("Rosa Customer", "Thomas Leitner-Oberhauser", "田中さくら", "")[place % 4]
        queue = ("Service Desk", "Network")[place % 2]
        who = f"{'abcdefg'[place % 7]}@customer.example"
        numbers.append(
            opens(subjects[place % 7], queue=queue, requester_name=name, requester_email=who, tags=("vpn", "wifi"))
        )
    ann.do(ChangeTickets(numbers=tuple(numbers[::3]), changes={"priority": "high", "assignee": "ann"}))
    ann.do(ChangeTickets(numbers=tuple(numbers[1::5]), changes={"priority": "urgent", "status": "Open"}))
    for number in numbers[::4]:
        ann.do(NoteTicket(number=number, body="Seen."))
    clock.move(seconds=90)
    return numbers


def body(person: Person) -> str:
    """The list and the line that sets the preview apart, as they stand on the terminal."""
    region = person.desk.query_one("#body").region
    width, height = region.width, region.height
    for preview in person.desk.query(Preview):
        is_below = preview.region.x == 0
        width = width if is_below else preview.region.x + 1
        height = preview.region.y + 1 - region.y if is_below else height
    lines = person.lines[region.y : region.y + height]
    return "\n".join(set_cell_size(line, width).rstrip() for line in lines) + "\n"


def expect(name: str, shown: str) -> None:
    """Compare with what was shown when it was last looked at."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DESKTERM_GOLDEN") == "write":
        path.write_text(shown)
    assert shown == path.read_text()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10), (120, 40), (200, 60), (90, 50)])
@pytest.mark.parametrize("density", ["compact", "comfortable"])
async def test_list_at_every_size(ann: Seat, many: list[int], size: tuple[int, int], density: str) -> None:
    """What stands where, on terminals from small to wide."""
    async with sitting(ann, size=size, view=EVERYTHING) as person:
        await person.press(*(["D"] if density == "comfortable" else []), "j", "space", "j")
        await person.rests()
        expect(f"{size[0]}x{size[1]}-{density}", body(person))


async def test_cursor_and_scroll_outlive_a_resize(ann: Seat, many: list[int]) -> None:
    """Made larger and smaller again, with the preview coming and going, the cursor stays with its ticket in sight."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("G", "k", "k")
        current = person.desk.listing.current
        for size in [(200, 60), (40, 10), (120, 40), (60, 20), (80, 24)]:
            await person.pilot.resize_terminal(*size)
            await person.rests()
            assert person.desk.listing.current == current and current in person.numbers
        await person.press("D")
        await person.rests()
        assert person.desk.listing.current == current and current in person.numbers


@pytest.mark.parametrize(
    ("wanted", "size", "place"),
    [
        ("auto", (100, 20), "right"),
        ("auto", (99, 40), "below"),
        ("auto", (99, 39), "off"),
        ("right", (80, 24), "right"),
        ("right", (59, 24), "off"),
        ("below", (200, 24), "below"),
        ("below", (200, 15), "off"),
        ("off", (200, 60), "off"),
    ],
)
def test_where_the_preview_stands(wanted: str, size: tuple[int, int], place: str) -> None:
    """By itself where there is room; where it was asked for as long as something of it can be read."""
    assert preview_place(wanted, *size) == place


async def test_preview_by_key(ann: Seat, opens: Opener) -> None:
    """P goes round: right, below, off, and by itself again; where there is no room it says so."""
    opens("Printer", "It smokes.")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("P")
        await person.sees("It smokes.", "Preview: right")
        assert person.desk.query_one(Preview).region.x == 40
        await person.press("P")
        await person.sees("Preview: below")
        await person.until(lambda: person.desk.query_one(Preview).region.x == 0)
        await person.press("P")
        await person.sees("Preview: off")
        await person.sees_no("It smokes.")
        await person.press("P")
        await person.sees("Preview: by itself")
        await person.pilot.resize_terminal(40, 10)
        await person.press("P")
        await person.sees("no room")


async def test_columns_are_chosen_in_place(ann: Seat, many: list[int]) -> None:
    """Space hides and shows, K moves to the left, the list follows at once; Enter keeps it, Esc leaves it as it was."""
    async with sitting(ann, view=EVERYTHING) as person:
        first = person.lines[3]
        await person.press("C")
        await person.sees("Columns", "the subject, in the room that is left")
        await person.press(*["j"] * 6, "space")
        await person.until(lambda: "requester" not in person.desk.lines.chosen and person.desk.lines.chosen)
        await person.press("escape")
        await person.until(lambda: person.lines[3] == first, "the columns of before")
        await person.press("C")
        await person.sees("Columns")
        await person.press(*["j"] * 7, "K", "K", "K", "K", "K", "enter")
        await person.until(lambda: person.desk.tickets.has_focus, "the list")
        assert person.desk.lines.chosen[2:4] == ("assignee", "state")
        await person.press("C", "=", "enter")
        await person.until(lambda: person.lines[3] == first, "the columns of before")


async def test_how_it_is_laid_out_is_kept(ann: Seat, bo: Seat, many: list[int]) -> None:
    """Columns, rows and preview are as one left them, the next day and on every terminal; a colleague's are theirs."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("D", "P", "P", "C")
        await person.sees("Columns", "Preview")
        await person.press("space", "enter")
        await person.rests()
    async with sitting(ann, view=EVERYTHING) as person:
        assert person.desk.lines.height == 2 and "mark" not in person.desk.lines.chosen
        await person.sees("Rosa Customer", "─────")
    async with sitting(bo, view=EVERYTHING) as person:
        assert person.desk.lines.height == 1 and person.desk.lines.chosen == () and "─────" not in person.text


async def test_settings_room_lays_the_list_out(ann: Seat, many: list[int]) -> None:
    """What is set in the room of the settings holds for the list when one comes back."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("g", "s")
        await person.sees("Where the ticket under the cursor is shown")
        await person.press("G", "k", "k", "k", "space", "space", "k", "space", "escape")
        await person.sees("─────", "Please help.")
        await person.until(lambda: person.desk.lines.height == 2)


async def test_two_lines_move_two_rows(ann: Seat, many: list[int]) -> None:
    """With two lines a ticket, pages are half as long and a click on either line means its ticket."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("D", "pagedown")
        await person.sees("9/30")
        await person.pilot.click("#tickets", offset=(20, 5))
        assert person.desk.listing.current == person.numbers[2]
        await person.press("G")
        await person.sees("30/30")
        assert person.numbers[-1] == person.desk.listing.current
