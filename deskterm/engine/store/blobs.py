"""Attachments and raw mails as files named by the SHA-256 of their bytes.

A file is written beside its final name, synced and renamed, so a name never holds half a file, and the same
bytes are stored once. Rows may only name a blob that was stored before their transaction began.
"""

import hashlib
import os
import secrets
from pathlib import Path

from deskterm.engine.domain.errors import NotFound, ReadOnly


class BlobStore:
    """The desk's attachments directory, two hexadecimal digits a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes of this digest lie or would lie."""
        return self._root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256 in hexadecimal.

        Raises:
            ReadOnly: the disk is full or not writable; nothing is left behind.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        final = self.path(sha256)
        if final.exists():
            return sha256
        try:
            _write(final, content)
        except OSError as error:
            raise ReadOnly(f"Cannot store a file of {len(content)} bytes: {error.strerror}.") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of this digest.

        Raises:
            NotFound: the file is gone or was changed.
        """
        try:
            content = self.path(sha256).read_bytes()
        except OSError as error:
            raise NotFound(f"The stored file {sha256[:12]}… is missing: {error.strerror}.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotFound(f"The stored file {sha256[:12]}… is damaged.")
        return content


def _write(final: Path, content: bytes) -> None:
    if not final.parent.is_dir():
        final.parent.mkdir(mode=0o700, exist_ok=True)
        _sync_directory(final.parent.parent)
    temporary = final.with_name(f".{final.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(final)
        _sync_directory(final.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync_directory(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
