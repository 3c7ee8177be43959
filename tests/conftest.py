"""People and desks for tests: a real SQLite file in a temporary directory and a clock that moves when told."""

import getpass
import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ["TERM"] = "xterm-256color"

from deskterm.data_files import data_path
from deskterm.engine.door.desk import Desk, open_desk
from deskterm.engine.door.seat import Seat, seat_for_login, seat_for_os_login
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services.desk_setup import DeskPlan, create_desk, read_starter
from deskterm.engine.services.people import AddPerson

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
"""Real mails, tickets and articles; not part of the project."""

NOON = 1_772_452_800_000
"""Monday 2 March 2026, 12:00 UTC."""


class MovingClock:
    """A clock that stands still until it is moved. Milliseconds."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def move(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass, or step back."""
        self.at += int((seconds + hours * 3600 + days * 86400) * 1000)


def os_login() -> str:
    """The account the tests run as."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return getpass.getuser()


def plan(*, empty: bool = False) -> DeskPlan:
    """A starter desk, or an empty one, whose admin is the account the tests run as."""
    return DeskPlan(
        admin_email="root@desk.example",
        admin_login="admin",
        admin_name="Root",
        os_login=os_login(),
        name="Test desk",
        starter=None if empty else read_starter(data_path("starter", "desk.toml")),
    )


@pytest.fixture
def clock() -> MovingClock:
    """A clock that moves when told."""
    return MovingClock()


@pytest.fixture(scope="session")
def starter_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter desk, made once and copied for each test."""
    place = tmp_path_factory.mktemp("starter") / "desk"
    create_desk(place, plan(), MovingClock()).close()
    return place


@pytest.fixture
def desk(tmp_path: Path, starter_desk: Path, clock: MovingClock) -> Iterator[Desk]:
    """A starter desk of one's own."""
    made = open_desk(Path(shutil.copytree(starter_desk, tmp_path / "desk")), clock)
    yield made
    made.close()


@pytest.fixture
def admin(desk: Desk) -> Seat:
    """The seat of the desk's admin."""
    return seat_for_os_login(desk, os_login(), "cli")


def seat(admin: Seat, login: str, role: str = "agent", **levels: str) -> Seat:
    """A new person's seat; levels by queue, with `_` for a space."""
    named = {name.replace("_", " "): level for name, level in levels.items()}
    admin.do(AddPerson(login=login, email=f"{login}@desk.example", name=login.title(), role=role, levels=named))
    return seat_for_login(admin.desk, login, "cli")


@pytest.fixture
def ann(admin: Seat) -> Seat:
    """An agent with full on the service desk and work on Network."""
    return seat(admin, "ann", Service_Desk="full", Network="work")


@pytest.fixture
def bo(admin: Seat) -> Seat:
    """An agent who may only work on Network."""
    return seat(admin, "bo", Network="work")


@pytest.fixture
def lea(admin: Seat) -> Seat:
    """A lead."""
    return seat(admin, "lea", role="lead")


@pytest.fixture
def ada(admin: Seat) -> Seat:
    """An auditor: sees everything, changes nothing."""
    return seat(admin, "ada", role="auditor")


@pytest.fixture
def rita(admin: Seat) -> Seat:
    """A requester with a login."""
    return seat(admin, "rita", role="requester")


@pytest.fixture(scope="session")
def reader() -> Iterator[MailReader]:
    """The process that parses mails."""
    with MailReader() as made:
        yield made
