"""The output driver's pure part: whatever Textual writes, the terminal shows the same with it and without it."""

import time
from collections.abc import Callable
from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size
from wcwidth import wcwidth

from deskterm.screens.terminal.mirror import Mirror
from deskterm.screens.terminal.widths import DOUBTFUL_EAST_ASIAN
from tests.screens.emulator import Emulator, Measure, all_emoji_narrow, ambiguous_wide

COLUMNS, ROWS = 20, 6
START = "\x1b[?1049h\x1b[?25l\x1b[>25u\x1b[?2026$p\x1b[?7l"
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

WORDS = [
    "a", "Ticket", " ", "   ", "              ", "#42", "…", "●", "│", "─", "naïve", "Ärger", "привет",
    "日本", "語", "한국", "ｆｕｌｌ", "e\u0301", "\u0301", "n\u0303o", "👩\u200d👩\u200d👧", "❤\ufe0f", "🇩🇪", "👍🏽",
    "🎉", "منى", "ไทย", "हिन्दी", "\u200b", "\u00ad", "\u2060", "①", "⌚",
]  # fmt: skip
LOOKS = ["", "1", "7", "31", "1;31", "2;3", "4;38;5;99", "38;2;1;2;3;48;2;4;5;6", "44", "9", "1;7;4;36", "39;49", "5"]
PASSING_BY = ["\x07", "\x1b]52;c;aGk=\x07", "\x1b]22;pointer\x07", "\x1b[?1000h", "\x1b[>1u", "\x1b]0;title\x1b\\"]


STALE = 8
"""So many cells at the right a terminal that measures less than Textual may leave as they were."""


def styled(look: str, text: str) -> str:
    """A segment as Textual writes it."""
    return f"\x1b[{look}m{text}\x1b[0m" if look else text


def measured(text: str, measure: Measure) -> int:
    """The cells that a terminal gives a text."""
    return sum(max(measure(character), 0) for character in text)


def cut(parts: list[tuple[str, str]], room: int, *, fill: bool) -> str:
    """Segments in so many cells, as Textual measures them."""
    written = []
    for look, text in [*parts, ("", " " * room)] if fill else parts:
        short = set_cell_size(text, min(cell_len(text), room)) if cell_len(text) else text
        room -= cell_len(short)
        written.append(styled(look, short))
    return "".join(written)


def full(rows: list[str], top: int = 0) -> str:
    """Whole rows, one below the other."""
    return "\n".join(f"\x1b[{top + number + 1};1H{row}" for number, row in enumerate(rows))


@st.composite
def sessions(draw: st.DrawFn, words: list[str]) -> list[str]:
    """What is written frame by frame; each frame ends with the cursor where Textual wants it."""
    # With what a mark at the very beginning combines, every terminal decides for itself.
    segments = st.lists(st.tuples(st.sampled_from(LOOKS), st.sampled_from(words)), min_size=1, max_size=8).filter(
        lambda parts: cell_len(parts[0][1]) > 0
    )
    lines = segments.map(lambda parts: cut(parts, COLUMNS, fill=True))
    places = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1))

    def span() -> list[str]:
        row, column = draw(places)
        return [f"\x1b[{row + 1};{column + 1}H" + cut(draw(segments), COLUMNS - column, fill=draw(st.booleans()))]

    def page() -> list[str]:
        return [full(draw(st.lists(lines, min_size=ROWS, max_size=ROWS)))]

    def scroll() -> list[str]:
        top = draw(st.integers(0, 2))
        rows = draw(st.lists(lines, min_size=ROWS, max_size=3 * ROWS))
        offsets = draw(st.lists(st.integers(0, len(rows) - ROWS), min_size=2, max_size=4))
        return [full(rows[offset : offset + ROWS - top], top) for offset in offsets]

    made = []
    for paint in draw(st.lists(st.sampled_from([span, page, scroll]), min_size=1, max_size=6)):
        for text in paint():
            row, column = draw(places)
            whole = f"{text}\x1b[{row + 1};{column + 1}H"
            made.append(f"{SYNC_START}{whole}{SYNC_END}" if draw(st.booleans()) else whole)
        made += draw(st.lists(st.sampled_from(PASSING_BY), max_size=1))
    return made


def never_less(measure: Measure) -> list[str]:
    """The words that a terminal does not take for shorter than Textual does."""
    return [word for word in WORDS if measured(word, measure) >= cell_len(word)]


def assert_same(session: list[str], measure: Measure = wcwidth, mirror: Mirror | None = None, stale: int = 0) -> None:
    """After each frame, what a terminal shows is the same with the mirror before it and without."""
    plain, mirrored = Emulator(COLUMNS, ROWS, measure), Emulator(COLUMNS, ROWS, measure)
    mirror = mirror or Mirror(COLUMNS, ROWS)
    for frame in [START, *session]:
        plain.feed(frame)
        mirror.feed(frame)
        mirrored.feed(mirror.take())
        for row, expected in zip(mirrored.cells, plain.cells, strict=True):
            shown = COLUMNS - stale
            assert row[:shown] == expected[:shown], f"\n{plain.text}\n---\n{mirrored.text}"
        assert mirrored.cursor == plain.cursor


@settings(max_examples=150, deadline=None)
@given(sessions(never_less(wcwidth)))
def test_terminal_shows_the_same(session: list[str]) -> None:
    """Characters, styles and cursor are the same through the mirror, whatever is painted."""
    assert_same(session)


@settings(max_examples=100, deadline=None)
@given(sessions(never_less(ambiguous_wide)))
def test_wide_ambiguous_characters_change_nothing(session: list[str]) -> None:
    """A terminal that takes ambiguous characters for wide shows the same too, when that is known."""
    assert_same(session, ambiguous_wide, Mirror(COLUMNS, ROWS, DOUBTFUL_EAST_ASIAN))


@settings(max_examples=100, deadline=None)
@given(sessions(WORDS))
def test_old_terminal_shows_the_same(session: list[str]) -> None:
    """One that takes emoji for narrow shows the same but for what it leaves stale at the right edge either way."""
    assert_same(session, all_emoji_narrow, stale=STALE)


OVER_WHEN_OVER = [
    "\x1b[2J",
    "\x1b[K",
    "\x1b[1J",
    "\x1b[3@",
    "\x1b[2P",
    "\x1b[4X",
    "\x1b[2L",
    "\x1b[M",
    "\t",
    "\b",
    "\x1b[2C",
]
LASTING = ["\x1b[4h", "\x1b(0", "\x1b[2;4r", "\x1b[?6h", "\x1b7", "\x0e", "\x1b[58;5;9m", "\x1bM"]
anything = sessions(never_less(wcwidth))


@settings(max_examples=100, deadline=None)
@given(anything, st.sampled_from(never_less(wcwidth)).filter(cell_len), st.sampled_from(OVER_WHEN_OVER), anything)
def test_unknown_sequence_passes(before: list[str], word: str, unknown: str, after: list[str]) -> None:
    """What is not known does what it does without the mirror, and what comes after is the same as without."""
    assert_same([*before, f"\x1b[2;9H\x1b[44m{word}{unknown}\x1b[0m\x1b[1;1H", *after])


@settings(max_examples=100, deadline=None)
@given(anything, st.sampled_from(LASTING), anything)
def test_lasting_sequence_ends_the_mirroring(before: list[str], lasting: str, after: list[str]) -> None:
    """After a sequence that may change what later ones mean, all passes until the alternate screen is entered."""
    assert_same([*before, lasting, *after])
    mirror = Mirror(COLUMNS, ROWS)
    mirror.feed(START + "".join(before) + lasting)
    mirror.take()
    mirror.feed("".join(after))
    assert mirror.take() == "".join(after)
    mirror.feed(START)
    assert not mirror.is_passing_all


@settings(max_examples=60, deadline=None)
@given(anything, st.integers(8, 30), st.integers(3, 9))
def test_resize_in_the_middle(before: list[str], columns: int, rows: int) -> None:
    """After a change of size nothing is taken for known, whatever the terminal made of its screen."""
    plain, mirrored, mirror = Emulator(COLUMNS, ROWS), Emulator(COLUMNS, ROWS), Mirror(COLUMNS, ROWS)
    for number, frame in enumerate([START, *before, *before]):
        if number == len(before):
            for emulator in (plain, mirrored):
                emulator.screen.resize(rows, columns)
            mirror.resize(columns, rows)
        plain.feed(frame)
        mirror.feed(frame)
        mirrored.feed(mirror.take())
    page = full([cut([("1", "Ticket")], columns, fill=True)] * rows) + "\x1b[1;1H"
    plain.feed(page)
    mirror.feed(page)
    mirrored.feed(mirror.take())
    assert mirrored.cells == plain.cells


@settings(max_examples=60, deadline=None)
@given(sessions([word for word in never_less(wcwidth) if max(map(wcwidth, word)) < 2]))
def test_damaged_terminal_is_painted_anew(session: list[str]) -> None:
    """When the terminal may have lost its screen, the next change brings back all of it."""
    plain, mirrored, mirror = Emulator(COLUMNS, ROWS), Emulator(COLUMNS, ROWS), Mirror(COLUMNS, ROWS)
    page = full([cut([("7", "Ticket")], COLUMNS, fill=True)] * ROWS) + "\x1b[1;1H"
    for frame in [START, page, *session]:
        plain.feed(frame)
        mirror.feed(frame)
        mirrored.feed(mirror.take())
    mirrored.feed("\x1b[m\x1b[2J")
    mirror.doubt()
    mirrored.feed(mirror.take())
    assert mirrored.text == plain.text


@settings(max_examples=100, deadline=None)
@given(anything, st.lists(st.integers(0, 400), max_size=6))
def test_text_may_come_in_pieces(session: list[str], cuts: list[int]) -> None:
    """Where what Textual writes is cut in pieces makes no difference to what is shown."""
    text = START + "".join(session)
    ends = accumulate(len(frame) for frame in [START, *session])
    places = sorted({0, *ends, *(min(place, len(text)) for place in cuts)})
    mirror, mirrored, plain = Mirror(COLUMNS, ROWS), Emulator(COLUMNS, ROWS), Emulator(COLUMNS, ROWS)
    for start, end in pairwise(places):
        mirror.feed(text[start:end])
        mirrored.feed(mirror.take())
    plain.feed(text)
    assert mirrored.cells == plain.cells


def test_nothing_new_sends_nothing() -> None:
    """Painting what stands there already costs not one byte."""
    page = (
        SYNC_START
        + full([cut([("1;31", "日本"), ("", "e\u0301 👩\u200d👩\u200d👧")], COLUMNS, fill=True)] * ROWS)
        + "\x1b[3;3H"
    )
    mirror = Mirror(COLUMNS, ROWS)
    mirror.feed(START + page + SYNC_END)
    assert mirror.take()
    mirror.feed(page + SYNC_END)
    assert mirror.take() == ""


def test_scrolled_list_is_moved_by_the_terminal() -> None:
    """A list that moved by one row costs one row, whatever stands above and below it."""
    rows = [cut([("", f"Ticket number {number}")], COLUMNS, fill=True) for number in range(20)]

    def frame(top: int) -> str:
        return full(["title".ljust(COLUMNS), *rows[top : top + ROWS - 2], "status".ljust(COLUMNS)]) + "\x1b[1;1H"

    mirror = Mirror(COLUMNS, ROWS)
    mirror.feed(START + frame(0))
    mirror.take()
    for top in (1, 3, 2, 0):
        mirror.feed(frame(top))
        assert len(mirror.take()) < 75, top


def test_sequences_that_are_not_painting_pass_as_they_are() -> None:
    """Bell, clipboard, modes and questions reach the terminal byte by byte, after what was painted before them."""
    mirror = Mirror(COLUMNS, ROWS)
    mirror.feed(START)
    assert mirror.take().startswith(START)
    mirror.feed("\x1b[1;1Hx" + "".join(PASSING_BY))
    assert mirror.take().endswith("x" + "".join(PASSING_BY))


def test_time_is_small() -> None:
    """A cursor move takes less than 2 ms at 80×24, a whole screen less than 25 ms at 200×60."""
    mirror = Mirror(200, 60)
    pages = [
        full(
            [
                (f"\x1b[{30 + y % 7 + shift}m" + f"#{y + shift * 977} word " * 20)[:196].ljust(204) + "\x1b[0m"
                for y in range(60)
            ]
        )
        for shift in (0, 1)
    ]
    mirror.feed(START + pages[0] + "\x1b[1;1H")
    mirror.take()
    assert fastest(lambda turn: mirror.feed(pages[turn % 2] + "\x1b[1;1H") or mirror.take()) < 0.025
    small = Mirror(80, 24)
    lines = [cut([("", f"#{y} some subject of a ticket")], 80, fill=True) for y in range(24)]
    small.feed(START + full(lines) + "\x1b[1;1H")
    small.take()

    def move(turn: int) -> None:
        for y in (turn % 20, turn % 20 + 1):
            small.feed(f"\x1b[{y + 1};1H\x1b[{7 if y == turn % 20 else 0}m{lines[y]}\x1b[0m\x1b[1;1H")
        small.take()

    assert fastest(move) < 0.002


def fastest(work: Callable[[int], object]) -> float:
    """Seconds of the fastest of some turns: what else runs on the machine does not count."""
    times = []
    for turn in range(10):
        start = time.perf_counter()
        work(turn)
        times.append(time.perf_counter() - start)
    return min(times)
