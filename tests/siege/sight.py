"""What may stand on a terminal whatever the data says: lines of exactly their cells, and nothing that steers."""

import re
import unicodedata

from rich.cells import cell_len
from wcwidth import wcwidth

from tests.screens.driver import Person

_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200d-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain_width(text: str) -> int:
    """Cells on a terminal that draws character by character, as xterm, tmux and PuTTY do."""
    return sum(max(wcwidth(character), 0) for character in text)


def faults(lines: list[str], width: int, *, ascii: bool = False) -> list[str]:
    """What is wrong with the lines of a terminal of this width, in words."""
    found = []
    for place, line in enumerate(lines):
        for steering in _STEERS.findall(line):
            found.append(f"line {place} has {steering!a} ({unicodedata.name(steering, 'control')}): {line!a}")
        if ascii and not line.isascii():
            found.append(f"line {place} is not ASCII: {line!a}")
        widths = {cell_len(line), plain_width(line)}
        if widths != {width}:
            found.append(f"line {place} takes {sorted(widths)} cells of {width}: {line!a}")
    return found


def looks_right(person: Person) -> None:
    """Fail when something stands on the terminal that must not, or does not fit."""
    lines = person.lines
    wrong = faults(lines, person.app.size.width, ascii=person.app.session.glyphs.is_ascii)
    assert not wrong, "\n".join(wrong[:5])
