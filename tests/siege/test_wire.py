"""What reaches a real terminal from a hostile desk: nothing that a harmless one would not have sent."""

import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import seat_for_os_login
from deskterm.screens.rooms import ROOMS, TICKETS
from tests.conftest import MovingClock, os_login
from tests.screens.terminal import Terminal
from tests.siege.corpus import TEXTS
from tests.siege.hostile_desk import HARMLESS, Filler, write_over
from tests.siege.wire import controls

_KEYS = "jkGvrRNatsxpTm+yc/oehWJMLzw&.?:u#"
_ESCAPE = 0.08
"""Seconds of quiet after Esc: longer than a lone Esc waits for what may follow."""

_INTO = "[/\x1b[B"
"""What is typed into whatever has opened: markup, and a step down."""

_OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}

_WAYS = {"tickets": "", "ticket": "\r", **{room.name: f"g{room.letter}" for room in ROOMS if room.name != TICKETS}}

_OFTEN = [*product(("tickets", "ticket"), ("ssh", "here")), *((name, "ssh") for name in list(_WAYS)[2:])]
_SELDOM = [pytest.param(name, "here", marks=pytest.mark.soak) for name in list(_WAYS)[2:]]


@pytest.fixture(scope="session")
def two_desks(tmp_path_factory: pytest.TempPathFactory, starter_desk: Path) -> tuple[Path, Path]:
    """A desk full of hostile texts and one of harmless texts, to be copied."""
    return tuple(_made(tmp_path_factory.mktemp("desks"), starter_desk, texts) for texts in (TEXTS, HARMLESS))  # type: ignore[return-value]


def _made(place: Path, starter: Path, texts: Sequence[str]) -> Path:
    root = Path(shutil.copytree(starter, place / "desk"))
    desk = open_desk(root, MovingClock())
    Filler(seat_for_os_login(desk, os_login(), "cli"), texts).fill()
    desk.close()
    write_over(root, texts)
    return root


def walk(root: Path, way: str, env: dict[str, str]) -> set[str]:
    """The kinds of control sequences sent while somebody goes to a screen and presses everything there."""
    argv = [sys.executable, "-m", "deskterm", "--desk", str(root)]
    with Terminal(argv, columns=110, rows=30, env=env) as terminal:
        terminal.until("1/4")
        for key in _KEYS:
            terminal.press(way, 0.06)
            terminal.press(key + _INTO, 0.06)
            terminal.press("\x1b", _ESCAPE)
            terminal.press("\x1b", _ESCAPE)
        assert terminal.ends(0) is None, terminal.screen()
        return controls(terminal.sent)


@pytest.mark.parametrize(("name", "where"), [*_OFTEN, *_SELDOM])
def test_screens_send_nothing_new(two_desks: tuple[Path, Path], tmp_path: Path, name: str, where: str) -> None:
    """Whatever the texts are, the same kinds of control sequences are sent as with harmless ones."""
    roots = [shutil.copytree(desk, tmp_path / str(place)) for place, desk in enumerate(two_desks)]
    env = _OVER_SSH if where == "ssh" else {}
    with ThreadPoolExecutor() as side_by_side:
        hostile, harmless = side_by_side.map(lambda root: walk(root, _WAYS[name], env), roots)
    assert hostile <= harmless
