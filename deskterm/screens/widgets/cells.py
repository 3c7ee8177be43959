"""Text as a terminal shows it: measured in cells, cut with an ellipsis, and never steering the terminal.

Nothing here knows Textual. Data is cleaned where a line is made; `TerminalGuard` cleans once more at the last
door, for whatever was drawn by a widget that is not ours.
"""

import re

from rich.cells import cell_len, chop_cells, set_cell_size

__all__ = ["cell_len", "cut", "fit", "fit_right", "harmless", "lines_of", "one_line", "spans", "steady", "wrap"]

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 (but tab and line feed), DEL, C1, line separators, bidi overrides and isolates, lone surrogates."""

_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))

_PICTURE = "[#*0-9\u00a9\u00ae\u203c-\u32ff\U0001f000-\U0001fbff]"
_JOINED = re.compile(
    f"[{_FLAG_LETTERS}]|{_PICTURE}(?:[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|\u200d{_PICTURE})+"
)
"""Pictures that a selector, a tone, a keycap or a joiner makes of several characters, and letters of flags."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Soft hyphens, joiners and marks without a width."""

REPLACEMENT = "\ufffd"
"""Stands where a character was that would have steered the terminal."""

_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
_TAB_WIDTH = 4
_WORD = re.compile(r"\A\s*\S+|\S+")
"""A word; the first one of a line with what it is set in by."""


def harmless(text: str) -> str:
    """`text` with every steering character replaced; tabs and line feeds stay."""
    return STEERING.sub(REPLACEMENT, text)


def steady(text: str) -> str:
    """`text` without what terminals disagree on: pictures made of several characters, in as many cells as before.

    Joined and toned emoji become their first picture, flags two letters, keycaps and pictures by a selector the plain
    character and a space. A terminal that draws them in other widths would shift everything to their right.
    """
    if text.isascii() or not _JOINED.search(text):
        return text
    steadied = _JOINED.sub(_first_part, text)
    return steadied if cell_len(steadied) == cell_len(text) else text  # a joiner that joined nothing counts oddly


def _first_part(found: re.Match[str]) -> str:
    picture = found.group()
    first = chr(ord(picture[0]) - 0x1F1E6 + ord("A")) if picture[0] in _FLAG_LETTERS else picture[0]
    return first + " " * (cell_len(picture) - cell_len(first))


def one_line(text: str) -> str:
    """`text` as one harmless line: breaks, tabs and runs of spaces become one space."""
    return harmless(_settled(" ".join(text.split())))


def lines_of(text: str) -> list[str]:
    """The harmless lines of a body; tabs become spaces, every kind of line end counts."""
    return harmless(_settled(_LINE_ENDS.sub("\n", text))).expandtabs(_TAB_WIDTH).split("\n")


def _settled(text: str) -> str:
    """Without joined pictures, and without what is invisible in some terminals and a cell wide in others."""
    return text if text.isascii() else _INVISIBLE.sub("", _JOINED.sub(_first_part, text))


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
