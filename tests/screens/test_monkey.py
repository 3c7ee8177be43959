"""Hundreds of keys at random: whatever somebody's cat does, the session stays up."""

import random

import pytest

from deskterm.engine.door.seat import Seat
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting

_KEYS = [
    *"jkggGcrRNatspTmx+y.v*:?/123456789JKoehWnPVV",
    *("space", "enter", "escape", "escape", "tab", "shift+tab", "up", "down", "pageup", "pagedown", "home", "end"),
    *("ctrl+d", "ctrl+u", "ctrl+p", "ctrl+f", "ctrl+c", "f1", "backspace", "delete", "left", "right", "[", "]", "\\"),
]


@pytest.mark.parametrize("seed", range(2))
async def test_random_keys(lea: Seat, opens: Opener, seed: int) -> None:
    """Keys by the hundred, sizes changing in between; the list can be reached afterwards."""
    for place in range(8):
        opens(f"Thing {place}", "Hello.\n\n> quoted\n")
    dice = random.Random(seed)
    async with sitting(lea, size=dice.choice([(80, 24), (120, 40)]), view=EVERYTHING) as person:
        for count in range(160):
            await person.press(dice.choice(_KEYS))
            if count % 40 == 39:
                await person.pilot.resize_terminal(dice.choice([40, 80, 130]), dice.choice([10, 24, 45]))
        for _ in range(12):
            await person.press("escape")
            await person.pilot.pause()
        await person.until(lambda: person.screen is person.desk)
        await person.rests_or_asks()
        assert person.app.is_running
