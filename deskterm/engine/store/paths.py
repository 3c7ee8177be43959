"""Where a desk's files lie, with which modes, and on which file systems they may not lie.

Directories are 0700 and files 0600: whoever can open the database file owns the desk.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from deskterm.engine.domain.errors import DeskMissing, DeskUnsafe, ReadOnly

NETWORK_FILE_SYSTEMS = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs 9p ceph lustre gpfs afs virtiofs glusterfs ocfs2 gfs2 beegfs".split()
)
"""WAL needs shared memory between processes, which these do not give."""


@dataclass(frozen=True, slots=True)
class DeskPaths:
    """The layout of a desk's directory."""

    root: Path

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.root / "desk.db"

    @property
    def key(self) -> Path:
        """32 random bytes that key the audit chain and the mail tokens."""
        return self.root / "desk.key"

    @property
    def write_lock(self) -> Path:
        """What writers stand in line for."""
        return self.root / "desk.lock"

    @property
    def attachments(self) -> Path:
        """Files by SHA-256."""
        return self.root / "attachments"

    @property
    def backups(self) -> Path:
        """Copies of the database, made when there is one to make."""
        return self.root / "backups"

    @property
    def log(self) -> Path:
        """Where details of unexpected errors go."""
        return self.root / "log"


def create_directories(paths: DeskPaths) -> None:
    """Make the desk's directories, 0700.

    Raises:
        ReadOnly: the place cannot be written.
    """
    try:
        for folder in (paths.root, paths.attachments, paths.log):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
    except OSError as error:
        raise ReadOnly(f"Cannot make a desk in {paths.root}: {error.strerror}.") from error


def create_private_file(path: Path, content: bytes) -> None:
    """Write a new file, 0600, durably; an existing one is never touched."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def require_desk(paths: DeskPaths) -> None:
    """Refuse what is no desk, or stands where SQLite would not be safe.

    Raises:
        DeskMissing: no desk here, or not readable by this account.
        DeskUnsafe: on a network file system.
    """
    try:
        missing = not paths.database.is_file()
    except PermissionError as error:
        raise DeskMissing(f"The desk in {paths.root} belongs to another account.") from error
    if missing:
        raise DeskMissing(f"There is no desk in {paths.root}; `deskterm init` makes one.")
    if not os.access(paths.database, os.R_OK):
        raise DeskMissing(f"The desk in {paths.root} belongs to another account.")
    require_local(paths.root, Path("/proc/self/mountinfo"))


def require_local(place: Path, mountinfo: Path) -> None:
    """Refuse a network file system.

    Raises:
        DeskUnsafe: naming the file system.
    """
    kind = file_system(place, mountinfo)
    if kind in NETWORK_FILE_SYSTEMS or kind.startswith("fuse."):
        raise DeskUnsafe(
            f"{place} is on a network file system ({kind}), where SQLite loses data; put the desk on a local disk."
        )


def file_system(place: Path, mountinfo: Path) -> str:
    """The type of the file system that holds `place`; empty where the kernel does not tell."""
    try:
        lines = mountinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target = str(place.resolve())
    best, kind = "", ""
    for line in lines:
        mounted, after = line.split(" - ", 1)
        point = mounted.split(" ")[4].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind
