"""`deskterm` as a program of its own: streams, pipes, signals, and what a start costs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import VPN
from tests.cli.driver import Cli, environment

DESKTERM = [sys.executable, "-m", "deskterm"]
ROOT = Path(__file__).parents[2]
HEAVY = {"textual", "rich", "sqlmodel", "pydantic", "sqlalchemy"}

LOADED_BY_LIST = """
import sys
from deskterm.bootstrap import main
main(["ticket", "list"])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def start(cli: Cli, *words: str, stdin: bytes = b"", code: str = "") -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-c", code] if code else [*DESKTERM, *words]
    return subprocess.run(command, cwd=ROOT, env=environment(cli.desk), input=stdin, capture_output=True, timeout=60)


def test_answer_and_talk_are_kept_apart(cli: Cli) -> None:
    """The answer is on stdout, the refusal on stderr, each with its exit code."""
    good = start(cli, "ticket", "show", str(VPN), "--json")
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["number"] == VPN
    bad = start(cli, "ticket", "show", "9999")
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.startswith(b"deskterm: ")
    assert start(cli, "ticket", "show", "x").returncode == 2


def test_json_is_utf8_whatever_the_locale(cli: Cli) -> None:
    """A C locale or a Latin-1 one changes nothing."""
    start(cli, "ticket", "new", "--subject", "Drucker für Jürgen 日本")
    for locale in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}):
        answer = subprocess.run(
            [*DESKTERM, "ticket", "list", "--json"], cwd=ROOT, env={**environment(cli.desk), **locale},
            capture_output=True, timeout=60,
        )  # fmt: skip
        assert json.loads(answer.stdout.decode())[0]["subject"] == "Drucker für Jürgen 日本"


@pytest.mark.parametrize("words", [["ticket", "list", "--json"], ["ticket", "--help"], ["audit", "log"]])
def test_a_pipe_that_closes_is_quiet(cli: Cli, words: list[str]) -> None:
    """`deskterm … | head` leaves no message and no traceback."""
    for number in range(40):
        cli("ticket", "note", str(VPN), "--body", f"{number} " * 2000)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stdout:
        answer = subprocess.run(
            [*DESKTERM, *words], cwd=ROOT, env=environment(cli.desk), stdout=stdout, stderr=subprocess.PIPE, timeout=60
        )
    assert answer.stderr == b""
    assert answer.returncode in (0, 141)


def test_an_answer_that_cannot_be_written_is_an_error(cli: Cli) -> None:
    """A full disk behind stdout is said in a sentence; it is not exit 0."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as stdout:
        answer = subprocess.run(
            [*DESKTERM, "ticket", "list"], cwd=ROOT, env=environment(cli.desk), stdout=stdout, stderr=subprocess.PIPE
        )
    assert answer.returncode == 1
    assert answer.stderr == b"deskterm: stdout cannot be written: no space left on device.\n"


def test_interrupting_is_quiet(cli: Cli) -> None:
    """Ctrl-C while waiting for stdin ends with 130 and no word."""
    process = subprocess.Popen(
        [*DESKTERM, "ticket", "note", str(VPN), "--body", "-"], cwd=ROOT, env=environment(cli.desk),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_mail_is_acknowledged_when_it_is_stored(cli: Cli) -> None:
    """A mail server sees exit 0 and a line; the ticket is there for the next process."""
    mail = b"From: rita@firm.example\nSubject: piped\nMessage-ID: <1@firm.example>\n\nhello\n"
    answer = start(cli, "mail", "receive", "-", stdin=mail)
    assert (answer.returncode, answer.stderr) == (0, b"")
    number = answer.stdout.split()[1].decode()
    assert json.loads(start(cli, "ticket", "show", number, "--json").stdout)["subject"] == "piped"


def test_list_loads_nothing_heavy(cli: Cli) -> None:
    """`ticket list` loads no screen, no table drawing and no ORM."""
    answer = start(cli, code=LOADED_BY_LIST)
    assert answer.returncode == 0, answer.stderr
    assert not set(answer.stderr.decode().split()) & HEAVY


def test_worker_ends_on_sigterm(cli: Cli) -> None:
    """`worker` runs until it is told to stop, then ends with 0."""
    process = subprocess.Popen(
        [*DESKTERM, "worker"], cwd=ROOT, env=environment(cli.desk), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    "words",
    [
        ["ticket", "new", "--subject", "First thing in a fresh process"],
        ["ticket", "take", str(VPN)],
        ["ticket", "reply", str(VPN), "--body", "First"],
        ["ticket", "set", str(VPN), "priority=urgent", "tag=first"],
        ["queue", "add", "Facilities"],
        ["user", "add", "zoe", "--email", "zoe@desk.example"],
        ["job", "run", "routing"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_each_command_works_as_the_first_of_a_process(cli: Cli, words: list[str]) -> None:
    """Nothing relies on what an earlier command of the same process happened to load."""
    done = start(cli, *words)
    assert (done.returncode, done.stderr) == (0, b"")
