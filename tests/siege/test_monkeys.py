"""Random keys on every screen while somebody else changes, moves and deletes the same tickets and takes rights away."""

from random import Random

import pytest

from deskterm.engine.door.seat import Seat
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting
from tests.siege.crawler import WAYS, Way
from tests.siege.meddler import Meddler
from tests.siege.monkey import Monkey

_A_FEW = 200
_MANY = 20_000

_BODIES = (
    "Hello.\n\nOn Mon, 2 Mar 2026 at 12:05, Ann wrote:\n> quoted\n> twice\n\n-- \nRosa\nAccounts",
    "one\n" * 300,
    "W" * 10_000,
    "漢字カナ交じり文 " * 200,
    "",
)
"""What mails are like that are not read at one glance."""


async def plays(lea: Seat, elsewhere: Seat, way: Way, *, seed: int, presses: int) -> None:
    """Let a monkey at a screen."""
    dice = Random(f"{way.name} {seed}")
    meddler = Meddler(elsewhere, dice, "lea")
    async with sitting(lea, view=EVERYTHING) as person:
        monkey = Monkey(person, dice, meddler)
        await monkey.play(way, presses)
        meddler.restore()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_a_few_keys(lea: Seat, elsewhere: Seat, opens: Opener, way: Way) -> None:
    """Two hundred presses on each screen: nothing crashes, nothing is lost, Esc leads out."""
    for place in range(12):
        opens(f"Thing {place}", _BODIES[place % len(_BODIES)])
    await plays(lea, elsewhere, way, seed=1, presses=_A_FEW)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_many_keys(lea: Seat, elsewhere: Seat, opens: Opener, way: Way, seed: int) -> None:
    """Twenty thousand presses on each screen, two thousand a seed."""
    for place in range(12):
        opens(f"Thing {place}", _BODIES[place % len(_BODIES)])
    await plays(lea, elsewhere, way, seed=100 + seed, presses=_MANY // 10)
