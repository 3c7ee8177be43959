"""The bookkeeping of the list, without a terminal."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from deskterm.screens.listing import Listing, News
from deskterm.screens.stretch import Piece


def shown(*numbers: int) -> Listing:
    """A listing of these tickets."""
    listing = Listing()
    listing.open(Piece(numbers))
    return listing


def adopt(listing: Listing, numbers: Sequence[int]) -> None:
    """The desk's order of now is taken over."""
    listing.adopt(Piece(numbers))


def test_cursor_stays_with_its_ticket() -> None:
    """Another order moves the row, not the ticket the cursor is on."""
    listing = shown(5, 4, 3)
    listing.move(1)
    adopt(listing, [9, 3, 5, 4])
    assert (listing.current, listing.cursor) == (4, 3)


def test_cursor_goes_to_the_next_when_its_ticket_leaves() -> None:
    """The next one below, or the one above at the end."""
    listing = shown(5, 4, 3)
    listing.move(1)
    adopt(listing, [5, 3])
    assert listing.current == 3
    adopt(listing, [5])
    assert listing.current == 5


def test_news_counts_both_ways() -> None:
    """What would come in and what would go, each ticket once, until it is taken over; the list stays meanwhile."""
    listing = shown(5, 4, 3)
    listing.move(2)
    listing.hear([7, 6, 3, 5], {7, 6, 5})
    listing.hear([7, 4], {7})
    assert listing.news == News(2, 2) and tuple(listing.numbers) == (5, 4, 3) and listing.gone == {4, 3}
    listing.hear([6, 4], {4})
    assert listing.news == News(1, 1)
    adopt(listing, [7, 5, 4])
    assert not listing.news and listing.current == 4


def test_the_whole_order_can_be_compared() -> None:
    """Beside the whole order of the desk it comes to the same as change by change."""
    listing = shown(5, 4, 3)
    listing.hear_all([7, 6, 5, 4])
    assert listing.news == News(2, 1) and listing.gone == {3}


def test_only_own_actions_take_tickets_out() -> None:
    """What one acted on and no longer fits leaves; what others changed stays; the rest keeps its place."""
    listing = shown(5, 4, 3, 2)
    listing.move(1)
    listing.acted = {4, 2}
    listing.hear([6, 5, 4, 2], {6, 2})
    listing.drop_acted()
    assert tuple(listing.numbers) == (5, 3, 2) and listing.current == 3 and listing.news == News(1, 1)


def test_range_reaches_from_anchor_to_cursor() -> None:
    """In both directions, ends included."""
    listing = shown(9, 8, 7, 6)
    listing.move(2)
    listing.begin_range()
    listing.move(0)
    assert [row for row in range(4) if listing.is_marked(row)] == [0, 1, 2]
    assert listing.end_range()
    assert listing.marks == {9, 8, 7} and listing.anchor is None


def test_a_range_of_what_is_not_held_is_refused() -> None:
    """From the top of a long list to its end: nothing is marked."""
    listing = Listing()
    listing.open(Piece((9, 8), "a", "b", is_last=False), 1000)
    listing.begin_range()
    listing.stretch.finish(Piece((2, 1), "c", "d", is_last=False))
    listing.move(999)
    assert not listing.end_range() and not listing.marks


def test_marks_outlive_the_query() -> None:
    """Marks stay with their tickets; those that another query hides come last."""
    listing = shown(5, 4, 3)
    listing.toggle_all()
    listing.open(Piece((9, 4, 8)))
    listing.toggle_mark()
    assert listing.marked == (9, 4, 3, 5)
    listing.toggle_all()
    assert listing.marks == {9, 4, 8, 3, 5}
    listing.toggle_all()
    assert listing.marks == {3, 5}


def test_more_of_a_long_list_is_wanted_near_its_end() -> None:
    """The cursor says when what is held comes to an end, in time."""
    listing, asked = Listing(), []
    listing.more_wanted = lambda: asked.append(listing.cursor)
    listing.open(Piece(range(200), "a", "b", is_last=False), 1000)
    for row in range(0, 200, 10):
        listing.move(row)
    assert asked == [150, 160, 170, 180, 190]


numbers = st.lists(st.integers(1, 12), unique=True)


@given(st.lists(st.tuples(st.integers(0, 6), numbers, numbers), max_size=25))
def test_cursor_is_always_in_the_list(steps: list[tuple[int, list[int], list[int]]]) -> None:
    """Whatever comes in whatever order: the cursor is on a ticket of the list, and the news are what differs."""
    listing = Listing()
    for what, some, others in steps:
        before = (listing.current, listing.cursor, tuple(listing.numbers))
        if what == 0:
            listing.open(Piece(some))
        elif what == 1:
            adopt(listing, some)
        elif what == 2:
            listing.hear(some, others)
            assert before == (listing.current, listing.cursor, tuple(listing.numbers))
        elif what == 3:
            listing.acted |= set(some)
            listing.hear(some, others)
            listing.drop_acted()
        elif what == 4:
            listing.move(len(some))
            listing.toggle_mark()
        elif what == 5:
            listing.begin_range()
        else:
            listing.end_range()
        assert listing.current in listing.numbers if listing.numbers else listing.current is None
        assert listing.gone <= set(listing.numbers) and not listing.fresh & set(listing.numbers)
