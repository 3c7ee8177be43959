"""Counts of views are taken again only where something they count has changed, and are then what a fresh count says."""

import random

import pytest

from deskterm.engine.domain.query import parse
from deskterm.engine.domain.query_needs import is_about_late, needs_of
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket, ReplyTicket
from deskterm.engine.services.views import CountViews, DeleteView, SaveView, ViewCounts
from tests.conftest import MovingClock, seat

QUERIES = (
    "is:open",
    "status:new priority:high",
    "assignee:none is:open",
    "queue:Network",
    "tag:vpn -tag:wifi",
    "has:note",
    "printer OR paper",
    "type:incident (priority:low OR assignee:admin)",
    "updated:-24h",
    "-is:open",
    "requester:rosa@customer.example",
)


class Watcher:
    """Somebody's counts, kept as a screen keeps them."""

    def __init__(self, person: Seat) -> None:
        self.person = person
        self.counts: dict[str, int | None] = {}
        self._last = 0

    def look(self, *, timed: bool = False) -> ViewCounts:
        """Take over what was counted again."""
        found = self.person.ask(CountViews(since=self._last, timed=timed))
        self._last = found.last
        kept = {row.query: self.counts.get(row.query) for row in found.rows if row.id not in found.counted}
        self.counts = kept | {row.query: row.count for row in found.rows if row.id in found.counted}
        return found


@pytest.mark.parametrize("seed", range(4))
def test_kept_counts_are_fresh_counts(admin: Seat, ann: Seat, clock: MovingClock, seed: int) -> None:
    """Whatever is done to tickets, the counts kept by looking at what changed are those counted anew."""
    for place, query in enumerate(QUERIES):
        ann.do(SaveView(name=f"View {place}", query=query))
    dice, watcher = random.Random(seed), Watcher(ann)
    numbers = [admin.do(NewTicket(subject="Printer", queue="Network", body="paper")).number for _ in range(3)]
    for _ in range(25):
        clock.move(seconds=30)
        numbers += _something(admin, dice, numbers)
        watcher.look()
        for query in QUERIES:
            assert watcher.counts[query] == ann.ask(CountTickets(query=query)).n, query


def _something(admin: Seat, dice: random.Random, numbers: list[int]) -> list[int]:
    """One change of the desk; the number of the ticket it made, if it did."""
    number = dice.choice(numbers)
    match dice.randrange(5):
        case 0:
            more = {
                "tags": ("vpn",),
                "queue": dice.choice(["Network", "Security"]),
                "priority": dice.choice(["low", "high"]),
            }
            return [
                admin.do(
                    NewTicket(subject=dice.choice(["Paper", "Mouse"]), requester_email="rosa@customer.example", **more)
                ).number
            ]
        case 1:
            admin.do(NoteTicket(number=number, body=dice.choice(["printer", "nothing"])))
        case 2:
            admin.do(ReplyTicket(number=number, body="Hello paper", status=dice.choice(["Open", "Resolved"])))
        case _:
            changes = dice.choice(
                [
                    {"status": "Resolved"},
                    {"priority": "high"},
                    {"assignee": "admin"},
                    {"queue": "Security"},
                    {"type": "Request"},
                ]
            )
            admin.do(ChangeTickets(numbers=(number,), changes=changes, add_tags=(dice.choice(["wifi", "vpn"]),)))
    return []


def test_only_what_is_touched_is_counted(admin: Seat, ann: Seat, clock: MovingClock) -> None:
    """A note recounts views on notes, a priority those on priorities; looking again recounts none."""
    for name, query in (("Notes", "has:note"), ("High", "priority:high"), ("Late", "due:<now")):
        ann.do(SaveView(name=name, query=query))
    number = admin.do(NewTicket(subject="Router", queue="Network")).number
    watcher = Watcher(ann)

    def counted(**how: bool) -> set[str]:
        found = watcher.look(**how)
        return {row.name for row in found.rows if row.id in found.counted}

    assert {"Notes", "High", "Late", "New"} <= counted()
    assert counted() == set()
    admin.do(NoteTicket(number=number, body="Looked at it."))
    assert "Notes" in (found := counted()) and "High" not in found
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "high"}))
    assert "Notes" not in (found := counted()) and "High" in found
    assert "Late" in counted(timed=True) and "High" not in counted(timed=True)


def test_changed_views_and_rights_are_counted(admin: Seat, ann: Seat) -> None:
    """A view whose query was changed is counted, a deleted one is gone, and other rights count everything again."""
    watcher = Watcher(ann)
    watcher.look()
    row = ann.do(SaveView(name="Own", query="priority:high"))
    assert watcher.look().counted == {row.id}
    ann.do(SaveView(name="Own", query="priority:low", id=row.id))
    assert watcher.look().counted == {row.id}
    ann.do(DeleteView(id=row.id))
    assert watcher.look().counted == frozenset() and "priority:low" not in watcher.counts
    admin.do(ChangePerson(who="ann", changes={}, levels={"Security": "work"}))
    found = watcher.look()
    assert found.counted == {one.id for one in found.rows}


def test_counts_follow_the_scope(admin: Seat) -> None:
    """What was created where somebody sees nothing does not move their count."""
    bo = seat(admin, "bo", Network="work")
    watcher = Watcher(bo)
    watcher.look()
    admin.do(NewTicket(subject="Secret", queue="Security"))
    watcher.look()
    assert watcher.counts["status:new sort:-created"] == 0


@pytest.mark.parametrize(
    ("query", "is_timed", "is_late"),
    [
        ("is:open", False, False),
        ("created:2026-01-01", False, False),
        ("created:>=-7d", True, False),
        ("due:<now", True, True),
        ("sla:breached,at_risk is:open", True, True),
        ("-sla:breached", True, False),
        ("is:unread", True, False),
        ("sla:ok", True, False),
    ],
)
def test_time_and_lateness(query: str, is_timed: bool, is_late: bool) -> None:
    """Which views change as time goes by, and which call to act."""
    parsed = parse(query)
    assert (needs_of(parsed).is_timed, is_about_late(parsed)) == (is_timed, is_late)
