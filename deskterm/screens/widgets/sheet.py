"""A page in a window of some width and height: what is in sight from where, and how far one can scroll.

Only the blocks that are in sight or scrolled over are wrapped: how many rows a page has in all is never asked.
"""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from deskterm.screens.widgets.page import Page, Row

Spot = tuple[int, int]
"""A block of the page and a row of it. What comes later in the page is greater."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot that holds when the page or its width changes: a block's key and a place in the block's text."""

    key: Hashable
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Sighted:
    """A row in sight."""

    block: int
    key: Hashable
    row: Row


class Sheet:
    """A page at one size of the window."""

    def __init__(self, page: Page, width: int, height: int) -> None:
        self.page = page
        self.width = width
        self.height = height

    def rows(self, block: int) -> Sequence[Row]:
        """The rows of a block."""
        return self.page.blocks[block].rows(self.width)

    @cached_property
    def last_top(self) -> Spot:
        """The lowest spot the window's top can be at; what is below is in sight."""
        return self.moved((len(self.page.blocks), 0), -self.height)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The blocks at which sections start."""
        return tuple(at for at, block in enumerate(self.page.blocks) if block.starts)

    def start_of(self, block: int) -> int | None:
        """The block at which the section of a block starts; None above the first one."""
        at = bisect_right(self.starts, block)
        return self.starts[at - 1] if at else None

    @cached_property
    def _position(self) -> dict[Hashable, int]:
        return {block.key: at for at, block in enumerate(self.page.blocks)}

    @cached_property
    def _weights(self) -> list[int]:
        return [0, *accumulate(block.weight for block in self.page.blocks)]

    def moved(self, spot: Spot, rows: int) -> Spot:
        """The spot so many rows further down, or up; no further than the ends of the page."""
        return self._down(spot, rows) if rows > 0 else self._up(spot, -rows)

    def _down(self, spot: Spot, rows: int) -> Spot:
        block, row = spot
        while block < len(self.page.blocks):
            left = len(self.rows(block)) - row
            if rows < left:
                return block, row + rows
            rows, block, row = rows - left, block + 1, 0
        return block, 0

    def _up(self, spot: Spot, rows: int) -> Spot:
        block, row = spot
        while rows > row:
            if block == 0:
                return 0, 0
            rows, block = rows - row, block - 1
            row = len(self.rows(block))
        return block, row - rows

    def clamped(self, spot: Spot) -> Spot:
        """The spot, or the last one the window's top can be at."""
        return min(max(spot, (0, 0)), self.last_top)

    def sight(self, top: Spot) -> tuple[Sighted, ...]:
        """The rows in the window."""
        found: list[Sighted] = []
        block, row = top
        while block < len(self.page.blocks) and len(found) < self.height:
            key = self.page.blocks[block].key
            rows = self.rows(block)[row : row + self.height - len(found)]
            found.extend(Sighted(block, key, one) for one in rows)
            block, row = block + 1, 0
        return tuple(found)

    def find(self, key: Hashable) -> int | None:
        """The position of a block."""
        return self._position.get(key)

    def spot(self, place: Place) -> Spot | None:
        """Where a place is now; None when its block is not in the page."""
        block = self.find(place.key)
        if block is None:
            return None
        rows = self.rows(block)
        after = (at for at, one in enumerate(rows) if one.start >= place.offset or one.end > place.offset)
        row = next(after, len(rows) - 1)
        return block, max(row, 0)

    def place(self, spot: Spot) -> Place | None:
        """What holds of a spot; None on an empty page."""
        if spot[0] >= len(self.page.blocks):
            return None
        rows = self.rows(spot[0])
        return Place(self.page.blocks[spot[0]].key, rows[spot[1]].start if rows else 0)

    def share(self, top: Spot) -> float:
        """How much of the page has gone by at a spot, from 0 to 1 at the end; by weights, so it is about right."""
        if top >= self.last_top:
            return 1.0
        whole = self._weight_above(self.last_top)
        return self._weight_above(top) / whole if whole else 0.0

    def _weight_above(self, spot: Spot) -> float:
        block, row = spot
        if block >= len(self.page.blocks):
            return self._weights[-1]
        return self._weights[block] + self.page.blocks[block].weight * row / max(len(self.rows(block)), 1)
