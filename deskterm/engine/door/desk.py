"""A desk that is open: its database, its files, its key, and a clock somebody handed in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from deskterm.engine.domain.errors import DeskMissing
from deskterm.engine.store.backend import Backend
from deskterm.engine.store.blobs import BlobStore
from deskterm.engine.store.migrations import SCHEMA_VERSION
from deskterm.engine.store.paths import DeskPaths
from deskterm.engine.store.sqlite import SqliteBackend

T = TypeVar("T")

Clock = Callable[[], int]
"""Now, as UTC milliseconds."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What was decided when the desk was made."""

    desk_id: str
    name: str
    prefix: str
    zone: str
    mail_domain: str


class Desk:
    """One process's open desk; seats share it."""

    def __init__(self, backend: Backend, paths: DeskPaths, clock: Clock, settings: DeskSettings | None = None) -> None:
        self.backend = backend
        self.paths = paths
        self.blobs = BlobStore(paths.attachments)
        self.now = clock
        self.settings = settings or _settings(backend)
        self.key = _key(paths.key)
        self._kept: dict[str, tuple[object, object]] = {}

    @property
    def name(self) -> str:
        """What people call this desk."""
        return self.settings.name

    @property
    def path(self) -> Path:
        """The desk's directory."""
        return self.paths.root

    @property
    def zone(self) -> str:
        """The desk's time zone, e.g. `Europe/Vienna`."""
        return self.settings.zone

    def kept(self, name: str, stamp: object, load: Callable[[], T]) -> T:
        """A value that holds as long as its stamp does: loaded once, then kept."""
        found = self._kept.get(name)
        if found is None or found[0] != stamp:
            found = (stamp, load())
            self._kept[name] = found
        return cast(T, found[1])

    def close(self) -> None:
        """Let go of the database."""
        self.backend.close()


def open_desk(root: Path, clock: Clock) -> Desk:
    """Open the desk in a directory; one that an older program made is brought up to today's schema.

    Raises:
        DeskMissing: none there, or it was never finished.
        DeskUnsafe: a network file system, a newer schema, a damaged file.
        ReadOnly: an older schema that cannot be brought up to date here.
    """
    paths = DeskPaths(root)
    backend = SqliteBackend(paths)
    if backend.schema < SCHEMA_VERSION:
        backend.close()
        backend = _upgraded(paths, clock)
    try:
        return Desk(backend, paths, clock)
    except BaseException:
        backend.close()
        raise


def _upgraded(paths: DeskPaths, clock: Clock) -> SqliteBackend:
    from deskterm.engine.store.upgrade import upgrade

    upgrade(paths, clock())
    return SqliteBackend(paths)


def _settings(backend: Backend) -> DeskSettings:
    with backend.reading() as reader:
        found = reader.row("SELECT value FROM meta WHERE key = 'desk'")
    if found is None:
        raise DeskMissing("This desk was never finished; `deskterm init` makes it anew.")
    return DeskSettings(**json.loads(found[0]))


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise DeskMissing(f"The desk's key {path} cannot be read: {error.strerror}.") from error
    if len(key) < 32:
        raise DeskMissing(f"The desk's key {path} is damaged; restore it from a backup.")
    return key
