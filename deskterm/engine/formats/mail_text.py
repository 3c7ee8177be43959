"""Bytes to text, and HTML to text, for mail as the world writes it. Pure; linear in the input's length.

lxml takes the HTML apart; what is a line, a quote or a link in a mail is decided here.
"""

import codecs
import re
from collections.abc import Callable, Mapping

from lxml.etree import HTMLParser  # type: ignore[import-untyped]  # lxml ships no types

_SAMPLE = 8192
"""Bytes that decide about an undeclared charset."""

_HTML_LIMIT = 4_000_000
"""Characters of HTML that are turned into text; the whole original stays an attachment."""

_DEEPEST_QUOTE = 20
_DEEPEST_LIST = 8

# ------------------------------------------------------------------------------------------------ charsets

_MENDED_CHARSETS = {
    # Labels as browsers read them (WHATWG Encoding): what senders write is wider than what they declare.
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "euc_kr": "cp949",
    "johab": "johab",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "latin_1": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
    "iso2022_jp_1": "iso2022_jp_ext",
    "iso2022_jp_2": "iso2022_jp_2",
}
_LABELS = {
    # Labels seen in mail that Python does not know.
    "ks_c_5601": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-big5": "big5hkscs",
    "big5-eten": "big5hkscs",
    "cn-gb": "gb18030",
    "cn-big5": "big5hkscs",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8-e": "cp1255",
    "dos-874": "cp874",
    "iso-2022-cn": "gb18030",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-user-defined": "",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "utf8mb4": "utf_8",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "ansi": "cp1252",
    "binary": "",
}
_UNDECIDED = frozenset({"", "ascii"})
_OFTEN_UTF8 = frozenset({"", "ascii", "cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254"})
"""Charsets declared by habit: bytes that are valid UTF-8 are UTF-8 all the same."""

_NOT_CHARSETS = frozenset(
    {
        "idna",
        "punycode",
        "unicode-escape",
        "unicode_escape",
        "raw-unicode-escape",
        "raw_unicode_escape",
        "undefined",
    }
)
_LABEL_SHAPE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
_HIGH = re.compile(rb"[\x80-\xff]")
_WITHIN_WORD = re.compile(rb"[A-Za-z][\x80-\xff]+|[\x80-\xff]+[A-Za-z]")
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")


def codec_name(label: str) -> str:
    """The Python codec for a declared charset, "" for none or one nobody knows."""
    name = label.strip("\"' \t;,=").lower().removeprefix("charset=").strip("\"'")
    name = re.sub(r"^(?:x-)?(?:windows|win|cp|ms)[-_ ]?(125\d|874|932|936|949|950)\b.*", r"cp\1", name)
    name = re.sub(r"^ks_c_5601.*", "cp949", name)
    if name in _LABELS:
        return _LABELS[name]
    if not _LABEL_SHAPE.fullmatch(name) or name in _NOT_CHARSETS:
        return ""
    try:
        known = codecs.lookup(name).name
        b"a".decode(known, "replace")
    except (LookupError, ValueError):
        return ""
    return "" if known in _NOT_CHARSETS else _MENDED_CHARSETS.get(known, known)


def decode_text(content: bytes, declared: str = "", *, hint: str = "") -> str:
    """Text of bytes whose charset may be declared rightly, wrongly or not at all. Never fails.

    `declared` is believed where the bytes can be that; `hint` (a codec name from elsewhere in the same mail) counts
    before guessing. What cannot be read becomes U+FFFD.
    """
    marked = _by_byte_order_mark(content)
    if marked is not None:
        return marked
    name = codec_name(declared)
    for candidate in _candidates(content, name, hint):
        text = _strictly(content, candidate)
        if text is not None:
            return text
    return _leniently(content, name)


def _by_byte_order_mark(content: bytes) -> str | None:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(codec, "replace").removeprefix("\ufeff")
    return None


def _candidates(content: bytes, name: str, hint: str) -> tuple[str, ...]:
    plain = not _HIGH.search(content)
    if name in _UNDECIDED:
        return ("iso2022_jp_ext" if _has_escapes(content) else "ascii", "utf_8", hint) if plain else ("utf_8", hint)
    if name in _OFTEN_UTF8 and not plain:
        return ("utf_8", name)
    return (name, "utf_8")


def _has_escapes(content: bytes) -> bool:
    return b"\x1b$" in content or b"\x1b(" in content


def _strictly(content: bytes, codec: str) -> str | None:
    if not codec:
        return None
    try:
        return content.decode(codec)
    except (ValueError, LookupError):
        return _japanese(content) if codec.startswith("iso2022_jp") else None


_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([A-Z]|\([A-Z])")


def _japanese(content: bytes) -> str | None:
    """ISO-2022-JP with the characters that Microsoft and NEC added (① ㈱ and the like), by way of Shift_JIS."""
    mode, at, parts = b"(B", 0, []
    for escape in [*_ESCAPE.finditer(content), None]:
        end = escape.start() if escape else len(content)
        parts.append(_japanese_run(mode, content[at:end]))
        if escape:
            mode, at = escape[1], escape.end()
    text = b"".join(parts).decode("cp932", "replace")
    return text if text.count("\ufffd") * 10 <= len(text) else None


def _japanese_run(mode: bytes, run: bytes) -> bytes:
    if mode == b"(I":
        return bytes(byte | 0x80 for byte in run)
    if not mode.startswith(b"$"):
        return run
    return b"".join(_shift_jis(run[at], run[at + 1]) for at in range(0, len(run) - 1, 2))


def _shift_jis(row: int, cell: int) -> bytes:
    """A character of JIS X 0208, given as 7-bit row and cell (21–7E), in Shift_JIS."""
    lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
    trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
    return bytes((lead & 0xFF, trail & 0xFF))


def _leniently(content: bytes, name: str) -> str:
    """The declared charset if few characters are lost by it, else the best guess."""
    declared = content.decode(name, "replace") if name not in _UNDECIDED else ""
    if declared and declared.count("\ufffd") * 20 <= len(_HIGH.findall(content)) + 20:
        return declared
    return content.decode(guess_charset(content), "replace")


def guess_charset(content: bytes) -> str:
    """The likeliest codec of 8-bit text that declares none and is not UTF-8, from the shape of its high bytes."""
    sample = content[:_SAMPLE]
    runs = _HIGH_RUNS.findall(sample)
    if not runs or _looks_latin(sample, runs):
        return "cp1252"
    return _single_byte(runs) or _double_byte(runs, sample)


def _looks_latin(sample: bytes, runs: list[bytes]) -> bool:
    """Accented letters stand alone or in pairs between plain ones; other scripts fill whole words."""
    average = sum(map(len, runs)) / len(runs)
    within_words = len(_WITHIN_WORD.findall(sample)) / len(runs)
    return average < 1.5 or (average < 4 and within_words > 0.5)


def _share(high: bytes, first: int, last: int) -> float:
    return sum(first <= byte <= last for byte in high) / len(high)


def _single_byte(runs: list[bytes]) -> str:
    """Scripts of one byte a letter keep to the letter columns; double-byte text fills A1–BF as well.

    Greek's accented vowels stand within words where Cyrillic has capitals.
    """
    high = b"".join(runs)
    within = b"".join(run[1:] for run in runs) or high
    if _share(high, 0xC0, 0xFF) < 0.9:
        return ""
    if _share(within, 0xDC, 0xDF) > 0.04 and _share(within, 0xC0, 0xDB) < 0.2:
        return "cp1253"
    if _share(high, 0xE0, 0xFA) > 0.97:
        return "cp1255"
    return "koi8_r" if _share(high, 0xC0, 0xDF) > 0.6 else "cp1251"


def _double_byte(runs: list[bytes], content: bytes) -> str:
    pairs = [run[at] for run in runs for at in range(0, len(run) - 1, 2)]
    leads = bytes(pairs)
    if not leads:
        return "cp1252"
    if _share(leads, 0xA4, 0xA5) > 0.25:
        return "euc_jp"
    if _share(leads, 0x82, 0x83) > 0.25:
        return "cp932"
    if _korean_share(runs) > 0.1:
        return "cp949"
    return "big5hkscs" if _looks_big5(content) else "gb18030"


_KOREAN_SYLLABLES = frozenset(
    syllable.encode("euc_kr") for syllable in "이다는에의을를가하고니습은로한지시기사도서인어안녕요해주있"
)
"""The syllables of Korean grammar; read as GB2312 they are rare characters."""


def _korean_share(runs: list[bytes]) -> float:
    pairs = [run[at : at + 2] for run in runs for at in range(0, len(run) - 1, 2)]
    return sum(pair in _KOREAN_SYLLABLES for pair in pairs) / len(pairs)


def _looks_big5(content: bytes) -> bool:
    """Big5's second bytes are often 40–7E, GB2312's never; its common characters begin with A4–C6."""
    big5 = len(re.findall(rb"[\xa4-\xc6][\x40-\x7e]|\xa1[\x40-\x7e]", content))
    gb = len(re.findall(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]", content))
    return big5 * 2 > gb and _strictly(content[:-1], "big5hkscs") is not None


# ------------------------------------------------------------------------------------------------ HTML

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LINKED = re.compile(r"(?:https?|ftp|mailto|tel|sip):", re.IGNORECASE)
_RULE = "_" * 32
"""How mail programs write a horizontal rule in plain text."""

_END = "deskterm-end"
"""A tag put behind the document: where it does not come out again, something open has swallowed the rest."""


def html_charset(content: bytes) -> str:
    """The charset an HTML document declares for itself, "" if none."""
    found = _META_CHARSET.search(content[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def html_to_text(html: str) -> str:
    """Readable plain text of an HTML mail: paragraphs, lists, quotes as `> `, links as `label <address>`."""
    html = html[:_HTML_LIMIT]
    page = _page(f"{html}<{_END}>")
    return page.text if page.is_whole else _page(html.translate(_NO_QUOTES)).text


_NO_QUOTES = dict.fromkeys(map(ord, "\"'"))
"""Mostly it is a quote that does not close, so the second reading is without any."""


def _page(html: str) -> "_Page":
    # Events instead of a tree: linear in time and memory however deep the tags are, which trees are not.
    page = _Page()
    parser = HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    parser.feed(html.encode("utf-8", "replace"))
    parser.close()
    return page


class _Page:
    """Lays out lines of text while the parser reports tags and texts."""

    def __init__(self) -> None:
        self.is_whole = False
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._lists: list[int] = []
        self._preformatted = 0
        self._hidden = 0
        self._href = ""
        self._label: list[str] = []
        self._gap = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Acts on an opening tag."""
        act = _STARTS.get(tag)
        if act:
            act(self, attributes)
        elif tag in _BLOCKS:
            self._end_line()

    def end(self, tag: str) -> None:
        """Acts on a closing tag, written or implied."""
        act = _ENDS.get(tag)
        if act:
            act(self)
        elif tag in _BLOCKS:
            self._end_line()

    def data(self, text: str) -> None:
        """Adds what stands between two tags; white space collapses, except in preformatted text."""
        if self._hidden:
            return
        if self._preformatted:
            self._add_preformatted(text)
        else:
            self._gap = self._gap or "\xa0" in text
            self._add(_BLANKS.sub(" ", text))

    def close(self) -> None:
        """Ends what is still open."""
        self._end_link()
        self._end_line()

    @property
    def text(self) -> str:
        """The whole text, without blank lines at its ends and with at most two in a row."""
        return re.sub(r"\n{4,}", "\n\n\n", "\n".join(self._lines)).strip("\n")

    def _add(self, text: str) -> None:
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._line.append(text)
            self._label.append(text)

    def _add_preformatted(self, text: str) -> None:
        for index, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if index:
                self._break()
            self._line.append(line.replace("\xa0", " "))
            self._label.append(line)

    def _break(self) -> None:
        self._lines.append("> " * min(self._quotes, _DEEPEST_QUOTE) + "".join(self._line).rstrip())
        self._line, self._gap = [], False

    def _end_line(self) -> None:
        # A paragraph of nothing but a no-break space is how editors write an empty line.
        if self._gap or "".join(self._line).strip():
            self._break()
        self._line, self._gap = [], False

    def _paragraph(self, attributes: Mapping[str, str]) -> None:
        """Paragraphs stand apart; Word's (class Mso…) are mere lines."""
        self._end_line()
        if not attributes.get("class", "").startswith("Mso") and self._lines and self._lines[-1].strip("> "):
            self._break()

    def _link(self, attributes: Mapping[str, str]) -> None:
        """The address follows its label when the tag closes."""
        self._end_link()
        href = "".join(attributes.get("href", "").split())
        self._href = href if _LINKED.match(href) else ""
        self._label = []

    def _end_link(self) -> None:
        if self._href and _bare(self._href) != _bare("".join(self._label)):
            self._add(f" <{self._href}>" if self._line else f"<{self._href}>")
        self._href = ""

    def _image(self, attributes: Mapping[str, str]) -> None:
        """The alternative text, if it says anything."""
        alternative = " ".join(attributes.get("alt", "").split())
        if alternative:
            self._add(f"[{alternative}]")

    def _rule(self) -> None:
        self._end_line()
        self._line.append(_RULE)
        self._end_line()

    def _quote(self, step: int) -> None:
        self._end_line()
        self._quotes += step

    def _pre(self, step: int) -> None:
        self._end_line()
        self._preformatted += step

    def _hide(self, step: int) -> None:
        self._hidden += step

    def _list(self, first: int) -> None:
        """A numbered list counts from `first`, the other does not (0)."""
        self._end_line()
        self._lists.append(first)

    def _end_list(self) -> None:
        self._end_line()
        self._lists.pop()

    def _item(self) -> None:
        """A dash or a number, indented by the depth of the list."""
        self._end_line()
        number = self._lists[-1] if self._lists else 0
        indent = "  " * min(max(len(self._lists) - 1, 0), _DEEPEST_LIST)
        self._line.append(f"{indent}{number}. " if number else f"{indent}- ")
        if number:
            self._lists[-1] += 1

    def _cell(self) -> None:
        """Two spaces after what stands before in the same row."""
        if self._line:
            self._line.append("  ")

    def _whole(self) -> None:
        self.is_whole = True


def _bare(address: str) -> str:
    """What a label that shows where its link goes has in common with the link."""
    short = "".join(address.split()).lower().removeprefix("mailto:").removeprefix("http://").removeprefix("https://")
    return short.removeprefix("www.").rstrip("/")


_BLOCKS = frozenset(
    """
div table tr tbody thead tfoot caption form fieldset legend section article header footer main nav aside
address center dl dt dd body html figure figcaption ul ol li option select textarea p h1 h2 h3 h4 h5 h6
""".split()
)
_PARAGRAPHS = ("p", "h1", "h2", "h3", "h4", "h5", "h6")
_HIDDEN = ("script", "style", "title")
_STARTS: dict[str, Callable[[_Page, Mapping[str, str]], None]] = {
    **dict.fromkeys(_PARAGRAPHS, _Page._paragraph),
    **dict.fromkeys(_HIDDEN, lambda page, _: page._hide(1)),
    **dict.fromkeys(("td", "th"), lambda page, _: page._cell()),
    "a": _Page._link,
    "img": _Page._image,
    "br": lambda page, _: page._break(),
    "hr": lambda page, _: page._rule(),
    "blockquote": lambda page, _: page._quote(1),
    "pre": lambda page, _: page._pre(1),
    "ul": lambda page, _: page._list(0),
    "ol": lambda page, _: page._list(1),
    "li": lambda page, _: page._item(),
    _END: lambda page, _: page._whole(),
}
_ENDS: dict[str, Callable[[_Page], None]] = {
    **dict.fromkeys(_HIDDEN, lambda page: page._hide(-1)),
    "a": _Page._end_link,
    "blockquote": lambda page: page._quote(-1),
    "pre": lambda page: page._pre(-1),
    **dict.fromkeys(("ul", "ol"), _Page._end_list),
}
