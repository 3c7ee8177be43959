"""The bookkeeping of the list, without a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from deskterm.screens.listing import Listing, News


def shown(*numbers: int) -> Listing:
    """A listing of these tickets."""
    listing = Listing()
    listing.open(numbers)
    return listing


def test_cursor_stays_with_its_ticket() -> None:
    """Another order moves the row, not the ticket the cursor is on."""
    listing = shown(5, 4, 3)
    listing.move(1)
    listing.adopt([9, 3, 5, 4])
    assert (listing.current, listing.cursor) == (4, 3)


def test_cursor_goes_to_the_next_when_its_ticket_leaves() -> None:
    """The next one below, or the one above at the end."""
    listing = shown(5, 4, 3)
    listing.move(1)
    listing.adopt([5, 3])
    assert listing.current == 3
    listing.adopt([5])
    assert listing.current == 5


def test_news_counts_both_ways() -> None:
    """What would come in and what would go; showing it takes it over from the top."""
    listing = shown(5, 4, 3)
    listing.move(2)
    listing.hear([7, 6, 5, 4])
    assert listing.news == News(2, 1) and listing.numbers == (5, 4, 3)
    listing.show_news()
    assert listing.numbers == (7, 6, 5, 4) and listing.cursor == 0 and not listing.news


def test_only_own_actions_take_tickets_out() -> None:
    """What one acted on and no longer fits leaves; what others changed stays; the rest keeps its place."""
    listing = shown(5, 4, 3)
    listing.move(1)
    listing.acted = {4}
    listing.hear([6, 3])
    listing.drop_acted()
    assert listing.numbers == (5, 3) and listing.current == 3 and listing.news == News(1, 1)


def test_range_reaches_from_anchor_to_cursor() -> None:
    """In both directions, ends included."""
    listing = shown(9, 8, 7, 6)
    listing.move(2)
    listing.toggle_range()
    listing.move(0)
    assert [number for number in listing.numbers if listing.is_marked(number)] == [9, 8, 7]
    listing.toggle_range()
    assert listing.marks == {9, 8, 7} and listing.anchor is None


@given(st.lists(st.tuples(st.integers(0, 5), st.lists(st.integers(1, 12), unique=True)), max_size=25))
def test_cursor_is_always_in_the_list(steps: list[tuple[int, list[int]]]) -> None:
    """Whatever comes in whatever order: the cursor is on a ticket of the list, marks are of the list."""
    listing = Listing()
    for what, numbers in steps:
        if what == 0:
            listing.open(numbers)
        elif what == 1:
            listing.adopt(numbers)
        elif what == 2:
            listing.hear(numbers)
        elif what == 3:
            listing.acted |= set(numbers)
            listing.drop_acted()
        elif what == 4:
            listing.move(len(numbers))
            listing.toggle_mark()
        else:
            listing.toggle_range()
        assert listing.current in listing.numbers if listing.numbers else listing.current is None
        assert listing.marks <= set(listing.numbers)
