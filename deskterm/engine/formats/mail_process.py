"""Mail read in a process of its own, so that no mail can hold up, fill up or bring down the desk.

One long-lived child is fed mail after mail over its standard input. It is killed and replaced when it takes too long,
dies, or has read a big one (its memory would stay large). It ends by itself when its input does.

Frames both ways: 8 bytes of length, big-endian, then the bytes. A request is the raw mail. An answer is 4 bytes of
length, a JSON document, and the contents of the attachments one after the other; nothing in it can be executed.
"""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from deskterm.engine.formats.mail import (
    DEFAULT_LIMITS,
    MailLimits,
    MailUnreadable,
    ParsedAttachment,
    ParsedMail,
    parse_mail,
)

_PACKAGE = Path(__file__).resolve().parents[3]
"""The folder `deskterm` is imported from, in a checkout as in an installed package."""

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from deskterm.engine.formats.mail_process import serve; serve()"
_BIG_MAIL = 1_000_000
"""Bytes of a mail after which the child is replaced."""

_LONGEST_ANSWER = 1 << 31
_STARTS = 2
"""A child that dies while it reads is given the mail once more, fresh: what went before may have been to blame."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What reading one mail may cost: wall-clock seconds, seconds of processor time, bytes of address space."""

    seconds: float = 10.0
    cpu_seconds: int = 10
    memory: int = 512 * 1024 * 1024


class MailReader:
    """Reads mail in a child process. May be used by several threads, one mail at a time; close it when done.

    `command` starts the child, for tests of its misbehaviour.
    """

    def __init__(
        self,
        limits: ProcessLimits = ProcessLimits(),
        mail_limits: MailLimits = DEFAULT_LIMITS,
        command: tuple[str, ...] | None = None,
    ) -> None:
        self._limits = limits
        self._mail_limits = mail_limits
        self._command = command or _child_command(limits, mail_limits)
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, raw: bytes) -> ParsedMail:
        """Reads one mail.

        Raises:
            MailUnreadable: it cannot be parsed, is over a limit, or took too much time or memory.
        """
        if len(raw) > self._mail_limits.size:
            raise MailUnreadable(f"The mail has {len(raw):,} bytes; more than {self._mail_limits.size:,} are not read.")
        with self._lock:
            answer = self._answer(raw)
        return _decoded(answer)

    def close(self) -> None:
        """Ends the child, if there is one; reading again starts another."""
        with self._lock:
            self._end_child()

    def _answer(self, raw: bytes) -> bytes:
        for _start in range(_STARTS):
            is_fresh = self._child is None
            answer = self._exchange(self._running_child(), raw)
            if answer is not None:
                if len(raw) > _BIG_MAIL:
                    self._end_child()
                return answer
            if is_fresh:
                break
        raise MailUnreadable("The mail reader broke off at this mail.")

    def _exchange(self, child: subprocess.Popen[bytes], raw: bytes) -> bytes | None:
        """The answer, or None if the child died. Too long is final: the mail is not tried again."""
        assert child.stdin and child.stdout
        with _killed_after(child, self._limits.seconds) as is_late:
            answer = _ask(child.stdin, child.stdout, raw)
        if answer is None:
            self._end_child()
        if answer is None and is_late.is_set():
            raise MailUnreadable(f"Reading the mail took longer than {self._limits.seconds:g} seconds.")
        return answer

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                # Its own session: Ctrl+C in the terminal is for the desk, not for the reader.
                start_new_session=True,
            )
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                _close(pipe)


def _child_command(limits: ProcessLimits, mail_limits: MailLimits) -> tuple[str, ...]:
    settings = json.dumps({"process": asdict(limits), "mail": asdict(mail_limits)})
    return (sys.executable, "-I", "-c", _CHILD, str(_PACKAGE), settings)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        # What was still to be written to a dead child is of no use to anyone.
        return


@contextmanager
def _killed_after(child: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kills the child when the time is up, which ends the waiting; the event tells that it happened."""
    is_late = threading.Event()

    def kill() -> None:
        is_late.set()
        child.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def _ask(to_child: IO[bytes], from_child: IO[bytes], raw: bytes) -> bytes | None:
    try:
        _write_frame(to_child, raw)
        return _read_frame(from_child)
    except OSError:
        return None


def _write_frame(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(8, "big"))
    pipe.write(content)
    pipe.flush()


def _read_frame(pipe: IO[bytes]) -> bytes | None:
    """The next frame, None at the end of the stream or for one that is not whole."""
    size = int.from_bytes(pipe.read(8), "big")
    if not 0 < size <= _LONGEST_ANSWER:
        return None
    content = pipe.read(size)
    return content if len(content) == size else None


# ------------------------------------------------------------------------------------------------ answers


def _encoded(mail: ParsedMail) -> bytes:
    """A mail as an answer: all but the contents in JSON, then the contents."""
    document: dict[str, Any] = {field.name: getattr(mail, field.name) for field in fields(mail)}
    contents = [attachment.content for attachment in mail.attachments]
    document["html_original"] = contents.index(mail.html_original) if mail.html_original is not None else None
    document["attachments"] = [
        {
            "name": file.name,
            "media_type": file.media_type,
            "content_id": file.content_id,
            "size": len(file.content),
        }
        for file in mail.attachments
    ]
    return _answer_bytes(document, contents)


def _answer_bytes(document: dict[str, Any], contents: list[bytes]) -> bytes:
    head = json.dumps(document).encode("ascii")
    return b"".join((len(head).to_bytes(4, "big"), head, *contents))


def _decoded(answer: bytes) -> ParsedMail:
    """The mail of an answer.

    Raises:
        MailUnreadable: the child refused the mail, or what it said is no answer.
    """
    end = 4 + int.from_bytes(answer[:4], "big")
    try:
        document = json.loads(answer[4:end])
        if "refused" in document:
            raise MailUnreadable(str(document["refused"]))
        return _parsed_mail(document, answer[end:])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise MailUnreadable("The mail reader gave no answer that makes sense.") from error


def _parsed_mail(document: dict[str, Any], contents: bytes) -> ParsedMail:
    attachments: list[ParsedAttachment] = []
    at = 0
    for file in document["attachments"]:
        size = file.pop("size")
        attachments.append(ParsedAttachment(**file, content=contents[at : at + size]))
        at += size
    html = document["html_original"]
    for name in ("recipients", "cc", "references"):
        document[name] = tuple(document[name])
    document["attachments"] = tuple(attachments)
    document["html_original"] = attachments[html].content if html is not None else None
    return ParsedMail(**document)


# ------------------------------------------------------------------------------------------------ the child


def serve() -> None:
    """The child: reads mails from standard input until it ends, answers on standard output."""
    settings = json.loads(sys.argv[2])
    limits, mail_limits = ProcessLimits(**settings["process"]), MailLimits(**settings["mail"])
    # What a parser might print must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(2, 1)
    _limit_once(limits)
    while (raw := _read_frame(sys.stdin.buffer)) is not None:
        _limit_time(limits)
        answer = _answer_to(raw, mail_limits)
        _write_frame(answers, answer)


def _limit_once(limits: ProcessLimits) -> None:
    """Memory as configured; no files can be written, no core is dumped, no process is started."""
    _limit(resource.RLIMIT_AS, limits.memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)


def _limit(kind: int, soft: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    lowered = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(kind, (lowered, hard))


def _limit_time(limits: ProcessLimits) -> None:
    """The limit counts from the start of the process, so it is moved on before each mail."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds)


def _answer_to(raw: bytes, mail_limits: MailLimits) -> bytes:
    """A mail or a refusal; whatever goes wrong, the mail is named unreadable and the next one is read."""
    try:
        return _encoded(parse_mail(raw, mail_limits))
    except MailUnreadable as refusal:
        return _answer_bytes({"refused": str(refusal)}, [])
    except MemoryError:
        return _answer_bytes({"refused": "Reading the mail took too much memory."}, [])
    except Exception as error:  # the edge of intake: the raw mail is kept and shown with this sentence
        return _answer_bytes({"refused": f"The mail could not be read ({type(error).__name__})."}, [])
