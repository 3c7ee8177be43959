"""A stretch of a list that may be too long to hold: neighbours, by their numbers, and where they stand in the whole.

The list is read by pieces from either end, each with the places (keys of the desk) of its first and last number.
What is far from where one looks is dropped again, piece by piece. Pure bookkeeping: nothing here asks the desk.
"""

from array import array
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

MOST_HELD = 50_000
"""Numbers held of a list that is longer; eight bytes each."""

_ROOM = 100_000
"""Rows put before the first one when a list turns out to begin earlier than was thought."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbours in list order; `is_last`: nothing lies beyond them in the direction they were read in."""

    numbers: Sequence[int]
    first: str = ""
    last: str = ""
    is_last: bool = True


@dataclass(slots=True)
class _Seam:
    """What is remembered of a piece: how many of its numbers are left, and its places."""

    count: int
    first: str
    last: str


class Stretch:
    """Rows `above` to `end` of a list of `total` rows; when `is_bound` there are at least so many."""

    def __init__(self) -> None:
        self.above = 0
        self.total = 0
        self.is_bound = False
        self.has_before = False
        self.has_after = False
        self.numbers: array[int] = array("q")
        self.largest = 0
        """The largest number ever held: how wide a column of numbers must be."""
        self.edition = 0
        """Counts what came from the desk, so that an answer to an older question is known by it."""
        self._seams: deque[_Seam] = deque()
        self._shift = 0

    def __len__(self) -> int:
        return self.total

    @property
    def end(self) -> int:
        """The row after the last one held."""
        return self.above + len(self.numbers)

    @property
    def rows(self) -> range:
        """The rows held."""
        return range(self.above, self.end)

    @property
    def is_whole(self) -> bool:
        """Whether all of the list is held."""
        return not (self.has_before or self.has_after)

    @property
    def first(self) -> str:
        """The place of the first number held."""
        return self._seams[0].first if self._seams else ""

    @property
    def last(self) -> str:
        """The place of the last number held."""
        return self._seams[-1].last if self._seams else ""

    def at(self, row: int) -> int | None:
        """What stands in a row; None where it is not held."""
        return self.numbers[row - self.above] if row in self.rows else None

    def part(self, rows: range) -> Sequence[int]:
        """What stands in these rows, as far as it is held."""
        return self.numbers[max(rows.start - self.above, 0) : max(rows.stop - self.above, 0)]

    def find(self, number: int, near: int = 0) -> int | None:
        """The row of a number, None where it is not held; quickest when it is where it is looked for first."""
        if self.at(near) == number:
            return near
        try:
            return self.above + self.numbers.index(number)
        except ValueError:
            return None

    def take_shift(self) -> int:
        """By how many rows everything has moved because the beginning was found elsewhere; told once."""
        shift, self._shift = self._shift, 0
        return shift

    # Coming from the desk.

    def begin(self, piece: Piece, total: int | None = None, *, is_bound: bool = False) -> None:
        """Hold the top of a list instead; `total`: how many there are, where that is known."""
        self._hold((piece,), 0)
        self.has_after = not piece.is_last
        self.total, self.is_bound = max(total or 0, len(piece.numbers)), is_bound or total is None
        self._settle()

    def finish(self, piece: Piece) -> None:
        """Hold the end of this list instead."""
        self._hold((piece,), max(self.total - len(piece.numbers), 0))
        self.has_before = not piece.is_last
        self._settle()

    def settle_around(self, before: Piece, number: int, place: str, after: Piece, row: int) -> None:
        """Hold what stands in a row of this list, and its neighbours, instead."""
        self._hold((before, Piece((number,), place, place), after), row - len(before.numbers))
        self.has_before, self.has_after = not before.is_last, not after.is_last
        self._settle()

    def append(self, piece: Piece) -> None:
        """What follows the last number held."""
        self._take(piece, at_end=True)
        self.has_after = not piece.is_last
        while len(self.numbers) > MOST_HELD and len(self._seams) > 1:
            dropped = self._seams.popleft().count
            del self.numbers[:dropped]
            self.above += dropped
            self.has_before = True
        self._settle()

    def prepend(self, piece: Piece) -> None:
        """What comes before the first number held."""
        self.above -= self._take(piece, at_end=False)
        self.has_before = not piece.is_last
        while len(self.numbers) > MOST_HELD and len(self._seams) > 1:
            dropped = self._seams.pop().count
            del self.numbers[len(self.numbers) - dropped :]
            self.has_after = True
        self._settle()

    def remove(self, leaving: Collection[int]) -> None:
        """Take numbers out; those below move up."""
        start, kept = 0, array("q")
        for seam in self._seams:
            staying = [number for number in self.numbers[start : start + seam.count] if number not in leaving]
            start, seam.count = start + seam.count, len(staying)
            kept.extend(staying)
        self.total -= len(self.numbers) - len(kept)
        self.numbers = kept

    def _hold(self, pieces: Iterable[Piece], above: int) -> None:
        self.numbers = array("q")
        self._seams.clear()
        self.above, self.has_before, self.has_after = above, False, False
        for piece in pieces:
            self._take(piece, at_end=True)

    def _take(self, piece: Piece, *, at_end: bool) -> int:
        """Join a piece to the stretch, without what has moved there since it was read; how many are new."""
        held = set(self.numbers)
        fresh = array("q", [number for number in piece.numbers if number not in held] if held else piece.numbers)
        self.numbers = self.numbers + fresh if at_end else fresh + self.numbers
        self.largest = max(self.largest, max(fresh, default=0))
        if piece.numbers:
            seam = _Seam(len(fresh), piece.first, piece.last)
            self._seams.append(seam) if at_end else self._seams.appendleft(seam)
        return len(fresh)

    def _settle(self) -> None:
        """Put the rows right where the list was found to begin or end elsewhere than was thought."""
        self.edition += 1
        if self.above < 0 or bool(self.above) is not self.has_before:
            moved = (_ROOM if self.has_before else 0) - self.above
            self.above += moved
            self.total += moved
            self._shift += moved
            self.is_bound |= self.has_before
        if not self.has_after:
            self.total, self.is_bound = self.end, self.is_bound and self.has_before
        elif self.end >= self.total:
            self.total, self.is_bound = self.end + 1, True
