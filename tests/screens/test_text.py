"""Text in cells: cut, wrapped, cleaned; ages and sizes in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from deskterm.screens.key_list import key_line
from deskterm.screens.widgets.ages import age, due, moment, size
from deskterm.screens.widgets.cells import STEERING, cut, fit, fit_right, harmless, lines_of, one_line, wrap
from deskterm.screens.widgets.guard import TerminalGuard
from deskterm.screens.widgets.picker import rank

_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(st.text(), st.integers(1, 60))
def test_fit_is_exact(text: str, width: int) -> None:
    """A cell of a column has exactly its width, whatever stands in it."""
    assert cell_len(fit(one_line(text), width)) == width
    assert cell_len(fit_right(one_line(text), width)) == width
    assert cell_len(cut(one_line(text), width)) <= width


@given(st.text(), st.integers(2, 60))
def test_wrap_fits_and_loses_nothing(text: str, width: int) -> None:
    """Every wrapped line fits; all letters are still there, in order."""
    line = one_line(text)
    wrapped = wrap(line, width)
    assert all(cell_len(part) <= width for part in wrapped)
    assert "".join("".join(wrapped).split()) == "".join(line.split())


@given(st.text())
def test_harmless_has_nothing_that_steers(text: str) -> None:
    """Neither as one line nor as a body."""
    assert not STEERING.search(one_line(text))
    assert not any(STEERING.search(line) or "\r" in line or "\n" in line for line in lines_of(text))


FAMILY, HEART, THUMB, FLAG, KEYCAP = "👩\u200d👩\u200d👧\u200d👦", "❤\ufe0f", "👍🏽", "🇦🇹", "1\ufe0f\u20e3"
PICTURES = st.lists(
    st.sampled_from(
        [FAMILY, HEART, THUMB, FLAG, "🇨", KEYCAP, "🏴\U000e0067\U000e007f", "a", "漢", "é", "\u200d", "\ufe0f", " "]
    )
)


@given(PICTURES)
def test_joined_pictures_keep_their_cells(pieces: list[str]) -> None:
    """What terminals draw in different widths is drawn apart, in as many cells as were counted for it."""
    text = "".join(pieces)
    assert not set(one_line(text)) & set("\u200d\ufe0f🇦🇹🇨🏽")
    drawn, *_ = TerminalGuard().apply([Segment(text)], Color(0, 0, 0))
    assert drawn.cell_length == cell_len(text)


def test_pictures_by_example() -> None:
    """A family stands side by side, a flag is two letters; words of any script are as they were."""
    assert one_line(" ".join((FAMILY, HEART, FLAG, THUMB))) == "👩👩👧👦 ❤ AT 👍"
    assert one_line("漢字 שלום नमस्ते soft\u00adhyphen") == "漢字 שלום नमस्ते softhyphen"


def test_every_line_end_counts() -> None:
    """CR LF, CR, LF and the Unicode separators end a line; tabs become spaces."""
    assert lines_of("a\r\nb\rc\nd\u2028e\tf") == ["a", "b", "c", "d", "e   f"]


def test_guard_spares_control_segments_and_styles() -> None:
    """Only text is cleaned; what Textual itself sends is left alone."""
    text, control = Segment("a\x1b[2Jb"), Segment("\x1b[H", None, [(0,)])  # type: ignore[list-item]
    first, second = TerminalGuard().apply([text, control], Color(0, 0, 0))
    assert first.text == harmless("a\x1b[2Jb") == "a\ufffd[2Jb"
    assert second is control


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "now"), (59, "now"), (60, "1m"), (7200, "2h"), (90_000, "1d"), (1_300_000, "2w")]
)
def test_ages(seconds: int, words: str) -> None:
    """The largest whole unit."""
    assert age(_NOW - timedelta(seconds=seconds), _NOW) == words


def test_deadlines_and_moments() -> None:
    """`in 2h` before, `-2h` after; today by the clock, this year by day, else with the year."""
    assert (due(_NOW + timedelta(hours=2), _NOW), due(_NOW - timedelta(hours=2), _NOW)) == ("in 2h", "-2h")
    assert moment(_NOW, _NOW, UTC) == "12:00"
    assert moment(_NOW - timedelta(days=3), _NOW, UTC) == "27 Feb 12:00"
    assert moment(_NOW - timedelta(days=900), _NOW, UTC) == "14 Sep 2023"
    assert (size(812), size(14_336), size(3_355_443)) == ("812 B", "14 KB", "3.2 MB")


def test_key_line_always_leads_on() -> None:
    """Keys that do not fit are left out, the last one never."""
    words = "".join(text for text, _ in key_line(24, ("a", "assign"), ("t", "take"), ("s", "status"), ("?", "more")))
    assert words == " a assign  ? more " or words.endswith(" ? more ")
    assert len(words) <= 24


def test_rank_prefers_beginnings() -> None:
    """Beginning of the label, of a word, inside, letters in order, not at all."""
    labels = ("Network", "My Network", "Supernet", "No extra twist", "Security")
    ranks = [rank("net", label) for label in labels]
    assert ranks == sorted(ranks, reverse=True) and ranks[0] == 4 and ranks[-1] == 0
