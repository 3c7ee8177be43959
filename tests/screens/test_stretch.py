"""A stretch of a long list against the list itself, without a desk."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.screens import stretch as stretches
from deskterm.screens.stretch import Piece, Stretch


class Desk:
    """A list that is told by pieces; a place is the number it is of."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = list(numbers)

    def after(self, place: str, limit: int) -> Piece:
        start = self.numbers.index(int(place)) + 1 if place else 0
        return self._piece(start, start + limit, is_last=start + limit >= len(self.numbers))

    def before(self, place: str, limit: int) -> Piece:
        stop = self.numbers.index(int(place)) if place else len(self.numbers)
        return self._piece(max(stop - limit, 0), stop, is_last=stop - limit <= 0)

    def _piece(self, start: int, stop: int, *, is_last: bool) -> Piece:
        part = self.numbers[start:stop]
        return Piece(part, str(part[0]) if part else "", str(part[-1]) if part else "", is_last)


def held(stretch: Stretch) -> list[tuple[int, int]]:
    """Row and number of all that is held."""
    return list(zip(stretch.rows, stretch.numbers, strict=True))


def test_whole_list() -> None:
    """A list that is held whole knows its length and where each number stands."""
    stretch = Stretch()
    stretch.begin(Piece((5, 4, 3)))
    assert stretch.is_whole and len(stretch) == 3 and not stretch.is_bound
    assert (stretch.at(1), stretch.at(3), stretch.find(3), stretch.find(9)) == (4, None, 2, None)
    assert list(stretch.part(range(1, 9))) == [4, 3]


def test_end_of_a_list_of_known_length() -> None:
    """From the top to the end: rows are counted from the length, and going up from there meets the top again."""
    desk, stretch = Desk(range(1000)), Stretch()
    stretch.begin(desk.after("", 60), 1000)
    stretch.finish(desk.before("", 60))
    assert held(stretch)[-1] == (999, 999) and stretch.has_before
    while stretch.has_before:
        stretch.prepend(desk.before(stretch.first, 60))
    assert held(stretch)[:2] == [(0, 0), (1, 1)] and stretch.take_shift() == 0


def test_end_of_a_list_of_unknown_length() -> None:
    """When the length was only a bound, rows move once the top is found; how far is told, once."""
    desk, stretch = Desk(range(500)), Stretch()
    stretch.begin(desk.after("", 60), 200, is_bound=True)
    stretch.finish(desk.before("", 60))
    assert held(stretch)[-1] == (199, 499) and stretch.is_bound
    before = stretch.at(150)
    moved = 0
    while stretch.has_before:
        stretch.prepend(desk.before(stretch.first, 60))
        moved += stretch.take_shift()
    assert stretch.at(150 + moved) == before and stretch.take_shift() == 0
    assert held(stretch)[0] == (0, 0) and len(stretch) == 500 and not stretch.is_bound


def test_what_moved_meanwhile_is_not_held_twice() -> None:
    """A number that comes again further down, because its ticket changed, keeps its place."""
    stretch = Stretch()
    stretch.begin(Piece((5, 4, 3), "a", "b", is_last=False))
    stretch.append(Piece((5, 2, 1), "c", "d"))
    assert list(stretch.numbers) == [5, 4, 3, 2, 1] and len(stretch) == 5


def test_removing_moves_the_rest_up() -> None:
    """Rows below move up; what is far is still dropped piece by piece."""
    stretch = Stretch()
    stretch.begin(Piece((5, 4, 3), "a", "b", is_last=False), 9)
    stretch.append(Piece((2, 1), "c", "d", is_last=False))
    stretch.remove({4, 1})
    assert held(stretch) == [(0, 5), (1, 3), (2, 2)] and len(stretch) == 7 and stretch.last == "d"


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 400),
    st.one_of(st.none(), st.integers(1, 500)),
    st.lists(st.tuples(st.sampled_from("udgGj"), st.integers(1, 60)), max_size=30),
)
def test_rows_never_lie(length: int, total: int | None, steps: list[tuple[str, int]]) -> None:
    """Wherever one goes: what is held are neighbours of the list, in rows that move only by what is told."""
    desk, stretch = Desk(range(1000, 1000 + length)), Stretch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "MOST_HELD", 120)
        stretch.begin(desk.after("", 60), total, is_bound=total is not None and total < length)
        for step, limit in steps:
            before = dict(held(stretch))
            if step == "d" and stretch.has_after:
                stretch.append(desk.after(stretch.last, limit))
            elif step == "u" and stretch.has_before:
                stretch.prepend(desk.before(stretch.first, limit))
            elif step == "g":
                stretch.begin(desk.after("", limit), len(stretch), is_bound=stretch.is_bound)
            elif step == "G":
                stretch.finish(desk.before("", limit))
            elif step == "j":
                place = min(limit, length - 1)
                number = 1000 + place
                parts = desk.before(str(number), 30), number, str(number), desk.after(str(number), 30)
                stretch.settle_around(*parts, row=place)
            shift = stretch.take_shift()
            numbers = list(stretch.numbers)
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert stretch.has_before == (numbers[0] > 1000) and stretch.has_after == (numbers[-1] < 999 + length)
            assert stretch.above >= 0 and stretch.end <= len(stretch)
            assert stretch.has_before == (stretch.above > 0) and (stretch.has_after or len(stretch) == stretch.end)
            assert len(numbers) <= 240
            if step in "ud":
                both = {row: stretch.at(row + shift) for row in before if stretch.at(row + shift) is not None}
                assert all(before[row] == number for row, number in both.items())
