"""Text from outside made fit to be shown, searched and stored: pure functions, all linear in their input."""

import re

_C0_PICTURES = 0x2400
"""Where Unicode keeps the pictures of the control characters: U+2400 is the picture of NUL."""

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but line feed and tab, C1, bidi embeddings, overrides and isolates, lone surrogates."""

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Characters that take no room: they would let `bill.exe` hide its extension or two names look alike."""

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u31ff"
    "\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff])"
)
"""Scripts whose words a tokeniser for spaced text runs together: CJK, kana, Hangul, Thai and their neighbours."""

_REPLY_WORDS = (
    "re|aw|antw|antwort|sv|vs|ref|réf|res|rv|rif|r|i|fwd?|fw|wg|tr|enc|odp|pd|ynt|i̇lt|ilt|atb|vá|továbbítás|"
    "na|doorst|vb|vl|trs|bls|отв|ответ|отг|ha|на|пер|пересл|σχετ|απ|πρθ|回复|回覆|答复|答覆|转发|轉寄|轉發|"
    "返信|転送|답장|회신|전달|תשובה|הועבר|رد|إعادة توجيه|trả lời|chuyển tiếp|automatic reply|automatische antwort"
)
_REPLY_PREFIXES = re.compile(
    rf"\s*+(?:(?:{_REPLY_WORDS})\s*+(?:[\[(]\d{{1,3}}[\])]|\^\d{{1,3}})?\s*+[:：]\s*+)++", re.IGNORECASE
)

_NAME_LIMIT = 150
_NAME_BYTES = 240
"""File systems stop at 255 bytes; some room is left for a number before the extension."""


def visible(text: str) -> str:
    """The same text with nothing in it that a terminal would obey: every hidden character has a visible mark.

    Line feeds and tabs stay, CR LF becomes LF. C0 and DEL become their pictures (␀, ␛, ␡), C1 and the bidi
    controls `<U+202E>`, lone surrogates U+FFFD. Doing it twice changes nothing.
    """
    return _HIDDEN.sub(_mark, text.replace("\r\n", "\n"))


def _mark(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_C0_PICTURES + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"


def one_line(text: str, limit: int = 250) -> str:
    """A subject or a name: visible, on one line, single spaces, at most `limit` characters (the cut shows as …)."""
    line = visible(" ".join(text[: limit * 20].split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def search_text(text: str, limit: int = 200_000) -> str:
    """What goes into the full-text index: a space around each character of the scripts that write none.

    FTS5's unicode61 then takes these characters as words of one letter, and a phrase of them finds the word.
    Only the first `limit` characters count.
    """
    return _UNSPACED.sub(r" \1 ", text[:limit])


def base_subject(subject: str, prefix: str = "") -> str:
    """The subject without Re:, AW:, Fwd: and their kin in any order, and without the desk's own number tags."""
    rest = _number_tag(prefix).sub(" ", subject)
    prefixes = _REPLY_PREFIXES.match(rest)
    return " ".join(rest[prefixes.end() if prefixes else 0 :].split())


def subject_numbers(subject: str, prefix: str = "") -> tuple[int, ...]:
    """The ticket numbers a subject names as `[#1042]`, or `[ACME#1042]` where the desk's prefix is ACME.

    In order, each once. The tags of other desks, with another prefix or with none, are not ours.
    """
    return tuple(dict.fromkeys(int(number) for number in _number_tag(prefix).findall(subject)))


def _number_tag(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"\[{re.escape(prefix)}#([1-9][0-9]{{0,17}})\]", re.IGNORECASE)


def file_name(name: str, fallback: str = "file") -> str:
    """A name under which an attachment may be shown and saved: no folder, nothing hidden, no leading dot.

    At most 150 characters and 240 bytes of UTF-8, the extension kept; `fallback` when nothing is left.
    """
    last = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    printable = _ZERO_WIDTH.sub("", _HIDDEN.sub(" ", last))
    clean = " ".join(printable.split()).strip(". ")
    return _shortened(clean) or fallback


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return _at_most(name, _NAME_LIMIT, _NAME_BYTES).rstrip(". ")
    tail = dot + extension
    return _at_most(stem, _NAME_LIMIT - len(tail), _NAME_BYTES - len(tail.encode())) + tail


def _at_most(text: str, characters: int, size: int) -> str:
    return text[:characters].encode()[:size].decode(errors="ignore")
