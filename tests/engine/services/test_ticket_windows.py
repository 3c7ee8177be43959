"""Windows of long lists, and what a list hears of after a change."""

import pytest

from deskterm.engine.door.errors import BadQuery, Invalid
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.ticket_lists import CountTickets, ListTicketNumbers
from deskterm.engine.services.ticket_windows import ListChanges, PlaceTickets, ReadWindow
from deskterm.engine.services.tickets import ChangeTickets, NewTicket
from tests.conftest import MovingClock


@pytest.fixture
def nine(admin: Seat, clock: MovingClock) -> tuple[int, ...]:
    """Nine tickets, each a minute after the one before; every third in Network, the rest in the service desk."""
    made = []
    for place in range(9):
        clock.move(seconds=60)
        queue = "Network" if place % 3 == 0 else "Service Desk"
        made.append(admin.do(NewTicket(subject=f"Thing {place}", queue=queue)).number)
    return tuple(made)


def test_windows_join_in_both_directions(admin: Seat, nine: tuple[int, ...]) -> None:
    """From the top down and from the end up, window by window, it is one list; the last one says that it is."""
    whole = admin.ask(ListTicketNumbers(query="sort:subject"))
    for backward in (False, True):
        found: list[int] = []
        place, ends = "", False
        while not ends:
            window = admin.ask(ReadWindow(query="sort:subject", place=place, backward=backward, limit=4))
            found = [*window.numbers, *found] if backward else [*found, *window.numbers]
            place, ends = (window.first if backward else window.last), window.is_last
        assert tuple(found) == whole == nine


def test_also_narrows_and_keeps_the_order(admin: Seat, nine: tuple[int, ...]) -> None:
    """A second query must hold as well, either side of an OR; its own order does not count."""
    asked = ReadWindow(query="sort:-subject", also='"thing 1" OR queue:Network sort:subject')
    assert admin.ask(asked).numbers == (nine[6], nine[3], nine[1], nine[0])
    assert list(admin.ask(PlaceTickets(query="queue:Network", also="thing", numbers=nine))) == [*nine[6::-3]]


def test_places_lead_to_their_neighbours(admin: Seat, nine: tuple[int, ...]) -> None:
    """From a ticket's place a window goes on to both sides; tickets that the list lacks have no place."""
    found = admin.ask(PlaceTickets(query="sort:subject", numbers=(nine[4], 999_999, 2**70)))
    assert list(found) == [nine[4]]
    after = admin.ask(ReadWindow(query="sort:subject", place=found[nine[4]], limit=2))
    before = admin.ask(ReadWindow(query="sort:subject", place=found[nine[4]], backward=True, limit=2))
    assert (before.numbers, after.numbers) == (nine[2:4], nine[5:7])
    assert admin.ask(CountTickets(query="sort:subject", before=found[nine[4]])).n == 4


def test_bad_windows_are_refused(admin: Seat, nine: tuple[int, ...]) -> None:
    """A place of another order, a size of nothing, a second query that does not parse."""
    place = admin.ask(ReadWindow(query="sort:status")).last
    with pytest.raises(Invalid):
        admin.ask(CountTickets(before=place))
    for wrong in (ReadWindow(place=place), ReadWindow(place="x"), ReadWindow(limit=0)):
        with pytest.raises(Invalid):
            admin.ask(wrong)
    with pytest.raises(BadQuery):
        admin.ask(ReadWindow(also="status:nonsense"))


def test_changes_name_each_ticket_once(admin: Seat, nine: tuple[int, ...]) -> None:
    """After an event, the tickets that something happened to since; nothing when nothing did."""
    before = admin.ask(ListChanges()).last
    admin.do(ChangeTickets(numbers=(nine[2],), changes={"priority": "high"}))
    admin.do(ChangeTickets(numbers=(nine[2], nine[5]), changes={"subject": "Other"}))
    found = admin.ask(ListChanges(since=before))
    assert set(found.numbers) == {nine[2], nine[5]} and len(found.numbers) == 2 and found.is_whole
    assert admin.ask(ListChanges(since=found.last)).numbers == ()
    new = admin.do(NewTicket(subject="New")).number
    admin.do(ChangeTickets(numbers=(new, nine[1]), changes={"priority": "high"}))
    later = admin.ask(ListChanges(since=found.last))
    assert set(later.numbers) == {new, nine[1]} and (found.created, later.created) == ((), (new,))
    assert admin.ask(ListChanges()).last == later.last


def test_changes_out_of_sight_are_not_told(admin: Seat, bo: Seat, nine: tuple[int, ...]) -> None:
    """Somebody who works on Network learns nothing of the service desk, nor of a ticket that left for it."""
    before = bo.ask(ListChanges()).last
    admin.do(ChangeTickets(numbers=(nine[1],), changes={"priority": "high"}))
    admin.do(ChangeTickets(numbers=(nine[0], nine[3]), changes={"priority": "high"}))
    admin.do(ChangeTickets(numbers=(nine[3],), changes={"queue": "Service Desk"}))
    assert bo.ask(ListChanges(since=before)).numbers == (nine[0],)
    admin.do(ChangePerson(who="bo", changes={}, levels={"Network": "none"}))
    assert bo.ask(ListChanges(since=before)).numbers == ()
