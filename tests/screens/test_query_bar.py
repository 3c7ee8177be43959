"""The query bar: what is proposed, what is remembered, what is said of a mistake."""

import random
import time
from typing import Any

import pytest
from textual import events

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.ticket_lists import ListTickets
from tests.conftest import MovingClock
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting
from tests.screens.hostile import HostileSeat
from tests.siege.corpus import TEXTS


def value(person: Person) -> str:
    """What stands in the bar."""
    return person.desk.bar.input.value


def proposed(person: Person) -> list[str]:
    """The words proposed, as far as they are in sight."""
    lines = person.lines[person.desk.tickets.region.y :]
    return [line.partition("│")[2].split()[0] for line in lines if line.count("│") == 2]


async def edits(person: Person, *keys: str) -> None:
    """Empty the bar and press keys in it."""
    await person.press("/", "ctrl+u", *keys)


def all_at_once(person: Person, *keys: str) -> None:
    """Keys as they come in one packet."""
    for key in keys:
        character = {"space": " ", "slash": "/"}.get(key, key if len(key) == 1 else None)
        person.app.post_message(events.Key(key, character))


async def test_fields_are_proposed_after_a_pause(ann: Seat, three: tuple[int, ...]) -> None:
    """A few letters, and the fields that begin so stand under the word with what they mean; the list goes on below."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:is:open s")
        await person.sees("Status or status category", "0/0")
        assert [line.rstrip() for line in person.lines[2:8]] == [
            " / is:open s",
            "         │ status:   Status or status category       │",
            "  No tick│ sla:      Where it stands against its SLA │",
            "  1-9 sho│ sort:     Order of the list; - puts the…  │ new ticket.",
            "         │ channel:  How it came in                  │",
            "",
        ]


async def test_values_with_counts_at_40_columns(ann: Seat, three: tuple[int, ...]) -> None:
    """On a small terminal the popup is as wide as the screen and leaves the status line alone."""
    async with sitting(ann, size=(40, 10), view=EVERYTHING) as person:
        await edits(person, "text:status:")
        await person.until(lambda: proposed(person))
        await person.rests()
        assert person.text.splitlines()[1:] == [
            " / status:",
            "│ new                        categ…  3 │",
            "│ open                       categ…  0 │",
            "│ pending                    categ…  0 │",
            "│ resolved                   categ…  0 │",
            "│ closed                     categ…  0 │",
            "│ merged                     categ…  0 │",
            " 1/3",
            " Enter show  Tab complete  Esc back",
        ]


async def test_tab_completes_and_goes_on(ann: Seat, three: tuple[int, ...]) -> None:
    """Tab takes the first proposal; after a field its values follow at once, and Enter shows the query."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:st", "tab")
        await person.until(lambda: value(person) == "status:")
        await person.until(lambda: "new" in proposed(person), "the values")
        await person.press("text:res", "tab")
        await person.until(lambda: value(person) == "status:resolved")
        await person.press("enter")
        await person.sees("No ticket matches")
        assert person.desk.reading.query == "status:resolved"


async def test_typed_ahead_nothing_is_mixed_up(ann: Seat, three: tuple[int, ...]) -> None:
    """A whole line with Tabs in it, sent at once as a slow connection does, comes out as if typed slowly."""
    async with sitting(ann, view=EVERYTHING) as person:
        keys = [
            "slash",
            "ctrl+u",
            "s",
            "t",
            "tab",
            "n",
            "e",
            "tab",
            "space",
            "p",
            "r",
            "i",
            "tab",
            "h",
            "i",
            "tab",
            "enter",
        ]
        for key in keys:
            characters = {"space": " ", "slash": "/"}
            person.app.post_message(events.Key(key, characters.get(key, key if len(key) == 1 else None)))
        await person.until(lambda: person.desk.reading.query == "status:new priority:high")
        await person.until(lambda: person.desk.tickets.has_focus)


async def test_typed_ahead_after_enter_and_escape(ann: Seat, three: tuple[int, ...]) -> None:
    """What follows Enter or Esc at once is meant for the list that is shown then, not for the bar or the old list."""
    async with sitting(ann, view=EVERYTHING) as person:
        all_at_once(person, "slash", "ctrl+u", *"first", "enter", "space")
        await person.sees("1 marked")
        assert person.desk.marked == (three[0],)
        all_at_once(person, "slash", *" xx", "escape", "space")
        await person.sees("1 marked")
        await person.rests()
        assert value(person) == person.desk.reading.query == "first"
        assert not person.desk.bar.input.has_focus


async def test_arrows_choose_and_enter_takes(ann: Seat, three: tuple[int, ...]) -> None:
    """Down moves into the proposals and round them, Enter takes the one under the cursor and stays in the bar."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:is:")
        await person.until(lambda: len(proposed(person)) == 6)
        await person.press("up", "down", "down", "enter")
        assert value(person) == "is:mine"
        assert person.desk.bar.input.has_focus
        assert proposed(person) == []


async def test_enter_shows_what_was_typed(ann: Seat, three: tuple[int, ...]) -> None:
    """A word that begins like a field is searched for: only who moved into the proposals takes one with Enter."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:st")
        await person.until(lambda: proposed(person))
        await person.press("enter")
        await person.until(lambda: person.desk.tickets.has_focus)
        assert person.desk.reading.query == "st"
        assert proposed(person) == []


async def test_escape_closes_one_thing_at_a_time(ann: Seat, three: tuple[int, ...]) -> None:
    """First the proposals, then the bar, and the query is the one of before."""
    async with sitting(ann, view=EVERYTHING) as person:
        before = person.desk.reading.query
        await edits(person, "text:st")
        await person.until(lambda: proposed(person))
        await person.press("escape")
        await person.until(lambda: not proposed(person))
        assert person.desk.bar.input.has_focus and value(person) == "st"
        await person.press("escape")
        await person.until(lambda: person.desk.tickets.has_focus)
        assert value(person) == before


async def test_proposals_go_with_the_word(ann: Seat, three: tuple[int, ...]) -> None:
    """A space, a step away from the word, or the mouse elsewhere, and nothing is proposed any more."""
    async with sitting(ann, view=EVERYTHING) as person:
        for away in (("space",), ("left",), ("home",)):
            await edits(person, "text:st")
            await person.until(lambda: proposed(person))
            await person.press(*away)
            await person.until(lambda: not proposed(person), f"nothing after {away}")
        await edits(person, "text:st")
        await person.until(lambda: proposed(person))
        await person.pilot.click("#tickets", offset=(5, 12))
        await person.until(lambda: not proposed(person) and not person.desk.bar.input.has_focus)


async def test_a_click_takes(ann: Seat, three: tuple[int, ...]) -> None:
    """A proposal is taken with one click; the bar keeps the keys."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:has:")
        await person.until(lambda: "note" in proposed(person))
        row = next(y for y, line in enumerate(person.lines) if "│ note" in line)
        await person.pilot.click(offset=(person.lines[row].index("note"), row))
        await person.until(lambda: value(person) == "has:note")
        assert person.desk.bar.input.has_focus


async def test_tab_says_when_there_is_nothing(ann: Seat, three: tuple[int, ...]) -> None:
    """Tab where nothing is known says so; with nothing typed it lists every field."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:zzz", "tab")
        await person.sees("No field and no value begins so.")
        await person.press("ctrl+u", "tab")
        await person.until(lambda: value(person) == "status:")


async def test_mistake_is_not_blamed_while_it_is_completed(ann: Seat, three: tuple[int, ...]) -> None:
    """Half a value with proposals under it is no mistake yet; Enter says what is wrong and keeps the list."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:status:requ")
        await person.until(lambda: proposed(person))
        await person.rests()
        assert person.desk.bar.input.underline.span is None
        assert "There is no status" not in person.text
        await person.press("enter")
        await person.sees('There is no status "requ"', "Third thing")
        assert person.desk.bar.input.underline.span is not None
        assert person.desk.bar.input.has_focus


async def test_mistake_in_another_word_is_blamed_at_once(ann: Seat, three: tuple[int, ...]) -> None:
    """What is wrong elsewhere is said while one types on."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:status:nonsense ")
        await person.sees('There is no status "nonsense"', "Second thing")
        await person.press("text:sta")
        assert person.desk.bar.input.underline.span == (7, 15)
        await person.press("home", "text:x")
        assert person.desk.bar.input.underline.span is None


# History.


async def test_history_goes_back_and_forth(ann: Seat, three: tuple[int, ...]) -> None:
    """Up brings back what was entered, newest first and nothing twice; Down ends at what was being typed."""
    async with sitting(ann, view=EVERYTHING) as person:
        for query in ("first", "second", "first"):
            await edits(person, f"text:{query}", "enter")
            await person.until(lambda: person.desk.tickets.has_focus)
            await person.rests()
        await edits(person, "text:thi")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await person.press(key)
            seen.append(value(person))
        assert seen == ["first", "second", "second", "first", "thi", "thi"]


async def test_history_lasts_and_is_ones_own(ann: Seat, bo: Seat, three: tuple[int, ...], clock: MovingClock) -> None:
    """The next session of the same person knows it, another person's does not."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:priority:high", "enter")
        await person.until(lambda: person.desk.tickets.has_focus)
        await person.rests()
    later = open_desk(ann.desk.path, clock)
    for login, expected in (("ann", "priority:high"), ("bo", "")):
        async with sitting(seat_for_login(later, login, "screen"), view=EVERYTHING) as person:
            await edits(person, "up")
            assert value(person) == expected
    later.close()


async def test_two_sessions_add_to_one_history(ann: Seat, three: tuple[int, ...], clock: MovingClock) -> None:
    """What the same person entered in another session a moment ago is there, and neither overwrites the other."""
    elsewhere = open_desk(ann.desk.path, clock)
    again = seat_for_login(elsewhere, "ann", "screen")
    async with sitting(ann, view=EVERYTHING) as here, sitting(again, view=EVERYTHING) as there:
        for person, query in ((here, "first"), (there, "second"), (here, "third")):
            await edits(person, f"text:{query}", "enter")
            await person.until(lambda person=person: person.desk.tickets.has_focus)
            await person.rests()
        await there.press("/")
        await there.rests()
        seen = []
        for _ in range(3):
            await there.press("up")
            seen.append(value(there))
        assert seen == ["third", "second", "first"]
    elsewhere.close()


async def test_own_query_of_a_view_is_no_history(ann: Seat, three: tuple[int, ...]) -> None:
    """Looking through views and entering nothing new fills no history."""
    async with sitting(ann) as person:
        await person.press("2", "3", "/", "enter")
        await person.until(lambda: person.desk.tickets.has_focus)
        await person.rests()
        assert person.desk.bar.input.history.entries == ()


# What is typed and pasted.


async def test_paste_of_lines_is_one_line(ann: Seat, three: tuple[int, ...]) -> None:
    """Line ends become spaces, nothing is lost and nothing steers the terminal; it is live like typing."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person, "text:is:open ")
        person.app.post_message(events.Paste("first\r\n\tthing\n"))
        await person.until(lambda: value(person) == "is:open first thing ")
        await person.until(lambda: person.numbers == [three[0]])
        await person.press("ctrl+u")
        person.app.post_message(events.Paste("a\x1b]52;c;x\x07b"))
        await person.until(lambda: value(person) == "a\ufffd]52;c;x\ufffdb")


async def test_paste_too_long_is_refused_in_words(ann: Seat, three: tuple[int, ...]) -> None:
    """A megabyte in the bar is said to be too long; the list stays."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person)
        person.app.post_message(events.Paste("word " * 200_000))
        await person.sees("at most 1,000 characters", "Third thing")


async def test_long_query_scrolls_in_its_line(ann: Seat, three: tuple[int, ...]) -> None:
    """The end that is being written is in sight, whatever the width; Home shows the beginning."""
    async with sitting(ann, size=(40, 10), view=EVERYTHING) as person:
        await edits(person)
        person.app.post_message(events.Paste("status:new " * 9))
        await person.press("text:omega")
        await person.sees("omega")
        assert len(person.desk.bar.region.intersection(person.screen.region)) and person.desk.bar.size.height == 1
        await person.press("home")
        await person.sees_no("omega")
        await person.sees("/ status:new")


@pytest.mark.parametrize("text", TEXTS[::12], ids=ascii)
async def test_nasty_text_in_the_bar(ann: Seat, three: tuple[int, ...], text: str) -> None:
    """Whatever is pasted is shown harmless, answered or refused, and the bar goes on."""
    async with sitting(ann, view=EVERYTHING) as person:
        await edits(person)
        person.app.post_message(events.Paste(text.encode("utf-8", "replace").decode()))
        await person.press("tab", "enter")
        await person.rests()
        await person.press("/", "ctrl+u", "text:first", "enter")
        await person.until(lambda: person.numbers == [three[0]])


@pytest.mark.parametrize("start", [0, 9])
async def test_nasty_proposals(ann: Seat, three: tuple[int, ...], start: int) -> None:
    """Names made to hurt are proposed as plain text."""
    async with sitting(HostileSeat(ann, start=start), size=(60, 20)) as person:
        await edits(person, "text:queue:")
        await person.until(lambda: person.desk.bar.input.proposals.is_open)
        await person.press("down", "down", "enter")
        await person.rests()
        assert not any(character < " " or "\x7f" <= character < "\xa0" for line in person.lines for character in line)


class SlowSeat:
    """A seat at which any query but the view's own takes longer than one waits for a letter."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.desk = seat.desk
        self.actor = seat.actor
        self.asked: list[str] = []

    def ask(self, query: Any) -> Any:
        if isinstance(query, ListTickets):
            self.asked.append(query.query)
            if not query.query.startswith("is:open"):
                time.sleep(0.35)
        return self._seat.ask(query)

    def do(self, command: Any) -> Any:
        return self._seat.do(command)

    def settings(self) -> dict[str, str]:
        return self._seat.settings()

    def data_version(self) -> int:
        return self._seat.data_version()


async def test_slow_query_waits_for_enter(ann: Seat, three: tuple[int, ...]) -> None:
    """When the list took long to follow, it is asked again on Enter alone, and the status line says so."""
    seat = SlowSeat(ann)
    async with sitting(seat, view=EVERYTHING) as person:
        await edits(person, "text:second")
        await person.until(lambda: "second" in seat.asked)
        await person.rests()
        await person.press("text: thing")
        await person.sees("Enter shows it")
        await person.rests()
        assert seat.asked[-1] == "second"
        await person.press("enter")
        await person.until(lambda: person.numbers == [three[1]])
        assert seat.asked[-1] == "second thing"


_KEYS = [
    *'status:open-,()"<>=#19*ä漢 V?',
    *("space", "tab", "tab", "enter", "escape", "up", "down", "left", "right", "home", "end"),
    *("backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+left", "pageup", "ctrl+d", "shift+tab", "f1"),
]


@pytest.mark.parametrize("seed", range(2))
async def test_random_keys_in_the_bar(lea: Seat, opens: Opener, seed: int) -> None:
    """Anything typed into the bar, at sizes that change, leaves a session that can still filter."""
    first = opens("Omega one")
    opens("Something else")
    dice = random.Random(seed)
    async with sitting(lea, view=EVERYTHING) as person:
        for count in range(150):
            if not person.desk.bar.input.has_focus and person.screen is person.desk:
                await person.press("escape", "escape", "/")
            key = dice.choice(_KEYS)
            await person.press(key if len(key) > 1 else f"text:{key}")
            if count % 50 == 49:
                await person.pilot.resize_terminal(dice.choice([20, 40, 130]), dice.choice([6, 10, 45]))
        for _ in range(6):
            await person.press("escape")
            await person.pilot.pause()
        await person.pilot.resize_terminal(80, 24)
        await person.rests_or_asks()
        await person.press("escape", str(EVERYTHING))
        await edits(person, "text:omega", "enter")
        await person.until(lambda: person.numbers == [first])
