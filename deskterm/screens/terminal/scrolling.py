"""Finds rows that have moved up or down, so that the terminal can be told to move them itself."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from deskterm.screens.terminal.rows import Row

_FEWEST_ROWS = 3
"""So many rows that are not blank must have moved."""

_SCROLL = 20
"""About the bytes of a scroll, in cells written instead."""


class Shift(NamedTuple):
    """The rows from top to bottom have moved up by so many, or down when `by` is negative."""

    top: int
    bottom: int
    by: int


def find_shift(wanted: Sequence[Row], shown: Sequence[Row], changed: Sequence[int]) -> Shift | None:
    """The shift that saves most, if one does; `changed` are the rows that differ."""
    if len(changed) < _FEWEST_ROWS:
        return None
    by = _most_common_shift(changed, wanted, shown)
    return _worthwhile(by, wanted, shown) if by else None


def _most_common_shift(changed: Sequence[int], wanted: Sequence[Row], shown: Sequence[Row]) -> int:
    """The distance that most changed rows have moved by, going by texts that stand there once; 0 for none."""
    old = [row.text for row in shown]
    places = {text: number for number, text in enumerate(old)}
    often = Counter(old)
    texts = [(number, wanted[number].text) for number in changed]
    moves = Counter(places[text] - number for number, text in texts if often[text] == 1 and not text.isspace())
    moves.pop(0, None)
    best = moves.most_common(1)
    return best[0][0] if best and best[0][1] >= _FEWEST_ROWS else 0


def _worthwhile(by: int, wanted: Sequence[Row], shown: Sequence[Row]) -> Shift | None:
    """The longest stretch of rows that have moved by so many, when scrolling it costs less than painting."""
    height = len(wanted)
    moved = [0 <= n + by < height and wanted[n].looks_like(shown[n + by]) for n in range(height)]
    start, end = _stretch(moved)
    top, bottom = min(start, start + by), max(end, end + by)
    rows = range(top, bottom + 1)
    painted = sum(_cost(wanted[n], shown[n]) for n in rows)
    scrolled = sum(_cost(wanted[n], shown[n + by] if top <= n + by <= bottom else None) for n in rows)
    return Shift(top, bottom, by) if painted - scrolled > _SCROLL else None


def _stretch(moved: Sequence[bool]) -> tuple[int, int]:
    """The first and the last row of the longest unbroken stretch."""
    best, start = (0, -1), 0
    for number, is_moved in enumerate([*moved, False]):
        if not is_moved:
            best = max(best, (start, number - 1), key=lambda stretch: stretch[1] - stretch[0])
            start = number + 1
    return best


def _cost(wanted: Row, shown: Row | None) -> int:
    """About the bytes of painting a row over another, or over a blank one."""
    if shown is not None and wanted.looks_like(shown):
        return 0
    return len(wanted.text.rstrip())
