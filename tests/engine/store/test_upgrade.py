"""A desk that an older program made is brought up to today's schema, or left as it was."""

import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.errors import DeskUnsafe, ReadOnly
from deskterm.engine.door.seat import seat_for_login
from deskterm.engine.services.drafts import ListDrafts, SaveDraft
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.store import schema_2, upgrade
from deskterm.engine.store.migrations import SCHEMA_VERSION
from tests.conftest import MovingClock

ROOT = Path(__file__).parents[3]
NUMBER = 1001

OPEN = """
import sys
from pathlib import Path
from deskterm.engine.door.desk import open_desk
sys.stdin.readline()
open_desk(Path(sys.argv[1]), lambda: 1_772_456_400_000 + int(sys.argv[2])).close()
"""


@pytest.fixture
def old_desk(tmp_path: Path) -> Path:
    """A desk as the first schema's own program left it: a ticket with a note, a file and a reply."""
    place = tmp_path / "old"
    with zipfile.ZipFile(Path(__file__).with_name("desk_of_schema_1.zip")) as archive:
        archive.extractall(place)
    for path in (place, *place.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return place


def schema_of(file: Path) -> int:
    connection = dbapi2.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def copies(desk: Path) -> list[Path]:
    return sorted((desk / "backups").iterdir()) if (desk / "backups").exists() else []


def test_old_desk_is_brought_up_to_date(old_desk: Path, clock: MovingClock) -> None:
    """Opening is enough: everything is there, every invariant holds, and what is new works."""
    desk = open_desk(old_desk, clock)
    admin = seat_for_login(desk, "admin", "cli")
    assert [check for check in admin.ask(CheckDesk(deep=True)) if not check.ok] == []
    messages = admin.ask(ShowTicket(number=NUMBER)).messages
    assert [message.body for message in messages] == [
        "Third floor.",
        "Called the fire brigade.",
        "Somebody is on the way.",
    ]
    admin.do(SaveDraft(number=NUMBER, kind="reply", body="Is it out?"))
    assert [draft.body for draft in admin.ask(ListDrafts())] == ["Is it out?"]
    desk.close()
    assert schema_of(old_desk / "desk.db") == SCHEMA_VERSION


def test_file_is_laid_aside_before_the_first_step(old_desk: Path, clock: MovingClock) -> None:
    """The copy is the whole old desk, private, complete, and made once."""
    open_desk(old_desk, clock).close()
    open_desk(old_desk, clock).close()
    (copy,) = copies(old_desk)
    assert (schema_of(copy), copy.stat().st_mode & 0o077) == (1, 0)
    connection = dbapi2.connect(str(copy))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM message").fetchone() == (3,)
    connection.close()


def test_step_that_fails_leaves_the_old_desk(
    old_desk: Path, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a step is none: the old schema stands, nothing of the new one is there, and the next start mends it."""
    with monkeypatch.context() as broken:
        broken.setattr(schema_2, "SCRIPT", schema_2.SCRIPT + "\nCREATE TABLE meta (again TEXT);\n")
        with pytest.raises(dbapi2.OperationalError, match="already exists"):
            open_desk(old_desk, clock)
    connection = dbapi2.connect(str(old_desk / "desk.db"))
    assert connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'draft'").fetchone() is None
    connection.close()
    assert schema_of(old_desk / "desk.db") == 1
    clock.move(seconds=5)
    open_desk(old_desk, clock).close()
    assert schema_of(old_desk / "desk.db") == SCHEMA_VERSION


def test_no_room_for_the_copy_leaves_the_old_desk(
    old_desk: Path, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a copy there is no step; the sentence says what is needed."""
    monkeypatch.setattr(upgrade, "SPARE_BYTES", 1 << 60)
    with pytest.raises(ReadOnly, match="not updated"):
        open_desk(old_desk, clock)
    assert (schema_of(old_desk / "desk.db"), copies(old_desk)) == (1, [])


def test_two_programs_at_once_make_one_copy(old_desk: Path) -> None:
    """Whoever comes second waits in line and finds it done."""
    command = [sys.executable, "-c", OPEN, str(old_desk)]
    openers = [
        subprocess.Popen([*command, str(n)], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for n in (1, 2)
    ]
    ended = [(opener.communicate(b"\n", timeout=60)[1], opener.returncode) for opener in openers]
    assert ended == [(b"", 0), (b"", 0)]
    assert (schema_of(old_desk / "desk.db"), len(copies(old_desk))) == (SCHEMA_VERSION, 1)


@pytest.mark.parametrize("milliseconds", [0, 5, 15, 40, 80])
def test_kill_leaves_the_old_schema_or_the_new_one(old_desk: Path, clock: MovingClock, milliseconds: int) -> None:
    """Killed at any moment, the next start opens a whole desk, and no half copy stays."""
    opener = subprocess.Popen([sys.executable, "-c", OPEN, str(old_desk), "1"], cwd=ROOT, stdin=subprocess.PIPE)
    assert opener.stdin is not None
    opener.stdin.write(b"\n")
    opener.stdin.flush()
    deadline = time.monotonic() + 30
    while not (old_desk / "backups").exists() and opener.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(milliseconds / 1000)
    opener.send_signal(signal.SIGKILL)
    opener.wait()
    opener.stdin.close()
    assert schema_of(old_desk / "desk.db") in (1, SCHEMA_VERSION)
    desk = open_desk(old_desk, clock)
    admin = seat_for_login(desk, "admin", "cli")
    assert [check for check in admin.ask(CheckDesk(deep=True)) if not check.ok] == []
    desk.close()
    assert all(schema_of(copy) == 1 and copy.name.startswith("desk-schema-1-") for copy in copies(old_desk))


def test_newer_desk_is_refused_and_left_alone(old_desk: Path, clock: MovingClock) -> None:
    """A desk of a later schema is not touched, and no copy is made of it."""
    connection = dbapi2.connect(str(old_desk / "desk.db"))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(DeskUnsafe, match="newer deskterm"):
        open_desk(old_desk, clock)
    assert copies(old_desk) == []
