"""Which characters take how many cells on every terminal alike, and which ones terminals disagree about.

Sure are the characters whose width has been the same in every edition of Unicode's East Asian Width, and which
combine with nothing. Emoji, combining marks, joiners, variation selectors, right-to-left and Indic scripts, and
whatever is not listed here, are doubtful.
"""

import re

_NARROW = (
    " -~\u00a1-\u00ac\u00ae-\u02ff"  # ASCII, Latin, phonetics
    "\u0370-\u0373\u0376\u0377\u037b-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"  # Greek
    "\u0400-\u0482\u048a-\u052f"  # Cyrillic
    "\u1e00-\u1eff"  # more Latin
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u214f"  # punctuation, currencies, letter-like
    "\u2190-\u22ff\u2500-\u25fc\u25ff\u2713\u2717\u2800-\u28ff"  # arrows, mathematics, boxes, shapes, Braille
)
_WIDE = (
    "\u3001-\u3029\u3030-\u303d\u3041-\u3096\u309b-\u30ff\u3105-\u312f\u3131-\u3163"  # punctuation, kana, Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufa6d\uff01-\uff60\uffe0-\uffe6"  # Han, Hangul, full width
)
_AMBIGUOUS = (
    "\u00a1\u00a4\u00a7\u00a8\u00aa\u00ae\u00b0-\u00b4\u00b6-\u00ba\u00bc-\u00bf\u00c6\u00d0\u00d7\u00d8\u00de-\u00e1"
    "\u00e6\u00e8-\u00ea\u00ec\u00ed\u00f0\u00f2\u00f3\u00f7-\u00fa\u00fc\u00fe\u0101-\u02ff\u0370-\u0482"
    "\u2010-\u205e\u20a0-\u20bf\u2100-\u22ff\u2500-\u25ff\u2713\u2717"
)
"""Narrow, but two cells wide on terminals set up for Chinese, Japanese or Korean (a little more than those)."""

WIDE = re.compile(f"[{_WIDE}]")
DOUBTFUL = re.compile(f"[^{_NARROW}{_WIDE}]")
DOUBTFUL_EAST_ASIAN = re.compile(f"[^{_NARROW}{_WIDE}]|[{_AMBIGUOUS}]")


def width(text: str) -> int:
    """How many cells a text without doubtful characters takes."""
    return len(text) if text.isascii() else len(text) + len(WIDE.findall(text))


def cells(text: str) -> list[str]:
    """A text without doubtful characters as cells; after a wide character comes an empty one."""
    if text.isascii() or not WIDE.search(text):
        return list(text)
    made: list[str] = []
    for character in text:
        made.append(character)
        if WIDE.match(character):
            made.append("")
    return made
