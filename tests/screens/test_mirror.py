"""The output driver's pure part: whatever Textual writes, the terminal shows the same with it and without it."""

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
