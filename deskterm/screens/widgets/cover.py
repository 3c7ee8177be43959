"""A few lines that lie over a list: nothing is laid out anew for them, and only the lines under them repaint."""

from dataclasses import dataclass

from textual.strip import Strip

from deskterm.screens.widgets.inks import Parts


@dataclass(frozen=True, slots=True)
class Laid:
    """One line of a cover."""

    x: int
    width: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class Cover:
    """Lines of `width` cells over the first lines of a list, from column `x` on."""

    x: int
    width: int
    lines: tuple[Parts, ...]

    def line(self, y: int) -> Laid | None:
        """What lies over this line of the list."""
        return Laid(self.x, self.width, self.lines[y]) if y < len(self.lines) else None

    def holds(self, x: int, y: int) -> bool:
        """Whether this cell of the list lies under it."""
        return y < len(self.lines) and self.x <= x < self.x + self.width


def laid_over(line: Strip, cover: Strip, x: int) -> Strip:
    """The line with the cover's cells in place of its own."""
    end = x + cover.cell_length
    return Strip.join([line.crop(0, x), cover, line.crop(end, line.cell_length)]).simplify()
