"""The desk screen: views, query, list, marks."""

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.ticket_lists import ReadTicketRows
from deskterm.engine.services.tickets import TakeTicket
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting


async def test_first_view_is_open_and_counted(ann: Seat, three: tuple[int, ...]) -> None:
    """The desk opens with the first view, its query in sight and the counts of all views beside their numbers."""
    ann.do(TakeTicket(number=three[0]))
    async with sitting(ann) as person:
        await person.sees("1 My open", "·1", "2 Unassigned·2", "assignee:me", "First thing", "1/1")


async def test_view_keys(ann: Seat, three: tuple[int, ...]) -> None:
    """A digit shows that view, newest first."""
    async with sitting(ann) as person:
        await person.press(str(EVERYTHING))
        await person.sees("Third thing", "1/3")
        assert person.numbers == list(reversed(three))


async def test_cursor_moves_like_vi(ann: Seat, three: tuple[int, ...]) -> None:
    """j, k, g and G move the cursor; it stops at the ends."""
    async with sitting(ann, view=EVERYTHING) as person:
        places = []
        for key in ("j", "j", "j", "k", "g", "G", "up", "home", "end"):
            await person.press(key)
            await person.pilot.pause()
            places.append(person.desk.tickets.cursor)
        assert places == [1, 2, 2, 1, 0, 2, 1, 0, 2]
        await person.sees("3/3")


async def test_filter_by_typing(ann: Seat, three: tuple[int, ...]) -> None:
    """Slash edits the query; the list follows the typing, Enter goes back to the list."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("/", "ctrl+u", "text:second")
        await person.until(lambda: person.numbers == [three[1]], "the filtered list")
        await person.press("enter")
        await person.until(lambda: person.desk.tickets.has_focus)
        await person.press("escape")
        await person.until(lambda: len(person.numbers) == 3, "the view's own query")


async def test_wrong_query_keeps_the_list(ann: Seat, three: tuple[int, ...]) -> None:
    """A mistake is said in words and underlined; the last good answer stays, and Esc brings its query back."""
    async with sitting(ann, view=EVERYTHING) as person:
        good = person.desk.reading.query
        await person.press("/", "ctrl+u", "text:status:nonsense", "enter")
        await person.sees("nonsense", "#1003")
        await person.until(lambda: person.desk.bar.input.underline.span is not None, "the underline")
        start, end = person.desk.bar.input.underline.span
        assert "status:nonsense"[start:end] in ("nonsense", "status:nonsense")
        assert person.desk.bar.input.has_focus
        await person.press("escape")
        await person.until(lambda: person.desk.tickets.has_focus)
        assert person.desk.bar.input.value == person.desk.reading.query == good


async def test_looking_at_the_query_changes_nothing(ann: Seat, three: tuple[int, ...]) -> None:
    """Slash and Esc leave the cursor and the marks where they were."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("space", "/", "escape", "j")
        await person.sees("3/3", "1 marked")


async def test_empty_list_says_what_to_do(ann: Seat) -> None:
    """A list with nothing in it names the keys that lead on."""
    async with sitting(ann) as person:
        await person.sees("No ticket matches", "c opens a new ticket", "0/0")


async def test_marks_survive_moves_and_are_counted(ann: Seat, three: tuple[int, ...]) -> None:
    """Space marks and moves down, Esc drops the marks, the star marks all."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("space", "space")
        await person.sees("2 marked", "3/3")
        await person.press("escape")
        await person.sees_no("marked")
        await person.press("*")
        await person.sees("3 marked")


async def test_range_marks_everything_between(ann: Seat, three: tuple[int, ...]) -> None:
    """v begins a range, v ends it."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("v", "j", "v")
        await person.sees("2 marked")
        assert person.desk.marked == (three[2], three[1])


async def test_many_are_changed_after_one_question(bo: Seat, opens: Opener) -> None:
    """With marks an action says what it will change and what it skips, and does nothing on no."""
    mine, _ = opens("Mine", queue="Network"), opens("Also mine", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        await person.press("*", "p", "text:hi", "enter")
        await person.sees("Set priority high on 2 tickets? y/n")
        await person.press("n")
        await person.sees_no("Set priority")
        assert bo.ask(ReadTicketRows(numbers=(mine,)))[0].priority.label == "normal"


async def test_skipped_tickets_are_told_with_the_reason(admin: Seat, ann: Seat, opens: Opener) -> None:
    """Tickets one may only read are left out, and the question says why."""
    from deskterm.engine.services.people import ChangePerson

    first, second = opens("Full here"), opens("Only reading there", queue="Security")
    admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "read"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("*", "x")
        await person.sees("1 skipped (needs work on queue Security)? y/n")
        await person.press("y")
        await person.sees("status Resolved")
        await person.rests()
        first_row, second_row = ann.ask(ReadTicketRows(numbers=(first, second)))
        assert (first_row.status, second_row.status) == ("Resolved", "New")


async def test_ages_are_told_from_the_desks_clock(ann: Seat, opens: Opener, clock: MovingClock) -> None:
    """The last column says how long nothing happened, by the clock that was handed in."""
    opens("Old")
    clock.move(hours=3)
    async with sitting(ann, view=EVERYTHING) as person:
        line = next(line for line in person.lines if "Old" in line)
        assert line.split()[-1] == "3h"


async def test_unsent_text_is_asked_about_before_leaving(ann: Seat, three: tuple[int, ...]) -> None:
    """q leaves at once, unless something is unsent: then after a question."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("R")
        await person.until(lambda: person.screen is not person.desk and person.ticket.panel is not None)
        await person.press("text:half a reply", "escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("q")
        await person.sees(f"Unsent: reply on #{three[2]}; it stays a draft. Leave?")
        await person.press("n")
        await person.sees_no("Unsent")
        assert person.app.is_running


async def test_mouse_moves_opens_and_leaves(ann: Seat, three: tuple[int, ...]) -> None:
    """A click moves the cursor and leaves a panel or the query as they were; two clicks open."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.pilot.click("#tickets", offset=(5, 2))
        await person.sees("3/3")
        await person.press("s")
        await person.sees("Status of")
        await person.pilot.click("#tickets", offset=(5, 0))
        await person.sees_no("Status of")
        await person.press("/", "text: zzz")
        await person.pilot.click("#tickets", offset=(5, 1))
        await person.until(lambda: person.desk.bar.input.value == person.desk.reading.query)
        await person.press("escape")
        await person.rests()
        await person.pilot.click("#tickets", offset=(5, 1), times=2)
        await person.until(lambda: person.screen is not person.desk)


async def test_colours_are_chosen_from_the_palette(ann: Seat, three: tuple[int, ...]) -> None:
    """Every theme can be chosen and draws the list."""
    async with sitting(ann, view=EVERYTHING) as person:
        for number, name in enumerate(("dark", "light", "contrast", "ansi"), 1):
            await person.press(":", "text:colours", "enter")
            await person.sees("high contrast")
            await person.press(str(number + 1))
            await person.until(lambda name=name: person.app.theme == f"deskterm-{name}")
            await person.rests()
            await person.sees("Third thing")


@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_another_view_after_a_panel(ann: Seat, three: tuple[int, ...], size: tuple[int, int]) -> None:
    """A panel that was open made the list shorter for a while; what is shown next replaces every line of it."""
    async with sitting(ann, view=EVERYTHING, size=size) as person:
        await person.press("a")
        await person.sees("Assign")
        await person.press("escape")
        await person.rests()
        await person.press("5")
        await person.sees("No ticket matches this query.")
        await person.sees_no("Third thing")
