"""Text in cells: cut, wrapped, cleaned; ages and sizes in words."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from deskterm.screens.key_list import key_line
from deskterm.screens.widgets.ages import age, due, moment, size
from deskterm.screens.widgets.cells import STEERING, as_ascii, cut, fit, fit_right, harmless, lines_of, one_line, wrap
from deskterm.screens.widgets.guard import TerminalGuard
from deskterm.screens.widgets.matching import rank
from tests.siege.sight import plain_width

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


def test_pictures_by_example() -> None:
    """A family stands side by side, a flag is two letters; words of any script are as they were."""
    assert one_line("👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f 🇦🇹 👍🏽") == "👩👩👧👦 ❤ AT 👍"
    assert one_line("漢字 שלום नमस्ते soft\u00adhyphen") == "漢字 שלום नमस्ते softhyphen"


def test_every_character_has_one_width() -> None:
    """All of Unicode 14: as wide by our measure as where characters are drawn one by one; so is the ASCII for it."""
    for first in range(0, sys.maxunicode + 1, 0x1000):
        characters = [chr(code) for code in range(first, first + 0x1000) if unicodedata.category(chr(code)) != "Cn"]
        for line in (one_line(f"a{character}b") for character in characters):
            assert cell_len(line) == plain_width(line) == len(as_ascii(line)), ascii(line)
            assert as_ascii(line).isascii()


@pytest.mark.parametrize(
    "text", ["👩\u200d👩\u200d👧", "a\u200db\u200dc", "❤\ufe0f", "👍🏽", "🇩🇪", "x" + "\u0301" * 99, "\u3164"]
)
def test_joined_and_heaped_characters_take_what_they_seem_to(text: str) -> None:
    """Neither joiners nor selectors nor heaps of marks make a line longer than its cells."""
    line = fit(one_line(text * 20), 30)
    assert plain_width(line) == cell_len(line) == 30
    assert len(line) <= 30 * 5


def test_every_line_end_counts() -> None:
    """CR LF, CR, LF and the Unicode separators end a line; tabs become spaces."""
    assert lines_of("a\r\nb\rc\nd\u2028e\tf") == ["a", "b", "c", "d", "e   f"]


def test_guard_spares_control_segments_and_styles() -> None:
    """Only text is cleaned; what Textual itself sends is left alone."""
    text, control = Segment("a\x1b[2Jb"), Segment("\x1b[H", None, [(0,)])  # type: ignore[list-item]
    first, second = TerminalGuard().apply([text, control], Color(0, 0, 0))
    assert harmless("a\x1b[2Jb") == "a\ufffd[2Jb"
    assert first.text == "a\ufffd[2J", "in the cells that the line was given for it"
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
