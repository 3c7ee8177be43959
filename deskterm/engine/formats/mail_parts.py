"""The structure of a mail: header fields and parts, cut out of the raw bytes without changing any.

The standard library's parser was measured first: 300 messages nested in each other end it with RecursionError, one
bad header line makes it take the rest of the header for text, and it rewrites the forwarded mails it hands back.
Here a forwarded mail stays the bytes it was, and depth costs nothing.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from deskterm.engine.formats.mail_headers import decoded, lenient_base64, parameter

_LONGEST_VALUE = 65_536
"""Characters of one header field that are read."""

_HEADER_END = re.compile(rb"\n\r?\n|\A\r?\n|\n(?=--[^\s-]|-----)")
"""An empty line; or where one was forgotten, the first delimiter of a part."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,80})/([\w.+-]{1,120})")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,98}|-[^\r\n]{5,98})\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_HTML_START = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_NO_BASE64 = re.compile(rb"^.*[^A-Za-z0-9+/=\s].*$|^.*\S[ \t]+\S.*$", re.MULTILINE)
_DELIMITER_REST = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")
_MOST_PIECES = 10_000
"""Parts of one multipart that are looked at; far more than any limit lets in."""

_MAILBOX_LINE = re.compile(rb">?From [^:]")


@dataclass(frozen=True)
class Part:
    """A mail or one part of it: its fields (lower-case names, raw unfolded values) and its undecoded body."""

    fields: tuple[tuple[str, str], ...]
    body: bytes
    default_type: str = "text/plain"

    def values(self, name: str) -> list[str]:
        """All fields of this lower-case name, in order."""
        return [value for field, value in self.fields if field == name]

    def value(self, name: str) -> str:
        """The last filled field of this name, "" if there is none: senders that repeat one mean the last."""
        return next((value for value in reversed(self.values(name)) if value.strip()), "")

    @cached_property
    def media_type(self) -> str:
        """`type/subtype` in lower case; what cannot be read is what the place implies, as RFC 2045 has it."""
        found = _MEDIA_TYPE.match(self.declared_type)
        if found:
            return f"{found[1]}/{found[2]}".lower()
        return "text/html" if self._says_html() else self.default_type

    @cached_property
    def declared_type(self) -> str:
        """The Content-Type field; of several that of a multipart, else the first."""
        values = [value for value in self.values("content-type") if value.strip()]
        multiparts = [value for value in values if value.lower().startswith("multipart/")]
        return next(iter([*multiparts, *values]), "")

    def _says_html(self) -> bool:
        return "html" in self.declared_type.lower() or bool(not self.declared_type and _HTML_START.match(self.body))

    @property
    def charset(self) -> str:
        """The declared charset, "" if none."""
        return parameter(self.declared_type, "charset")

    @property
    def disposition(self) -> str:
        """`attachment`, `inline` or what else is declared, "" if nothing."""
        return self.value("content-disposition").split(";")[0].strip().lower()

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
        if not self.media_type.startswith("multipart/"):
            return ()
        default = "message/rfc822" if self.media_type == "multipart/digest" else "text/plain"
        boundary = parameter(self.declared_type, "boundary").encode("utf-8", "replace")
        pieces = _between(self.body, boundary) or _between(self.body, _guessed_boundary(self.body))
        return tuple(read_part(piece, default) for piece in pieces)

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


def read_mail(raw: bytes) -> Part:
    """A whole mail, whichever line ends it has, after a mailbox's `From ` line, a byte-order mark or blank lines."""
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\r\n" not in text and b"\n" not in text[:4096]:
        text = text.replace(b"\r", b"\n")
    return read_part(text.lstrip(), "text/plain")


def read_part(raw: bytes, default_type: str) -> Part:
    """One part: fields up to the first empty line, then the body."""
    blank = _HEADER_END.search(raw)
    header, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    fields, stray = _fields(header)
    if not fields:
        return Part((), raw[blank.end() :] if blank and not header else raw, default_type)
    return Part(fields, stray + body, default_type)


def header_size(raw: bytes) -> int:
    """Bytes before the first empty line."""
    blank = _HEADER_END.search(raw.lstrip())
    return blank.start() if blank else len(raw)


def _fields(header: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The fields of a header, and the lines at its end that are none: they are text that follows without a gap."""
    found: list[tuple[bytes, list[bytes]]] = []
    stray: list[bytes] = []
    for line in header.split(b"\n"):
        field = None if line.startswith((b" ", b"\t")) else _FIELD.match(line)
        if field and not _MAILBOX_LINE.match(line):
            # A line that was cut without an indent belongs to the field before it.
            _continue(found, stray)
            stray = []
            found.append((field[1], [field[2].strip()]))
        elif line.startswith((b" ", b"\t")) and found and not stray:
            found[-1][1].append(line.strip())
        elif line.strip() and not _MAILBOX_LINE.match(line):
            stray.append(line)
    fields = tuple((name.decode("ascii").lower(), _unfolded(lines)) for name, lines in found)
    return fields, b"\n".join(stray) + b"\n\n" if stray else b""


def _continue(found: list[tuple[bytes, list[bytes]]], lines: list[bytes]) -> None:
    if found:
        found[-1][1].extend(line.strip() for line in lines)


def _unfolded(lines: list[bytes]) -> str:
    return b" ".join(lines)[:_LONGEST_VALUE].decode("ascii", "surrogateescape").strip()


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """The pieces between delimiter lines; what stands before the first and after the closing one is left out."""
    pieces: list[bytes] = []
    start: int | None = None
    for at, end, closes in _delimiters(body, b"--" + boundary) if boundary else ():
        if start is not None:
            pieces.append(_after_line_end(body, start, at))
        start = None if closes else end
        if len(pieces) == _MOST_PIECES:
            break
    if start is not None:
        pieces.append(_after_line_end(body, start, len(body)))
    return pieces


def _delimiters(body: bytes, line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: where the text before it ends, where the line itself ends, and whether it is the closing."""
    at = body.find(line)
    while at >= 0:
        rest = _DELIMITER_REST.match(body, at + len(line))
        if rest and body[at - 1 : at] in (b"", b"\n"):
            yield at - 2 if body[at - 2 : at] == b"\r\n" else max(at - 1, 0), rest.end(), bool(rest[1])
        at = body.find(line, at + len(line))


def _after_line_end(body: bytes, start: int, end: int) -> bytes:
    first = body.find(b"\n", start, end) + 1
    return body[first:end] if first else b""


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
