"""Files of this machine that go with a reply or a note, where the session may read them."""

import asyncio
import mimetypes
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from deskterm.new_files import FileTrouble, reason
from deskterm.screens.keyed_screen import KeyedScreen
from deskterm.screens.widgets.ages import size
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.picker import Choice

_LARGEST = 25 * 1024 * 1024
"""Bytes of one file, as the desk takes them."""

_MOST_SHOWN = 2_000
"""Entries of a directory that are offered; any other path can be typed."""

_TAKE_OFF = "take off "

_FIRST_LINES = 10


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file's name, its kind by that name, and its bytes."""

    name: str
    media_type: str
    content: bytes


async def choose_files(screen: KeyedScreen, files: Sequence[str]) -> tuple[str, ...]:
    """The paths to attach after one more was chosen, or one was taken off.

    Raises:
        FileTrouble: what was chosen cannot be attached.
    """
    place = Path(screen.session.files.directory).expanduser()
    while True:
        offered = [Choice(f"{_TAKE_OFF}{path}", f"{_TAKE_OFF}{Path(path).name}", path) for path in files]
        listed = await asyncio.to_thread(_listed, place)
        title = f"Attach from {place}"
        chosen = await screen.pick(title, [*offered, *listed], offer=_typed, numbered=False, height=_FIRST_LINES)
        if chosen is None:
            return tuple(files)
        if chosen.startswith(_TAKE_OFF):
            return tuple(path for path in files if path != chosen.removeprefix(_TAKE_OFF))
        path = Path(chosen).expanduser()
        if not await asyncio.to_thread(path.is_dir):
            await asyncio.to_thread(_check, path)
            screen.session.files.directory = str(place)
            return (*(known for known in files if known != str(path)), str(path))
        place = path


def read_file(path: str) -> FileRead:
    """A file as it is now.

    Raises:
        FileTrouble: it is no plain file, too large, or cannot be read.
    """
    try:
        with _check(Path(path)).open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise FileTrouble(f"{Path(path).name} cannot be read: {reason(error)}.") from error
    if len(content) > _LARGEST:
        raise _too_large(Path(path))
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return FileRead(Path(path).name, kind, content)


def file_words(files: Sequence[str]) -> str:
    """`+ offer.pdf, plan.png`, or nothing."""
    return f"  + {', '.join(one_line(Path(path).name) for path in files)} " if files else ""


def _check(path: Path) -> Path:
    """The path of a plain file: a pipe or a device would never come to an end."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileTrouble(f"{path.name} is no file that can be attached.")
        if not os.access(path, os.R_OK):
            raise FileTrouble(f"{path.name} may not be read.")
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path.name} cannot be read: {reason(error)}.") from error
    if found.st_size > _LARGEST:
        raise _too_large(path)
    return path


def _too_large(path: Path) -> FileTrouble:
    return FileTrouble(f"{path.name} is larger than {size(_LARGEST)}.")


def _listed(place: Path) -> list[Choice]:
    """The way up, then the directories and files; what begins with a dot is hidden."""
    try:
        with os.scandir(place) as entries:
            found = [entry for entry in islice(entries, _MOST_SHOWN) if not entry.name.startswith(".")]
    except (OSError, ValueError):
        found = []
    up = Choice(str(place.parent), "../", "the directory above")
    return [
        up,
        *sorted((_entry(entry) for entry in found), key=lambda choice: (choice.label[-1:] != "/", choice.label)),
    ]


def _entry(entry: "os.DirEntry[str]") -> Choice:
    try:
        if entry.is_dir():
            return Choice(entry.path, f"{entry.name}/")
        return Choice(entry.path, entry.name, size(entry.stat().st_size))
    except OSError:
        return Choice(entry.path, entry.name, "", "cannot be looked at")


def _typed(text: str) -> Choice | None:
    """A path that was typed out."""
    return Choice(text, text, "this path") if text.startswith(("/", "~")) else None
