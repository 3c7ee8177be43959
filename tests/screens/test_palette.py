"""The palette and the list of keys: what they offer, in which order, and what choosing does."""

import time

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.preferences import ReadPreferences
from deskterm.screens.widgets.matching import rank, rank_with_hint
from deskterm.screens.widgets.picker import Picker
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting


async def offered(person: Person, typed: str) -> list[str]:
    """What the palette leaves, from the top, after these words; closed again."""
    await person.press(":", *([f"text:{typed}"] if typed else []))
    await person.until(lambda: any(picker.is_open for picker in person.screen.query(Picker)))
    await person.pilot.pause()
    labels = [choice.label for choice in person.screen.query_one(Picker).shown]
    await person.press("escape")
    await person.rests()
    return labels


async def test_palette_as_it_stands(ann: Seat, three: tuple[int, ...]) -> None:
    """The palette at 80×24: keys, names, what each does."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(":")
        await person.sees("Do", "likely next")
        lines = [line.rstrip() for line in person.lines]
    assert lines[7] == " Do"
    assert lines[8:13] == [
        " R      reply               Write a public reply to the requester",
        " N      note                Write an internal note for agents",
        " a      assign              Give to a colleague, or back to nobody",
        " t      take                Become the assignee",
        " s      status              Set the status",
    ]
    assert lines[-1] == " Enter choose  Up/Down move  Esc back  letters filter"


async def test_list_of_keys_as_it_stands(ann: Seat, three: tuple[int, ...]) -> None:
    """The list of keys at 80×24: those of the list that has the focus come first."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("f1")
        await person.sees("Keys", "Become the assignee")
        lines = [line.rstrip() for line in person.lines]
    assert lines[8:11] == [
        " j Down       down         Move to the next row",
        " k Up         up           Move to the row before",
        " g Home       first        Move to the first row",
    ]


async def test_help_of_another_pane_begins_with_its_keys(ann: Seat, opens: Opener) -> None:
    """In a ticket the thread's keys come first, then the ticket's; those about keys come last of the screen's."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("?")
        await person.sees("Scroll a line down")
        labels = [choice.hint for choice in person.screen.query_one(Picker).shown]
    assert labels[0] == "Scroll a line down"
    assert labels.index("Become the assignee") < labels.index("List the keys that work here")
    assert labels.index("Read the next ticket of the list") < labels.index("List the keys that work here")


async def test_keys_are_found_by_key_and_by_words(ann: Seat, three: tuple[int, ...]) -> None:
    """What is typed finds a key or what it does; nine keys for nine views are one line."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("?", "text:1-9")
        await person.sees("Show the view of this number")
        assert len(person.screen.query_one(Picker).shown) == 1
        await person.press("escape", "?", "text:mark all", "enter")
        await person.sees("3 marked")


async def test_help_greys_what_is_not_allowed(admin: Seat, ann: Seat, opens: Opener) -> None:
    """A key that would be refused says so in the list, and does nothing when chosen there."""
    opens("Only reading", queue="Security")
    admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "read"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("?", "text:take")
        await person.sees("needs work on queue Security")
        await person.press("enter")
        await person.sees("take: needs work on queue Security")


async def test_everything_is_offered(lea: Seat, three: tuple[int, ...]) -> None:
    """Actions, rooms, views and settings are there before anything is typed."""
    async with sitting(lea, view=EVERYTHING) as person:
        labels = await offered(person, "")
    assert {"reply", "new ticket", "filter", "mark all", "quit", "Jobs", "Settings", "theme", "keys"} <= set(labels)
    assert {"view Unassigned", "view Urgent"} <= set(labels)
    assert "palette" not in labels and "view" not in labels


async def test_palette_in_the_query_offers_the_screens_actions(ann: Seat, three: tuple[int, ...]) -> None:
    """Opened with ctrl+p while the query is edited, it offers what the keys of the list do."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press("/", "ctrl+p", "text:mark all", "enter")
        await person.sees("3 marked")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("take", "take"),
        ("pri", "priority"),
        ("PRIO", "priority"),
        ("all mark", "mark all"),
        ("cn", "copy number"),
        ("rsl", "resolve"),
        ("set prio", "priority"),
        ("assignee", "take"),
        ("urg", "view Urgent"),
        ("jobs", "Jobs"),
        ("colours", "theme"),
    ],
)
async def test_best_match_comes_first(lea: Seat, three: tuple[int, ...], typed: str, first: str) -> None:
    """By name, by its beginning, by words in any order, by initials, by letters, by what it does."""
    async with sitting(lea, view=EVERYTHING) as person:
        assert (await offered(person, typed))[0] == first


async def test_the_search_is_the_last_offer_and_the_only_one_for_other_words(ann: Seat, three: tuple[int, ...]) -> None:
    """Words that name an action can be searched for too; words that name none are offered for nothing else."""
    async with sitting(ann, view=EVERYTHING) as person:
        assert (await offered(person, "status"))[-1] == "find status"
        assert await offered(person, "printer jam") == ["find printer jam"]


async def test_recent_tickets(ann: Seat, three: tuple[int, ...], opens: Opener) -> None:
    """Tickets read before are offered by subject, the last one first, also at the next login."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(three[0])
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.opens(three[2])
        found = await offered(person, "thing")
        assert found[0] == f"#{three[0]} First thing" and f"#{three[2]} Third thing" not in found
        await person.press(":", "text:first thi", "enter")
        await person.until(lambda: person.ticket.number == three[0])
        await person.rests()
    assert ann.ask(ReadPreferences())["recent"] == f"[{three[0]},{three[2]}]"
    async with sitting(ann, view=EVERYTHING) as person:
        assert (await offered(person, "thing"))[:2] == [f"#{three[0]} First thing", f"#{three[2]} Third thing"]


async def test_recent_tickets_out_of_sight_are_not_named(admin: Seat, ann: Seat, opens: Opener) -> None:
    """A ticket that one may no longer see is not among the recent ones, whatever was read of it before."""
    number = opens("Secret thing", queue="Security")
    admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "read"}))
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "none"}))
        assert f"#{number} Secret thing" not in await offered(person, "secret")


async def test_a_busy_desk_does_not_hold_the_palette(ann: Seat, three: tuple[int, ...]) -> None:
    """While the desk is at work on something else, the palette opens without the recent tickets."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(three[0])
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.rests()
        busy = person.app.session.thread.submit(lambda seat: time.sleep(1.5))
        await person.press(":")
        await person.sees("Write a public reply")
        assert not busy.done()


def test_ranks() -> None:
    """Spread letters find nothing; words must all be there; a hint counts less than a label."""
    assert rank("printer", "Set the priority") == 0
    assert rank("mark none", "mark all") == 0
    assert rank("all mark", "mark all") == 3
    assert rank("mark", "mark") > rank("mark", "mark all") > rank("all", "mark all") > rank("ark", "mark all")
    assert rank_with_hint("take", "take", "") > rank_with_hint("take", "own", "take it") > 0
    assert rank("", "anything") and not rank("x", "")
