"""The structure of a mail: the standard library's parser, and the mends around what it gets wrong.

A broken line ends the header for that parser, so the header is put in order before. It may only open multiparts, and
not too deep: a forwarded mail stays the bytes it was, and a thousand of them inside each other are one file.
"""

import binascii
import re
from dataclasses import dataclass
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from functools import cached_property
from typing import Any

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.formats.mail_headers import decoded, lenient_base64, parameter

_LONGEST_VALUE = 65_536
"""Characters of one header field that are read."""

_MOST_LINES = 2_000_000
"""Six times the lines of the longest base64 that is let in; the parser takes them one by one."""

_MOST_PIECES = 10_000
_DEEPEST = 20
"""Where the parser is stopped, over what any limit lets in: it compares each line with the delimiters of all levels."""

_HEADER_END = re.compile(rb"\n\r?\n|\A\r?\n|\n(?=--[^\s-]|-----)")
"""An empty line; or where one was forgotten, the first delimiter of a part."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*(:.*)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,80})/([\w.+-]{1,120})")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,98}|-[^\r\n]{5,98})\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_HTML_START = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_NO_BASE64 = re.compile(rb"^.*[^A-Za-z0-9+/=\s].*$|^.*\S[ \t]+\S.*$", re.MULTILINE)
_LINE_END = re.compile(rb"(?:\r\n|\n|\r)\Z")
_MAILBOX_LINE = re.compile(rb">?From [^:]")


class MailUnreadable(Invalid):
    """A mail that cannot be parsed or is over a limit; `str(error)` is the sentence shown in quarantine."""


class _RawFields(Compat32):
    """Fields as they were sent, unfolded, bytes above 127 as lone surrogates; `mail_headers` reads what they mean."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A field from its lines."""
        name, _colon, first = sourcelines[0].partition(":")
        lines = (line.strip(" \t\r\n") for line in (first, *sourcelines[1:]))
        return name, " ".join(lines)[:_LONGEST_VALUE].strip()

    def header_fetch_parse(self, name: str, value: str) -> str:
        """A field as it was stored."""
        return value


class Part(Message):
    """A mail or one part of it; `body` is not decoded. The parser fills it and asks it which parts to open."""

    body = b""
    _depth = 1

    def get_content_type(self) -> str:
        """The type for the parser: only multiparts tell theirs, so that it opens nothing else."""
        return self._declared if self._is_declared_multipart() and self._depth < _DEEPEST else "text/plain"

    def get_boundary(self, failobj: Any = None) -> Any:
        """The declared boundary as the parser meets it in the text."""
        boundary = parameter(self.declared_type, "boundary").encode("utf-8", "replace")
        return boundary.decode("ascii", "surrogateescape") or failobj

    def attach(self, payload: Any) -> None:
        """Takes in a part that the parser is about to read.

        Raises:
            MailUnreadable: there are thousands of them.
        """
        super().attach(payload)
        payload._depth = self._depth + 1
        if len(self.get_payload()) > _MOST_PIECES:
            raise MailUnreadable(f"The mail has more than {_MOST_PIECES:,} parts.")

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        """Takes in the text; the last line end before a delimiter belongs to the delimiter."""
        body = _raw(payload)
        self.body = _LINE_END.sub(b"", body) if self._depth > 1 else body

    def value(self, name: str) -> str:
        """The last filled field of this name, "" if there is none: senders that repeat one mean the last."""
        return next((value for value in reversed(self.get_all(name, [])) if value.strip()), "")

    @property
    def media_type(self) -> str:
        """`type/subtype` in lower case; what cannot be read is what the place implies, as RFC 2045 has it."""
        return "text/html" if self._says_html() else self._declared

    @cached_property
    def _declared(self) -> str:
        found = _MEDIA_TYPE.match(self.declared_type)
        return f"{found[1]}/{found[2]}".lower() if found else self.get_default_type()

    @cached_property
    def declared_type(self) -> str:
        """The Content-Type field; of several that of a multipart, else the first."""
        values = [value for value in self.get_all("content-type", []) if value.strip()]
        multiparts = [value for value in values if value.lower().startswith("multipart/")]
        return next(iter([*multiparts, *values]), "")

    def _is_declared_multipart(self) -> bool:
        return self._declared.startswith("multipart/")

    def _says_html(self) -> bool:
        if _MEDIA_TYPE.match(self.declared_type):
            return False
        return "html" in self.declared_type.lower() or bool(not self.declared_type and _HTML_START.match(self.body))

    @property
    def charset(self) -> str:
        """The declared charset, "" if none."""
        return parameter(self.declared_type, "charset")

    def declared_name(self, hint: str) -> str:
        """The file name given with the disposition, else with the type, else by location; "" if none."""
        return (
            parameter(self.value("content-disposition"), "filename", hint)
            or parameter(self.declared_type, "name", hint)
            or decoded(self.value("content-location"), hint)
        )

    @cached_property
    def children(self) -> tuple["Part", ...]:
        """The parts of a multipart; none for anything else, and for one whose boundary is nowhere."""
        if self._is_declared_multipart() and not self.is_multipart():
            return self._set_off(self.body, _guessed_boundary(self.body))
        return tuple(_mended(part) for part in self._parts()) + self._reopened()

    def _parts(self) -> list["Part"]:
        found = self.get_payload()
        return [part for part in found if isinstance(part, Part)] if isinstance(found, list) else []

    def _reopened(self) -> tuple["Part", ...]:
        """The parts behind a closing delimiter; programs that use one boundary at two levels close it twice."""
        epilogue, boundary = _raw(self.epilogue or ""), _raw(self.get_boundary(""))
        line = b"--" + boundary
        return self._set_off(epilogue.replace(line + b"--", line), boundary) if line in epilogue else ()

    def _set_off(self, body: bytes, boundary: bytes) -> tuple["Part", ...]:
        if not boundary:
            return ()
        quoted = re.sub(rb"([\\\"])", rb"\\\1", boundary)
        found = read_mail(b'Content-Type: %s; boundary="%s"\n\n' % (self._declared.encode(), quoted) + body)
        return tuple(_mended(part) for part in found._parts())

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as it can be.

        The line ends of what was sent as lines are line feeds; base64 and binary stay exact to the byte.
        """
        encoding = self.value("content-transfer-encoding").split(";")[0].strip(" \t\"'").lower()
        if encoding == "binary":
            return self.body
        if encoding == "base64":
            return _decoded_text(self.body) if self.media_type.startswith("text/") else lenient_base64(self.body)
        lines = _decoded_lines(self.body.replace(b"\r\n", b"\n"), encoding)
        return lines.replace(b"\r\n", b"\n") if self.media_type.startswith(("text/", "message/")) else lines


def _raw(text: str) -> bytes:
    return text.encode("ascii", "surrogateescape")


def _mended(part: Part) -> Part:
    """A part whose header was ended by a broken line is read again; one without any header only has a text."""
    is_cut = any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in part.defects)
    if not is_cut or not part.keys() or part.is_multipart():
        return part
    header = "".join(f"{name}: {value}\n" for name, value in part.items())
    return read_mail(_raw(header) + part.body)


_PARSER = BytesParser(Part, policy=_RawFields())


def read_mail(raw: bytes, *, only_header: bool = False) -> Part:
    """A whole mail, whichever line ends it has, after a mailbox's `From ` line, a byte-order mark or blank lines.

    Raises:
        MailUnreadable: more lines or parts than the parser can take.
    """
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") > _MOST_LINES:
        raise MailUnreadable(f"The mail has more than {_MOST_LINES:,} lines.")
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\r\n" not in text and b"\n" not in text[:4096]:
        text = text.replace(b"\r", b"\n")
    mail = _PARSER.parsebytes(_with_mended_header(text.lstrip()), headersonly=only_header)
    assert isinstance(mail, Part)
    return mail


def header_size(raw: bytes) -> int:
    """Bytes before the first empty line."""
    blank = _HEADER_END.search(raw.lstrip())
    return blank.start() if blank else len(raw)


def _with_mended_header(raw: bytes) -> bytes:
    """The mail with a header that the parser reads to its end, and an empty line after it."""
    blank = _HEADER_END.search(raw)
    header, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    fields, stray = _fields(header)
    if not fields:
        return b"\n" + raw
    return b"\n".join([*fields, b"", *stray, *([b""] if stray else []), body])


def _fields(header: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines of a header, and the lines at its end that are no fields: they are text that follows without a gap."""
    found: list[bytes] = []
    stray: list[bytes] = []
    for line in header.replace(b"\r\n", b"\n").replace(b"\r", b" ").split(b"\n"):
        field = _FIELD.match(line)
        if _MAILBOX_LINE.match(line):
            continue
        if field:
            # A line that was cut without an indent belongs to the field before it.
            found += [b" " + cut for cut in stray if found]
            stray = []
            found.append(field[1] + field[2])
        elif line.startswith((b" ", b"\t")) and found and not stray:
            found.append(line)
        elif line.strip():
            stray.append(line)
    return found, stray


def _guessed_boundary(body: bytes) -> bytes:
    """The boundary that is in use where none, or a wrong one, was declared; b"" if none is to be seen."""
    found = _GUESSED_BOUNDARY.search(body)
    return found[1].rstrip() if found else b""


def _decoded_text(body: bytes) -> bytes:
    """Base64 up to the first line that is none: lists put their footer behind, unencoded."""
    footer = _NO_BASE64.search(body)
    if footer is None:
        return lenient_base64(body)
    return lenient_base64(body[: footer.start()]) + body[footer.start() :]


def _decoded_lines(body: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        files = uuencoded_files(body)
        return files[0].content if files else body
    return body


# ------------------------------------------------------------------------------------------------ uuencode


@dataclass(frozen=True, slots=True)
class UuencodedFile:
    """A file found in plain text: where it stands (byte offsets), its name and its bytes."""

    start: int
    end: int
    name: bytes
    content: bytes


_UU_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,250}?)[ \t]*\r?\n", re.MULTILINE)


def uuencoded_files(text: bytes) -> list[UuencodedFile]:
    """The complete uuencoded files in a text, in order."""
    files: list[UuencodedFile] = []
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        content, end = _uudecoded(text, begin.end())
        if content is not None:
            files.append(UuencodedFile(begin.start(), end, begin[1], content))
        at = end
    return files


def _uudecoded(text: bytes, at: int) -> tuple[bytes | None, int]:
    """The bytes up to the `end` line and the place after it; None if another line comes first."""
    chunks: list[bytes] = []
    while at < len(text):
        line_end = text.find(b"\n", at) + 1 or len(text)
        line = text[at:line_end].rstrip(b"\r\n")
        if line.strip() == b"end":
            return b"".join(chunks), line_end
        size = (line[0] - 32) & 63 if line else 0
        needed = (size + 2) // 3 * 4
        if line and not needed - 4 <= len(line) - 1 <= needed + 4:
            return None, at
        if size:
            chunks.append(_uudecoded_line(line[: needed + 1].ljust(needed + 1)))
        at = line_end
    return None, at


def _uudecoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
