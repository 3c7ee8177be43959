"""Bringing a desk that an older program made up to today's schema, with a copy of its file laid aside first."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from deskterm.engine.domain.errors import DeskUnsafe, ReadOnly
from deskterm.engine.store.migrations import SCHEMA_VERSION, migrate
from deskterm.engine.store.paths import DeskPaths, create_private_file
from deskterm.engine.store.sqlite import clear_errors, connect, require_safe_version
from deskterm.engine.store.write_queue import WriteQueue

SPARE_BYTES = 64 * 1024 * 1024
"""Room on the disk that must remain when the copy has been made."""


def upgrade(paths: DeskPaths, now: int) -> None:
    """Run the pending steps, behind the write queue; whoever comes second finds nothing left to do.

    `now`: UTC milliseconds, for the name of the copy. A kill leaves the old schema or the new one, and a copy.

    Raises:
        ReadOnly: there is no room for the copy, or the desk cannot be written; nothing was changed.
    """
    from sqlite_utils import Database

    require_safe_version(dbapi2.sqlite_version_info)
    with WriteQueue(paths.write_lock).turn(), clear_errors(paths):
        connection = connect(paths, writes=True)
        try:
            found = _schema(connection)
            if found < SCHEMA_VERSION:
                _lay_aside(connection, paths, found, now)
                migrate(Database(connection))
        finally:
            connection.close()


def _schema(connection: Any) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _lay_aside(connection: Any, paths: DeskPaths, schema: int, now: int) -> None:
    """Copy the whole database durably, under a name that says of which schema and when."""
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    try:
        paths.backups.mkdir(mode=0o700, exist_ok=True)
        _require_room(paths)
        for leftover in paths.backups.glob(".*.part*"):
            leftover.unlink()
        unfinished = paths.backups / f".{stamp}.part"
        create_private_file(unfinished, b"")
        _copy(connection, unfinished, schema)
        unfinished.rename(paths.backups / f"desk-schema-{schema}-{stamp}.db")
        _sync(paths.backups)
    except OSError as error:
        raise ReadOnly(f"The desk was not updated: no copy of it can be made ({error.strerror}).") from error


def _require_room(paths: DeskPaths) -> None:
    disk = os.statvfs(paths.backups)
    wanted = paths.database.stat().st_size + SPARE_BYTES
    if disk.f_bavail * disk.f_frsize < wanted:
        raise ReadOnly(
            f"The desk was not updated: a copy of it comes first, and {paths.backups} needs "
            f"{wanted // 1024 // 1024} MB for it."
        )


def _copy(connection: Any, place: Path, schema: int) -> None:
    copy = dbapi2.connect(str(place), isolation_level=None)
    try:
        connection.backup(copy)
        sound = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and _schema(copy) == schema
    finally:
        copy.close()
    if not sound:
        raise DeskUnsafe(f"The desk was not updated: the copy {place} that was made first is damaged.")
    _sync(place)


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
