"""What is proposed while a query is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.engine.domain.completion import Known, complete, spot_at
from deskterm.engine.domain.query import FIELDS, QueryError, parse

WORDS = {
    "status": (Known("New"), Known("Waiting for requester", "", 3), Known("open", "", 9)),
    "queue": (Known("Service Desk", "", 12), Known("Network", "", 4)),
    "assignee": (Known("ann", "Ann Archer", 5), Known("bo", "Boris Ivanov", 2)),
    "org": (Known('Acme "A", Ltd'),),
    "tag": (Known("vpn"), Known("wifi")),
}


def written(text: str) -> list[str]:
    """The whole query after each proposal; `|` stands where the cursor is."""
    cursor = text.index("|")
    text = text.replace("|", "", 1)
    spot = spot_at(text, cursor)
    if spot is None:
        return []
    known = WORDS.get(spot.field.name, ()) if spot.field else ()
    return [text[: one.start] + one.insert + text[one.end :] for one in complete(spot, known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pri|", "priority:"),
        ("is:open -pri|", "is:open -priority:"),
        ("(is:open OR st|)", "(is:open OR status:)"),
        ("own|", "assignee:"),
        ("pr|io:high", "priority:high"),
        ("status:op|", "status:open"),
        ("status:requ|", 'status:"Waiting for requester"'),
        ('status:"wait|', 'status:"Waiting for requester"'),
        ('status:"wait|"', 'status:"Waiting for requester"'),
        ("queue:ser|vice printer", 'queue:"Service Desk" printer'),
        ("assignee:iva|", "assignee:bo"),
        ("tag:vpn,w|", "tag:vpn,wifi"),
        ('org:"a, b",acm|', 'org:"a, b","Acme \\"A\\", Ltd"'),
        ("priority:>=hi|", "priority:>=high"),
        ("due:<tod|", "due:<today"),
        ("created:-7|", "created:-7h"),
        ("created:2026-01-01..to|", "created:2026-01-01..today"),
        ("sort:-up|", "sort:-updated"),
        ("sort:due,-pri|", "sort:due,-priority"),
        ("IS:UN|", "IS:unassigned"),
    ],
)
def test_first_proposal(text: str, expected: str) -> None:
    """The word at the cursor is replaced, what stands around it stays, and names are quoted where they must be."""
    assert written(text)[0] == expected


@pytest.mark.parametrize("text", ['"stat|', "nonsense:a|", "custom.site:G|", "zzz|", "tag:zzz|", "http://pri|"])
def test_nothing_to_propose(text: str) -> None:
    """Inside a phrase, after an unknown field and after words nobody knows nothing is offered."""
    assert written(text) == []


def test_empty_word_lists_every_field() -> None:
    """With nothing typed all fields are offered, each with what it means."""
    spot = spot_at("is:open ", 8)
    assert spot is not None
    found = complete(spot, ())
    assert [one.insert for one in found] == [f"{name}:" for name in FIELDS]
    assert all(one.label for one in found)


def test_counts_come_along() -> None:
    """Fixed words and names carry the count the desk knows."""
    spot = spot_at("status:", 7)
    assert spot is not None
    counts = {one.insert: one.count for one in complete(spot, WORDS["status"])}
    assert (counts["open"], counts['"Waiting for requester"'], counts["pending"]) == (9, 3, None)


@given(st.text(max_size=40), st.integers(0, 40), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_text_and_any_names(text: str, cursor: int, names: list[str]) -> None:
    """Whatever is typed and whatever things are called: the spot lies in the text, and a value offered alone parses."""
    cursor = min(cursor, len(text))
    spot = spot_at(text, cursor)
    if spot is not None:
        assert 0 <= spot.start <= cursor <= spot.end <= len(text)
    names = [name for name in names if name.isprintable() and name.strip()]
    offered = spot_at("queue:", 6)
    assert offered is not None
    for one in complete(offered, [Known(name) for name in names]):
        try:
            parsed = parse(f"queue:{one.insert}")
        except QueryError as error:
            raise AssertionError(one.insert) from error
        assert parsed.where is not None
