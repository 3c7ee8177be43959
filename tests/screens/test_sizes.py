"""Every size of terminal: nothing crashes, columns give way, what matters stays in sight."""

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.screens.preview import Preview
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10), (200, 60), (20, 6), (90, 50), (1, 1)])
async def test_a_round_at_any_size(ann: Seat, opens: Opener, size: tuple[int, int]) -> None:
    """Moving, opening, writing, choosing and leaving work at this size."""
    for place in range(12):
        opens(f"Thing {place} with a subject that is longer than narrow terminals are")
    async with sitting(ann, size=size, view=EVERYTHING) as person:
        for key in ("j", "G", "space", "escape", "s", "escape", "?", "escape", ":", "escape"):
            await person.press(key)
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk)
        await person.press("R")
        await person.until(lambda: person.ticket.panel is not None)
        await person.press("text:abc", "escape", "h", "escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("c", "escape")
        await person.rests()
        assert all(len(line) <= size[0] for line in person.lines)


async def test_narrow_keeps_number_and_subject(ann: Seat, opens: Opener) -> None:
    """At 40 columns requester and assignee give way, number, subject and age stay."""
    number = opens("Printer")
    async with sitting(ann, size=(40, 10), view=EVERYTHING) as person:
        line = next(line for line in person.lines if "Printer" in line)
        assert f"#{number}" in line and "Rosa" not in line and line.rstrip().endswith("now")


@pytest.mark.parametrize(("size", "has_preview"), [((80, 24), False), ((100, 24), True), ((80, 50), True)])
async def test_preview_where_there_is_room(ann: Seat, opens: Opener, size: tuple[int, int], has_preview: bool) -> None:
    """Beside the list from 100 columns, below it on tall narrow terminals, else none."""
    opens("Printer", "It smokes.")
    async with sitting(ann, size=size, view=EVERYTHING) as person:
        if has_preview:
            await person.sees("It smokes.")
        assert bool(person.desk.query(Preview)) is has_preview


async def test_preview_comes_and_goes_with_the_size(ann: Seat, opens: Opener) -> None:
    """A terminal made wider shows the preview, made narrower hides it."""
    opens("Printer", "It smokes.")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.pilot.resize_terminal(120, 30)
        await person.sees("It smokes.")
        await person.pilot.resize_terminal(80, 24)
        await person.sees_no("It smokes.")
        await person.rests()


async def test_preview_follows_the_cursor_and_is_not_reading(ann: Seat, opens: Opener) -> None:
    """The preview shows the ticket under the cursor, which stays unread."""
    opens("One", "Body of one")
    opens("Two", "Body of two")
    async with sitting(ann, size=(120, 30), view=EVERYTHING) as person:
        await person.sees("Body of two")
        await person.press("j")
        await person.sees("Body of one")
        await person.rests()
        assert all("●" in line for line in person.lines if "One" in line or "Two " in line)


async def test_ascii(ann: Seat, opens: Opener) -> None:
    """With ascii nothing but ASCII is drawn, as long as the data is ASCII."""
    number = opens("A subject much longer than the column for subjects is in a terminal of eighty cells")
    async with sitting(ann, view=EVERYTHING, ascii=True) as person:
        await person.press("space", "?")
        await person.sees("Keys")
        assert person.text.isascii()
        await person.press("escape", "escape")
        await person.opens(number)
        assert person.text.isascii()
        await person.press("N")
        await person.until(lambda: person.ticket.panel is not None)
        assert person.text.isascii()


async def test_ascii_preview(ann: Seat, opens: Opener) -> None:
    """So is the preview with its rule."""
    opens("Printer", "It smokes.")
    async with sitting(ann, size=(120, 30), view=EVERYTHING, ascii=True) as person:
        await person.sees("It smokes.")
        assert person.text.isascii()
