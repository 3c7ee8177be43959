"""What the store refuses, and in which words."""

import shutil
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from deskterm.engine.door.desk import Desk, open_desk
from deskterm.engine.door.errors import Conflict, DeskMissing, DeskUnsafe, ReadOnly
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.desk_setup import create_desk
from deskterm.engine.services.tickets import NewTicket
from deskterm.engine.store.paths import file_system, require_local
from deskterm.engine.store.sqlite import require_safe_version, version_is_safe
from tests.conftest import MovingClock, plan


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 53, 4), True),
    ],
)
def test_versions_that_can_lose_pages_are_refused(version: tuple[int, int, int], safe: bool) -> None:
    """The range with the WAL-reset race is refused, the backports and the fix are not."""
    assert version_is_safe(version) is safe
    if not safe:
        with pytest.raises(DeskUnsafe, match=r"3\.51\.3"):
            require_safe_version(version)


def test_bundled_sqlite_is_safe() -> None:
    """What the desk brings along may write."""
    assert version_is_safe(dbapi2.sqlite_version_info)


def test_network_file_system_is_refused(tmp_path: Path) -> None:
    """A desk on NFS is refused by name; the same place on ext4 is not."""
    table = tmp_path / "mountinfo"
    line = "36 35 98:0 / {point} rw,noatime shared:1 - {kind} server:/x rw\n"
    table.write_text(line.format(point="/", kind="ext4") + line.format(point=tmp_path, kind="nfs4"))
    assert file_system(tmp_path, table) == "nfs4"
    with pytest.raises(DeskUnsafe, match="nfs4"):
        require_local(tmp_path / "desk", table)
    table.write_text(line.format(point="/", kind="ext4"))
    require_local(tmp_path / "desk", table)


def test_newer_schema_is_refused(desk: Desk, clock: MovingClock) -> None:
    """A desk that a newer program has changed is not touched."""
    connection = dbapi2.connect(str(desk.paths.database))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(DeskUnsafe, match="schema 99"):
        open_desk(desk.path, clock)


def test_missing_desk_says_how_to_make_one(tmp_path: Path, clock: MovingClock) -> None:
    """No desk: the sentence names the place and the command."""
    with pytest.raises(DeskMissing, match="init"):
        open_desk(tmp_path, clock)


def test_second_init_is_refused_and_changes_nothing(desk: Desk, clock: MovingClock) -> None:
    """A desk is never overwritten."""
    before = desk.paths.database.read_bytes()
    with pytest.raises(Conflict, match="already"):
        create_desk(desk.path, plan(), clock)
    assert desk.paths.database.read_bytes() == before


def test_unfinished_desk_does_not_open_and_can_be_made(tmp_path: Path, clock: MovingClock) -> None:
    """A kill between schema and first words leaves nothing that opens, and init makes it good."""
    from deskterm.engine.store.creation import create_file
    from deskterm.engine.store.paths import DeskPaths

    create_file(DeskPaths(tmp_path / "d"))
    with pytest.raises(DeskMissing, match="never finished"):
        open_desk(tmp_path / "d", clock)
    create_desk(tmp_path / "d", plan(), clock).close()
    open_desk(tmp_path / "d", clock).close()


def test_damaged_file_is_refused_in_words(desk: Desk, clock: MovingClock, tmp_path: Path) -> None:
    """A file that is no database is said to be damaged."""
    copy = tmp_path / "copy"
    shutil.copytree(desk.path, copy)
    for end in ("-wal", "-shm"):
        (copy / f"desk.db{end}").unlink(missing_ok=True)
    (copy / "desk.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DeskUnsafe, match="damaged"):
        open_desk(copy, clock)


def test_modes_keep_others_out(desk: Desk, admin: Seat) -> None:
    """Directories are 0700 and files 0600, those that SQLite makes too."""
    admin.do(NewTicket(subject="So that there is a WAL"))
    assert desk.path.stat().st_mode & 0o777 == 0o700
    loose = [path.name for path in desk.path.rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []


def test_settings_of_both_connections(desk: Desk) -> None:
    """FULL, WAL, foreign keys and no mmap on the writer; the reader cannot write."""
    with desk.backend.writing() as writer:
        asked = ("synchronous", "journal_mode", "foreign_keys", "trusted_schema", "secure_delete")
        found = {name: writer.rows(f"PRAGMA {name}")[0][0] for name in asked}
    assert found == {
        "synchronous": 2,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
    }
    with pytest.raises(ReadOnly), desk.backend.reading() as reader:
        reader.rows("DELETE FROM meta")


def test_writer_begins_immediately(desk: Desk) -> None:
    """Whoever opens a write transaction holds the database from its first moment on."""
    with desk.backend.writing():
        other = dbapi2.connect(str(desk.paths.database), timeout=0, isolation_level=None)
        with pytest.raises(dbapi2.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


@pytest.mark.parametrize("through_orm", [False, True])
def test_refused_commit_leaves_the_desk_usable(desk: Desk, admin: Seat, through_orm: bool) -> None:
    """A commit that the database refuses is taken back whole, and the next command works."""
    with pytest.raises(Exception, match="FOREIGN KEY"), desk.backend.writing() as writer:
        if through_orm:
            assert writer.connection.in_transaction()
        writer.execute("PRAGMA defer_foreign_keys = ON")
        writer.execute("INSERT INTO ticket_tag VALUES (424242, 424242)")
    assert admin.do(NewTicket(subject="Still here")).number
    with desk.backend.reading() as reader:
        assert reader.rows("SELECT * FROM ticket_tag WHERE ticket_id = 424242") == []
