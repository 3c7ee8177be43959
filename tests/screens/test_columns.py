"""The columns of a ticket list, without a terminal."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from deskterm.engine.services.rows import Category, Contact, Level, Priority, SlaState, TicketRow
from deskterm.screens.widgets.glyphs import ASCII, UNICODE
from deskterm.screens.widgets.ticket_columns import COLUMNS, GOES_FIRST, cells_for
from deskterm.screens.widgets.ticket_lines import TicketLines
from tests.siege.corpus import TEXTS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = tuple(column.name for column in COLUMNS)


@dataclass
class Few:
    """A listing of these tickets, all read."""

    tickets: tuple[TicketRow, ...]
    lost: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    marks: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.tickets)

    @property
    def rows(self) -> dict[int, TicketRow]:
        return {row.number: row for row in self.tickets if row.number not in self.lost}

    @property
    def largest(self) -> int:
        return max(row.number for row in self.tickets)

    def at(self, row: int) -> int:
        return self.tickets[row].number

    def is_marked(self, row: int) -> bool:
        return row in self.marks


def ticket(number: int = 1042, subject: str = "Mail server down", **more: object) -> TicketRow:
    """An open ticket of Rosa's."""
    known: dict[str, object] = {
        "number": number,
        "subject": subject,
        "type": "Incident",
        "status": "Open",
        "category": Category.OPEN,
        "priority": Priority.HIGH,
        "queue": "Service Desk",
        "assignee": "ann",
        "requester": Contact("Rosa Customer", "rosa@customer.example"),
        "organization": "Customer Ltd",
        "channel": "mail",
        "tags": ("vpn", "wifi"),
        "created_at": NOON - timedelta(days=3),
        "updated_at": NOON - timedelta(hours=2),
        "version": 1,
        "level": Level.FULL,
    }
    return TicketRow(**(known | more))  # type: ignore[arg-type]


def lines_of(*tickets: TicketRow, chosen: tuple[str, ...] = (), height: int = 1) -> TicketLines:
    """The lines of these tickets."""
    lines = TicketLines(Few(tickets), UNICODE, lambda: NOON)
    lines.chosen, lines.height = chosen, height
    return lines


def text(lines: TicketLines, row: int = 0, width: int = 80) -> str:
    """The first line of a row."""
    return "".join(part for part, _ in lines.line(row, width, False))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (40, "   #1042 hi Mail server down …           2h"),
        (60, "   #1042 hi Mail server down …                  ann        2h"),
        (80, "   #1042 hi Mail server down …                     Rosa Customer  ann        2h"),
        (100, "   #1042 hi Mail server down …                         Open      Rosa Customer  ann        2h"),
        (
            120,
            "   #1042 hi Mail server down …                                "
            "Open      Service Desk Rosa Customer  ann        2h",
        ),
    ],
)
def test_columns_of_whoever_has_chosen_none(width: int, line: str) -> None:
    """Assignee from 50 columns, requester from 76, status from 100, queue from 120; the subject has the rest."""
    shown = text(lines_of(ticket()), width=width)
    assert shown.split() == line.replace("…", "").split() and cell_len(shown) == width


def test_on_a_wide_terminal_the_other_columns_grow() -> None:
    """At 200 columns names are not cut while the subject has more room than it needs."""
    cells = {cell.column.name: cell.width for cell in cells_for((), 200, 4)}
    assert cells["requester"] == 26 and cells["subject"] >= 56 and cells["organization"] >= 12


def test_chosen_columns_in_their_order() -> None:
    """What was chosen, as it was chosen, at any width that has room; a name that is none is passed over."""
    shown = text(lines_of(ticket(), chosen=("assignee", "number", "subject", "nonsense", "tags", "created")), width=80)
    assert shown.split() == ["ann", "#1042", "Mail", "server", "down", "vpn,", "wifi", "3d"]


def test_columns_give_way_in_their_order() -> None:
    """From wide to narrow each column goes after the one before it in the order, and never comes back."""
    gone: list[str] = []
    for width in range(240, 9, -1):
        shown = {cell.column.name for cell in cells_for(NAMES, width, 4)}
        gone += [name for name in NAMES if name not in shown and name not in gone]
        assert not shown & set(gone)
    assert gone == list(GOES_FIRST)


def test_the_subject_is_always_there() -> None:
    """Also when it was not chosen, and on the narrowest terminal with its number."""
    assert "Mail" in text(lines_of(ticket(), chosen=("number",)))
    assert text(lines_of(ticket()), width=20) == "   #1042 Mail serve…"


def test_deadlines_take_the_place_of_the_age() -> None:
    """Missed, near, or neither."""
    late = ticket(next_due=NOON - timedelta(hours=3), sla_state=SlaState.BREACHED)
    near = ticket(next_due=NOON + timedelta(minutes=20), sla_state=SlaState.AT_RISK)
    far = ticket(next_due=NOON + timedelta(days=2), sla_state=SlaState.OK)
    over = ticket(next_due=NOON - timedelta(hours=3), category=Category.RESOLVED, status="Resolved")
    shown = [text(lines_of(row)).split()[-1] for row in (late, near, far, over)]
    assert shown == ["-3h", "20m!", "2h", "2h"]


def test_two_lines_for_each_ticket() -> None:
    """The subject has the first line, and below stand the others as words, in the order chosen."""
    lines = lines_of(ticket(assignee=None), height=2)
    assert text(lines).split() == ["#1042", "hi", "Mail", "server", "down", "2h"]
    below = "".join(part for part, _ in lines.lower_line(0, 1, 80))
    assert below.startswith(" " * 13 + "Rosa") and below.endswith("Service Desk · Open · vpn, wifi")
    lines.chosen = ("number", "subject", "assignee", "queue")
    assert "".join(part for part, _ in lines.lower_line(0, 1, 80)).strip() == "Service Desk"


def test_what_is_gone_or_lost_says_so() -> None:
    """By sign and words, not by colour alone; what is gone is dim from end to end."""
    few = Few((ticket(1), ticket(2)), gone={1}, lost={2}, marks={1})
    lines = TicketLines(few, UNICODE, lambda: NOON)
    assert text(lines).startswith(" ▼  #1") and {ink for _, ink in lines.line(0, 80, False)} <= {"dim", "marked"}
    assert text(lines, 1).split() == ["✓", "#2", "no", "longer", "here"]


WIDE = (
    "漢字カナ交じり文の件名です",
    "👩‍👩‍👧‍👦 family ❤️ 👍🏽 🇦🇹 1️⃣",
    "e\u0301o\u0308 combining",
    "שלום עולם",
    "한글 각",
    "नमस्ते",
    "①②Ω—…",
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*TEXTS, *WIDE]), min_size=5, max_size=5),
    st.integers(1, 220),
    st.lists(st.sampled_from(NAMES), unique=True),
    st.integers(1, 2),
    st.booleans(),
)
def test_every_line_has_its_width(words: list[str], width: int, chosen: list[str], height: int, here: bool) -> None:
    """Whatever is written in whichever script: a line is as wide as the list, cell by cell."""
    subject, name, queue, organization, tag = words
    row = ticket(
        10**9,
        subject,
        requester=Contact(name, ""),
        queue=queue,
        organization=organization,
        tags=(tag, "x"),
        unread=True,
    )
    for glyphs in (UNICODE, ASCII):
        lines = TicketLines(Few((row,)), glyphs, lambda: NOON)
        lines.chosen, lines.height = tuple(chosen), height
        cells = sum(cell_len(part) for part, _ in lines.line(0, width, here))
        assert cells == width if width >= 24 else cells <= 24
        assert sum(cell_len(part) for part, _ in lines.lower_line(0, 1, width)) <= max(width, 20)
