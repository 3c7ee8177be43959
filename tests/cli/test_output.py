"""What is printed cannot steer a terminal, fits it, and can be read by a script."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from deskterm.cli.output import Output, as_json

HOSTILE = [
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x9b31m",
    "\x07",
    "\x7f",
    "a\rb",
    "\u202eevil",
    "\u2066x",
    "\udcff",
    "x\x00y",
]


class Screen(io.TextIOWrapper):
    """A terminal that keeps what it is shown."""

    def isatty(self) -> bool:
        return True


def pipe() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def screen() -> Screen:
    return Screen(io.BytesIO(), encoding="utf-8")


def shown(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def output(stream: io.TextIOWrapper, columns: int = 60) -> Output:
    return Output(stream, columns=columns, no_color=True)


@pytest.mark.parametrize("make", [pipe, screen])
@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_from_data_reaches_the_terminal_raw(payload: str, make: Callable[[], io.TextIOWrapper]) -> None:
    """Lines, blocks, tables, fields, CSV and JSON show control characters instead of sending them."""
    stream = make()
    out = output(stream)
    out.line(payload)
    out.block(payload)
    out.table((payload,), [[payload]])
    out.fields([(payload, payload)])
    out.csv((payload,), [[payload]])
    out.json({"key": payload})
    assert not [c for c in shown(stream).replace("\r\n", "\n") if c not in "\n\t" and not c.isprintable()]


@pytest.mark.parametrize("payload", HOSTILE)
def test_json_says_the_same_after_escaping(payload: str) -> None:
    """Escaping for the terminal changes no value."""
    assert json.loads(as_json({"key": payload})) == {"key": payload}


def test_a_pipe_gets_tabs_and_times_in_utc() -> None:
    """Cells are separated by one tab, a tab inside a cell is none, times are ISO 8601 with Z."""
    stream = pipe()
    output(stream).table(("a", "b"), [["x\ty", datetime(2026, 3, 1, 10, 0, 0, 999, tzinfo=UTC)], [None, True]])
    assert shown(stream) == "a\tb\nx y\t2026-03-01T10:00:00Z\n\tyes\n"


def test_a_terminal_gets_aligned_columns_that_fit() -> None:
    """Columns line up for wide characters too, and the widest gives way."""
    stream = screen()
    output(stream, columns=40).table(("number", "subject"), [[7, "日本語"], [1042, "x" * 100]])
    header, first, second = shown(stream).splitlines()
    assert header == "number  subject"
    assert first == "     7  日本語"
    assert second == "  1042  " + "x" * 31 + "…"


def test_a_reader_that_went_away_is_no_error() -> None:
    """After the pipe broke, the rest is dropped."""

    class Broken(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _: object) -> int:
            raise BrokenPipeError

    out = output(io.TextIOWrapper(io.BufferedWriter(Broken()), encoding="utf-8"))
    for _ in range(10_000):
        out.line("x" * 100)
    out.flush()
    assert out.reader_is_gone


def test_subject_keeps_most_of_the_room_and_times_are_never_cut() -> None:
    """When not everything fits, numbers and times stay whole and the last column stays readable."""
    stream = screen()
    at = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    output(stream, columns=80).table(("n", "who", "at", "subject"), [[1042, "w" * 60, at, "s" * 60]])
    row = shown(stream).splitlines()[1]
    assert "2026-03-01 10:00" in row
    assert len(row) == 80
    assert row.count("s") > 2 * row.count("w") > 10


def test_a_terminal_without_a_known_width_is_taken_for_a_usual_one() -> None:
    """Zero columns, as some pseudo-terminals say, do not cut everything away."""
    stream = screen()
    output(stream, columns=0).table(("subject",), [["x" * 70]])
    assert "x" * 70 in shown(stream)
