"""Text made to hurt, by construction: every kind of thing that a terminal, a markup, a template or a query obeys.

Each text stands for what an outsider may put into a subject, a name, a file name. `CORPUS` names them all.
"""

import string
from collections.abc import Iterator

_ESC, _BEL, _ST = "\x1b", "\x07", "\x1b\\"
_CSI_8, _OSC_8, _DCS_8, _APC_8, _PM_8, _SOS_8, _ST_8 = "\x9b", "\x9d", "\x90", "\x9f", "\x9e", "\x98", "\x9c"

_MARKUP = (
    *("[/", "[/]", "[//]", "[b", "[b]x", "[b]x[/b]", "[/b]", "[$error]x[/]", "[$nothing]x[/]", "[on red]x[/]"),
    *("[@click=app.quit]x[/]", "[@click=app.leave()]x[/]", "[@click=screen.act('resolve')]x", "[@click=", "[@=]"),
    *("[link=https://x.example]x[/link]", "[link file:///etc/passwd]", "[blink]x", "[#12]", "[#f00 on #00f]x[/]"),
    *(
        "[[",
        "]]",
        "[]",
        "[ ]",
        "[!]",
        "\\[b]",
        "\\\\[b]x[/b]",
        "[b\\]",
        "[x=",
        "[a b=c d]",
        "[not bold]x",
        "[/etc/passwd]",
    ),
    *("[bold red]x[/bold]", "[" * 60, "[b]" * 60, "[/]" * 60, ":fire: :warning:", "{b}x{/b}", "<b>x</b>", "**x** `y`"),
)

_STEERING_7 = {
    "clear": "[2J",
    "home": "[H",
    "move": "[5;5H",
    "colour": "[31m",
    "reverse": "[7m",
    "conceal": "[8m",
    "main screen": "[?1049l",
    "mouse": "[?1003h",
    "paste": "[?2004l",
    "paste end": "[201~",
    "cursor": "[?25h",
    "wrap": "[?7h",
    "scroll region": "[3;9r",
    "scroll": "[9S",
    "insert lines": "[9L",
    "repeat": "[999b",
    "ask place": "[6n",
    "ask device": "[c",
    "ask title": "[21t",
    "ask mode": "[?2026$p",
    "kitty keys": "[>31u",
    "print": "[5i",
    "soft reset": "[!p",
    "reset": "c",
    "align": "#8",
    "line drawing": "(0",
    "save": "7",
    "restore": "8",
    "index": "D",
    "reverse index": "M",
    "keypad": "=",
    "8 bit": " G",
    "lock": "n",
    "tail": "",
    "bracket": "[",
    "cut": "[38;2;1;2",
    "huge": "[99999999999999999999A",
}

_STRINGS = {
    "clipboard": "52;c;ZXZpbA==",
    "ask clipboard": "52;c;?",
    "title": "0;evil",
    "window": "2;evil",
    "link": "8;;file:///etc/passwd",
    "palette": "4;1;?",
    "iterm": "1337;File=name=eA==:eA==",
    "notify": "9;evil",
    "notify 777": "777;notify;a;b",
    "folder": "7;file:///etc",
    "prompt": "133;A",
}

_OTHER_STRINGS = {
    "device": ("P", _DCS_8, "$q m"),
    "sixel": ("P", _DCS_8, "q#0;2;0;0;0~"),
    "tmux": ("P", _DCS_8, "tmux;\x1b\x1b]52;c;ZXZpbA==\x07"),
    "kitty": ("_", _APC_8, "Gf=100;eA=="),
    "private": ("^", _PM_8, "evil"),
    "start": ("X", _SOS_8, "evil"),
}

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2064\u206a\u206f\u3164\ufe00\ufe0f"
    "\ufeff\uffa0\ufff9\ufffb\U000e0001\U000e0041\U000e007f\U000e0100\U0001d173"
)
_LINE_ENDS = ("\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1c", "\x1d", "\x1e")

_EMOJI = {
    "family": "👩\u200d👩\u200d👧\u200d👦 family",
    "technician": "🧑\u200d💻 at work",
    "pirate": "🏴\u200d☠\ufe0f flag",
    "scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag",
    "heart": "❤\ufe0f heart",
    "text heart": "❤\ufe0e heart",
    "warning": "⚠\ufe0f warning ⚠",
    "keycap": "1\ufe0f\u20e3 #\ufe0f\u20e3 keys",
    "skin": "👍🏽 👋🏿 fine",
    "skin alone": "🏽 alone",
    "flags": "🇩🇪🇦🇹🇨🇭 flags",
    "half flag": "🇩 half 🇩🇪🇦",
    "flag in word": "a🇩b🇪c",
    "joined letters": "a\u200db\u200dc\u200dd\u200de\u200df",
    "joiner first": "\u200d👩\u200d",
    "joined digits": "\u200d".join("0123456789" * 8),
    "joined for ever": "👩\u200d" * 200,
    "new": "🫩 🫪 🪾",
    "many": "😀" * 300,
    "selector": "a\ufe0fb\ufe0fc\ufe0f" * 20,
}

_SCRIPTS = {
    "wide": "漢字カナ交じり文の件名です",
    "wide for ever": "漢" * 400,
    "half width": "ﾊﾝｶｸ ｶﾅ",
    "full width": "Ｆｕｌｌ　ｗｉｄｔｈ：／＼",
    "jamo": "\u1112\u1161\u11ab\u1100\u1173\u11af 한글",
    "hebrew": "שלום עולם (בדיקה) 123",
    "arabic": "مرحبا بالعالم \u0600123 لا",
    "persian": "می\u200cخواهم",
    "mixed": "abc שלום def مرحبا 12/34",
    "hindi": "क्षि हिन्दी में विषय",
    "thai": "ที่นี่มีน้ำ",
    "tibetan": "བོད་ཡིག",
    "burmese": "မြန်မာဘာသာ",
    "ambiguous": "±×÷°§¶†‡…‰→←↑↓■□▲△●○◎★☆①②Ωαβд",
    "ligature": "ﷺ ﷽ ﬁ ⸻",
    "private use": "\ue000\uf8ff\U000f0000 icons",
    "unassigned": "\u0378\u05ff\U0003fffd",
    "not characters": "\ufffe\uffff\U0001ffff\ufdd0",
    "drawing": "┌─┐│└┘█▓▒░▀▄",
    "look alike": "раураӏ \u2215etc\u2215passwd",
}

_MARKS = {
    "accent": "e\u0301o\u0308a\u030a",
    "accent first": "\u0300first",
    "accents alone": "\u0300\u0301\u0302\u0303",
    "tower": "Z" + "\u0335\u0322\u0321\u031b\u0317\u0316" * 5 + "algo",
    "tower to heaven": "x" + "\u0301" * 3000,
    "towers": ("a" + "\u0301\u0302\u0303" * 4) * 60,
    "enclosing": "a\u20dd b\u20e0 c\u20e3",
    "thai tower": "ด" + "้" * 80,
}

_LENGTHS = {
    "word": "W" * 10_000,
    "words": "word " * 2_000,
    "spaces": " " * 300,
    "tabs": "\t" * 80,
    "lines": "line\n" * 500,
    "empty": "",
    "space": " ",
    "no-break": "\u00a0\u2007\u202f\u3000\u2003",
    "cells": "x" * 79 + "漢" + "y" * 79,
    "hyphens": "-" * 200,
    "quotes": "> " * 120 + "deep",
}

_TEMPLATES = (
    *("%s %d %n %(name)s %%", "{0} {} {x} {0.__class__} {x!r:>{y}}", "${x} $x $(id) `id` $((1))", "#{7*7}", "{{7*7}}"),
    *("{% for x in y %}", "<%= 7 %>", "\\x1b[31m \\033c \\u202e \\n", "!! !$ ~ * ?", "&lt;b&gt; &#27; &#x9b;"),
    *("=cmd|' /C calc'!A1", "+1+1", "@SUM(A1)", "-2+3", "\x00=1+1"),
)
_PATHS = (
    *("/etc/passwd", "../../../../etc/passwd", "..\\..\\windows\\system32", "~/.ssh/id_rsa", "file:///etc/passwd"),
    *(
        "a/b",
        ".",
        "..",
        "/",
        "-rf",
        "--help",
        "CON",
        "nul.txt",
        "x" * 300 + ".txt",
        "a\x00.txt",
        ".hidden",
        "a\u202etxt.exe",
    ),
    *("https://x.example/?a=b&c=d#e", "mailto:x@y.example?subject=a%0d%0aBcc:z@y.example", "javascript:alert(1)"),
)
_QUERIES = (
    *("'; DROP TABLE ticket; --", '" OR 1=1 --', "1; ATTACH DATABASE '/tmp/x' AS y", "x' UNION SELECT * FROM person--"),
    *(
        "'",
        '"',
        "''",
        '""',
        "`",
        "\\",
        "\\'",
        ";",
        "--",
        "/*",
        "%",
        "_",
        "null",
        "NaN",
        "1e999",
        "0x1F",
        "\u0660\u0661",
    ),
    *("subject:*", "a NEAR(b c, 2)", "a AND OR NOT", "^a", "{subject}: a", "a*", '"a" + "b"', "a -b", "(a", "a)", '"a'),
    *(
        "status:open",
        "queue:",
        "tag:[/",
        "not not not x",
        "(" * 40,
        "or or",
        "sort:x",
        "#1042",
        "created:<2h",
        ":::",
        "a:b:c",
    ),
)
_MAIL = (
    *(
        '"<b>"',
        "a@b@c",
        "<x@y.example>, <z@y.example>",
        "=?utf-8?B?G10wO2V2aWwH?=",
        "=?x?Q?=1B=5B2J?=",
        "a\r\nBcc: x@y",
    ),
    *("Re: Re: Re: AW: Fwd: [#1] x", "[ACME#99999999999999999999]", "(comment) x", 'x; filename="a"'),
)
_SURROGATES = ("\ud83d lone", "\udc1b[31m", "\ud83d\ud83d", "caf\udce9", "a\udc80b\udc9bc")


def _seven_bit() -> Iterator[tuple[str, str]]:
    for name, rest in _STEERING_7.items():
        yield f"esc {name}", f"a{_ESC}{rest}b"
    for name, body in _STRINGS.items():
        yield f"osc {name}", f"{_ESC}]{body}{_BEL}x"
        yield f"osc {name} st", f"{_ESC}]{body}{_ST}x"
    for name, (intro, _, body) in _OTHER_STRINGS.items():
        yield f"string {name}", f"{_ESC}{intro}{body}{_ST}x"


def _eight_bit() -> Iterator[tuple[str, str]]:
    """The same as C1 characters, and as the bytes of C1 that decode to lone surrogates."""
    for name, rest in _STEERING_7.items():
        if rest.startswith("[") and len(rest) > 1:
            yield f"c1 {name}", f"a{_CSI_8}{rest[1:]}b"
    for name, body in _STRINGS.items():
        yield f"c1 osc {name}", f"{_OSC_8}{body}{_ST_8}x"
        yield f"byte osc {name}", f"\udc9d{body}\udc9cx"
    for name, (_, intro, body) in _OTHER_STRINGS.items():
        yield f"c1 string {name}", f"{intro}{body}{_ST_8}x"


def _single_characters() -> Iterator[tuple[str, str]]:
    for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)):
        yield f"control {code:02x}", f"a{chr(code)}b{chr(code)}"
    for name, characters in (("bidi", _BIDI), ("invisible", _INVISIBLE)):
        for character in characters:
            yield f"{name} {ord(character):04x}", f"ab{character}cd{character}"
    yield "bidi all", f"x{_BIDI}y"
    yield "invisible all", _INVISIBLE * 3
    for place, end in enumerate(_LINE_ENDS):
        yield f"line end {place}", f"one{end}two{end}{end}three"
    yield "printable", string.printable


def _named() -> Iterator[tuple[str, str]]:
    for family, texts in (
        ("markup", _MARKUP),
        ("template", _TEMPLATES),
        ("path", _PATHS),
        ("query", _QUERIES),
        ("mail", _MAIL),
        ("surrogate", _SURROGATES),
    ):
        for text in texts:
            yield f"{family} {text[:12]!a} {len(text)}", text
    yield "markup after words", "re: [/"
    for family, named in (("emoji", _EMOJI), ("script", _SCRIPTS), ("mark", _MARKS), ("length", _LENGTHS)):
        for name, text in named.items():
            yield f"{family} {name}", text


def _all() -> dict[str, str]:
    found: dict[str, str] = {}
    for make in (_named, _seven_bit, _eight_bit, _single_characters):
        for name, text in make():
            assert found.get(name, text) == text, name
            found[name] = text
    return found


CORPUS = _all()
"""Every text by a name that says what it is."""

TEXTS = tuple(CORPUS.values())


def storable(text: str) -> str:
    """The text as SQLite and a UTF-8 file can hold it."""
    return text.encode("utf-8", "replace").decode()


def typed(text: str) -> str:
    """The text as a person can type it: without what a terminal takes for another key."""
    return "".join(character for character in text if character >= " " and not "\x7f" <= character <= "\x9f")
