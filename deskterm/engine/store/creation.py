"""Making the file of a new desk: directories, key, schema. Filling it with words is the services' part."""

import os
import secrets
from pathlib import Path

from pysqlite3 import dbapi2

from deskterm.engine.domain.errors import Conflict
from deskterm.engine.store.migrations import migrate
from deskterm.engine.store.paths import DeskPaths, create_directories, create_private_file, require_local
from deskterm.engine.store.sqlite import require_safe_version


def create_file(paths: DeskPaths) -> None:
    """Make an empty desk in a directory that has none; it is complete or absent, never half made.

    The database gets its name only when the schema stands in it.

    Raises:
        Conflict: there is a desk already.
        ReadOnly: the directory cannot be written.
    """
    require_safe_version(dbapi2.sqlite_version_info)
    if paths.database.exists():
        raise Conflict(f"There is a desk in {paths.root} already; it was left as it is.")
    create_directories(paths)
    require_local(paths.root, Path("/proc/self/mountinfo"))
    if not paths.key.exists():
        create_private_file(paths.key, secrets.token_bytes(32))
    unfinished = paths.root / f".desk.db.{secrets.token_hex(4)}"
    create_private_file(unfinished, b"")
    try:
        _write_schema(str(unfinished))
        _name_it(unfinished, paths)
    finally:
        for leftover in (unfinished, *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)


def _name_it(unfinished: Path, paths: DeskPaths) -> None:
    """Give the file its name, unless somebody else was quicker: a link never replaces what is there."""
    try:
        os.link(unfinished, paths.database)
    except FileExistsError:
        raise Conflict(f"There is a desk in {paths.root} already; it was left as it is.") from None


def _write_schema(path: str) -> None:
    from sqlite_utils import Database

    connection = dbapi2.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        migrate(Database(connection))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def is_finished(paths: DeskPaths) -> bool:
    """Whether the desk in this directory was filled, and not left half made by a kill."""
    connection = dbapi2.connect(f"file:{paths.database}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT 1 FROM meta WHERE key = 'desk'").fetchone() is not None
    except dbapi2.DatabaseError:
        return True
    finally:
        connection.close()


def remove_unfinished(paths: DeskPaths) -> None:
    """Take away the database of a desk that was never finished; nobody can have used it."""
    if paths.database.exists() and not is_finished(paths):
        for end in ("", "-wal", "-shm"):
            paths.database.with_name(paths.database.name + end).unlink(missing_ok=True)
