"""Files named on the command line: the only place where the command line opens one."""

import mimetypes
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import typer

from deskterm.cli.console import Console
from deskterm.cli.groups import as_text
from deskterm.engine.door.errors import Invalid
from deskterm.new_files import FileTrouble, harmless_name, new_file, reason

MEBIBYTE = 1024 * 1024
LARGEST_BODY = MEBIBYTE
LARGEST_ATTACHMENT = 25 * MEBIBYTE


@contextmanager
def reading(console: Console, path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, or of stdin for `-`.

    Raises:
        FileTrouble: there is none, or it may not be read.
    """
    try:
        if str(path) == "-":
            yield console.runtime.stdin
        else:
            with path.open("rb") as stream:
                yield stream
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path} cannot be read: {reason(error)}.") from error


def read_bytes(console: Console, path: Path, largest: int) -> bytes:
    """All bytes of a file, or of stdin for `-`, at most `largest` of them.

    Raises:
        FileTrouble: it cannot be read, or holds more.
    """
    with reading(console, path) as stream:
        content = stream.read(largest + 1)
    if len(content) > largest:
        raise FileTrouble(f"{path} is larger than {largest // MEBIBYTE} MiB.")
    return content


def read_body(console: Console, text: str) -> str:
    """A message's text: as given, or all of stdin for `-`. Bytes that are no UTF-8 are shown as `\\xNN`.

    Raises:
        Invalid: it is empty.
    """
    if text == "-":
        text = read_bytes(console, Path("-"), LARGEST_BODY).decode("utf-8", "backslashreplace")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
    if not text.strip():
        raise Invalid("The body is empty; nothing was sent.")
    return text


def read_attachment(console: Console, path: Path) -> tuple[str, str, bytes]:
    """Name, media type (by the name's ending) and bytes of a regular file.

    Raises:
        FileTrouble: it is no regular file, cannot be read or is too large.
    """
    with suppress(OSError, ValueError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileTrouble(f"{path} is no regular file.")
    content = read_bytes(console, path, LARGEST_ATTACHMENT)
    name = as_text(path.name)
    return name, mimetypes.guess_type(name)[0] or "application/octet-stream", content


def save(console: Console, content: bytes, name: str, output: Path | None) -> None:
    """Write bytes to a new file, into a directory under their own name, or to stdout.

    Raises:
        FileTrouble: the target exists or cannot be written.
    """
    if output is None or str(output) == "-":
        _to_stdout(console, content)
    elif output.is_dir():
        new_file(output / harmless_name(name), content)
    else:
        new_file(output, content)


def _to_stdout(console: Console, content: bytes) -> None:
    if console.out.is_terminal:
        raise typer.BadParameter("stdout is a terminal; name a file with -o, or redirect it.")
    console.out.bytes(content)
