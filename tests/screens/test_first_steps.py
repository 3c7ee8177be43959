"""What a newcomer is told, and that it goes when it was done; what an empty room says."""

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import ReadPreferences
from deskterm.screens.settings.drafts_screen import DraftsScreen
from deskterm.screens.settings.settings_screen import SettingsScreen
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting

FIRST, SECOND, THIRD = "1/3  Enter opens", "2/3  R answers the ticket, t makes it yours", "3/3  / finds tickets"


async def test_three_steps_one_after_the_other(ann: Seat, three: tuple[int, ...]) -> None:
    """Opening, answering and finding are told in turn, each until it was done, and never again."""
    async with sitting(ann, newcomer=True) as person:
        await person.press("6")
        await person.sees(FIRST)
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk)
        await person.sees(SECOND)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.sees(SECOND)
        await person.press("t")
        await person.sees("is yours")
        # A view was shown before: that is a way of finding, and was done already.
        await person.sees_no(SECOND)
        assert THIRD not in person.text
        await person.rests()
    assert ann.ask(ReadPreferences())["hints"] == "3"
    async with sitting(ann, newcomer=True) as person:
        assert FIRST not in person.text and THIRD not in person.text


async def test_third_step_goes_with_a_search(ann: Seat, three: tuple[int, ...]) -> None:
    """The line about finding goes when a query was entered."""
    async with sitting(ann, newcomer=True) as person:
        await person.app.session.preferences.keep("hints", "2")
        person.screen.show_hint()
        await person.sees(THIRD)
        await person.press("/", "ctrl+u", "text:first", "enter")
        await person.sees_no(THIRD)
        await person.until(lambda: person.numbers == [three[0]])


async def test_steps_are_for_those_who_can_take_them(rita: Seat, opens: Opener) -> None:
    """A requester is not told to take tickets."""
    opens("Printer", requester_email="rita@desk.example")
    async with sitting(rita, newcomer=True) as person:
        await person.app.session.preferences.keep("hints", "1")
        person.screen.show_hint()
        await person.sees("2/3  R answers the ticket; ? lists every key.")


async def test_low_terminals_have_no_line_for_it(ann: Seat, three: tuple[int, ...]) -> None:
    """Where there is no room, the list has it; the line comes with a higher terminal."""
    async with sitting(ann, size=(40, 10), newcomer=True) as person:
        assert "1/3" not in person.text
        await person.pilot.resize_terminal(80, 24)
        await person.sees(FIRST)


async def test_steps_can_be_put_away_and_brought_back(ann: Seat) -> None:
    """The setting ends them, or begins them again."""
    async with sitting(ann, newcomer=True) as person:
        await person.sees(FIRST)
        await person.press(":", "text:first steps", "enter", "text:done", "enter")
        await person.sees_no(FIRST)
        await person.press(":", "text:first steps", "enter", "text:from the first", "enter")
        await person.sees(FIRST)


# Drafts.


async def at_the_drafts(person: Person) -> None:
    """Go to the list of drafts by way of the settings."""
    await person.press("g", "s")
    await person.until(lambda: isinstance(person.screen, SettingsScreen))
    await person.press("G", "enter")
    await person.until(lambda: isinstance(person.screen, DraftsScreen))
    await person.rests()


async def test_drafts_are_gone_on_with(ann: Seat, opens: Opener) -> None:
    """A reply left with Esc stands among the drafts; Enter goes on with it, wherever one came from."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("R")
        await person.until(lambda: person.screen is not person.desk and person.ticket.panel is not None)
        await person.press("text:Half a word", "escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await at_the_drafts(person)
        await person.sees(f"#{number}", f"reply on #{number}", "Half a word")
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk and not isinstance(person.screen, DraftsScreen))
        await person.until(lambda: person.ticket.panel is not None)
        await person.sees("Half a word")


async def test_drafts_are_thrown_away_after_a_question(ann: Seat, opens: Opener) -> None:
    """Backspace asks; what was thrown away is gone from the desk too, and an empty list says what would be in it."""
    from deskterm.engine.services.drafts import ListDrafts

    opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("c")
        await person.sees("NEW TICKET")
        await person.press("text:Lamp", "escape")
        await person.rests()
        await at_the_drafts(person)
        await person.sees("new ticket", "Lamp")
        await person.press("backspace", "n")
        await person.sees("Lamp")
        await person.press("backspace", "y")
        await person.sees("Thrown away.", "Nothing is begun.")
        await person.until(lambda: not ann.ask(ListDrafts()))
        assert "go on" not in person.lines[-1]


@pytest.mark.parametrize("keys", [("a", "zzz"), ("s", "zzz")])
async def test_a_choice_that_matches_nothing_says_so(ann: Seat, opens: Opener, keys: tuple[str, str]) -> None:
    """Letters that leave no choice leave a line that says what to do."""
    opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(keys[0], f"text:{keys[1]}")
        await person.sees("Nothing matches")
        await person.press("enter", "escape")
        await person.sees_no("Nothing matches")


async def test_a_draft_being_written_is_not_thrown_away(ann: Seat, opens: Opener) -> None:
    """A new ticket that stands in its panel below is left alone, and that is said."""
    async with sitting(ann, view=EVERYTHING) as person:
        person.app.session.drafts.pause_seconds = 0.05
        await person.press("c")
        await person.sees("NEW TICKET")
        await person.press("text:Lamp")
        await person.until(lambda: len(person.app.session.drafts) and not person.app.session.drafts.unsaved)
        await person.press("ctrl+p", "text:settings", "enter")
        await person.until(lambda: isinstance(person.screen, SettingsScreen))
        await person.press("G", "enter")
        await person.sees("Lamp")
        await person.press("backspace", "y")
        await person.sees("open for writing")
        await person.press("escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.sees("Lamp")
