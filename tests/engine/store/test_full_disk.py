"""A disk that is full, and a file system that may only be read: said clearly, nothing half done."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.errors import ReadOnly
from deskterm.engine.door.seat import seat_for_os_login
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.tickets import NewAttachment, NewTicket, NoteTicket
from tests.conftest import MovingClock, os_login


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes of its own."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_full_disk_keeps_what_was_acknowledged(small_disk: Path, starter_desk: Path, clock: MovingClock) -> None:
    """Writing ends with one sentence; what was acknowledged is there, reading goes on, and room makes it work again."""
    place = Path(shutil.copytree(starter_desk, small_disk / "desk"))
    seat = seat_for_os_login(open_desk(place, clock), os_login(), "cli")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2_000_000))
    kept = 0
    with pytest.raises(ReadOnly, match=r"full|No space"):
        while True:
            seat.do(NewTicket(subject="Filling", body="word " * 2000))
            kept += 1
    assert kept > 10
    assert seat.ask(CountTickets()).n == kept
    with pytest.raises(ReadOnly, match=r"No space|full"):
        file = NewAttachment(name="big", media_type="x/y", content=os.urandom(5_000_000))
        seat.do(NoteTicket(number=1001, body="x", attachments=(file,)))
    ballast.unlink()
    seat.do(NewTicket(subject="Room again"))
    assert seat.ask(CountTickets()).n == kept + 1
    assert [check for check in seat.ask(CheckDesk(deep=True)) if not check.ok] == []
    seat.close()


def test_read_only_file_system_is_said(small_disk: Path, starter_desk: Path, clock: MovingClock) -> None:
    """A desk that cannot be written is refused in words, with the exit code for trying again."""
    place = Path(shutil.copytree(starter_desk, small_disk / "desk"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ReadOnly, match="cannot be") as refusal:
        seat_for_os_login(open_desk(place, clock), os_login(), "cli").do(NewTicket(subject="x"))
    assert refusal.value.exit_code == 75
