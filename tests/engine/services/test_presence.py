"""Who else is here: told by heartbeats, seen by those who read the queue, gone by itself."""

import pytest

from deskterm.engine.door.errors import Denied, Invalid, NotFound
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.presence import ListPresence, TellPresence
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import MovingClock


@pytest.fixture
def number(admin: Seat) -> int:
    """A ticket on Network."""
    return admin.do(NewTicket(subject="Cable", queue="Network")).number


def here(seat: Seat, number: int, besides: str = "") -> list[tuple[str, str]]:
    return [(row.login, row.doing) for row in seat.ask(ListPresence(number=number, besides=besides))]


def rows(seat: Seat) -> int:
    with seat.desk.backend.reading() as reader:
        return int(reader.rows("SELECT count(*) FROM presence")[0][0])


def test_colleagues_see_each_other_and_not_themselves(ann: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Whoever writes is named first; `since` is when that began."""
    ann.do(TellPresence(place="a", number=number))
    clock.move(seconds=30)
    bo.do(TellPresence(place="b", number=number, doing="replying"))
    clock.move(seconds=30)
    ann.do(TellPresence(place="a", number=number))
    bo.do(TellPresence(place="b", number=number, doing="replying"))
    assert here(ann, number) == [("bo", "replying")]
    assert here(bo, number) == [("ann", "reading")]
    (row,) = bo.ask(ListPresence(number=number))
    assert (row.name, clock.at / 1000 - row.since.timestamp()) == ("Ann", 60)


def test_what_is_done_next_begins_anew(ann: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """From reading to replying, and to another ticket, time starts again; the former ticket is left."""
    ann.do(TellPresence(place="a", number=number))
    clock.move(seconds=60)
    ann.do(TellPresence(place="a", number=number, doing="noting"))
    (row,) = bo.ask(ListPresence(number=number))
    assert (row.doing, row.since.timestamp() * 1000) == ("noting", clock.at)
    other = bo.do(NewTicket(subject="Other", queue="Network")).number
    ann.do(TellPresence(place="a", number=other))
    assert (here(bo, number), here(bo, other)) == ([], [("ann", "reading")])


def test_silence_ends_it(ann: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Ninety seconds after the last sign of life nobody is there, even when nobody swept."""
    ann.do(TellPresence(place="a", number=number))
    clock.move(seconds=90)
    assert here(bo, number) == [("ann", "reading")]
    clock.move(seconds=1)
    assert here(bo, number) == []
    clock.move(days=-1)
    assert here(bo, number) == []


def test_leaving_ends_it_at_once(ann: Seat, bo: Seat, number: int) -> None:
    """No number: gone."""
    ann.do(TellPresence(place="a", number=number))
    ann.do(TellPresence(place="a", number=None))
    assert here(bo, number) == []


def test_place_belongs_to_its_person(ann: Seat, bo: Seat, lea: Seat, number: int) -> None:
    """Somebody else's place of the same name is another place."""
    ann.do(TellPresence(place="x", number=number))
    bo.do(TellPresence(place="x", number=None))
    bo.do(TellPresence(place="x", number=number))
    assert here(lea, number) == [("ann", "reading"), ("bo", "reading")]


def test_two_places_of_one_person_are_one_colleague(ann: Seat, bo: Seat, number: int) -> None:
    """The most telling one is shown; oneself at another place only when asked for."""
    ann.do(TellPresence(place="1", number=number))
    ann.do(TellPresence(place="2", number=number, doing="replying"))
    assert here(bo, number) == [("ann", "replying")]
    assert here(ann, number) == []
    assert here(ann, number, besides="1") == [("ann", "replying")]
    assert here(ann, number, besides="2") == [("ann", "reading")]


def test_table_stays_small(ann: Seat, bo: Seat, number: int, clock: MovingClock) -> None:
    """Old places are swept by the next sign of life, whatever the clock did; one person cannot hold very many."""
    for place in range(30):
        ann.do(TellPresence(place=str(place), number=number))
    assert rows(ann) == 20
    clock.move(days=-1)
    bo.do(TellPresence(place="b", number=number))
    assert rows(ann) == 1
    clock.move(days=2)
    bo.do(TellPresence(place="other", number=None))
    assert rows(ann) == 0


def test_own_newest_place_is_never_the_one_given_up(ann: Seat, bo: Seat, number: int) -> None:
    """With too many places in one second, the one that speaks stays."""
    for place in range(21):
        ann.do(TellPresence(place=f"{place:02}", number=number, doing="replying" if place == 20 else "reading"))
    assert here(bo, number) == [("ann", "replying")]


def test_presence_keeps_the_secret_of_a_ticket(admin: Seat, bo: Seat, lea: Seat) -> None:
    """Of a ticket in another queue there is nobody to see and nothing to tell, as if it were not there."""
    hidden = admin.do(NewTicket(subject="Secret", queue="Security")).number
    lea.do(TellPresence(place="l", number=hidden))
    for number in (hidden, 424_242):
        with pytest.raises(NotFound, match=f"There is no ticket {number}"):
            bo.ask(ListPresence(number=number))
        with pytest.raises(NotFound, match=f"There is no ticket {number}"):
            bo.do(TellPresence(place="b", number=number))


def test_requesters_see_and_tell_nothing(admin: Seat, ann: Seat, rita: Seat) -> None:
    """Who works on a request is not for its requester, nor for an agent who only asked."""
    hers = rita.do(NewTicket(subject="Mine")).number
    admin.do(ChangePerson(who="rita", changes={"role": "agent"}))
    agent = seat_for_login(admin.desk, "rita", "screen")
    ann.do(TellPresence(place="a", number=hers))
    assert here(admin, hers) == [("ann", "reading")]
    assert here(agent, hers) == []
    agent.do(TellPresence(place="r", number=hers, doing="replying"))
    assert here(ann, hers) == []
    admin.do(ChangePerson(who="rita", changes={"role": "requester"}))
    with pytest.raises(Denied):
        agent.ask(ListPresence(number=hers))


def test_lost_right_silences(admin: Seat, ann: Seat, bo: Seat, number: int) -> None:
    """A level that was taken a moment ago is gone for looking and for telling; a disabled account is not shown."""
    ann.do(TellPresence(place="a", number=number))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    with pytest.raises(NotFound):
        bo.ask(ListPresence(number=number))
    admin.do(ChangePerson(who="ann", changes={"active": "no"}))
    assert here(admin, number) == []


@pytest.mark.parametrize(("place", "doing"), [("", "reading"), ("x" * 81, "reading"), ("x", "watching")])
def test_nonsense_is_refused(ann: Seat, number: int, place: str, doing: str) -> None:
    """A place has a short name, and one is reading, replying or noting."""
    with pytest.raises(Invalid):
        ann.do(TellPresence(place=place, number=number, doing=doing))
