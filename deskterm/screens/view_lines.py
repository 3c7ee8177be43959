"""The line of saved views, as inked parts."""

from collections.abc import Sequence

from deskterm.engine.services.rows import ViewRow
from deskterm.screens.widgets.cells import cell_len, cut, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts

_LONGEST_NAME, _SHORTEST_NAME = 40, 10
"""Cells a view's name may take when there is room, and when there is not."""


def views_parts(views: Sequence[ViewRow], shown: ViewRow | None, width: int, glyphs: Glyphs) -> Parts:
    """`1 Mine·12  2 New·4`, the one shown in the cursor's ink.

    Long names are cut when not all fit; when that is not enough, the first ones give way to the one shown.
    """
    cells = [_view_parts(views, shown, longest, glyphs) for longest in range(_LONGEST_NAME, _SHORTEST_NAME - 1, -1)]
    fitting = next((parts for parts in cells if _width(parts) <= width), None)
    if fitting is not None:
        return tuple(fitting)
    parts, room = cells[-1], width - 1 - cell_len(glyphs.ellipsis)
    here = next((index for index, view in enumerate(views) if view is shown), 0)
    first = next((start for start in range(here) if _width(parts[start : here + 1]) <= room), here)
    last = next((end for end in range(len(parts), here + 1, -1) if _width(parts[first:end]) <= room), here + 1)
    more = ((f" {glyphs.ellipsis}", "dim"),) if last < len(parts) else ()
    return (*parts[first:last], *more)


def _view_parts(views: Sequence[ViewRow], shown: ViewRow | None, longest: int, glyphs: Glyphs) -> list[Part]:
    return [
        (_view_words(index, view, longest, glyphs), "cursor" if view is shown else "plain")
        for index, view in enumerate(views, 1)
    ]


def _width(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def _view_words(index: int, view: ViewRow, longest: int, glyphs: Glyphs) -> str:
    key = str(index) if index <= 9 else " "
    return f" {key} {cut(one_line(view.name), longest, glyphs.ellipsis)}{_count(view, glyphs)} "


def _count(view: ViewRow, glyphs: Glyphs) -> str:
    if view.count is None:
        return ""
    return f"{glyphs.dot}{view.count:,}{'+' if view.count_is_bound else ''}"
