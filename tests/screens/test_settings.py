"""One's own settings: changed by key, effective at once, kept for the next login."""

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import ReadPreferences, SetPreference
from deskterm.screens.settings.keys_screen import KeysScreen
from deskterm.screens.settings.settings_screen import SettingsScreen
from tests.screens.conftest import EVERYTHING
from tests.screens.driver import Person, sitting


async def in_the_settings(person: Person) -> None:
    """Go there."""
    await person.press("g", "s")
    await person.until(lambda: isinstance(person.screen, SettingsScreen))
    await person.rests()


async def at_the_keys(person: Person, words: str) -> None:
    """Go to the list of keys, and to the line of an action."""
    await in_the_settings(person)
    await person.press("G", "k", "enter")
    await person.until(lambda: isinstance(person.screen, KeysScreen))
    await person.press("/", f"text:{words}", "enter")
    await person.rests()


async def test_settings_as_they_stand(ann: Seat) -> None:
    """The room at 80×24, line by line."""
    async with sitting(ann) as person:
        await in_the_settings(person)
        lines = [line.rstrip() for line in person.lines]
    assert lines[0] == " Settings of ann · Test desk"
    assert "  Theme            by terminal        Colours of the screens" in lines
    assert "  Signs            by terminal        Signs beside the words" in lines
    assert "  Line             by connection      How much is sent to the terminal" in lines
    assert "  Keys             as they come       Which key does what" in lines
    assert lines[-1] == " Enter choose  Space next value  Backspace reset  Esc back  ? more"


async def test_theme_is_chosen_at_once_and_kept(ann: Seat) -> None:
    """Enter offers the themes with what they are; the choice shows at once and at the next login."""
    async with sitting(ann) as person:
        await in_the_settings(person)
        await person.press("enter")
        await person.sees("high contrast", "7:1 and more")
        await person.press("text:high", "enter")
        await person.sees("Theme: high contrast.")
        assert person.app.theme == "deskterm-contrast"
    assert ann.ask(ReadPreferences())["theme"] == "contrast"
    async with sitting(ann) as person:
        assert person.app.theme == "deskterm-contrast"


async def test_space_takes_the_next_value_and_backspace_the_first(ann: Seat) -> None:
    """A setting is changed without a panel; the mark shows which are not as they came."""
    async with sitting(ann) as person:
        await in_the_settings(person)
        await person.press("j", "space", "space")
        await person.sees("Signs: ASCII.")
        assert person.text.isascii() and person.app.session.draws_ascii
        assert any(line.startswith("o Signs") for line in person.lines)
        await person.press("backspace")
        await person.sees("Signs: by terminal.", "·")
        await person.rests()
    assert "ascii" not in ann.ask(ReadPreferences())


async def test_signs_change_on_the_desk_too(ann: Seat) -> None:
    """Back in the list every line of it is drawn with the signs that were chosen."""
    async with sitting(ann, view=EVERYTHING) as person:
        assert not person.text.isascii()
        await in_the_settings(person)
        await person.press("j", "space", "space")
        await person.sees("Signs: ASCII.")
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.rests()
        assert person.text.isascii()


async def test_setting_from_the_palette(ann: Seat) -> None:
    """A setting is found by name from any screen."""
    async with sitting(ann, view=EVERYTHING) as person:
        await person.press(":", "text:theme", "enter")
        await person.sees("terminal's own")
        await person.press("text:light", "enter")
        await person.until(lambda: person.app.theme == "deskterm-light")


async def test_line_profile(ann: Seat) -> None:
    """The profile of a slow line brings the terminal's own colours, also where no SSH is seen, and the other way."""
    ann.do(SetPreference(key="line", value="ssh"))
    async with sitting(ann) as person:
        assert person.app.theme == "deskterm-ansi" and person.app.session.over_ssh
        await in_the_settings(person)
        await person.press("j", "j", "space")
        await person.sees("Line: no need to spare from the next start on.")
    async with sitting(ann, over_ssh=True) as person:
        assert person.app.theme == "deskterm-dark" and not person.app.session.over_ssh


@pytest.mark.parametrize("value", ["[", '["x"]', '{"list.down": 7}', '{"list.down": ",,"}', "nonsense", "\x00"])
async def test_broken_settings_keep_nobody_out(ann: Seat, desk: Desk, value: str) -> None:
    """Whatever stands in the file where a setting should be, the desk opens and its keys work."""
    with desk.backend.writing() as writer:
        for key in ("keymap", "theme", "ascii", "line", "undo_seconds", "hints", "recent", "density", "columns"):
            writer.execute("INSERT INTO preference VALUES (?, ?, ?)", (ann.actor.person_id, key, value))
    async with sitting(ann, view=EVERYTHING, newcomer=True) as person:
        await in_the_settings(person)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_settings_that_cannot_be_read_keep_nobody_out(ann: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that does not give them opens as it comes."""
    from deskterm.engine.door.errors import Busy

    def busy() -> dict[str, str]:
        raise Busy("Somebody else is writing.")

    monkeypatch.setattr(ann, "settings", busy)
    async with sitting(ann) as person:
        assert person.app.theme == "deskterm-dark"


# The keys.


async def test_a_new_key_works_at_once_and_is_shown_everywhere(ann: Seat, three: tuple[int, ...]) -> None:
    """Taking is moved to B: key line, list of keys and palette say so, B takes, and t does nothing."""
    async with sitting(ann, view=EVERYTHING) as person:
        await at_the_keys(person, "take")
        await person.press("enter")
        await person.sees("New key for take? Esc leaves t.")
        await person.press("B")
        await person.sees("take: B.")
        await person.press("escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.sees("B take")
        await person.press("t", "?", "text:assignee")
        await person.sees("B            take         Become the assignee")
        await person.press("escape", ":", "text:take")
        await person.sees("take")
        assert any(line.split()[:2] == ["B", "take"] for line in person.lines)
        await person.press("escape", "B")
        await person.sees("is yours")
        await person.rests()
    assert ann.ask(ReadPreferences())["keymap"] == '{"ticket.take":"B"}'
    async with sitting(ann, view=EVERYTHING) as person:
        await person.sees("B take")


async def test_a_clash_is_named_and_can_be_swapped(ann: Seat) -> None:
    """The key of another action is not taken silently: both are exchanged, or nothing is changed."""
    async with sitting(ann, view=EVERYTHING) as person:
        await at_the_keys(person, "take")
        await person.press("enter", "a")
        await person.sees("a is assign (tickets). s swap, n leave it")
        await person.press("n")
        await person.rests()
        assert not person.app.session.keymap.entries
        await person.press("enter", "a", "s")
        await person.sees("take: a; assign: t.")
        await person.rests()
        assert person.app.session.keymap.entries == {"ticket.take": "a", "ticket.assign": "t"}
        await person.press("backspace")
        await person.sees("t is assign: give that another key first.")
        await person.press("X", "y")
        await person.sees("Every key is as it came.")
        assert not person.app.session.keymap.entries


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("ctrl+b", "Ctrl+B cannot be used: it is the key of tmux"),
        ("ctrl+a", "Ctrl+A cannot be used"),
        ("ctrl+s", "Ctrl+S cannot be used: many terminals stop at it"),
        ("ctrl+j", "terminals send it for Enter"),
        ("ctrl+h", "terminals send it for Backspace"),
        ("alt+x", "Alt arrives as Esc"),
        ("enter", "Enter stays what it is"),
        ("f1", "F1 stays what it is"),
    ],
)
async def test_forbidden_keys_say_why(ann: Seat, key: str, reason: str) -> None:
    """A key that does not reach a program everywhere is refused with the reason, and another one asked for."""
    async with sitting(ann) as person:
        await at_the_keys(person, "take")
        await person.press("enter", key)
        await person.sees(reason)
        await person.press("B")
        await person.sees("take: B.")


async def test_arrows_stay_with_their_letters(ann: Seat, three: tuple[int, ...]) -> None:
    """A new letter for a move takes the place of the old letter; the arrow goes on working."""
    async with sitting(ann, view=EVERYTHING) as person:
        await at_the_keys(person, "move to the next row")
        await person.press("enter", "ctrl+n")
        await person.sees("down: Ctrl+N.")
        await person.press("escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("ctrl+n", "down", "j")
        await person.sees("3/3")


async def test_room_letters_are_keys_too(lea: Seat) -> None:
    """The letter of a room can be another one, and meets only letters of other rooms."""
    async with sitting(lea) as person:
        await at_the_keys(person, "what runs by itself")
        await person.press("enter", "t")
        await person.sees("t is Tickets (after g)")
        await person.press("n", "enter", "o")
        await person.sees("Jobs: o.")
        await person.press("escape", "escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("g")
        await person.sees("o Jobs")
        await person.press("o")
        await person.sees("intake")


async def test_esc_stays_whatever_was_kept(ann: Seat, three: tuple[int, ...]) -> None:
    """A keymap written by hand that gives every way out another key leaves Esc, Enter, F1 and ctrl+p working."""
    names = ("picker.cancel", "ticket.back", "room.back", "list.choose", "desk.keys", "desk.palette")
    keymap = ",".join(f'"{name}": "x"' for name in names)
    ann.do(SetPreference(key="keymap", value=f'{{{keymap}, "ticket.take": "escape,enter,ctrl+b"}}'))
    async with sitting(ann, view=EVERYTHING) as person:
        assert "ticket.take" not in person.app.session.keymap.entries
        await person.press("f1")
        await person.sees("Keys")
        await person.press("escape", "enter")
        await person.until(lambda: person.screen is not person.desk)
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)
        await person.press("ctrl+p", "text:settings", "enter")
        await person.until(lambda: isinstance(person.screen, SettingsScreen))
        await person.press("escape")
        await person.until(lambda: person.screen is person.desk)


async def test_keys_as_they_stand(ann: Seat) -> None:
    """The list at 80×24: what it does, its keys, what it is for; the status line says where."""
    async with sitting(ann) as person:
        await at_the_keys(person, "mark the ticket")
        lines = [line.rstrip() for line in person.lines]
    assert lines[0] == " Keys · Test desk"
    assert "  mark             Space              Mark the ticket and move down" in lines
    assert lines[-2].endswith("ticket list")
    assert lines[-1] == " Enter new key  / find  Backspace reset  X reset all  Esc back  ? more"
