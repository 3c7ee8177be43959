"""Text as a terminal shows it: measured in cells, cut with an ellipsis, and never steering the terminal.

Nothing here knows Textual. Data is cleaned where a line is made; `TerminalGuard` cleans once more at the last
door, for whatever was drawn by a widget that is not ours.
"""

import re
import unicodedata
from functools import lru_cache

from rich.cells import cell_len, chop_cells, set_cell_size

__all__ = [
    "as_ascii",
    "cell_len",
    "cut",
    "fit",
    "fit_right",
    "harmless",
    "lines_of",
    "one_line",
    "same_size",
    "spans",
    "wrap",
]

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 (but tab and line feed), DEL, C1, line separators, bidi overrides and isolates, lone surrogates."""

_OF_UNKNOWN_WIDTH = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff9-\ufffb\ufffe\uffff\U000110bd\U000110cd"
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
_LEFT_OUT = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200d-\u200f\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U0001d173-\U0001d17a\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
"""Joiners, selectors, skin tones, tags and what cannot be seen.

Behind a joiner our own measure counts nothing and most terminals all of it: a name could reach over its column.
"""

UNFIT = re.compile(f"[{STEERING.pattern[1:-1]}{_OF_UNKNOWN_WIDTH}{_FLAG_LETTERS}{_LEFT_OUT}]")
"""What steers a terminal, and characters of which terminals disagree how many cells they take."""

_MARKS = re.compile("[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5,}")
_MOST_MARKS = 4
"""On one letter: more of them reach over the lines above and below."""

REPLACEMENT = "\ufffd"
"""Stands where a character was that would have steered the terminal, or whose width nobody knows."""

_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
_TAB_WIDTH = 4
_WORD = re.compile(r"\A\s*\S+|\S+")
"""A word; the first one of a line with what it is set in by."""


@lru_cache(256)
def _made_fit(character: str) -> str:
    if re.match(f"[{_FLAG_LETTERS}]", character):
        return chr(ord("A") + ord(character) - ord(_FLAG_LETTERS[0]))
    return "" if re.match(f"[{_LEFT_OUT}]", character) else REPLACEMENT


def harmless(text: str) -> str:
    """`text` without anything that steers, and of one width on every terminal; tabs and line feeds stay.

    What steers is replaced. Emoji made of several stand side by side, flags become their two letters.
    """
    fit = UNFIT.sub(lambda found: _made_fit(found[0]), text)
    return fit if fit.isascii() else _MARKS.sub(lambda found: found[0][:_MOST_MARKS], fit)


def same_size(text: str, like: str) -> str:
    """`text` cut or padded to the cells that `like` takes."""
    return text if text == like else set_cell_size(text, cell_len(like))


class _AsciiTable(dict[int, str]):
    """ASCII of the same width for every character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        width = cell_len(character)
        fits = plain.isprintable() and min(width, 1) <= len(plain) <= width
        self[code] = plain.ljust(width) if fits else "?" * width
        return self[code]


_ASCII = _AsciiTable(
    {ord(sign): plain for sign, plain in zip("…─│┃▁▔▎•–—‘’“”«»·×→←", "~-||_-|*--''\"\"<>-x><", strict=True)}
)


def as_ascii(text: str) -> str:
    """`text` in ASCII, every character in as many cells as before: letters without their marks, else `?`."""
    return text if text.isascii() else text.translate(_ASCII)


def one_line(text: str) -> str:
    """`text` as one harmless line: breaks, tabs and runs of spaces become one space."""
    return harmless(" ".join(text.split()))


def lines_of(text: str) -> list[str]:
    """The harmless lines of a body; tabs become spaces, every kind of line end counts."""
    return harmless(_LINE_ENDS.sub("\n", text)).expandtabs(_TAB_WIDTH).split("\n")


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in exactly `width` cells: padded with spaces, or cut with the ellipsis."""
    return set_cell_size(cut(text, width, ellipsis), max(width, 0))


def fit_right(text: str, width: int, ellipsis: str = "…") -> str:
    """As `fit`, set to the right."""
    short = cut(text, width, ellipsis)
    return " " * (width - cell_len(short)) + short


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells, with the ellipsis where something was left out."""
    if len(text) > 4 * width + 4:
        text = text[: 4 * width + 4]
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room < 0:
        return ellipsis[: max(width, 0)]
    return set_cell_size(text, room).rstrip(" ") + ellipsis


def wrap(line: str, width: int) -> list[str]:
    """One line as lines of at most `width` cells, broken at spaces where there are any."""
    return [line[start:end] for start, end in spans(line, width)]


def spans(line: str, width: int) -> list[tuple[int, int]]:
    """Where the rows of a line begin and end when it is wrapped; the spaces it is broken at belong to none."""
    if _cells(line) <= width:
        return [(0, len(line))]
    rows: list[tuple[int, int]] = []
    start = end = used = 0
    for word in _WORD.finditer(line):
        begin, after = word.span()
        cells, gap = _cells(line[begin:after]), _cells(line[end:begin])
        if used and used + gap + cells > width:
            rows.append((start, end))
            start, used, gap = begin, 0, 0
        if cells > width:
            for piece in _chopped(line[begin:after], width):
                rows.append((start, start + len(piece)))
                start += len(piece)
            start, _ = rows.pop()
            cells = _cells(line[start:after])
        used, end = used + gap + cells, after
    return [*rows, (start, end)]


def _cells(text: str) -> int:
    """As `cell_len`, swiftly for what most lines are made of."""
    return len(text) if text.isascii() else cell_len(text)


def _chopped(word: str, width: int) -> list[str]:
    if word.isascii():
        return [word[at : at + width] for at in range(0, len(word), width)]
    return chop_cells(word, width)
