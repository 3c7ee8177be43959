"""Files that a person asked for, written to where they said: new ones only, readable by nobody else."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from deskterm.engine.door.errors import Invalid

_NEW_AND_NO_LINK = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_MOST_OF_A_NAME = 99
"""Files of one name in one directory before a person is asked to tidy up."""


class FileTrouble(Invalid):
    """A file that cannot be read or written; the sentence names it and says why."""


def new_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        FileTrouble: it is there, or cannot be written; nothing of it is left.
    """
    try:
        handle = os.open(path, _NEW_AND_NO_LINK, 0o600)
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path} cannot be written: {reason(error)}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FileTrouble(f"{path} cannot be written: {reason(error)}.") from error


def new_file_in(directory: Path, name: str, content: bytes) -> Path:
    """Write a file into a directory under its own name, or one with a number where that is taken; its path.

    Raises:
        FileTrouble: there is no such directory, or it cannot be written.
    """
    try:
        place = directory.expanduser()
        inside = os.open(place, _DIRECTORY)
    except (OSError, ValueError, RuntimeError) as error:
        raise FileTrouble(f"{directory} is no directory to write into: {reason(error)}.") from error
    try:
        return place / _written(inside, harmless_name(name), content)
    except OSError as error:
        raise FileTrouble(f"Nothing can be written into {directory}: {reason(error)}.") from error
    finally:
        os.close(inside)


def _written(directory: int, name: str, content: bytes) -> str:
    for free in _names(name):
        try:
            handle = os.open(free, _NEW_AND_NO_LINK, 0o600, dir_fd=directory)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        except OSError:
            os.unlink(free, dir_fd=directory)
            raise
        return free
    raise OSError(errno.EEXIST, "too many files of this name")


def _names(name: str) -> Iterator[str]:
    """`plan.pdf`, `plan-2.pdf`, `plan-3.pdf` …"""
    yield name
    stem, dot, ending = name.partition(".") if not name.startswith(".") else (name, "", "")
    for number in range(2, _MOST_OF_A_NAME + 1):
        yield f"{stem}-{number}{dot}{ending}"


def harmless_name(name: str) -> str:
    """A file name without directories, control characters or a leading dot."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character if character.isprintable() else "_" for character in last)
    short = kept.lstrip(".").encode("utf-8", "replace")[:_NAME_BYTES].decode("utf-8", "ignore")
    return short or "attachment"


_NAME_BYTES = 200
"""File systems stop at 255 bytes; some room is left for a number."""


def reason(error: Exception) -> str:
    """Why, in the system's words."""
    if isinstance(error, OSError):
        return (error.strerror or "it failed").lower()
    return "its name is not valid"
