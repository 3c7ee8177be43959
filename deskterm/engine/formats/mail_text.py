"""Bytes to text, and HTML to text, for mail as the world writes it. Pure; linear in the input's length.

html2text and the standard library's HTML parser were measured first: 90 KB of `<a ` took them 85 s, 48 KB of nested
quotes became 18 MB, and Markdown's escapes break signatures (`\\--`). So the little that mail needs is read here.
"""

import codecs
import re
from collections.abc import Callable
from html import unescape

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
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:_-]*")
_QUOTED_REST = re.compile(r"[^\"'>]*+(?:\"[^\"]*+\"[^\"'>]*+|'[^']*+'[^\"'>]*+)*+>")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_CLOSERS = {name: re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE) for name in ("script", "style", "title", "head")}
_ATTRIBUTE_TEXT = 8192
"""Characters of a tag in which its attributes are looked for."""

_LINKED = re.compile(r"(?:https?|ftp|mailto|tel|sip):", re.IGNORECASE)
_RULE = "_" * 32
"""How mail programs write a horizontal rule in plain text."""


def html_charset(content: bytes) -> str:
    """The charset an HTML document declares for itself, "" if none."""
    found = _META_CHARSET.search(content[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def html_to_text(html: str) -> str:
    """Readable plain text of an HTML mail: paragraphs, lists, quotes as `> `, links as `label <address>`."""
    page = _Page()
    for is_tag, piece in _pieces(html[:_HTML_LIMIT]):
        if is_tag:
            page.tag(piece)
        else:
            page.text(unescape(piece))
    return page.finished()


def _pieces(html: str) -> list[tuple[bool, str]]:
    """The document cut into tags (without their brackets) and texts; comments, scripts and styles are gone."""
    pieces: list[tuple[bool, str]] = []
    at, trust_quotes = 0, True
    while (start := html.find("<", at)) >= 0:
        pieces.append((False, html[at:start]))
        name = _TAG_NAME.match(html, start + 1)
        if name is None:
            at = _after_markup(html, start)
            if at == start + 1:
                pieces.append((False, "<"))
            continue
        quoted = _QUOTED_REST.match(html, name.end()) if trust_quotes else None
        # One failure means that no tag after it can be trusted either; trying again would be quadratic.
        trust_quotes = quoted is not None
        end = quoted.end() if quoted else html.find(">", name.end()) + 1 or len(html)
        pieces.append((True, html[start + 1 : min(end - 1, start + _ATTRIBUTE_TEXT)]))
        at = _after_hidden(html, name[0].lower(), end)
    pieces.append((False, html[at:]))
    return pieces


def _after_markup(html: str, start: int) -> int:
    """The place after a comment or declaration that begins at `start`; `start + 1` if it is only a `<`."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else _after_bracket(html, start)
    if html.startswith(("<!", "<?", "</"), start):
        return _after_bracket(html, start)
    return start + 1


def _after_bracket(html: str, start: int) -> int:
    return html.find(">", start) + 1 or len(html)


def _after_hidden(html: str, name: str, end: int) -> int:
    """The place after the closing tag of an element whose content nobody reads, else `end`."""
    closer = _CLOSERS.get(name)
    if closer is None:
        return end
    closed = closer.search(html, end)
    if closed is None:
        return end if name in ("head", "title") else len(html)
    return closed.end()


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"(?<![\w-]){name}\s*+=\s*+(?:\"([^\"]*)|'([^']*)|([^\s\"'>]+))", tag, re.IGNORECASE)
    return unescape(next((value for value in found.groups() if value is not None), "")) if found else ""


class _Page:
    """Collects lines of text while tags go by."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._lists: list[int] = []
        self._preformatted = 0
        self._href = ""
        self._label: list[str] = []
        self._gap = False

    def text(self, text: str) -> None:
        """Adds what stands between two tags; white space collapses, except in preformatted text."""
        if self._preformatted:
            self._add_preformatted(text)
        else:
            self._gap = self._gap or "\xa0" in text
            self._add(_BLANKS.sub(" ", text))

    def tag(self, tag: str) -> None:
        """Acts on one tag, given without its brackets."""
        found = _TAG_NAME.match(tag)
        name = found[0].lower() if found else ""
        act = _ACTS.get(name)
        if act:
            act(self, tag)
        elif name.lstrip("/") in _BLOCKS:
            self._end_line()

    def finished(self) -> str:
        """The whole text, without blank lines at its ends and with at most two in a row."""
        self._end_link()
        self._end_line()
        text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(self._lines))
        return text.strip("\n")

    def _add(self, text: str) -> None:
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._line.append(text)
            self._label.append(text)

    def _add_preformatted(self, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").split("\n")
        for index, line in enumerate((first, *others)):
            if index:
                self._break()
            if line:
                self._line.append(line.replace("\xa0", " "))
                self._label.append(line)

    def _break(self) -> None:
        self._lines.append(self._prefix() + "".join(self._line).rstrip())
        self._line, self._gap = [], False

    def _prefix(self) -> str:
        return "> " * min(self._quotes, _DEEPEST_QUOTE)

    def _end_line(self) -> None:
        # A paragraph of nothing but a no-break space is how editors write an empty line.
        if self._gap or "".join(self._line).strip():
            self._break()
        self._line, self._gap = [], False

    def _blank_line(self) -> None:
        self._end_line()
        if self._lines and self._lines[-1].strip("> "):
            self._break()

    def _end_link(self) -> None:
        if self._href and not _says(self._href, "".join(self._label)):
            self._add(f" <{self._href}>" if self._line else f"<{self._href}>")
        self._href = ""

    def on_link(self, tag: str) -> None:
        """`<a href>`: the address follows its label when the tag closes."""
        self._end_link()
        href = "".join(_attribute(tag, "href").split())
        self._href = href if _LINKED.match(href) else ""
        self._label = []

    def on_link_end(self, tag: str) -> None:
        """`</a>`."""
        self._end_link()

    def on_break(self, tag: str) -> None:
        """`<br>`."""
        self._break()

    def on_paragraph(self, tag: str) -> None:
        """`<p>` and headings stand apart; Word's paragraphs (class Mso…) are mere lines."""
        if re.search(r"class\s*=\s*[\"']?Mso", tag):
            self._end_line()
        else:
            self._blank_line()

    def on_paragraph_end(self, tag: str) -> None:
        """`</p>`."""
        self._end_line()

    def on_rule(self, tag: str) -> None:
        """`<hr>`."""
        self._end_line()
        self._line.append(_RULE)
        self._end_line()

    def on_quote(self, tag: str) -> None:
        """`<blockquote>`."""
        self._end_line()
        self._quotes += 1

    def on_quote_end(self, tag: str) -> None:
        """`</blockquote>`."""
        self._end_line()
        self._quotes = max(0, self._quotes - 1)

    def on_preformatted(self, tag: str) -> None:
        """`<pre>`."""
        self._end_line()
        self._preformatted += 1

    def on_preformatted_end(self, tag: str) -> None:
        """`</pre>`."""
        self._end_line()
        self._preformatted = max(0, self._preformatted - 1)

    def on_list(self, tag: str) -> None:
        """`<ul>` and `<ol>`; a numbered list counts, the other does not (0)."""
        self._end_line()
        self._lists.append(1 if tag[:2].lower() == "ol" else 0)

    def on_list_end(self, tag: str) -> None:
        """`</ul>` and `</ol>`."""
        self._end_line()
        del self._lists[-1:]

    def on_item(self, tag: str) -> None:
        """`<li>`: a dash or a number, indented by the depth of the list."""
        self._end_line()
        number = self._lists[-1] if self._lists else 0
        indent = "  " * min(max(len(self._lists) - 1, 0), _DEEPEST_LIST)
        self._line.append(f"{indent}{number}. " if number else f"{indent}- ")
        if number:
            self._lists[-1] += 1

    def on_cell(self, tag: str) -> None:
        """`<td>` and `<th>`: two spaces after what stands before in the same row."""
        if self._line:
            self._line.append("  ")

    def on_image(self, tag: str) -> None:
        """`<img>`: its alternative text, if it says anything."""
        alternative = " ".join(_attribute(tag, "alt").split())
        if alternative:
            self._add(f"[{alternative}]")


def _says(href: str, label: str) -> bool:
    """Whether a label already shows where its link goes."""
    return _bare(href) == _bare(label)


def _bare(address: str) -> str:
    short = "".join(address.split()).lower().removeprefix("mailto:").removeprefix("http://").removeprefix("https://")
    return short.removeprefix("www.").rstrip("/")


_BLOCK_NAMES = """
div table tr tbody thead tfoot caption form fieldset legend section article header footer main nav aside
address center dl dt dd body html head title figure figcaption hr ul ol td th li option select textarea
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_ACTS: dict[str, Callable[[_Page, str], None]] = {
    "a": _Page.on_link,
    "/a": _Page.on_link_end,
    "br": _Page.on_break,
    "/br": _Page.on_break,
    "p": _Page.on_paragraph,
    "/p": _Page.on_paragraph_end,
    **{f"h{level}": _Page.on_paragraph for level in range(1, 7)},
    **{f"/h{level}": _Page.on_paragraph_end for level in range(1, 7)},
    "hr": _Page.on_rule,
    "blockquote": _Page.on_quote,
    "/blockquote": _Page.on_quote_end,
    "pre": _Page.on_preformatted,
    "/pre": _Page.on_preformatted_end,
    "ul": _Page.on_list,
    "ol": _Page.on_list,
    "/ul": _Page.on_list_end,
    "/ol": _Page.on_list_end,
    "li": _Page.on_item,
    "td": _Page.on_cell,
    "th": _Page.on_cell,
    "/td": lambda page, tag: None,
    "/th": lambda page, tag: None,
    "img": _Page.on_image,
}
