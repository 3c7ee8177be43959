"""What to send so that a row of the terminal looks as is wanted."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from deskterm.screens.terminal.pencil import Pencil
from deskterm.screens.terminal.rows import Row
from deskterm.screens.terminal.styles import PLAIN, Style

_GAP = 4
"""So many unchanged cells are written again rather than jumped over."""

_ERASE_FROM = 5
"""So many blank cells at the end of a row are erased rather than written."""

_ERASE_WITHIN = 12
"""So many blank cells in the middle of a row."""

_LONG_BLANK = " " * _ERASE_WITHIN
_BLANKS = re.compile(f"( {{{_ERASE_WITHIN},}})")


def paint(wanted: Row, shown: Row, number: int, reach: int, pencil: Pencil) -> None:
    """Send what makes the row `shown` look like `wanted`, and note that it does.

    `reach`: the column up to which Textual has written.
    """
    if shown.looks_like(wanted):
        return
    if not _goes_on(wanted, shown):
        shown.forget(shown.trusted)
    kept = len(shown.patches)
    _paint_cells(wanted, shown, number, reach, pencil)
    for column, runs in wanted.patches[kept:]:
        pencil.write_doubtful(number, column, runs)
    shown.copy(wanted)


def _goes_on(wanted: Row, shown: Row) -> bool:
    """Whether what was written over the cells that are shown is still wanted, if only with more over it."""
    kept, column = shown.patches, shown.trusted
    return (
        wanted.patches[: len(kept)] == kept
        and wanted.characters[column:] == shown.characters[column:]
        and wanted.styles[column:] == shown.styles[column:]
    )


def _paint_cells(wanted: Row, shown: Row, number: int, reach: int, pencil: Pencil) -> None:
    columns = len(wanted.characters)
    written, blank = _blank_from(wanted, reach) if wanted.trusted == shown.trusted == columns else (columns, columns)
    for start, end in changed_spans(wanted, shown):
        if end == written:
            end = blank
        if end > blank and _differ(wanted, shown, max(start, blank)) >= _ERASE_FROM:
            _write_span(wanted, min(start, written), blank, number, pencil)
            pencil.move(number, max(start, blank))
            pencil.erase_to_end()
            return
        _write_span(wanted, start, end, number, pencil)


def _blank_from(row: Row, reach: int) -> tuple[int, int]:
    """The columns from which on a row is blank in the terminal's own colours, and from which on it may be erased.

    They differ by one where Textual wrote a blank after something in other colours: asked for its text, tmux tells
    erased cells at the end of a row from written ones.
    """
    column = columns = len(row.characters)
    while column and row.characters[column - 1] == " " and row.styles[column - 1] == PLAIN:
        column -= 1
    is_dyed = 0 < column < min(columns, reach) and row.styles[column - 1] != PLAIN
    return column, column + is_dyed


def _differ(wanted: Row, shown: Row, start: int) -> int:
    """How many cells differ from a column on."""
    pairs = zip(
        wanted.characters[start:], shown.characters[start:], wanted.styles[start:], shown.styles[start:], strict=True
    )
    return sum(new != old or style != before for new, old, style, before in pairs)


def changed_spans(wanted: Row, shown: Row) -> list[tuple[int, int]]:
    """Where cells are to be written, from the left; near ones are one, and no wide character is cut."""
    spans: list[tuple[int, int]] = []
    for start, end in _changed(wanted, shown):
        if spans and _is_short(wanted, spans[-1][1], start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _changed(wanted: Row, shown: Row) -> list[tuple[int, int]]:
    """The runs of cells that are wanted and not shown, with both halves of wide characters."""
    characters, styles = wanted.characters, wanted.styles
    cells = zip(characters, shown.characters, styles, shown.styles, strict=True)
    changed = [new is not None and (new != old or style != before) for new, old, style, before in cells]
    for column, character in enumerate(characters):
        if character == "" and changed[column - 1] != changed[column]:
            changed[column - 1] = changed[column] = True
    spans = []
    column = 0
    for is_changed, group in groupby(changed):
        length = len(list(group))
        if is_changed:
            spans.append((column, column + length))
        column += length
    return spans


def _is_short(wanted: Row, start: int, end: int) -> bool:
    """Whether writing the cells from start to end again is cheaper than jumping over them."""
    if end - start > _GAP or None in wanted.characters[start:end]:
        return False
    looks = [look for look, _ in groupby(wanted.styles[start - 1 : end + 1])]
    return len(looks) == 1 or looks == [wanted.styles[start - 1], wanted.styles[end]]


def _write_span(wanted: Row, start: int, end: int, number: int, pencil: Pencil) -> None:
    """Write the cells from start to end."""
    for style, group in groupby(range(start, end), wanted.styles.__getitem__):
        first, *others = group
        characters = wanted.characters[first : first + 1 + len(others)]
        assert style is not None
        for is_blank, column, text, cells in _parts(characters, first, style):
            pencil.move(number, column)
            if is_blank:
                pencil.erase(cells)
            else:
                pencil.dress(style)
                pencil.write(text, cells, len(wanted.characters))


def _parts(characters: Sequence[str | None], column: int, style: Style) -> Iterator[tuple[bool, int, str, int]]:
    """Cells of one style as (to be erased, column, text, cells): long blanks in the terminal's own colours apart."""
    text = "".join(character or "" for character in characters)
    if style != PLAIN or not text.isascii() or _LONG_BLANK not in text:
        yield False, column, text, len(characters)
        return
    for part in _BLANKS.split(text):
        if part:
            yield part.isspace() and len(part) >= _ERASE_WITHIN, column, part, len(part)
            column += len(part)
