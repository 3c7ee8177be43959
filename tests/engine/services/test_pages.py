"""People and events page by page, from either end: everybody once, in one order, whatever comes meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest

from deskterm.engine.door.errors import Denied, Invalid
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.audit import EventPage, FindEvents
from deskterm.engine.services.people import AddOrganization, ChangePerson, FindPeople, ListPeople, PeoplePage
from deskterm.engine.services.tickets import ChangeTickets, NewTicket
from deskterm.engine.store import event_sql, person_sql
from deskterm.engine.store.backend import Reader
from tests.conftest import MovingClock, seat

NAMES = ("zoe", "Anna Huber", "anna huber", "Örjan", "Bert_x", "Bert%x", "Bert")


@pytest.fixture
def people(admin: Seat) -> list[str]:
    """Requesters whose names are alike, and two accounts; the names of all in the order of the list."""
    for place, name in enumerate(NAMES):
        admin.do(NewTicket(subject="x", requester_email=f"p{place}@customer.example", requester_name=name))
    for login in ("bo", "Ann"):
        seat(admin, login)
    return ["Root", "Ann", "Bo", "Anna Huber", "anna huber", "Bert", "Bert%x", "Bert_x", "zoe", "Örjan"]


def pages(ask: Callable[[str], Any], *, backward: bool) -> list[Any]:
    """Every row, page by page; each page in the list's own order."""
    found: list[Any] = []
    place = ""
    while True:
        page = ask(place)
        found = [*page.rows, *found] if backward else [*found, *page.rows]
        if page.is_last:
            return found
        place = page.first if backward else page.last


def walk(who: Seat, *, backward: bool = False, limit: int = 3, **wanted: Any) -> list[str]:
    def ask(place: str) -> PeoplePage:
        return who.ask(FindPeople(place=place, backward=backward, limit=limit, **wanted))

    return [row.name for row in pages(ask, backward=backward)]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_everybody_once_from_either_end(admin: Seat, people: list[str], backward: bool, limit: int) -> None:
    """Accounts by login, then the others by name, those of one name by age; the same list both ways."""
    assert walk(admin, backward=backward, limit=limit) == people
    assert [row.name for row in admin.ask(ListPeople())] == people


def test_page_goes_on_where_it_stopped_though_people_come_and_go(admin: Seat, people: list[str]) -> None:
    """The one a page ended with is renamed and others are added: nobody is shown twice, nobody else is left out."""
    first = admin.ask(FindPeople(limit=5))
    admin.do(ChangePerson(who=first.rows[-1].email, changes={"name": "Anna Alt"}))
    admin.do(NewTicket(subject="x", requester_email="new@customer.example", requester_name="Aaron"))
    rest = admin.ask(FindPeople(limit=50, place=first.last))
    assert [row.name for row in rest.rows] == people[5:]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna", ["Anna Huber", "anna huber"]),
        ("hub  ann p1@", ["Anna Huber"]),
        ("bert_", ["Bert_x"]),
        ("rt%x", ["Bert%x"]),
        ("ÖRJAN", ["Örjan"]),
        ("bo@desk", ["Bo"]),
        ("nobody", []),
        ("\\", []),
    ],
)
def test_every_word_must_stand_somewhere(admin: Seat, people: list[str], text: str, found: list[str]) -> None:
    """In login, name or address; signs that SQL knows are only signs."""
    assert walk(admin, text=text) == found == walk(admin, text=text, backward=True)


def test_only_accounts_and_disabled_ones(admin: Seat, people: list[str]) -> None:
    """As for the whole list."""
    admin.do(ChangePerson(who="bo", changes={"active": "no"}))
    assert walk(admin, agents_only=True) == ["Root", "Ann"]
    assert walk(admin, agents_only=True, include_inactive=True) == ["Root", "Ann", "Bo"]
    assert "Bo" not in walk(admin)


def test_organization_and_last_ticket_as_far_as_they_may_be_seen(admin: Seat, bo: Seat, clock: MovingClock) -> None:
    """The newest of a requester's tickets in my queues; one elsewhere is not told of."""
    admin.do(AddOrganization(name="Acme", domains=("acme.example",)))
    numbers = {}
    for queue in ("Network", "Security"):
        clock.move(hours=1)
        numbers[queue] = admin.do(NewTicket(subject="x", requester_email="eva@acme.example", queue=queue)).number
    of_admin, of_bo = (who.ask(FindPeople(text="eva@")).rows[0] for who in (admin, bo))
    assert (of_admin.organization, of_admin.last_ticket) == ("Acme", numbers["Security"])
    assert of_admin.last_ticket_at is not None
    assert of_admin.last_ticket_at.timestamp() * 1000 == clock.at
    assert of_bo.last_ticket == numbers["Network"]
    admin.do(ChangeTickets(numbers=(numbers["Network"],), changes={"queue": "Security"}))
    assert (bo.ask(FindPeople(text="eva@")).rows[0].last_ticket, len(bo.ask(FindPeople(text="eva@")).rows)) == (None, 1)


def test_million_people_cost_what_is_shown(admin: Seat) -> None:
    """Every window is read along its index, from the place on, and nothing is sorted."""
    plans: list[str] = []

    class Explaining:
        def __init__(self, reader: Reader) -> None:
            self._reader = reader

        def rows(self, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
            if "FROM person" in sql and "LIMIT" in sql:
                plans.extend(row[3] for row in self._reader.rows(f"EXPLAIN QUERY PLAN {sql}", parameters))
            return self._reader.rows(sql, parameters)

        def row(self, sql: str, parameters: Any = ()) -> tuple[Any, ...] | None:
            return self._reader.row(sql, parameters)

    with admin.desk.backend.reading() as reader:
        for backward in (False, True):
            place = person_sql.Place(1, "Bert", 5)
            person_sql.window(Explaining(reader), person_sql.Wanted(), 10, place, backward=backward)
    assert [plan for plan in plans if "person_name" in plan]
    assert all("SEARCH" in plan and "INDEX" in plan for plan in plans), plans


def find_all(who: Seat, *, backward: bool = False, limit: int = 3, **wanted: Any) -> list[int]:
    def ask(place: str) -> EventPage:
        return who.ask(FindEvents(place=place, backward=backward, limit=limit, **wanted))

    return [event.id for event in pages(ask, backward=backward)]


@pytest.fixture
def events(admin: Seat, bo: Seat, clock: MovingClock) -> list[int]:
    """Some events of two actors over some hours; the ids of all, newest first."""
    for subject in ("a", "b"):
        clock.move(hours=1)
        bo.do(NewTicket(subject=subject))
        admin.do(NewTicket(subject=subject))
    with admin.desk.backend.reading() as reader:
        return [row[0] for row in reader.rows("SELECT id FROM event ORDER BY id DESC")]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("looked_at", [2, 7, 500_000])
def test_every_event_once_from_either_end(
    admin: Seat, events: list[int], backward: bool, looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newest first both ways, however little one page looks at."""
    monkeypatch.setattr(event_sql, "LOOKED_AT", looked_at)
    assert find_all(admin, backward=backward) == events
    assert find_all(admin, backward=backward, limit=5000) == events


@pytest.mark.parametrize("backward", [False, True])
def test_what_few_events_fulfil_is_found_in_several_pages(
    admin: Seat, events: list[int], backward: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one actor, of actions that begin so, of a time: exactly those, although most pages are empty."""
    whole = {event.id: event for event in admin.ask(FindEvents(limit=5000)).rows}
    monkeypatch.setattr(event_sql, "LOOKED_AT", 2)
    since = whole[events[0]].at.timestamp() * 1000
    for wanted, holds in (
        ({"actor": "bo"}, lambda event: event.actor == "bo"),
        ({"action": "ticket.c"}, lambda event: event.action == "ticket.create"),
        ({"since": int(since)}, lambda event: event.at.timestamp() * 1000 >= since),
        ({"until": int(since)}, lambda event: event.at.timestamp() * 1000 < since),
        ({"actor": "nobody"}, lambda event: False),
    ):
        found = [number for number in events if holds(whole[number])]
        assert find_all(admin, backward=backward, **wanted) == found, wanted
        assert found or wanted == {"actor": "nobody"}


def test_new_events_come_before_the_place(admin: Seat, events: list[int]) -> None:
    """A page that was read stays where it is; what came since is found going up from it."""
    page = admin.ask(FindEvents(limit=3))
    admin.do(NewTicket(subject="later"))
    newer = admin.ask(FindEvents(backward=True, place=page.first, limit=5000))
    assert {event.id for event in newer.rows}.isdisjoint(events)
    assert newer.rows[-1].id == events[0] + 1
    assert [event.id for event in admin.ask(FindEvents(limit=3, place=page.last)).rows] == events[3:6]


@pytest.mark.parametrize("place", ["x", "[]", '[2, "a", 1]', '[1, 1, "a"]', "[" * 5000, '[0, "a", 1e9]', "null"])
def test_place_of_another_list_is_refused(admin: Seat, place: str) -> None:
    """In words, whatever was handed in."""
    with pytest.raises(Invalid, match="another list"):
        admin.ask(FindPeople(place=place))
    with pytest.raises(Invalid, match="another list"):
        admin.ask(FindEvents(place=place))


def test_limits_and_rights(admin: Seat, bo: Seat, rita: Seat) -> None:
    """A page has its size; the log is for who may see it, people for who sees people."""
    for limit in (0, 5001):
        with pytest.raises(Invalid, match="from 1 to 5,000"):
            admin.ask(FindPeople(limit=limit))
        with pytest.raises(Invalid, match="from 1 to 5,000"):
            admin.ask(FindEvents(limit=limit))
    with pytest.raises(Denied):
        bo.ask(FindEvents())
    with pytest.raises(Denied):
        rita.ask(FindPeople())
