"""Header fields of mail: encoded words, parameters, addresses, dates, as the RFCs say and as the world writes.

Raw values are strings in which bytes above 127 stand as lone surrogates (`surrogateescape`), unfolded.
"""

import binascii
import re
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from deskterm.engine.domain.text import one_line, visible
from deskterm.engine.formats.mail_text import decode_text

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([BbQq])\?(?:(.{0,2000}?)\?=|(\S{0,2000})$)", re.DOTALL)
_BASE64_CHARACTERS = re.compile(rb"[^A-Za-z0-9+/]")
_TOKEN = re.compile(
    r"\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|<(?P<angle>[^>]*+)>?|(?P<open>\()|(?P<mark>[,;:])|(?P<atom>[^\s\"<(,;:]++)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?:[^\s@<>\",;:()\[\]\\]+|\"[^\"\\\r\n]{1,64}\")@(?:[^\s@<>\",;:()\[\]\\]+|\[[0-9a-fA-F.:]+\])")
_LONGEST_ADDRESS = 254
_BRACKET = re.compile(r"\\.|[()]", re.DOTALL)
_INNER_COMMENT = re.compile(r"\([^()]*+\)|\s++")
_PARAMETER = re.compile(
    r";\s*+(?P<name>[^\s=;\"*]++)(?:\*(?P<part>\d{1,3}))?(?P<coded>\*)?\s*+=\s*+"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"?|(?P<bare>[^;]*+))",
    re.DOTALL,
)
_YEAR_2100 = 4_102_444_800
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")


class Address(NamedTuple):
    """Who: a decoded name and a lower-case address, either may be empty."""

    name: str
    email: str


def decoded(value: str, hint: str = "") -> str:
    """A header value as text: raw 8-bit bytes and encoded words decoded, also broken ones."""
    return _decode_words(_raw_text(value, hint))


def _raw_text(value: str, hint: str) -> str:
    return decode_text(value.encode("ascii", "surrogateescape"), hint=hint) if _is_raw(value) else value


def _is_raw(value: str) -> bool:
    return "\x1b" in value or (not value.isascii() and all(c < "\x80" or "\udc80" <= c <= "\udcff" for c in value))


def _decode_words(text: str) -> str:
    """Encoded words (RFC 2047) decoded; neighbours of one charset are joined first, for characters cut in two."""
    parts: list[str] = []
    charset, content, at = "", b"", 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        joins = bool(content) and not between.strip()
        if not (joins and word[1].lower() == charset):
            parts += [decode_text(content, charset), "" if joins else between]
            charset, content = word[1].lower(), b""
        content += _word_bytes(word[2].lower(), word[3] if word[3] is not None else word[4])
        at = word.end()
    return "".join([*parts, decode_text(content, charset), text[at:]])


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return lenient_base64(raw) if encoding == "b" else binascii.a2b_qp(raw, header=True)


def lenient_base64(encoded: bytes) -> bytes:
    """Base64 whatever its line ends, stray characters, missing or early padding."""
    return b"".join(_unpadded_base64(block) for block in encoded.split(b"="))


def _unpadded_base64(block: bytes) -> bytes:
    letters = _BASE64_CHARACTERS.sub(b"", block)
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


# ------------------------------------------------------------------------------------------------ addresses


def addresses(value: str, hint: str = "") -> list[Address]:
    """The people of an address list, in order; groups are flattened, comments taken as names."""
    found: list[Address] = []
    words: list[str] = []
    angle: str | None = None
    comment = ""
    text = _raw_text(value, hint) + ","
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["open"]:
            comment, at = _comment(text, at)
        elif token["angle"] is not None:
            angle = _INNER_COMMENT.sub("", token["angle"])
        elif token["mark"] is None:
            words.append(token["atom"] or re.sub(r"\\(.)", r"\1", token["quoted"] or ""))
        elif token["mark"] == ":" and angle is None and not any("@" in word for word in words):
            words = []
        elif address := _address(words, angle, comment):
            found.append(address)
            words, angle, comment = [], None, ""
        elif words:
            words[-1] += token["mark"]
    return found + _nameless(words, angle, comment)


def _comment(text: str, at: int) -> tuple[str, int]:
    """The text of a comment whose bracket opened before `at`, and the place after it; brackets nest."""
    depth, start = 1, at
    for bracket in _BRACKET.finditer(text, at):
        if bracket[0].startswith("\\"):
            continue
        depth += 1 if bracket[0] == "(" else -1
        if depth == 0:
            return text[start : bracket.start()], bracket.end()
    return text[start:].rstrip(","), len(text) - 1


def _address(words: list[str], angle: str | None, comment: str) -> Address | None:
    """One entry of a list; None while it has no address yet (`Doe, Jane <jane@…>` has a comma in the name)."""
    usable = [usable_address(word) for word in [angle or "", *words]]
    email = next((address for address in usable if address), "")
    if angle is None and not email:
        return None
    return Address(_name([word for word in words if not email or usable_address(word) != email], comment), email)


def _nameless(words: list[str], angle: str | None, comment: str) -> list[Address]:
    name = _name(words, comment)
    return [Address(name, "")] if name and angle is None else []


def _name(words: list[str], comment: str) -> str:
    return one_line(_decode_words(" ".join(words) or comment).strip(" ,;'\""))


def usable_address(text: str) -> str:
    """A mail address in lower case, "" when it is none."""
    bare = _decode_words(text).strip().strip("'").removeprefix("mailto:")
    if len(bare) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(bare) or visible(bare) != bare:
        return ""
    return bare.lower()


# ------------------------------------------------------------------------------------------------ parameters


def parameter(value: str, name: str, hint: str = "") -> str:
    """One parameter of Content-Type or Content-Disposition, decoded: RFC 2231, encoded words, raw bytes. "" if absent.

    Of a repeated parameter the first counts.
    """
    plain = ""
    parts: dict[int, tuple[str, bool]] = {}
    for found in _PARAMETER.finditer(value):
        if found["name"].lower() != name:
            continue
        text = _parameter_text(found)
        if found["part"] or found["coded"]:
            parts.setdefault(int(found["part"] or 0), (text, bool(found["coded"])))
        else:
            plain = plain or text
    return one_line(_joined(parts, hint) or decoded(plain, hint), 500)


def _parameter_text(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        # Windows paths are written with single backslashes: only quotes and backslashes are unescaped.
        return re.sub(r"\\([\"\\])", r"\1", found["quoted"])
    return found["bare"].strip()


def _joined(parts: dict[int, tuple[str, bool]], hint: str) -> str:
    """RFC 2231 continuations put together: `charset'language'percent-encoded` first, then the rest."""
    charset, content = "", b""
    for number in sorted(parts):
        text, coded = parts[number]
        if coded and not content and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if coded else raw
    if not parts:
        return ""
    return _decode_words(decode_text(content, charset, hint=hint))


# ------------------------------------------------------------------------------------------------ ids, dates


def message_ids(value: str) -> list[str]:
    """The message identifiers of a field, without their brackets, in order."""
    text = decoded(value)
    found = _MESSAGE_ID.findall(text) or [word for word in text.split() if "@" in word[1:-1] and len(word) <= 500]
    return [one_line(word.strip("<>"), 500) for word in found]


def sent_at(value: str) -> int | None:
    """UTC milliseconds of a Date field, None when it says nothing usable."""
    text = _MONTH.sub(lambda word: _MONTHS[word[0].lower()], " ".join(decoded(value).split())[:200])
    try:
        seconds = _seconds(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return seconds * 1000 if 0 <= seconds < _YEAR_2100 else None


def _seconds(text: str) -> int:
    """UTC seconds; a date without a zone is taken as UTC."""
    parts = parsedate_tz(text)
    if parts:
        return int(mktime_tz((*parts[:9], parts[9] or 0)))
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


_MONTHS = {
    **dict.fromkeys(("januar", "januari", "janvier", "enero", "gennaio", "jän", "jän.", "janv.", "ene", "gen"), "Jan"),
    **dict.fromkeys(("februar", "februari", "février", "febrero", "febbraio", "févr.", "fév"), "Feb"),
    **dict.fromkeys(("märz", "mär", "maart", "mars", "marzo", "mrt", "mrz"), "Mar"),
    **dict.fromkeys(("avril", "abril", "aprile", "avr", "avr.", "abr"), "Apr"),
    **dict.fromkeys(("mai", "mei", "mayo", "maggio", "maj", "mag"), "May"),
    **dict.fromkeys(("juni", "juin", "junio", "giugno", "giu"), "Jun"),
    **dict.fromkeys(("juli", "juillet", "julio", "luglio", "juil.", "lug"), "Jul"),
    **dict.fromkeys(("août", "agosto", "augustus", "ago"), "Aug"),
    **dict.fromkeys(("septembre", "septiembre", "settembre", "sept", "sept.", "set"), "Sep"),
    **dict.fromkeys(("oktober", "octobre", "octubre", "ottobre", "okt", "ott"), "Oct"),
    **dict.fromkeys(("noviembre", "novembre"), "Nov"),
    **dict.fromkeys(("dezember", "décembre", "diciembre", "dicembre", "dez", "déc", "déc.", "dic"), "Dec"),
}
_MONTH = re.compile(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")(?!\w)", re.I)
