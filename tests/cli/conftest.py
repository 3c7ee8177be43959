"""One starter desk with a few people and tickets, copied for every test."""

import shutil
from pathlib import Path

import pytest

from tests.cli.driver import Cli

VPN = 1001
PRINTER = 1002

_LINES = (
    ("user", "add", "ann", "--email", "ann@desk.example", "--name", "Ann", "--queue", "Service Desk=full"),
    ("user", "set", "ann", "--queue", "Network=work"),
    ("user", "add", "bo", "--email", "bo@desk.example", "--queue", "Network=work"),
    ("user", "add", "ada", "--email", "ada@desk.example", "--role", "auditor"),
    ("user", "add", "rita", "--email", "rita@firm.example", "--role", "requester"),
    ("ticket", "new", "--subject", "VPN is down", "--body", "Since nine.", "--from", "rita@firm.example"),
    ("ticket", "set", "1001", "queue=Network", "priority=normal"),
    ("ticket", "new", "--subject", "Printer on fire", "--from", "Paul <paul@firm.example>"),
    ("ticket", "set", "1002", "queue=Service Desk", "priority=high"),
)


@pytest.fixture(scope="session")
def filled_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk that tests get copies of."""
    desk = tmp_path_factory.mktemp("cli") / "desk"
    cli = Cli(desk)
    for words in (("init", str(desk), "--admin", "root@desk.example"), *_LINES):
        answer = cli(*words)
        assert answer.code == 0, (words, answer.err)
    return desk


@pytest.fixture
def cli(filled_desk: Path, tmp_path: Path) -> Cli:
    """The command line at a desk of this test's own."""
    return Cli(Path(shutil.copytree(filled_desk, tmp_path / "desk")))
