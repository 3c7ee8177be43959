"""The SQLite file: a reader connection, a writer engine, and the gate in front of both.

SQLite 3.7.0 to 3.51.2 can lose pages when two processes write and checkpoint one WAL file at the same instant
(fixed in 3.51.3 and in 3.44.6 and 3.50.7), so the desk brings its own through `pysqlite3` and refuses to write
with a version in the bad range. SQLAlchemy is loaded by the first write that needs it: lists must not pay for it.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pysqlite3 import dbapi2

from deskterm.engine.domain.errors import Busy, DeskError, DeskMissing, DeskUnsafe, ReadOnly
from deskterm.engine.store.backend import Parameters
from deskterm.engine.store.migrations import SCHEMA_VERSION
from deskterm.engine.store.paths import DeskPaths, require_desk
from deskterm.engine.store.write_queue import WAIT_SECONDS, WriteQueue

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

_EVERY_CONNECTION = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA cache_size=-16384",  # 16 MB at most, taken as used: the inner pages of a large desk's indexes stay
    f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}",
    "PRAGMA synchronous=FULL",
)


def version_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset race; 3.52.0 was withdrawn by its makers."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3) and version[:3] != (3, 52, 0)


def require_safe_version(version: tuple[int, ...]) -> None:
    """Refuse to write through a SQLite that can lose pages.

    Raises:
        DeskUnsafe: naming the version found and the one needed.
    """
    if not version_is_safe(version):
        found = ".".join(str(part) for part in version)
        raise DeskUnsafe(f"SQLite {found} can lose data when several people write; 3.51.3 or newer is needed.")


class SqliteReader:
    """Rows of one moment over a plain connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        found: list[tuple[Any, ...]] = self._connection.execute(sql, parameters).fetchall()
        return found

    def row(self, sql: str, parameters: Parameters = ()) -> tuple[Any, ...] | None:
        """The first row, if any."""
        found: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
        return found


class SqliteWriter(SqliteReader):
    """An open write transaction."""

    def __init__(self, connection: Any, engine: "Engine | None") -> None:
        super().__init__(connection)
        self._engine = engine
        self._orm: Connection | None = None
        self._savepoints = 0

    @property
    def connection(self) -> "Connection":
        """SQLAlchemy's view of this transaction, made when somebody needs it: it costs a tenth of a millisecond."""
        if self._orm is None:
            assert self._engine is not None, "this transaction was begun for plain statements alone"
            self._orm = self._engine.connect()
            self._orm.begin()
        return self._orm

    def commit(self) -> None:
        """Make it durable. What was rolled back behind our back is never acknowledged."""
        if not self._connection.in_transaction:
            raise Busy("The change was taken back by the database; try again.")
        if self._orm is None:
            self._connection.execute("COMMIT")
        else:
            self._orm.commit()
            self._orm.close()

    def give_up(self) -> None:
        """Take everything back. SQLite has done so by itself after some errors, a full disk among them."""
        if self._orm is not None:
            with suppress(Exception):  # the transaction itself is ended below, whatever SQLAlchemy makes of it
                self._orm.close()
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; the number of the row it inserted, where it did."""
        return int(self._connection.execute(sql, parameters).lastrowid or 0)

    def execute_many(self, sql: str, parameters: Sequence[Parameters]) -> None:
        """Run one statement for each tuple of parameters."""
        self._connection.executemany(sql, parameters)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that is taken back alone when its block raises."""
        self._savepoints += 1
        name = f"part_{self._savepoints}"
        self._connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self._connection.execute(f"ROLLBACK TO {name}")
            self._connection.execute(f"RELEASE {name}")
            raise
        self._connection.execute(f"RELEASE {name}")


class SqliteBackend:
    """One process's hold on a desk's file."""

    def __init__(self, paths: DeskPaths) -> None:
        require_desk(paths)
        self.paths = paths
        self.schema = 0
        self._queue = WriteQueue(paths.write_lock)
        self._reader_lock = threading.RLock()
        self._reader = connect(paths, writes=False)
        self._writer: Any = None
        self._engine: Engine | None = None
        self._writer_lock = threading.Lock()
        with clear_errors(paths):
            self.schema = int(self._reader.execute("PRAGMA user_version").fetchone()[0])
            require_known_schema(self.schema)

    @contextmanager
    def reading(self) -> Iterator[SqliteReader]:
        """A short read transaction: one consistent moment, never held across a paint or a key press."""
        with self._reader_lock, clear_errors(self.paths):
            nested = self._reader.in_transaction
            if not nested:
                self._reader.execute("BEGIN")
            try:
                yield SqliteReader(self._reader)
            finally:
                if not nested:
                    self._reader.execute("COMMIT")

    @contextmanager
    def writing(self, *, entities: bool = True) -> Iterator[SqliteWriter]:
        """A short write transaction, in its turn; committed when the block ends, rolled back when it raises.

        `entities`: whether SQLAlchemy may be asked for in it; what does without never loads it.
        """
        connection = self._writing_connection()
        with self._queue.turn(), clear_errors(self.paths):
            if entities and self._engine is None:
                self._engine = _make_engine(connection)
            connection.execute("BEGIN IMMEDIATE")
            writer = SqliteWriter(connection, self._engine)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.give_up()
                raise

    def data_version(self) -> int:
        """Changes whenever another connection has committed; a few microseconds."""
        with self._reader_lock:
            return int(self._reader.execute("PRAGMA data_version").fetchone()[0])

    def interrupt(self) -> None:
        """Stop a read that is running in another thread; it raises there."""
        self._reader.interrupt()

    def close(self) -> None:
        """Let go of every connection."""
        with self._writer_lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = self._engine = None
        with self._reader_lock:
            self._reader.close()

    def _writing_connection(self) -> Any:
        with self._writer_lock:
            if self._writer is None:
                require_safe_version(dbapi2.sqlite_version_info)
                self._writer = connect(self.paths, writes=True)
            return self._writer


def require_known_schema(found: int) -> None:
    """Refuse a desk that a newer program has changed, or a half-made one.

    Raises:
        DeskUnsafe: a newer schema.
        DeskMissing: no schema at all.
    """
    if found > SCHEMA_VERSION:
        raise DeskUnsafe(
            f"This desk was last used by a newer deskterm (schema {found}, this program knows {SCHEMA_VERSION}); "
            "update deskterm."
        )
    if found == 0:
        raise DeskMissing("This desk was never finished: its database is empty.")


def connect(paths: DeskPaths, *, writes: bool) -> Any:
    """A connection to a desk's file with every setting that the desk relies on."""
    with clear_errors(paths):
        connection = dbapi2.connect(
            str(paths.database), isolation_level=None, check_same_thread=False, timeout=WAIT_SECONDS
        )
        for pragma in _EVERY_CONNECTION:
            connection.execute(pragma)
        if writes:
            _prepare_writer(connection)
        else:
            connection.execute("PRAGMA query_only=ON")
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        return connection


def _prepare_writer(connection: Any) -> None:
    """Refuse to go on with settings that did not take: each of them guards somebody's work."""
    connection.execute("PRAGMA secure_delete=ON")
    wanted = (("journal_mode=WAL", "journal_mode", "wal"), ("synchronous=FULL", "synchronous", 2))
    for setting, name, value in (*wanted, ("foreign_keys=ON", "foreign_keys", 1)):
        connection.execute(f"PRAGMA {setting}")
        if connection.execute(f"PRAGMA {name}").fetchone()[0] != value:
            raise DeskUnsafe(f"SQLite refused {setting} here; the desk will not be written without it.")


def _make_engine(connection: Any) -> "Engine":
    """SQLAlchemy over the one writing connection, made between two transactions by whoever has the turn.

    Transactions are begun and ended by `SqliteWriter` alone.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connection,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        hide_parameters=True,
    )
    # The first time it connects it asks the database about itself and rolls back: that must be over by now.
    engine.connect().close()
    return engine


_TRY_AGAIN = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY"}


@contextmanager
def clear_errors(paths: DeskPaths) -> Iterator[None]:
    """Turn SQLite's own errors into sentences; everything else passes."""
    try:
        yield
    except DeskError:
        raise
    except Exception as error:
        original = getattr(error, "orig", None) or error
        if not isinstance(original, dbapi2.DatabaseError):
            raise
        raise _sentence(original, paths) from error


def _sentence(error: Any, paths: DeskPaths) -> DeskError | Exception:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name in _TRY_AGAIN:
        return Busy("The desk is busy writing; try again.")
    if name == "SQLITE_INTERRUPT":
        return Busy("The question was given up before it was answered.")
    if name == "SQLITE_FULL":
        return ReadOnly(f"The disk that holds {paths.root} is full; nothing was changed.")
    if name == "SQLITE_READONLY_DBMOVED":
        return ReadOnly("The desk's file was replaced while it was open; start deskterm again.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return ReadOnly(f"The desk in {paths.root} cannot be written here (read-only or another account's).")
    if name.startswith("SQLITE_IOERR"):
        return ReadOnly(f"The disk that holds {paths.root} reports an error ({name[7:].lower()}); nothing was changed.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DeskUnsafe(f"The database in {paths.root} is damaged ({error}); restore a backup.")
    return error if isinstance(error, Exception) else ReadOnly(str(error))
