"""One row of a screen: cells, and what was written over them that terminals may measure differently."""

from collections.abc import Sequence

from rich.cells import cell_len

from deskterm.screens.terminal.styles import PLAIN, Style
from deskterm.screens.terminal.widths import cells, width

Run = tuple[str, Style]
Patch = tuple[int, tuple[Run, ...]]
"""A column, and what was written from there without moving the cursor."""

_MOST_PATCHES = 16


class Row:
    """Cells and patches.

    `characters` holds one text a cell: empty in the right half of a wide character, None where nothing is known
    or wanted. `styles` goes with it.

    Text with doubtful characters becomes a patch: it is kept as it was written, since where its parts stand only
    the terminal knows. From `trusted` on, the columns may be other than they seem.
    """

    __slots__ = ("characters", "patches", "styles", "trusted")

    def __init__(self, columns: int) -> None:
        self.characters: list[str | None] = [None] * columns
        self.styles: list[Style | None] = [None] * columns
        self.patches: tuple[Patch, ...] = ()
        self.trusted = columns

    @property
    def text(self) -> str:
        """What stands in the cells; NUL where nothing is known."""
        return "".join("\0" if character is None else character for character in self.characters)

    @property
    def is_painted(self) -> bool:
        """Whether it is known what every cell shall be."""
        return None not in self.characters[: self.trusted]

    def blank(self) -> None:
        """Become what erasing leaves."""
        columns = len(self.characters)
        self.characters, self.styles = [" "] * columns, [PLAIN] * columns
        self.patches, self.trusted = (), columns

    def looks_like(self, other: "Row") -> bool:
        """Whether the same was written on both."""
        return self.characters == other.characters and self.styles == other.styles and self.patches == other.patches

    def copy(self, other: "Row") -> None:
        """Become like another row."""
        self.characters[:] = other.characters
        self.styles[:] = other.styles
        self.patches, self.trusted = other.patches, other.trusted

    def forget(self, column: int = 0) -> None:
        """Know nothing from a column on."""
        self._empty(column)
        if column <= self.trusted:
            self.patches, self.trusted = (), len(self.characters)

    def _empty(self, column: int) -> None:
        count = len(self.characters) - column
        self.characters[column:] = [None] * count
        self.styles[column:] = [None] * count

    def fill(self, column: int, text: str, style: Style) -> int:
        """Put a text without doubtful characters into cells, which are there; the column after it."""
        made = cells(text)
        end = column + len(made)
        self.break_wide(column)
        self.break_wide(end)
        self.characters[column:end] = made
        self.styles[column:end] = [style] * len(made)
        return end

    def break_wide(self, column: int) -> None:
        """A wide character that reaches over the edge before this column loses both halves."""
        if 0 < column < len(self.characters) and self.characters[column] == "":
            self.characters[column - 1] = self.characters[column] = None

    def base(self, column: int) -> int:
        """Where the character begins that a mark written at this column would combine with."""
        before = max(column - 1, 0)
        return before - 1 if before and self.characters[before] == "" else before

    # Writing: what stands to the right of `trusted` is added as patches, never changed in the cells.

    def write(self, column: int, sure: Sequence[Run], doubtful: Sequence[Run] = ()) -> None:
        """Write runs without doubtful characters that end within the row, then runs with such."""
        start = column + sum(width(text) for text, _ in sure)
        patch = (start, tuple(doubtful))
        end = _end(patch) if doubtful else start
        if column <= self.trusted and end >= len(self.characters):
            self._empty(column)
            self.patches, self.trusted = (), len(self.characters)
        if start <= self.trusted:
            for text, style in sure:
                column = self.fill(column, text, style)
            if doubtful:
                self._add(patch, self._trusted_before(start, end) if sure else self.base(start))
        else:
            self._add((column, (*sure, *doubtful)), column)

    def _trusted_before(self, start: int, end: int) -> int:
        """The column up to which a patch leaves the cells alone: what goes beyond the row may come back into it."""
        columns = len(self.characters)
        return start if end <= columns else min(start, self.base(columns - 1))

    def _add(self, patch: Patch, trusted: int) -> None:
        kept = self.patches
        if len(kept) >= _MOST_PATCHES:
            end = _end(patch)
            kept = tuple(old for old in kept if old[0] < patch[0] or _end(old) > end)
        self.patches, self.trusted = (*kept, patch), min(trusted, self.trusted)


def _end(patch: Patch) -> int:
    """The column after a patch, as Textual measures it."""
    column, runs = patch
    return column + sum(cell_len(text) for text, _ in runs)
