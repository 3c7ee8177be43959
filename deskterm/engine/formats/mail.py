"""A raw mail read into what the desk needs: who, what, when, the text, the files, and whether a machine wrote it.

Pure and without trust: every byte came from outside. Intake calls it through `mail_process`, in a process of its own
with limits on time and memory.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from deskterm.engine.domain.text import file_name, one_line, visible
from deskterm.engine.formats.mail_automatic import automatic_reason, find_bounce
from deskterm.engine.formats.mail_headers import Address, addresses, decoded, message_ids, sent_at
from deskterm.engine.formats.mail_parts import MailUnreadable, Part, header_size, read_mail, uuencoded_files
from deskterm.engine.formats.mail_text import codec_name, decode_text, html_charset, html_to_text

__all__ = ["DEFAULT_LIMITS", "MailLimits", "MailUnreadable", "ParsedAttachment", "ParsedMail", "parse_mail"]


@dataclass(frozen=True, slots=True)
class MailLimits:
    """What one mail may cost. Over `recipients` and `references` the rest is left out, over the others it is refused.

    `size` and `header_size` in bytes, `body` in characters (the rest of a longer text becomes an attachment).
    """

    size: int = 25_000_000
    header_size: int = 262_144
    parts: int = 200
    depth: int = 10
    recipients: int = 100
    references: int = 100
    body: int = 500_000


DEFAULT_LIMITS = MailLimits()


@dataclass(frozen=True, slots=True)
class ParsedAttachment:
    """A file that came with a mail; `content_id` without brackets, "" if none."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as read. Addresses are lower-case; identifiers are without brackets; absent texts are "".

    `references` names the mails this one answers, nearest first; a bounce answers the mail that came back. `sent_at`
    is UTC milliseconds by the sender's own clock. `body` is plain text with nothing hidden in it. `html_original` is
    among the attachments too. `automatic` says in a few words why no person wrote it. `bounced_address` and
    `bounce_status` (RFC 3463) belong to a bounce.
    """

    message_id: str
    subject: str
    sender_name: str
    sender_email: str
    recipients: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str
    references: tuple[str, ...]
    sent_at: int | None
    body: str
    html_original: bytes | None
    attachments: tuple[ParsedAttachment, ...]
    automatic: str
    is_bounce: bool
    bounced_address: str
    bounce_status: str


def parse_mail(raw: bytes, limits: MailLimits = DEFAULT_LIMITS) -> ParsedMail:
    """Reads one mail.

    Raises:
        MailUnreadable: empty, or over a limit; the sentence says which.
    """
    _refuse_oversize(raw, limits)
    mail = read_mail(raw)
    content = _Reader(limits, _header_hint(mail)).read(mail)
    hint = content.hint
    sender = _sender(mail, hint)
    subject = one_line(decoded(mail.value("subject"), hint))
    recipients, cc = _emails(mail, "to", hint, limits), _emails(mail, "cc", hint, limits)
    body, attachments = _cut_body(visible(content.text), content.attachments, limits)
    automatic = automatic_reason(mail, sender.email, subject, body)
    bounce = find_bounce(mail, automatic, subject, body, frozenset({sender.email, *recipients, *cc}))
    return ParsedMail(
        message_id=next(iter(message_ids(mail.value("message-id"))), ""),
        subject=subject,
        sender_name=sender.name,
        sender_email=sender.email,
        recipients=recipients,
        cc=cc,
        reply_to=next(iter(_emails(mail, "reply-to", hint, limits)), ""),
        references=_references(mail, bounce.message_ids if bounce else (), limits),
        sent_at=sent_at(mail.value("date")),
        body=body,
        html_original=content.html_original,
        attachments=_uniquely_named(attachments),
        automatic=automatic,
        is_bounce=bounce is not None,
        bounced_address=bounce.address if bounce else "",
        bounce_status=bounce.status if bounce else "",
    )


def _refuse_oversize(raw: bytes, limits: MailLimits) -> None:
    if not raw.strip():
        raise MailUnreadable("The mail is empty.")
    if len(raw) > limits.size:
        raise MailUnreadable(f"The mail has {len(raw):,} bytes; more than {limits.size:,} are not read.")
    if header_size(raw[: limits.header_size * 2]) > limits.header_size:
        raise MailUnreadable(f"The header of the mail is longer than {limits.header_size:,} bytes.")


# ------------------------------------------------------------------------------------------------ header


_SENDER_FIELDS = ("from", "reply-to", "return-path", "sender")


def _sender(mail: Part, hint: str) -> Address:
    """The first usable address of From, Reply-To, Return-Path, Sender; the name as From has it."""
    people = [person for field in _SENDER_FIELDS for person in _people(mail, field, hint)]
    first = next((person for person in people if person.email), Address("", ""))
    return Address(first.name or next((p.name for p in _people(mail, "from", hint) if p.name), ""), first.email)


def _people(mail: Part, field: str, hint: str) -> list[Address]:
    """The last field of this name that has an address, else the last filled one."""
    values = [addresses(value, hint) for value in mail.get_all(field, []) if value.strip()]
    usable = [people for people in values if any(person.email for person in people)]
    return next(reversed(usable or values), [])


def _emails(mail: Part, field: str, hint: str, limits: MailLimits) -> tuple[str, ...]:
    people = (person.email for value in mail.get_all(field, []) for person in addresses(value, hint))
    return tuple(dict.fromkeys(email for email in people if email))[: limits.recipients]


def _references(mail: Part, returned: tuple[str, ...], limits: MailLimits) -> tuple[str, ...]:
    answered = [found for value in mail.get_all("in-reply-to", []) for found in message_ids(value)]
    thread = [found for value in mail.get_all("references", []) for found in message_ids(value)]
    return tuple(dict.fromkeys([*answered, *returned, *reversed(thread)]))[: limits.references]


def _header_hint(mail: Part) -> str:
    """The charset that raw bytes of the header are likely in: that of the text, if it is a telling one."""
    name = codec_name(mail.charset)
    return "" if name in ("ascii", "cp1252", "utf_8", "utf-8") else name


# ------------------------------------------------------------------------------------------------ content


@dataclass(frozen=True, slots=True)
class _Content:
    """What a part holds: its texts in order, whether they were plain text, HTML originals and files."""

    texts: tuple[str, ...] = ()
    is_plain: bool = False
    html: tuple[ParsedAttachment, ...] = ()
    files: tuple[ParsedAttachment, ...] = ()
    hint: str = ""

    @property
    def text(self) -> str:
        """All texts, one after the other."""
        return "\n".join(text.strip("\n") for text in self.texts if text.strip())

    @property
    def html_original(self) -> bytes | None:
        """The HTML as it was sent; of several the first."""
        return self.html[0].content if self.html else None

    @property
    def attachments(self) -> tuple[ParsedAttachment, ...]:
        """HTML originals, then files, in the order of the mail."""
        return (*self.html, *self.files)


def _together(contents: Iterable[_Content]) -> _Content:
    """Parts that follow each other."""
    found = tuple(contents)
    return _Content(
        texts=tuple(text for content in found for text in content.texts),
        is_plain=any(content.is_plain for content in found),
        html=tuple(html for content in found for html in content.html),
        files=tuple(file for content in found for file in content.files),
        hint=next((content.hint for content in found if content.hint), ""),
    )


def _best_of(contents: tuple[_Content, ...]) -> _Content:
    """Parts that say the same: the text of the plain one, else of the last that has any; nothing else is dropped.

    A plain text with less than half the words of the other is no alternative but a remark ("view this in HTML").
    """
    with_text = [content for content in contents if content.text]
    richest = with_text[-1] if with_text else _Content()
    plain = next((content for content in with_text if content.is_plain), richest)
    chosen = plain if 2 * len(plain.text.split()) >= len(richest.text.split()) else richest
    return replace(_together(contents), texts=chosen.texts, is_plain=chosen.is_plain)


class _Reader:
    """Walks through the parts of one mail, counting them."""

    def __init__(self, limits: MailLimits, hint: str) -> None:
        self._limits = limits
        self._hint = hint
        self._parts = 0
        self._leaves = 0

    def read(self, part: Part, depth: int = 1) -> _Content:
        """The content of a part and all below it."""
        self._count(depth)
        if part.children:
            contents = tuple(self.read(child, depth + 1) for child in part.children)
            return _best_of(contents) if part.media_type == "multipart/alternative" else _together(contents)
        self._leaves += 1
        if self._is_text(part):
            return self._text(part)
        return _Content(files=(self._file(part),)) if part.body.strip() or part.keys() else _Content()

    def _count(self, depth: int) -> None:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise MailUnreadable(f"The mail has more than {self._limits.parts} parts.")
        if depth > self._limits.depth:
            raise MailUnreadable(f"The parts of the mail are nested more than {self._limits.depth} deep.")

    def _is_text(self, part: Part) -> bool:
        """Whether a part is to be read rather than saved.

        A multipart without a boundary is the text that it is. The first text of a mail may carry a name in its type.
        """
        if part.media_type.startswith("multipart/"):
            return True
        if part.media_type not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
            return False
        named = bool(part.declared_name(self._hint))
        return not named or (self._leaves == 1 and "filename" not in part.value("content-disposition").lower())

    def _text(self, part: Part) -> _Content:
        if part.media_type == "text/html":
            html = _lines(decode_text(part.content, part.charset or html_charset(part.content)))
            # In UTF-8, since an attachment keeps no charset: whoever saves it could not read it otherwise.
            original = ParsedAttachment("message.html", "text/html", html.encode("utf-8", "replace"))
            return _Content((html_to_text(html),), False, (original,), (), _header_hint(part))
        files, content = _without_uuencoded(part.content)
        return _Content((_lines(decode_text(content, part.charset)),), True, (), files, _header_hint(part))

    def _file(self, part: Part) -> ParsedAttachment:
        content_id = one_line(decoded(part.value("content-id")).strip("<> "), 250)
        return ParsedAttachment(_attachment_name(part, self._hint), part.media_type, part.content, content_id)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_UU_GAP = re.compile(rb"\n{3,}")


def _without_uuencoded(content: bytes) -> tuple[tuple[ParsedAttachment, ...], bytes]:
    """The uuencoded files in a plain text, and the text without them."""
    found = uuencoded_files(content) if b"begin " in content else []
    files = tuple(
        ParsedAttachment(file_name(decode_text(file.name)), "application/octet-stream", file.content) for file in found
    )
    ends = [0, *(file.end for file in found)]
    starts = [*(file.start for file in found), len(content)]
    rest = b"".join(content[end:start] for end, start in zip(ends, starts, strict=True))
    return files, _UU_GAP.sub(b"\n\n", rest) if found else content


_NAMES_BY_TYPE = {
    "message/delivery-status": "delivery-status.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "text/plain": "document.txt",
    "text/html": "document.html",
    "text/calendar": "calendar.ics",
    "text/x-amp-html": "message-amp.html",
    "text/csv": "table.csv",
    "text/vcard": "card.vcf",
    "text/x-vcard": "card.vcf",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
    "image/svg+xml": "image.svg",
    "audio/mpeg": "audio.mp3",
    "video/quicktime": "video.mov",
    "application/pdf": "document.pdf",
    "application/zip": "archive.zip",
    "application/ms-tnef": "winmail.dat",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
}


def _attachment_name(part: Part, hint: str) -> str:
    declared = part.declared_name(hint)
    if declared:
        return file_name(declared)
    if part.media_type in ("message/rfc822", "message/global"):
        return _forwarded_name(part, hint)
    described = one_line(decoded(part.value("content-description"), hint))
    if part.media_type.startswith("message/") and described:
        return file_name(f"{described}.txt")
    kind, _slash, subtype = part.media_type.partition("/")
    generated = f"{kind}.{subtype}" if kind in ("image", "audio", "video") else "file"
    return file_name(_NAMES_BY_TYPE.get(part.media_type, generated))


def _forwarded_name(part: Part, hint: str) -> str:
    """A forwarded mail is named by its subject."""
    inner = read_mail(part.content, only_header=True)
    subject = one_line(decoded(inner.value("subject"), hint or _header_hint(inner)), 140)
    return file_name(re.sub(r"[/\\]", "-", subject or "message") + ".eml")


def _uniquely_named(attachments: tuple[ParsedAttachment, ...]) -> tuple[ParsedAttachment, ...]:
    """The same files, a second `image.png` as `image-2.png`, so that each can be asked for by name."""
    taken: dict[str, int] = {}
    named: list[ParsedAttachment] = []
    for attachment in attachments:
        count = taken[attachment.name] = taken.get(attachment.name, 0) + 1
        stem, dot, extension = attachment.name.rpartition(".")
        numbered = f"{stem}-{count}{dot}{extension}" if dot else f"{extension}-{count}"
        named.append(attachment if count == 1 else replace(attachment, name=numbered))
    return tuple(named)


_CUT = "\n\n[The text goes on in message.txt.]"


def _cut_body(
    body: str, attachments: tuple[ParsedAttachment, ...], limits: MailLimits
) -> tuple[str, tuple[ParsedAttachment, ...]]:
    """A text over the limit is cut, and the whole of it attached."""
    if len(body) <= limits.body:
        return body, attachments
    whole = ParsedAttachment("message.txt", "text/plain", body.encode())
    return body[: limits.body] + _CUT, (*attachments, whole)
