"""The line of saved views, as inked parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskterm.engine.services.rows import ViewRow
from deskterm.screens.view_reading import ViewReading
from deskterm.screens.widgets.cells import cell_len, cut, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts

_LONGEST_NAME, _SHORTEST_NAME = 40, 10
"""Cells a view's name may take when there is room, and when there is not."""

_UNITS = ((1_000_000, "M"), (1_000, "k"))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a view is written: the cells its name may take, whether large counts are rounded, and the signs."""

    longest: int
    rounds: bool
    glyphs: Glyphs


def views_parts(views: ViewReading, width: int, glyphs: Glyphs, *, is_changed: bool = False) -> Parts:
    """`1 Mine*·12  2 New·4`: the one shown in the cursor's ink, with a star when another query than its own is.

    When not all fit, counts are rounded, then names are cut; when that is not enough, the first ones give way to
    the one shown.
    """
    cells: list[Parts] = []
    for style in _styles(glyphs):
        cells = [_view_parts(views, index, view, style, is_changed) for index, view in enumerate(views.rows, 1)]
        if _width(cells) <= width:
            return _flat(cells)
    return _around(views.place, cells, width, glyphs)


def _styles(glyphs: Glyphs) -> Iterator[_Style]:
    yield _Style(_LONGEST_NAME, False, glyphs)
    for longest in range(_LONGEST_NAME, _SHORTEST_NAME - 1, -1):
        yield _Style(longest, True, glyphs)


def _around(here: int, cells: Sequence[Parts], width: int, glyphs: Glyphs) -> Parts:
    """As many as fit, the one shown among them."""
    room = width - 1 - cell_len(glyphs.ellipsis)
    first = next((start for start in range(here) if _width(cells[start : here + 1]) <= room), here)
    last = next((end for end in range(len(cells), here + 1, -1) if _width(cells[first:end]) <= room), here + 1)
    more = ((f" {glyphs.ellipsis}", "dim"),) if last < len(cells) else ()
    return (*_flat(cells[first:last]), *more)


def _view_parts(views: ViewReading, index: int, view: ViewRow, style: _Style, is_changed: bool) -> Parts:
    is_shown = view is views.shown
    ink = "cursor" if is_shown else "plain"
    key = str(index) if index <= 9 else " "
    name = cut(one_line(view.name), style.longest, style.glyphs.ellipsis)
    words = f" {key} {name}{'*' if is_shown and is_changed else ''}"
    count = "?" if views.is_broken(view) else count_words(view, rounds=style.rounds)
    told = f"{style.glyphs.dot}{count}" if count else ""
    if told and view.id in views.late and not is_shown:
        return (words, ink), (told, "urgent"), (" ", ink)
    return ((f"{words}{told} ", ink),)


def count_words(view: ViewRow, *, rounds: bool = False) -> str:
    """`12,345`, or `12k`; nothing for nothing, and for what was not counted."""
    if not view.count:
        return ""
    if not rounds and not view.count_is_bound:
        return f"{view.count:,}"
    return _rounded(view.count) + ("+" if view.count_is_bound else "")


def _rounded(n: int) -> str:
    """`1.2k`, `12k`, `1.2M`, never more than there are."""
    for size, unit in _UNITS:
        if n >= size:
            tenths = n * 10 // size
            return f"{tenths // 10}{unit}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10}{unit}"
    return str(n)


def _flat(cells: Sequence[Parts]) -> Parts:
    parts: list[Part] = [part for cell in cells for part in cell]
    return tuple(parts)


def _width(cells: Sequence[Parts]) -> int:
    return sum(cell_len(text) for parts in cells for text, _ in parts)
