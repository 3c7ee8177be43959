"""Pages of text: wrapped only where they are in sight, scrolled by places in the text, searched where folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.screens.widgets.page import Block, Folds, Line, Made, Page
from deskterm.screens.widgets.search import Search, find_all, plain
from deskterm.screens.widgets.sheet import Place, Sheet

_LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\t\x0b\x0c"), max_size=80), max_size=12)


def block(key: int, lines: list[str], made: list[int] | None = None) -> Block:
    """A block of plain lines; `made` hears of it when they are made."""

    def make() -> Made:
        if made is not None:
            made.append(key)
        return Made([Line(((line, "plain"),)) for line in lines])

    return Block(key, make, weight=len(lines))


def page(*texts: list[str]) -> Page:
    """A block for each list of lines."""
    return Page(tuple(block(key, lines) for key, lines in enumerate(texts)))


def all_rows(sheet: Sheet) -> list[str]:
    """What every row of a page shows, told the plain way."""
    return ["".join(text for text, _ in row.parts) for at in range(len(sheet.page.blocks)) for row in sheet.rows(at)]


def seen(sheet: Sheet, top: tuple[int, int]) -> list[str]:
    """What is in sight from a spot on."""
    return ["".join(text for text, _ in one.row.parts) for one in sheet.sight(top)]


@given(st.lists(_LINES, max_size=6), st.integers(8, 40), st.integers(1, 10), st.lists(st.integers(-30, 30), max_size=8))
def test_scrolling_is_walking_along_the_rows(texts: list[list[str]], width: int, height: int, steps: list[int]) -> None:
    """However one scrolls, what is in sight is what a plain list of all rows would show from the same row."""
    sheet = Sheet(page(*texts), width, height)
    rows = all_rows(sheet)
    spot, at = (0, 0), 0
    for step in steps:
        spot = sheet.clamped(sheet.moved(spot, step))
        at = max(0, min(at + step, len(rows) - height))
        assert seen(sheet, spot) == rows[at : at + height]


@given(st.lists(_LINES, min_size=1, max_size=6), st.integers(8, 40), st.integers(8, 40), st.integers(0, 30))
def test_a_place_outlives_another_width(texts: list[list[str]], width: int, other: int, down: int) -> None:
    """The row at a place of one width holds, at another width, the character that was first before."""
    narrow = Sheet(page(*texts), width, 5)
    spot = narrow.clamped(narrow.moved((0, 0), down))
    place = narrow.place(spot)
    assert place is not None
    wide = Sheet(narrow.page, other, 5)
    found = wide.spot(place)
    assert found is not None and found[0] == spot[0]
    rows = wide.rows(found[0])
    assert not rows or rows[found[1]].start <= place.offset or place.offset <= rows[found[1]].end


def test_only_what_is_in_sight_is_made() -> None:
    """A thousand blocks, opened at the last: a handful is made; going to the top makes a handful more."""
    made: list[int] = []
    sheet = Sheet(Page(tuple(block(key, ["one", "two"], made) for key in range(1000))), 40, 10)
    sheet.sight(sheet.clamped(sheet.spot(Place(999)) or (0, 0)))
    assert set(made) == set(range(995, 1000))
    sheet.sight((0, 0))
    assert len(made) == 10


def test_a_closed_block_is_not_made_before_it_is_opened() -> None:
    """A piece of a long message that is folded as a whole costs nothing until then."""
    made: list[int] = []
    folds = Folds()
    lines = [Line((("hidden", "plain"),))]

    def make() -> Made:
        made.append(1)
        return Made(lines)

    piece = Block(1, make, folds=folds, part=7, closed=Line((("more", "dim"),)))
    assert [row.parts[0][0] for row in piece.rows(40)] == ["more"] and not made
    piece.reveal(0)
    assert [row.parts[0][0] for row in piece.rows(40)] == ["hidden"] and made


@given(st.text())
def test_compared_text_keeps_its_places(text: str) -> None:
    """As many characters as before, so that a hit is where it was found."""
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "needle"),
    [("Žluťoučký kůň", "zlutoucky kun"), ("STRASSE", "strasse"), ("İstanbul", "istanbul"), ("Ελλάδα", "ελλαδα")],
)
def test_case_and_accents_do_not_count(text: str, needle: str) -> None:
    """In what is written with Latin, Greek and Cyrillic letters."""
    assert list(find_all(plain(text), plain(needle))) == [(0, len(text))]


def test_other_scripts_keep_their_signs() -> None:
    """Where a sign makes another letter it is not an accent."""
    assert not list(find_all(plain("かみ"), plain("がみ")))
    assert not list(find_all(plain("한글"), plain("하글")))


@given(st.lists(_LINES, max_size=5), st.text("ab ", min_size=1, max_size=3), st.integers(8, 20))
def test_every_hit_is_inked(texts: list[list[str]], words: str, width: int) -> None:
    """Each character of each hit stands in a hit's ink, however it is wrapped, and nothing else does."""
    sheet = Sheet(page(*texts), width, 10)
    search = Search(words)
    search.look(sheet.page)
    for at, one in enumerate(sheet.page.blocks):
        hits = list(find_all(plain(one.text), plain(words)))
        wanted = {place for start, end in hits for place in range(start, end)}
        for row in sheet.rows(at):
            inks = [ink for text, ink in search.inked(one.key, row) for _ in text]
            assert "".join(text for text, _ in search.inked(one.key, row)) == "".join(text for text, _ in row.parts)
            assert [place in wanted for place in range(row.start, row.end)] == [ink.startswith("hit") for ink in inks]
    assert len(search) == sum(len(list(find_all(plain(one.text), plain(words)))) for one in sheet.page.blocks)


def test_hits_are_gone_through_in_a_ring() -> None:
    """From a place on, forward and back, and round."""
    search = Search("x")
    search.look(page(["x"], ["a", "x"], ["xx"]))
    search.go(1, 0)
    assert search.place == "2/4"
    search.step(3)
    assert search.place == "1/4"
    search.step(-1)
    assert search.place == "4/4"


def test_current_hit_stays_when_the_page_grows() -> None:
    """A message that comes in does not take one to another hit."""
    search = Search("x")
    search.look(page(["x"], ["x"]))
    search.step(1)
    search.look(Page((block(7, ["x"]), *page(["x"], ["x"]).blocks)))
    assert search.place == "3/3"
