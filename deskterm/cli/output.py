"""stdout: tables, single lines and JSON documents, made harmless for the terminal they may end up on.

Every text is cleaned on its way out, so that nothing stored in a ticket can steer the reader's terminal.
"""

import contextlib
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from enum import Enum
from typing import TextIO

from deskterm.cli.groups import as_text
from deskterm.engine.door.errors import DeskError
from deskterm.engine.services.text import one_line, visible

_NARROWEST = 6
_SHARE_OF_LAST = 3
_LONGEST_CELL = 10_000
_GAP = "  "
_ABSENT: tuple[object, ...] = (None, "", (), [], {})
_NEVER_CUT = {int, float, bool, datetime}
_COLUMNS_UNLESS_TOLD = 80
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"

# Legal in JSON, but not harmless on a terminal: DEL, C1, direction marks, line separators, lone surrogates.
_TO_ESCAPE_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

_LONG_QUOTATION = re.compile(r'"([^"]{40})[^"]{20,}"')


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, with `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def as_json(document: object, *, indent: int | None = None) -> str:
    """One JSON document as text without a character that a terminal would act on."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _TO_ESCAPE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class AnswerLost(DeskError):
    """What the command did stands, but its answer could not be written."""


class Output:
    """The answer of one command. A reader that went away is no error: the rest is dropped."""

    def __init__(self, stream: TextIO, *, columns: int, no_color: bool) -> None:
        self._stream = stream
        self._columns = columns if columns > 0 else _COLUMNS_UNLESS_TOLD
        self.is_terminal = stream.isatty()
        self._bold = self.is_terminal and not no_color
        self.zone: tzinfo = UTC
        self.reader_is_gone = False

    def line(self, text: str) -> None:
        """One line."""
        self._write(harmless_line(as_text(text)) + "\n")

    def block(self, text: str, *, indent: str = "") -> None:
        """Text of several lines."""
        for line in visible(as_text(text)).split("\n"):
            self._write(f"{indent}{line}".rstrip() + "\n")

    def json(self, document: object) -> None:
        """One JSON document."""
        self._write(as_json(document, indent=2 if self.is_terminal else None) + "\n")

    def table(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows below a header: aligned on a terminal, else separated by tabs."""
        names = [self.cell(name) for name in header]
        if self.is_terminal:
            self._aligned(names, [list(row) for row in rows])
            return
        self._write("\t".join(names) + "\n")
        for row in rows:
            self._write("\t".join(map(self.cell, row)) + "\n")

    def fields(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Names and values, a pair a line; absent values are left out."""
        shown = [(self.cell(name), self.cell(value)) for name, value in pairs if value not in _ABSENT]
        width = max((_cells(name) for name, _ in shown), default=0)
        for name, value in shown:
            self._write(f"{_padded(name, width)}{_GAP}{value}\n" if self.is_terminal else f"{name}\t{value}\n")

    def csv(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """RFC 4180, formula-safe."""
        from deskterm.cli.spreadsheet import write_csv

        lines = io.StringIO()
        write_csv(lines, ([visible(self.text(cell)) for cell in row] for row in [header, *rows]))
        self._write(lines.getvalue())

    def bytes(self, content: bytes) -> None:
        """Bytes as they are; only for a stdout that is no terminal."""
        with self._reader_may_be_gone():
            self._stream.flush()
            self._stream.buffer.write(content)

    def flush(self) -> None:
        """Hand everything written so far to the reader."""
        with self._reader_may_be_gone():
            self._stream.flush()

    def cell(self, value: object) -> str:
        """A value as one harmless line."""
        return one_line(self.text(value), _LONGEST_CELL)

    def text(self, value: object) -> str:
        """A value in words; not yet cleaned."""
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case datetime():
                return self._time(value)
            case float():
                return f"{value:.2f}"
            case Enum():
                return value.name.lower()
            case list() | tuple():
                return ", ".join(map(self.text, value))
            case dict():
                return as_json(value)
            case _:
                return as_text(str(value))

    def in_short(self, sentence: str) -> str:
        """A sentence whose long quotations, such as patterns, are cut on a terminal; a pipe gets all of it."""
        return _LONG_QUOTATION.sub(r'"\1…"', sentence) if self.is_terminal else sentence

    def _time(self, moment: datetime) -> str:
        if not self.is_terminal:
            return iso(moment)
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def _aligned(self, header: Sequence[str], rows: list[list[object]]) -> None:
        cells = [[self.cell(value) for value in row] for row in rows]
        kinds = [{type(row[at]) for row in rows} - {type(None)} for at in range(len(header))]
        right = [bool(kind) and kind <= {int} for kind in kinds]
        widths = [max(map(_cells, column)) for column in zip(header, *cells, strict=True)]
        fitting = _fitting(widths, [not kind <= _NEVER_CUT for kind in kinds], self._columns)
        first = _GAP.join(map(_fixed, header, fitting, right)).rstrip()
        self._write(f"{_BOLD}{first}{_PLAIN}\n" if self._bold else f"{first}\n")
        for row in cells:
            self._write(_GAP.join(map(_fixed, row, fitting, right)).rstrip() + "\n")

    def _write(self, text: str) -> None:
        with self._reader_may_be_gone():
            self._stream.write(text)

    @contextlib.contextmanager
    def _reader_may_be_gone(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.reader_is_gone = isinstance(error, BrokenPipeError)
            _send_the_rest_nowhere(self._stream)
            if not self.reader_is_gone:
                raise AnswerLost(f"stdout cannot be written: {(error.strerror or 'it failed').lower()}.") from error


def harmless_line(text: str) -> str:
    """Text made visible on one line, its spaces kept."""
    return visible(text).replace("\n", "␊").replace("\t", " ")


def _send_the_rest_nowhere(stream: TextIO) -> None:
    # What is still buffered would fail again when the interpreter flushes at its end.
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _cells(text: str) -> int:
    """The width on a terminal: wide characters take two cells, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))


def _fixed(text: str, width: int, right: bool) -> str:
    """The text in exactly `width` cells, cut with an ellipsis where it is longer."""
    if _cells(text) > width:
        text = _cut(text, width - 1) + "…"
    space = " " * (width - _cells(text))
    return space + text if right else text + space


def _cut(text: str, width: int) -> str:
    used = 0
    for at, character in enumerate(text):
        used += _width(character)
        if used > width:
            return text[:at]
    return text


def _fitting(widths: list[int], may_be_cut: list[bool], columns: int) -> list[int]:
    """Widths that fit into the terminal together, as far as they can: the widest text gives way first.

    The last column, which says most, keeps three times the room of others.
    """
    fitting = list(widths)
    excess = sum(fitting) + len(_GAP) * (len(fitting) - 1) - columns
    texts = [at for at, cut in enumerate(may_be_cut) if cut]
    while excess > 0 and texts:
        widest = max(texts, key=lambda at: fitting[at] / (_SHARE_OF_LAST if at == len(fitting) - 1 else 1))
        if fitting[widest] <= _NARROWEST:
            break
        fitting[widest] -= 1
        excess -= 1
    return fitting
