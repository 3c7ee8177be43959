"""The command that fetches an attachment: typed into a real shell, through a far shell that reads it once more."""

import os
import subprocess
from pathlib import Path

import pytest

from deskterm.engine.services.rows import AttachmentRow
from deskterm.new_files import harmless_name
from deskterm.screens.fetching import fetch_command, name_for_desk
from deskterm.screens.session import FileWays

_SSH = """#!/bin/sh
# As ssh does: drops its own words, joins what is left, and gives it to the far shell.
while [ $# -gt 0 ]; do case "$1" in -p) shift 2;; *@*) shift; break;; *) shift;; esac; done
exec sh -c "$*"
"""
_DESKTERM = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word"; done
"""


def row(name: str, sha256: str = "ab" * 32) -> AttachmentRow:
    """An attachment of a name."""
    return AttachmentRow(1, name, "text/plain", 1, sha256)


@pytest.mark.parametrize(
    "name",
    [
        "smoke.png",
        "two words.pdf",
        'it\'s "quoted".txt',
        "$(touch pwned).txt",
        "`touch pwned`",
        "; touch pwned #",
        "-rf",
        "a\nb",
        "../../up.txt",
        "Prüfbericht 漢字.pdf",
        "*",
        "\\",
        "",
    ],
)
def test_every_name_goes_through_both_shells(tmp_path: Path, name: str) -> None:
    """The desk's program gets exactly its words, one file comes of it, and nothing in a name is run."""
    programs, here = tmp_path / "bin", tmp_path / "here"
    programs.mkdir()
    here.mkdir()
    for program, text in (("ssh", _SSH), ("deskterm", _DESKTERM)):
        (programs / program).write_text(text)
        (programs / program).chmod(0o755)
    ways = FileWays(reach=("ssh", "-p", "2222", "ann@10.0.0.1"), program=("deskterm", "--desk", "/srv/a desk"))
    wanted = name_for_desk(row(name), [row(name)])
    command = fetch_command(ways, 1042, wanted, name)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "-c", command], cwd=here, env={"PATH": path}, check=True)
    (file,) = here.iterdir()
    assert file.name == harmless_name(name)
    words = file.read_bytes().decode().split("\0")[:-1]
    assert words == ["--desk", "/srv/a desk", "ticket", "attachment", "1042", wanted]


def test_a_name_that_is_not_sure_is_asked_for_by_its_digest() -> None:
    """Two files of one name, and names that cannot be typed; one file sent twice is one file."""
    first, second = row("log.txt", "1" * 64), row("LOG.txt", "2" * 64)
    assert name_for_desk(first, [first, second]) == "1" * 16
    assert name_for_desk(first, [first, first]) == "log.txt"
    assert name_for_desk(row("a\x1bb"), [row("a\x1bb")]) == "ab" * 8
