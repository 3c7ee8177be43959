"""Files written for a person: new ones only, theirs alone, and where they said."""

import os
import stat
from pathlib import Path

import pytest

from deskterm.new_files import FileTrouble, harmless_name, new_file_in


def test_written_for_oneself_alone(tmp_path: Path) -> None:
    """Whole, under its own name, readable by nobody else."""
    path = new_file_in(tmp_path, "plan.pdf", b"x" * 100_000)
    assert path == tmp_path / "plan.pdf" and path.read_bytes() == b"x" * 100_000
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A name that is taken gets a number before its ending."""
    names = [new_file_in(tmp_path, "plan.tar.gz", bytes([place])).name for place in range(3)]
    assert names == ["plan.tar.gz", "plan-2.tar.gz", "plan-3.tar.gz"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"\0", b"\1", b"\2"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Where somebody laid a link, to a file or to nowhere, another name is taken."""
    place = tmp_path / "place"
    place.mkdir()
    (place / "plan.pdf").symlink_to(tmp_path / "elsewhere")
    assert new_file_in(place, "plan.pdf", b"x").name == "plan-2.pdf"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        (".ssh", "ssh"),
        ("..", "attachment"),
        ("", "attachment"),
        ("a\x1b]52;c;x\x07b\nc", "a_]52;c;x_b_c"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("é" * 300, "é" * 100),
        ("\ud800x", "_x"),
    ],
)
def test_names_stay_in_their_directory(tmp_path: Path, name: str, kept: str) -> None:
    """No directories, nothing hidden, nothing that steers a terminal, no longer than file systems take."""
    assert harmless_name(name) == kept
    assert new_file_in(tmp_path, name, b"x").parent == tmp_path


@pytest.mark.parametrize("where", ["missing", "file", "a\0b", "~nobody-of-this-name/x"])
def test_no_such_directory_is_said(tmp_path: Path, where: str) -> None:
    """In a sentence that names it."""
    (tmp_path / "file").write_bytes(b"")
    place = Path(where) if where.startswith("~") else tmp_path / where
    with pytest.raises(FileTrouble, match="is no directory to write into"):
        new_file_in(place, "plan.pdf", b"x")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun is removed, and it is said."""

    class Full:
        def __init__(self, handle: int, mode: str) -> None:
            self.handle = handle

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.handle)

        def write(self, content: bytes) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("deskterm.new_files.os.fdopen", Full)
    with pytest.raises(FileTrouble, match="no space left"):
        new_file_in(tmp_path, "plan.pdf", b"x")
    assert list(tmp_path.iterdir()) == []
