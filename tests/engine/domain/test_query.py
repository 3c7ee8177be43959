"""The query language: what parses to what, what is refused and where, and when its times are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskterm.engine.domain.query import (
    FIELDS,
    MAX_NESTING,
    MAX_TERMS,
    And,
    Choice,
    Kind,
    Match,
    Moment,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Sort,
    Text,
    Value,
    Whole,
    Word,
    all_of,
    any_of,
    parse,
    render,
    resolve,
    spans,
    term,
    with_sort,
    with_term,
    words,
)
from deskterm.engine.model.enums import Category, Priority, SlaState

ZONE = "Europe/Vienna"


def utc(text: str) -> int:
    """UTC milliseconds of an ISO time without zone."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = utc("2026-03-04T12:00")  # a Wednesday, 13:00 in Vienna


def match(name: str, *values: Value, operator: str = "=") -> Match:
    return Match(name, operator, values)


# What parses to what


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("   ", None),
        ("printer", Word("printer")),
        ("print*", Word("print", prefix=True)),
        ("mail-server", Word("mail-server")),
        ("12:30", Word("12:30")),
        ("10.0.0.1:80", Word("10.0.0.1:80")),
        ('"mail server"', Phrase("mail server")),
        (r'"say \"hi\" in C:\temp\\"', Phrase('say "hi" in C:\\temp\\')),
        ("#1042", match("number", Whole(1042))),
        ("number:1042,7", match("number", Whole(1042), Whole(7))),
        ("number:>100", match("number", Whole(100), operator=">")),
        ("number:1..5", match("number", Whole(1), Whole(5), operator="..")),
        ("a b", And((Word("a"), Word("b")))),
        ("a b OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ("(a (b (c)))", And((Word("a"), Word("b"), Word("c")))),
        ("or", Word("or")),
        ("-a", Not(Word("a"))),
        ('-"a b"', Not(Phrase("a b"))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ("-(-a)", Not(Not(Word("a")))),
        ("STATUS:Open", match("status", Text("Open"))),
        ('queue:"Network team"', match("queue", Text("Network team"))),
        ("tag:vpn,wifi", match("tag", Text("vpn"), Text("wifi"))),
        ("assignee:ME", match("assignee", Choice("me"))),
        ('assignee:"me"', match("assignee", Text("me"))),
        ("assignee:none,bo", match("assignee", Choice("none"), Text("bo"))),
        ("priority:>=High", match("priority", Choice("high"), operator=">=")),
        ("priority:low..high", match("priority", Choice("low"), Choice("high"), operator="..")),
        ("sla:breached,at_risk", match("sla", Choice("breached"), Choice("at_risk"))),
        ("is:open", match("is", Choice("open"))),
        ("has:attachment", match("has", Choice("attachment"))),
        ("due:none", match("due", Choice("none"))),
        ("due:<today", match("due", Moment("today"), operator="<")),
        ("updated:-24h", match("updated", Moment("-24h"))),
        ("created:>=-7d", match("created", Moment("-7d"), operator=">=")),
        ("created:2026-03-01..now", match("created", Moment("2026-03-01"), Moment("now"), operator="..")),
        ('created:"2026-03-01 14:00"', match("created", Moment("2026-03-01T14:00"))),
        ("created:2026-03-01t14:00:30", match("created", Moment("2026-03-01T14:00:30"))),
        ("Custom.Site:Graz", match("custom.Site", Text("Graz"))),
        ("custom.cost:>10.5", match("custom.cost", Text("10.5"), operator=">")),
        ("sort:-updated", None),
    ],
)
def test_reads(text: str, where: Node | None) -> None:
    """Every form of the grammar has its tree."""
    assert parse(text).where == where


def test_groups_side_by_side_are_not_nested() -> None:
    """Only depth counts, not how many parentheses there are."""
    text = " ".join("(a OR b)" for _ in range(MAX_NESTING + 1))
    assert parse(text).where == And((any_of([Word("a"), Word("b")]),) * (MAX_NESTING + 1))


def test_sort_is_a_list_of_keys() -> None:
    """Sort terms add up in order, wherever they stand outside parentheses, and filter nothing."""
    query = parse("sort:priority a sort:-created,number")
    assert query.sort == (Sort("priority"), Sort("created", descending=True), Sort("number"))
    assert query.where == Word("a")


def test_nodes_know_where_they_were_written() -> None:
    """Places are kept for later errors, and two queries are equal wherever their parts stand."""
    node = parse("printer  queue:A,Bc").where
    assert isinstance(node, And)
    condition = node.children[1]
    assert isinstance(condition, Match)
    assert condition.place == (9, 19)
    assert [value.place for value in condition.values] == [(15, 16), (17, 19)]
    assert parse("a  b") == parse("a b")


# What is refused


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("a prioritty:high", "prioritty", "priority"),
        ("group:IT", "group", "queue"),
        ("subject:mail", "subject", "Words alone"),
        ("zzzzqqq:1", "zzzzqqq", "status, type"),
        ("see http://x", "http", "quotes"),
        ("status.x:open", "status.x", "status"),
        ("custom:x", "custom", "custom.NAME"),
        ("custom.:x", "custom.", "custom.NAME"),
        ("is:opne", "opne", "is:open"),
        ("has:xyzzy", "xyzzy", "attachment, note"),
        ("sla:late", "late", "breached"),
        ("priority:hihg", "hihg", "priority:high"),
        ("sort:-udpated", "-udpated", "sort:updated"),
        ("sort:updated,-updated", "-updated", "already"),
        ("(sort:updated)", "sort:updated", "outside"),
        ("-sort:updated", "sort:updated", "after the colon"),
        ("sort:>updated", ">", "cannot be compared"),
        ("status:", ":", "status:open"),
        ('org:""', ":", "org:"),
        ("tag:a,", ",", "tag:"),
        ("tag:a, b", ",", "tag:"),
        ("status:>open", ">", "cannot be compared"),
        ("is:>=open", ">=", "cannot be compared"),
        ("tag:=vpn", "=vpn", "tag:vpn"),
        ("tag:-vpn", "-vpn", "-tag:vpn"),
        ("priority:>high,low", ">high,low", "one value"),
        ("due:>none", "due:>none", "none"),
        ("due:none..today", "none..today", "none"),
        ("number:1..", "1..", "two ends"),
        ("number:1..2..3", "1..2..3", "two ends"),
        ("number:>1..2", "number:>1..2", "stands alone"),
        ("number:abc", "abc", "not a ticket number"),
        ("number:99999999999999999999", "99999999999999999999", "so large"),
        ("created:tomorow", "tomorow", "tomorrow"),
        ("created:2026-02-30", "2026-02-30", "calendar"),
        ("created:0001-01-01", "0001-01-01", "calendar"),
        ("created:3pm", "3pm", "2026-03-01"),
        ('say "hello', '"hello', "never closed"),
        ('"ends in \\"', '"ends in \\"', "never closed"),
        ('19" rack', '"', "space"),
        ("queue:Support(EU)", "(", "quotes"),
        ("(a)b", "b", "space"),
        ("(a", "(", "never closed"),
        ("(", "(", "never closed"),
        ("a)", ")", "never opened"),
        (")", ")", "never opened"),
        ("a ( )", "( )", "nothing"),
        ("OR a", "OR", "between"),
        ("a OR", "OR", "between"),
        ("a OR OR b", "OR", "between"),
        ("a OR sort:updated", "OR", "between"),
        ("(a OR )", "OR", "between"),
        ("a -OR b", "-", "minus"),
        ("a AND b", "AND", "leave AND out"),
        ("NOT b", "NOT", "minus"),
        ("- a", "-", "minus"),
        ("a -", "-", "minus"),
        ("--force", "--", "quotes"),
        ("*", "*", "no letter"),
        ("!!!", "!!!", "no letter"),
        ('"..."', '"..."', "no letter"),
        ("ser*er", "ser*er", "end a word"),
        ("a\x00b", "\x00", "control"),
        ("a\ud800", "\ud800", "control"),
        ("x" * 1001, "x", "1,000"),
        ("a " * (MAX_TERMS + 1), "a", str(MAX_TERMS)),
        ("number:" + ",".join("1" * (MAX_TERMS + 1)), "number:" + ",".join("1" * (MAX_TERMS + 1)), "64"),
        ("(" * (MAX_NESTING + 1) + "a" + ")" * (MAX_NESTING + 1), "(", "20"),
        ("-(" * 300 + "a" + ")" * 300, "(", "20"),
    ],
)
def test_refuses(text: str, marked: str, hint: str) -> None:
    """A mistake is answered with the word it is about and with what would be right."""
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert text[refused.value.start : refused.value.end] == marked
    assert hint in str(refused.value)


@given(st.text(alphabet='ab OR-()":,*.<>=#\\12 \t\nstatus', max_size=60) | st.text(max_size=200))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """Whatever is typed, the answer is a query or an error with a place inside the text."""
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text)
        return
    assert parse(render(query)) == query
    assert len(render(query)) <= len(text)


def test_hopeless_quotes_are_refused_quickly() -> None:
    """A thousand backslashes do not send the reader backtracking."""
    with pytest.raises(QueryError):
        parse('"' + "\\" * 999)


# From a tree to text

_texts = st.text(alphabet='ab ."\\-=<>():,*\nÄ東', min_size=1, max_size=8)
_plain = st.text(alphabet="abÄ東1-.", min_size=1, max_size=6).filter(
    lambda text: text[0] not in "-" and any(c.isalnum() for c in text)
)
_moments = st.sampled_from(["today", "-24h", "+2w", "now", "friday", "2026-03-01", "2026-03-01T14:00"]).map(Moment)


def _conditions() -> st.SearchStrategy[Node]:
    return st.one_of(*(_condition(field) for field in FIELDS.values() if field.kind is not Kind.SORT))


def _condition(field: Any) -> st.SearchStrategy[Node]:
    name = "custom.x-1" if field.kind is Kind.CUSTOM else field.name
    choices = st.sampled_from(list(field.choices) or ["?"]).map(Choice)
    values: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.FIXED: choices,
        Kind.RANK: choices,
        Kind.NAME: _texts.map(Text),
        Kind.CUSTOM: _texts.map(Text),
        Kind.NUMBER: st.integers(0, 2**53).map(Whole),
        Kind.TIME: _moments,
    }
    several = st.lists(values[field.kind], min_size=1, max_size=3).map(tuple)
    either = several.map(lambda found: Match(name, "=", found))
    if not field.kind.compares:
        return either
    one = values[field.kind].map(lambda value: (value,))
    compared = st.builds(Match, st.just(name), st.sampled_from([">", ">=", "<", "<="]), one)
    if not field.kind.ranges:
        return either | compared
    ends = st.tuples(values[field.kind], values[field.kind])
    return either | compared | st.builds(Match, st.just(name), st.just(".."), ends)


_leaves = st.one_of(
    st.builds(Word, _plain, st.booleans()),
    st.builds(Phrase, _texts.filter(lambda text: any(c.isalnum() for c in text))),
    _conditions(),
)
_nodes: st.SearchStrategy[Node] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=8,
)
_sorts = st.lists(st.sampled_from(list(FIELDS["sort"].choices)), unique=True, max_size=3).flatmap(
    lambda keys: st.tuples(*(st.builds(Sort, st.just(key), st.booleans()) for key in keys))
)


@given(st.builds(Query, st.none() | _nodes, _sorts))
def test_text_of_a_tree_reads_back(query: Query) -> None:
    """Rendering loses nothing."""
    text = render(query)
    assume(len(text) <= 1000)
    assert parse(text) == query
    assert render(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" a  OR\tb ", "a OR b"),
        ('TAG:"vpn"', "tag:vpn"),
        ('assignee:"none"', 'assignee:"none"'),
        ("status:open", "status:open"),
        ("number:#7", "#7"),
        ("sort:-updated a sort:number", "a sort:-updated,number"),
        ("is:OPEN", "is:open"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    """One way of writing stands for all ways of writing the same."""
    assert render(parse(text)) == canonical


def test_every_example_parses() -> None:
    """The examples that completion and errors show are right, and every field explains itself."""
    for field in FIELDS.values():
        assert parse(field.example).text == field.example
        assert field.sentence


@pytest.mark.parametrize(
    "text",
    [
        f"{field.name}:{choice}"
        for field in FIELDS.values()
        if field.kind is not Kind.CUSTOM
        for choice in field.choices
    ],
)
def test_every_offered_word_parses(text: str) -> None:
    """What completion offers is never an error."""
    assert parse(text)


def test_fixed_words_are_those_of_the_desk() -> None:
    """States, priorities and categories cannot drift from what tickets hold."""
    assert set(FIELDS["sla"].choices) == {state.label for state in SlaState}
    assert list(FIELDS["priority"].choices) == [priority.label for priority in Priority]
    assert list(FIELDS["status"].choices) == [category.label for category in Category]


# What screens build of it


@pytest.mark.parametrize(
    ("text", "added", "expected"),
    [
        ("", "is:open", "is:open"),
        ("is:open", "is:open", "is:open"),
        ("is:open", "is:mine", "is:open is:mine"),
        ("queue:A printer", "queue:B", "printer queue:B"),
        ("tag:a", "tag:b", "tag:a tag:b"),
        ("-queue:A", "queue:B", "-queue:A queue:B"),
        ("created:>=-7d", "created:<today", "created:>=-7d created:<today"),
        ("a OR b", "c", "(a OR b) c"),
        ("a sort:number", "b", "a b sort:number"),
        ("a sort:number", "sort:-due", "a sort:-due"),
        ("a", "", "a"),
    ],
)
def test_one_more_condition(text: str, added: str, expected: str) -> None:
    """A condition replaces its like and otherwise narrows what was there."""
    assert with_term(text, added) == expected


def test_another_order() -> None:
    """A new order replaces the old one."""
    assert with_sort("a sort:number", "due", descending=True) == "a sort:-due"


@given(st.sampled_from(["queue", "tag", "assignee", "org"]), st.lists(_texts, min_size=1, max_size=3))
def test_a_condition_of_names_quotes_them(name: str, names: list[str]) -> None:
    """Any name can be asked for, whatever stands in it."""
    assert parse(term(name, *names)).where == match(name, *(Text(one) for one in names))


def test_words_to_highlight() -> None:
    """Words left out are not highlighted; those left out twice are asked for."""
    query = parse('a -b "c d" -(e -f) (g OR a) is:open')
    assert words(query) == ("a", "c d", "f", "g")
    assert words(parse("is:open")) == ()


# Times


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-01", "2026-02-28T23:00", "2026-03-01T23:00"),
        ("2026-03-01T14:00", "2026-03-01T13:00", "2026-03-01T13:01"),
        ("2026-03-01T14:00:30", "2026-03-01T13:00:30", "2026-03-01T13:00:31"),
        ("today", "2026-03-03T23:00", "2026-03-04T23:00"),
        ("yesterday", "2026-03-02T23:00", "2026-03-03T23:00"),
        ("tomorrow", "2026-03-04T23:00", "2026-03-05T23:00"),
        ("wednesday", "2026-03-03T23:00", "2026-03-04T23:00"),
        ("monday", "2026-03-01T23:00", "2026-03-02T23:00"),
        ("thursday", "2026-02-25T23:00", "2026-02-26T23:00"),
        ("-24h", "2026-03-03T12:00", "2026-03-04T12:00:00.001"),
        ("-30m", "2026-03-04T11:30", "2026-03-04T12:00:00.001"),
        ("-2w", "2026-02-18T12:00", "2026-03-04T12:00:00.001"),
        ("+4h", "2026-03-04T12:00", "2026-03-04T16:00:00.001"),
        ("now", "2026-03-04T12:00", "2026-03-04T12:00:00.001"),
        ("2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2026-03-29T02:30", "2026-03-29T01:30", "2026-03-29T01:31"),
        ("2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T00:31"),
    ],
)
def test_resolves(text: str, start: str, end: str) -> None:
    """Each written time is the right span of Vienna's clocks, on the days they change too."""
    assert resolve(Moment(text), NOW, ZONE) == (utc(start), utc(end))


def test_days_start_when_clocks_skip_midnight() -> None:
    """A day whose midnight is skipped starts with the jump, and days leave no gap between them."""
    before = resolve(Moment("2024-04-25"), NOW, "Africa/Cairo")
    skipped = resolve(Moment("2024-04-26"), NOW, "Africa/Cairo")
    assert before[1] == skipped[0] == utc("2024-04-25T22:00")
    assert skipped[1] - skipped[0] == 23 * 3_600_000


@pytest.mark.parametrize(
    ("condition", "start", "end"),
    [
        (">2026-03-01", "2026-03-01T23:00", None),
        (">=2026-03-01", "2026-02-28T23:00", None),
        ("<2026-03-01", None, "2026-02-28T23:00"),
        ("<=2026-03-01", None, "2026-03-01T23:00"),
        (">-7d", "2026-02-25T12:00:00.001", None),
        (">=-7d", "2026-02-25T12:00", None),
        ("<-7d", None, "2026-02-25T12:00"),
        ("<=+4h", None, "2026-03-04T16:00:00.001"),
        ("2026-03-01..2026-03-02", "2026-02-28T23:00", "2026-03-02T23:00"),
        ("-7d..-1d", "2026-02-25T12:00", "2026-03-03T12:00:00.001"),
    ],
)
def test_compares(condition: str, start: str | None, end: str | None) -> None:
    """An operator counts from the right edge of a day, and from the instant of a relative time."""
    node = parse(f"created:{condition}").where
    assert isinstance(node, Match)
    assert spans(node, NOW, ZONE) == ((start and utc(start), end and utc(end)),)


@given(st.sampled_from(sorted(FIELDS["due"].choices)), st.integers(0, 4_000_000_000_000))
def test_every_time_is_a_span(text: str, now: int) -> None:
    """A span is never empty, and the present lies in `today`, in relative times and in `now`."""
    assume(text != "none")
    start, end = resolve(Moment(text), now, "America/New_York")
    assert start < end
    if text in ("now", "today", "-24h"):
        assert start <= now < end
