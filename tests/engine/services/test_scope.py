"""What the scope promises: no row, no count, no search hit, no completion of what one may not see."""

import pytest

from deskterm.engine.door.errors import BadQuery, Invalid
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.completing import CompleteQuery
from deskterm.engine.services.people import AddOrganization, ChangePerson
from deskterm.engine.services.ticket_lists import (
    CountTickets,
    ListTicketNumbers,
    ListTickets,
    ReadTicketRows,
)
from deskterm.engine.services.tickets import NewTicket, NoteTicket
from deskterm.engine.services.views import ListViews
from deskterm.engine.services.vocabulary import AddQueue
from tests.conftest import seat

CANARY = "zanzibar"


@pytest.fixture
def secret(admin: Seat) -> int:
    """A ticket in Security that holds the canary in its subject, body and a note."""
    row = admin.do(NewTicket(subject=f"About {CANARY}", body=f"{CANARY} too", queue="Security", tags=(CANARY,)))
    admin.do(NoteTicket(number=row.number, body=f"note of {CANARY}"))
    return row.number


def sees(person: Seat, query: str, number: int) -> set[str]:
    """Every way in which a person gets to know of a ticket by a query."""
    ways = {
        "list": number in [row.number for row in person.ask(ListTickets(query=query)).rows],
        "numbers": number in person.ask(ListTicketNumbers(query=query)),
        "count": person.ask(CountTickets(query=query)).n > 0,
        "rows": bool(person.ask(ReadTicketRows(numbers=(number,)))),
    }
    return {way for way, seen in ways.items() if seen}


QUERIES = (CANARY, f'"{CANARY} too"', f"{CANARY[:5]}*", "number:{n}", "has:note", "status:new", f"-nothing {CANARY}")


@pytest.mark.parametrize("query", QUERIES)
def test_agent_without_the_queue_and_requester_learn_nothing(
    admin: Seat, bo: Seat, rita: Seat, secret: int, query: str
) -> None:
    """Neither an agent of other queues nor a requester finds, counts or reads it; the admin does."""
    text = query.replace("{n}", str(secret))
    assert sees(admin, text, secret) == {"list", "numbers", "count", "rows"}
    assert sees(bo, text, secret) == set()
    assert sees(rita, text, secret) == set()


def test_requester_does_not_hit_words_of_notes(admin: Seat, rita: Seat) -> None:
    """On their own ticket a requester finds public words, never those of an internal note, nor that there is one."""
    number = rita.do(NewTicket(subject="Mine", body="visible words")).number
    admin.do(NoteTicket(number=number, body=CANARY))
    assert sees(rita, "visible", number) == {"list", "numbers", "count", "rows"}
    assert sees(rita, CANARY, number) == {"rows"}
    assert rita.ask(CountTickets(query="has:note")).n == 0
    assert sees(admin, CANARY, number) == {"list", "numbers", "count", "rows"}


def test_view_counts_follow_the_scope(admin: Seat, bo: Seat, secret: int) -> None:
    """The same views count differently for different people, from the same counters."""
    of_admin = {view.name: view.count for view in admin.ask(ListViews())}
    of_bo = {view.name: view.count for view in bo.ask(ListViews())}
    assert (of_admin["New"], of_bo["New"]) == (1, 0)


def test_completion_offers_only_readable_queues(bo: Seat) -> None:
    """A queue that one may not see is not offered."""
    offered = [found.insert for found in bo.ask(CompleteQuery(text="queue:", cursor=6))]
    assert offered == ["Network"]


@pytest.mark.parametrize("text", ["queue:", "tag:", f"tag:{CANARY[:3]}", "org:", "requester:z", "assignee:zo"])
def test_completion_names_nothing_from_elsewhere(admin: Seat, bo: Seat, rita: Seat, text: str) -> None:
    """A queue, tag, organization, requester or former agent known only from a closed queue is named to nobody
    outside; to the admin it is.
    """
    zoe = seat(admin, "zoe", Security="work")
    admin.do(AddOrganization(name=CANARY, domains=("zanzibar.example",)))
    row = admin.do(
        NewTicket(
            subject="x",
            body="x",
            queue="Security",
            tags=(CANARY,),
            requester_email="z@zanzibar.example",
            assignee="zoe",
        )
    )
    assert row.organization == CANARY and zoe.actor.login == "zoe"
    admin.do(ChangePerson(who="zoe", changes={"active": "no"}))
    assert offered(admin, text) & {"Security", CANARY, "z@zanzibar.example", "zoe"}
    for person in (bo, rita):
        assert not offered(person, text) & {"Security", CANARY, "z@zanzibar.example", "zoe"}


def offered(person: Seat, text: str) -> set[str]:
    """What completion proposes at the end of a text."""
    return {found.insert for found in person.ask(CompleteQuery(text=text, cursor=len(text)))}


@pytest.mark.parametrize("text", ["status:", "type:", "priority:", "assignee:", "queue:"])
def test_counts_of_completion_follow_the_scope(admin: Seat, bo: Seat, rita: Seat, secret: int, text: str) -> None:
    """A ticket elsewhere counts for the admin alone; who reads no queue is told no count at all."""
    of_admin, of_bo, of_rita = (
        [found.count for found in person.ask(CompleteQuery(text=text, cursor=len(text)))]
        for person in (admin, bo, rita)
    )
    assert any(of_admin)
    assert not any(of_bo)
    assert set(of_rita) <= {None}


def test_counts_of_completion_are_those_of_the_query(admin: Seat) -> None:
    """What is told beside a value is what its query finds."""
    for priority in ("high", "high", "low"):
        admin.do(NewTicket(subject="x", queue="Network", priority=priority))
    for text, open_only in (
        ("status:", ""),
        ("priority:", "is:open "),
        ("queue:", "is:open "),
        ("assignee:", "is:open "),
    ):
        for found in admin.ask(CompleteQuery(text=text, cursor=len(text))):
            asked = CountTickets(query=f"{open_only}{text}{found.insert}")
            if found.insert != "merged":
                assert admin.ask(asked).n == found.count, found


def test_completion_knows_fields_and_values(admin: Seat) -> None:
    """A field after a few letters, its values after the colon, quoted where they must be."""
    (field,) = admin.ask(CompleteQuery(text="is:open pri", cursor=11))
    assert (field.insert, field.start, field.end) == ("priority:", 8, 11)
    words = [found.insert for found in admin.ask(CompleteQuery(text="status:Wait", cursor=11))]
    assert '"Waiting for requester"' in words


def test_lead_without_one_queue_sees_all_others(admin: Seat, lea: Seat) -> None:
    """A level of none on one queue takes that queue away, not the rest, nor one that is made later."""
    admin.do(ChangePerson(who="lea", levels={"Security": "none"}))
    admin.do(AddQueue(name="Facilities"))
    made = {name: admin.do(NewTicket(subject="x", queue=name)).number for name in ("Security", "Network", "Facilities")}
    assert set(lea.ask(ListTicketNumbers())) == {made["Network"], made["Facilities"]}


def test_lost_level_is_lost_at_once(admin: Seat, bo: Seat) -> None:
    """What was on the list a moment ago is gone after the level was taken."""
    number = admin.do(NewTicket(subject="Cable", queue="Network")).number
    assert sees(bo, "cable", number) == {"list", "numbers", "count", "rows"}
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    assert sees(bo, "cable", number) == set()


def test_pages_follow_each_other(admin: Seat) -> None:
    """Page by page, nothing twice and nothing left out."""
    made = [admin.do(NewTicket(subject=f"Number {n}")).number for n in range(7)]
    found: list[int] = []
    page = admin.ask(ListTickets(limit=3))
    found += [row.number for row in page.rows]
    while page.next:
        page = admin.ask(ListTickets(limit=3, after=page.next))
        found += [row.number for row in page.rows]
    assert found == made[::-1]
    with pytest.raises(Invalid, match="another list"):
        admin.ask(ListTickets(after="nonsense"))


def test_wrong_query_says_where(admin: Seat) -> None:
    """The sentence, and the place of the word in it."""
    with pytest.raises(BadQuery, match="colour") as refusal:
        admin.ask(ListTickets(query="is:open colour:red"))
    assert (refusal.value.start, refusal.value.exit_code) == (8, 1)


def test_level_of_two_queues_merges_in_order(admin: Seat) -> None:
    """An agent of two queues sees both in one order."""
    both = seat(admin, "kim", Network="read", Accounts="work")
    made = [
        admin.do(NewTicket(subject=f"n{n}", queue=("Network", "Accounts", "Security")[n % 3])).number for n in range(6)
    ]
    wanted = [number for place, number in enumerate(made) if place % 3 != 2][::-1]
    assert list(both.ask(ListTicketNumbers(query="is:open"))) == wanted
