"""How a cell looks, read from SGR parameters, and the cheapest SGR from one look to the next."""

from functools import lru_cache
from typing import NamedTuple

from deskterm.screens.terminal.tokens import CSI

_BOLD, _DIM, _ITALIC, _UNDERLINE, _REVERSE = (1 << number for number in (1, 2, 3, 4, 7))
_PLAIN_ATTRIBUTES = _BOLD | _DIM | _ITALIC | _UNDERLINE | _REVERSE
"""Those that every terminal takes away alike, one by one; the others are taken away by a reset."""

_ATTRIBUTES = {*range(1, 10), 21, 51, 52, 53}
_TAKES_AWAY = {
    22: _BOLD | _DIM,
    23: _ITALIC,
    24: _UNDERLINE | 1 << 21,
    25: 1 << 5 | 1 << 6,
    27: _REVERSE,
    28: 1 << 8,
    29: 1 << 9,
    54: 1 << 51 | 1 << 52,
    55: 1 << 53,
}
_OFF = ((_BOLD | _DIM, "22"), (_ITALIC, "23"), (_UNDERLINE, "24"), (_REVERSE, "27"))
_INKS = {*range(30, 38), *range(90, 98)}
_PAPERS = {*range(40, 48), *range(100, 108)}
_NUMBERS_OF_COLOR = {"5": 1, "2": 3}
_MOST_PARAMETERS = 16
"""The Linux console reads no more in one sequence."""


class Style(NamedTuple):
    """Attributes (bit n: SGR n), ink and paper as SGR parameters ("": the terminal's own), and the OSC 8 link."""

    attributes: int = 0
    ink: str = ""
    paper: str = ""
    link: str = ""


PLAIN = Style()
UNKNOWN = Style(attributes=1)
"""What a pen is that nobody knows: unlike every style of a cell."""


class UnknownStyle(Exception):
    """An SGR parameter that is not understood."""


@lru_cache(maxsize=2048)
def dressed(style: Style, parameters: str) -> Style:
    """The style after an SGR sequence with these parameters.

    Raises:
        UnknownStyle: a parameter is not understood.
    """
    words = parameters.split(";")
    place = 0
    while place < len(words):
        style, taken = _after(style, words, place)
        place += taken
    return style


def _after(style: Style, words: list[str], place: int) -> tuple[Style, int]:
    """The style after the parameter at this place, and how many words that parameter is."""
    number = int(words[place] or 0)
    if number in (38, 48):
        kind = words[place + 1 : place + 2]
        taken = 2 + _NUMBERS_OF_COLOR.get(kind[0] if kind else "", len(words))
        if place + taken > len(words):
            raise UnknownStyle(words)
        color = ";".join(words[place : place + taken])
        return (style._replace(ink=color) if number == 38 else style._replace(paper=color)), taken
    return _after_one(style, number), 1


def _after_one(style: Style, number: int) -> Style:
    if number == 0:
        return Style(link=style.link)
    if number in _ATTRIBUTES:
        return style._replace(attributes=style.attributes | 1 << number)
    if number in _TAKES_AWAY:
        return style._replace(attributes=style.attributes & ~_TAKES_AWAY[number])
    if number in _INKS or number == 39:
        return style._replace(ink="" if number == 39 else str(number))
    if number in _PAPERS or number == 49:
        return style._replace(paper="" if number == 49 else str(number))
    raise UnknownStyle(number)


@lru_cache(maxsize=2048)
def change(before: Style, after: Style) -> str:
    """The shortest text that turns a pen of one style into one of another."""
    link = f"\x1b]8;{after.link or ';'}\x1b\\" if before.link != after.link else ""
    return link + _sgr(before, after)


def _sgr(before: Style, after: Style) -> str:
    if before[:3] == after[:3]:
        return ""
    anew = _sequences(["", *_words(after)])
    if (before.attributes | after.attributes) & ~_PLAIN_ATTRIBUTES:
        return anew
    return min(_sequences(_steps(before, after)), anew, key=len)


def _words(style: Style) -> list[str]:
    numbers = [str(number) for number in sorted(_ATTRIBUTES) if style.attributes >> number & 1]
    return [*numbers, *filter(None, (style.ink, style.paper))]


def _steps(before: Style, after: Style) -> list[str]:
    """What to take away, then what to put on."""
    words: list[str] = []
    left = before.attributes
    for attributes, off in _OFF:
        if left & attributes & ~after.attributes:
            words.append(off)
            left &= ~attributes
    words += _words(Style(after.attributes & ~left))
    if before.ink != after.ink:
        words.append(after.ink or "39")
    if before.paper != after.paper:
        words.append(after.paper or "49")
    return words


def _sequences(words: list[str]) -> str:
    """One SGR sequence, or one for each word where together they are too many."""
    together = ";".join(words)
    if together.count(";") < _MOST_PARAMETERS:
        return f"{CSI}{together}m"
    return "".join(f"{CSI}{word}m" for word in words)
