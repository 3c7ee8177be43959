"""A person at the command line: types a line, sees what it answers."""

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskterm.bootstrap import Surroundings
from deskterm.cli.main import run


class _Stream(io.TextIOWrapper):
    """A terminal or a pipe that keeps what went through it."""

    def __init__(self, content: bytes = b"", *, is_terminal: bool = False) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8", write_through=True)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def content(self) -> bytes:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue()


@dataclass(frozen=True)
class Answer:
    """What one command line gave back."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """stdout as the one JSON document it must be."""
        assert self.code == 0, self.err
        return json.loads(self.raw)


class Sitting(Surroundings):
    """A start of the program with streams of its own."""

    def __init__(self, stdin: bytes, *, is_terminal: bool) -> None:
        super().__init__({"HOME": "/nonexistent", "TERM": "xterm"})
        self.stdin = io.BytesIO(stdin)
        self.stdout = _Stream(is_terminal=is_terminal)
        self.stderr = _Stream()
        self.opened_screens = 0

    stdin: Any = None
    stdout: Any = None
    stderr: Any = None
    columns = 100

    def open_screens(self, seat: Any, *, ascii_only: bool) -> int:
        self.opened_screens += 1
        return 0


class Cli:
    """`cli("ticket", "list")` runs that line at one desk."""

    def __init__(self, desk: Path) -> None:
        self.desk = desk

    def __call__(
        self,
        *words: str,
        stdin: bytes = b"",
        is_terminal: bool = False,
        who: str = "",
        desk: Path | None = None,
    ) -> Answer:
        argv = ["--desk", str(desk or self.desk), *(["--as", who] if who else []), *words]
        sitting = Sitting(stdin, is_terminal=is_terminal)
        code = run(argv, sitting)
        return Answer(code, sitting.stdout.content(), sitting.stderr.content().decode())

    def ticket(self, number: int) -> dict[str, Any]:
        """A ticket as scripts see it."""
        found = self("ticket", "show", str(number), "--json").json
        assert isinstance(found, dict)
        return found

    def events(self) -> int:
        """How many events the whole audit chain holds."""
        return int(self("audit", "verify", "--json").json["events"])


def environment(desk: Path) -> dict[str, str]:
    """What a subprocess may know."""
    return {"DESKTERM_DESK": str(desk), "PATH": os.environ["PATH"], "HOME": str(desk), "LANG": "C.UTF-8"}
