"""What holds for every key of the screens, whoever bound it."""

import pytest
from textual.binding import Binding

from deskterm.app import DeskApp
from deskterm.engine.door.seat import Seat
from deskterm.screens.keymap import LIFELINES, Keymap, forbidden
from deskterm.screens.live_screen import LiveScreen
from deskterm.screens.settings.key_catalogue import PLACES, clashes, key_rows, keys_of, node_kinds, own_bindings
from tests.screens.conftest import EVERYTHING, opens, three
from tests.screens.driver import sitting

__all__ = ["opens", "three"]

KINDS = [*node_kinds(), DeskApp]
BINDINGS = [(kind.__name__, binding) for kind in dict.fromkeys(KINDS) for binding in own_bindings(kind)]
NAMED = [binding for _, binding in BINDINGS if not binding.system]


def test_bindings_are_found() -> None:
    """The walk meets those of lists, screens and the app."""
    assert {"list.down", "desk.filter", "ticket.take", "jobs.run", "app.leave"} <= {found.id for found in NAMED}


@pytest.mark.parametrize(
    ("owner", "binding"), BINDINGS, ids=lambda found: found if isinstance(found, str) else found.key
)
def test_every_binding_can_be_named_and_explained(owner: str, binding: Binding) -> None:
    """An id for the keymap, words for the key line, and a sentence for the list of keys; or it is the system's."""
    assert binding.system or (binding.id and binding.description and binding.tooltip), owner


def test_an_id_is_one_action() -> None:
    """Two bindings of one id do the same and come with the same keys: they are changed together."""
    found: dict[str, tuple[str, str]] = {}
    for binding in NAMED:
        assert found.setdefault(binding.id or "", (binding.action, binding.key)) == (binding.action, binding.key)


def test_every_place_has_words() -> None:
    """The first part of an id says where it works; the settings know it in words."""
    assert {row.name.partition(".")[0] for row in key_rows()} <= set(PLACES)


def test_no_key_comes_that_does_not_reach_everywhere() -> None:
    """No binding comes with a key that a user may not give it, but for the lifelines."""
    for row in key_rows():
        refused = {key for key in row.default if forbidden(key)}
        assert refused <= set(LIFELINES.get(row.name, ())), row.name


def test_ways_out_are_lifelines() -> None:
    """Esc, Enter and the ways to help and palette stay with every binding that comes with them."""
    kept = {"escape", "enter", "f1", "ctrl+p", "ctrl+q"}
    for row in key_rows():
        assert set(LIFELINES.get(row.name, ())) == kept & set(row.default), row.name


def test_keys_as_they_come_do_not_clash() -> None:
    """No two bindings that could be meant at once come with one key, but those that are meant to shadow each other."""
    rows, keymap = key_rows(), Keymap()
    for row in rows:
        for key in keys_of(row, keymap):
            assert not [other.name for other in clashes(rows, keymap, row, key) if key not in other.default], row.name


async def test_keys_shown_are_the_keys_of_the_keymap(ann: Seat, three: tuple[int, ...]) -> None:
    """With every letter exchanged for another, no key line says a letter that is none any more."""
    letters = [row for row in key_rows() if len(row.default[0]) == 1 and row.owners]
    spare = iter("äöüßéèêëàâãåáçñóòôõøúùûíìîïýÿæœðþłšžčćďěňřťůąęśźżğışĳ" * 3)
    keymap = {row.name: next(spare) for row in letters if not row.default[0].isdigit()}
    before = {row.default[0] for row in letters}
    async with sitting(ann, size=(200, 24), view=EVERYTHING) as person:
        person.app.session.keymap = Keymap(keymap)
        person.app.session.apply_settings()

        def stale() -> set[str]:
            screen = person.screen
            assert isinstance(screen, LiveScreen)
            screen.show_keys()  # type: ignore[attr-defined]
            line = next(line for line in reversed(person.lines) if line.strip())
            return {word for word in line.replace("/", " ").split() if word in before}

        assert not stale()
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk)
        await person.rests()
        assert not stale()
