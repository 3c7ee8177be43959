"""Reading mail in a process of its own: no mail holds up the next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.engine.formats import mail_process
from deskterm.engine.formats.mail import MailUnreadable, parse_mail
from deskterm.engine.formats.mail_process import MailReader, ProcessLimits
from tests.conftest import SHARED

GOOD = b"From: Jane <jane@b.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello"
PACKAGE = str(Path(mail_process.__file__).resolve().parents[3])

CRAFTED = {
    "200 KB subject": b"Subject: " + b"x" * 200_000 + b"\r\n\r\nx",
    "200 KB subject of encoded words": b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nx",
    "5,000 parameters": b"Content-Type: text/plain" + b"; a=b" * 5000 + b"\r\n\r\nx",
    "5,000 recipients": b"To: " + b", ".join(b"u%d@x.example" % n for n in range(5000)) + b"\r\n\r\nx",
    "open brackets": b"From: " + b"(" * 3000 + b"\r\n\r\nx",
    "1,000 nested mails": b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"x",
    "deep multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
    ),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
    "open tags": b"Content-Type: text/html\r\n\r\n" + b"<a " * 300_000,
    "deep quotes": b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 50_000 + b"x<p>" * 50_000,
    "24 MB of text": b"From: a@b.example\r\n\r\n" + b"hello w\xf6rld " * 2_000_000,
    "over the limit": b"x" * 25_000_001,
}


def child(script: str) -> tuple[str, ...]:
    """A command that stands in for the reader's child and misbehaves."""
    prelude = "import os, sys, time; sys.path.insert(0, sys.argv[1]); "
    return (sys.executable, "-I", "-c", prelude + script, PACKAGE)


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    """One reader for many mails, as the desk uses it."""
    with MailReader() as shared:
        yield shared


def test_the_child_reads_as_the_parser_does(reader: MailReader) -> None:
    """Every field and every byte comes through the pipe as it was parsed."""
    rich = (
        b"Content-Type: multipart/mixed; boundary=b\r\nTo: x@y.example\r\nReferences: <1@a> <2@a>\r\n\r\n"
        + b"".join(
            b"--b\r\n" + part + b"\r\n"
            for part in (
                b"Content-Type: text/html\r\n\r\n<p>\xc3\xa4</p>",
                b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==",
                b"Content-Disposition: attachment; filename=empty\r\n\r\n",
            )
        )
    )
    for raw in (GOOD, rich):
        assert reader.read(raw) == parse_mail(raw)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared mails are not here")
def test_real_mails_come_through_the_process(reader: MailReader) -> None:
    """The help desk mails of another product are the same through the process as without."""
    for path in sorted((SHARED / "email" / "zammad-mail").glob("*.box")):
        assert reader.read(path.read_bytes()) == parse_mail(path.read_bytes()), path


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_mail_never_holds_up_the_next(reader: MailReader, name: str) -> None:
    """It is read or refused within ten seconds, and the good mail after it is read."""
    started = time.perf_counter()
    try:
        reader.read(CRAFTED[name])
    except MailUnreadable as refusal:
        assert str(refusal).endswith(".")
    assert reader.read(GOOD).subject == "Grüße"
    assert time.perf_counter() - started < 12


def test_small_mails_are_read_by_the_hundred(reader: MailReader) -> None:
    """The process is started once, not for each mail: 200 small mails take less than a second."""
    reader.read(GOOD)
    started = time.perf_counter()
    for _ in range(200):
        reader.read(GOOD)
    assert time.perf_counter() - started < 1


def test_a_killed_child_is_replaced(reader: MailReader, tmp_path: Path) -> None:
    """A child that died between two mails costs nobody a mail."""
    reader.read(GOOD)
    assert reader._child is not None
    os.kill(reader._child.pid, signal.SIGKILL)
    assert reader.read(GOOD).body == "Hello"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("time.sleep(60)", "longer than 0.5 seconds"),
        ("os._exit(3)", "broke off"),
        ("sys.stdin.buffer.read(8); os.kill(os.getpid(), 11)", "broke off"),
        ("os.write(1, b'garbage' * 100)", "."),
        ("os.write(1, (20).to_bytes(8, 'big') + b'x' * 20); time.sleep(1)", "no answer that makes sense"),
    ],
)
def test_a_misbehaving_child_is_refused_and_ended(script: str, reason: str) -> None:
    """Hanging, dying and babbling children end in a sentence, soon, and none is left behind."""
    started = time.perf_counter()
    with (
        MailReader(ProcessLimits(seconds=0.5), command=child(script)) as reader,
        pytest.raises(MailUnreadable, match=reason),
    ):
        reader.read(GOOD)
    assert reader._child is None
    assert time.perf_counter() - started < 10


def serving(patch: str, limits: ProcessLimits) -> MailReader:
    """A reader whose child runs the real server around a parser that misbehaves."""
    settings = MailReader(limits)._command[-1]
    script = (
        "from deskterm.engine.formats import mail_process as server; "
        f"server.parse_mail = lambda raw, limits: {patch}; server.serve()"
    )
    return MailReader(limits, command=(*child(script), settings))


def test_memory_is_limited() -> None:
    """A parser that takes more memory than allowed is refused with a sentence that says so."""
    with (
        serving("bytearray(400_000_000)", ProcessLimits(memory=300_000_000)) as reader,
        pytest.raises(MailUnreadable, match="memory"),
    ):
        reader.read(GOOD)


def test_processor_time_is_limited_even_without_a_clock() -> None:
    """A parser in an endless loop ends by its own limit, should nobody be left to watch it."""
    limits = ProcessLimits(seconds=30, cpu_seconds=0)
    with serving("[0 for _ in iter(int, 1)]", limits) as reader, pytest.raises(MailUnreadable, match="broke off"):
        reader.read(GOOD)


def test_errors_in_the_parser_are_refusals() -> None:
    """An unexpected error names its kind and never leaves the child; the next mail is read by the same one."""
    with serving("1 / 0", ProcessLimits()) as reader:
        for _ in range(2):
            with pytest.raises(MailUnreadable, match="ZeroDivisionError"):
                reader.read(GOOD)


def test_the_child_writes_no_files() -> None:
    """A parser that is made to write cannot fill the disk."""
    patch = "open('/tmp/deskterm-mail-reader-test', 'wb').write(b'x' * 100_000) and None"
    with serving(patch, ProcessLimits()) as reader, pytest.raises(MailUnreadable):
        reader.read(GOOD)
    left = Path("/tmp/deskterm-mail-reader-test")
    assert not left.exists() or left.stat().st_size == 0
    left.unlink(missing_ok=True)


def test_the_child_ends_with_its_parent() -> None:
    """When the desk is killed no reader stays behind."""
    script = (
        f"import sys; sys.path.insert(0, {PACKAGE!r})\n"
        "from deskterm.engine.formats.mail_process import MailReader\n"
        f"reader = MailReader(); reader.read({GOOD!r}); print(reader._child.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.05)
    raise AssertionError("the reader is still there")


def is_running(pid: int) -> bool:
    """Whether a process exists and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_child_starts_light() -> None:
    """Only what reading needs is imported: no screen, no database, no model."""
    probe = (
        f"import sys; sys.path.insert(0, {PACKAGE!r}); import deskterm.engine.formats.mail_process; "
        "heavy = {'textual', 'rich', 'sqlmodel', 'sqlalchemy', 'pydantic'}; print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
