"""Text from outside made fit to be shown, searched and stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.engine.domain.text import (
    base_subject,
    file_name,
    one_line,
    search_text,
    subject_numbers,
    visible,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal acts on, or what turns the reading direction, or cannot be written as UTF-8."""


@given(ANY_TEXT)
def test_visible_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    """Whatever comes in, only line feeds and tabs are left of the control characters, and twice is as good as once."""
    shown = visible(text)
    assert not OBEYED.search(shown)
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\r\nb\rc\n\td", "a\nb␍c\n\td"),
        ("nul\x00 del\x7f", "nul␀ del␡"),
        ("c1 \x9b31m", "c1 <U+009B>31m"),
        ("invoice\u202efdp.exe", "invoice<U+202E>fdp.exe"),
        ("half \ud83d", "half \ufffd"),
        ("Grüße 日本 🙂 \u200d", "Grüße 日本 🙂 \u200d"),
    ],
)
def test_each_hidden_character_has_a_mark(raw: str, shown: str) -> None:
    """Escape sequences are shown as text; letters of every script stay as they are."""
    assert visible(raw) == shown


@given(ANY_TEXT, st.integers(10, 300))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    """A subject has no line ends, no double spaces, no blank ends, and keeps to its limit in marks and all."""
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split()) and not OBEYED.search(line)


def test_a_long_line_says_that_it_was_cut() -> None:
    """The cut shows, so that nobody takes half a subject for all of it."""
    assert one_line("x" * 300) == "x" * 249 + "…"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("打印机 ok", ["打", "印", "机", "ok"]),
        ("プリンタ", ["プ", "リ", "ン", "タ"]),
        ("프린터", ["프", "린", "터"]),
        ("พิมพ์", ["พ", "ิ", "ม", "พ", "์"]),
        ("Drucker läuft", ["Drucker", "läuft"]),
    ],
)
def test_unspaced_scripts_are_searched_by_character(text: str, tokens: list[str]) -> None:
    """A space stands around each character of a script that writes none; other words stay whole."""
    assert search_text(text).split() == tokens


def test_search_text_is_bounded() -> None:
    """A huge body costs the index no more than its limit."""
    assert len(search_text("漢" * 500_000, limit=1000)) == 3000


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: AW: Fwd: Printer", "Printer"),
        ("RE[2]: [#1042] Re: Printer", "Printer"),
        ("Antw: SV: VS: WG: TR: Printer", "Printer"),
        ("回复：答复: 打印机", "打印机"),
        ("Fwd:Re:Printer", "Printer"),
        ("[other] Report: done", "[other] Report: done"),
        ("[ACME#12] Printer", "[ACME#12] Printer"),
        ("Re:", ""),
    ],
)
def test_base_subject_is_free_of_prefixes_and_tags(subject: str, base: str) -> None:
    """Prefixes of many languages and our own tag go, in any order; other brackets and words stay."""
    assert base_subject(subject) == base


def test_a_desk_knows_its_own_tag_alone() -> None:
    """With a prefix only `[ACME#N]` counts, without one only `[#N]`; never a bare number."""
    subject = "Re: [#7] [acme#1042] [Other#9] #13 [#0] [#7]"
    assert subject_numbers(subject) == (7,)
    assert subject_numbers(subject, "ACME") == (1042,)
    assert base_subject("Re: [ACME#1042] Disk", "ACME") == "Disk"


def test_prefixes_by_the_thousand_cost_no_time() -> None:
    """A subject made of prefixes alone is read in linear time."""
    assert base_subject("Re: " * 50_000 + "x") == "x"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("..hidden", "hidden"),
        ("bill\u200b.e\u200bxe", "bill.exe"),
        ("a\x00b\r\nc.txt", "a b c.txt"),
        ("gpj.\u202eexe", "gpj. exe"),
        ("", "file"),
        ("...", "file"),
        ("übersicht 2024.xlsx", "übersicht 2024.xlsx"),
    ],
)
def test_attachment_names_are_harmless(name: str, safe: str) -> None:
    """No folder, no leading dot, nothing invisible; what is left empty is called file."""
    assert file_name(name) == safe


@given(ANY_TEXT)
def test_any_name_is_a_file_name(name: str) -> None:
    """Whatever a sender calls a file, the name is short, visible, one component, and fits a file system."""
    safe = file_name(name)
    assert 0 < len(safe) <= 150 and len(safe.encode()) <= 255
    assert not re.search(r"[/\\\x00]", safe) and not safe.startswith(".")


def test_a_long_name_keeps_its_extension() -> None:
    """What a file is must stay readable when its name is cut."""
    assert file_name("x" * 500 + ".pdf").endswith("x.pdf")
