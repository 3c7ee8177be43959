"""A draft is its author's alone, survives everything, and ends when it is sent."""

from datetime import datetime

import pytest

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.errors import Conflict, Invalid, NotFound
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services import drafts
from deskterm.engine.services.drafts import ListDrafts, SaveDraft
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.tickets import NewTicket, NoteTicket, ReplyTicket
from tests.conftest import MovingClock


def texts(seat: Seat) -> dict[tuple[int, str], str]:
    return {(draft.number, draft.kind): draft.body for draft in seat.ask(ListDrafts())}


@pytest.fixture
def number(admin: Seat) -> int:
    """A ticket on Network."""
    return admin.do(NewTicket(subject="Cable", queue="Network")).number


@pytest.fixture
def at_screen(bo: Seat) -> Seat:
    """Bo in front of the screens."""
    return seat_for_login(bo.desk, "bo", "screen")


def test_draft_is_there_on_the_next_login(bo: Seat, number: int, clock: MovingClock) -> None:
    """Another program of the same person finds text, fields, version and time."""
    bo.do(SaveDraft(number=number, kind="reply", body="Dear Eva,\n", fields={"status": "Open", "cc": ""}, version=7))
    bo.do(SaveDraft(number=0, kind="new", body="", fields={"subject": "Half a sub"}))
    later = open_desk(bo.desk.path, clock)
    found = {draft.kind: draft for draft in seat_for_login(later, "bo", "screen").ask(ListDrafts())}
    later.close()
    assert (found["reply"].body, found["reply"].fields, found["reply"].version) == (
        "Dear Eva,\n",
        {"status": "Open"},
        7,
    )
    assert found["reply"].saved_at.timestamp() * 1000 == clock.at
    assert (found["new"].number, found["new"].fields) == (0, {"subject": "Half a sub"})


def test_nobody_else_reads_it(admin: Seat, ada: Seat, bo: Seat, number: int) -> None:
    """Neither admin nor auditor has a way to somebody's draft."""
    bo.do(SaveDraft(number=number, kind="note", body="I think she lies."))
    assert texts(bo) == {(number, "note"): "I think she lies."}
    assert texts(admin) == texts(ada) == {}


def test_later_text_takes_the_place_and_an_empty_one_ends_it(bo: Seat, number: int) -> None:
    """One draft a ticket and kind; reply and note do not disturb each other."""
    for body in ("a", "ab"):
        bo.do(SaveDraft(number=number, kind="reply", body=body))
    bo.do(SaveDraft(number=number, kind="note", body="n"))
    assert texts(bo) == {(number, "reply"): "ab", (number, "note"): "n"}
    bo.do(SaveDraft(number=number, kind="reply", body=" \n"))
    assert texts(bo) == {(number, "note"): "n"}


def test_lost_right_hides_the_draft_until_it_is_back(admin: Seat, bo: Seat, number: int) -> None:
    """A draft must not tell that its ticket is still there; nothing can be added, but it can be forgotten."""
    bo.do(SaveDraft(number=number, kind="reply", body="kept"))
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    assert texts(bo) == {}
    with pytest.raises(NotFound, match=f"no ticket {number}"):
        bo.do(SaveDraft(number=number, kind="reply", body="more"))
    admin.do(ChangePerson(who="bo", levels={"Network": "work"}))
    assert texts(bo) == {(number, "reply"): "kept"}
    admin.do(ChangePerson(who="bo", levels={"Network": "none"}))
    bo.do(SaveDraft(number=number, kind="reply", body=""))
    admin.do(ChangePerson(who="bo", levels={"Network": "work"}))
    assert texts(bo) == {}


def test_missing_and_hidden_tickets_answer_alike(bo: Seat, admin: Seat) -> None:
    """A draft on a ticket of another queue is refused in the words of one that never was."""
    hidden = admin.do(NewTicket(subject="Secret", queue="Security")).number
    said = []
    for one in (hidden, 424_242):
        with pytest.raises(NotFound) as refusal:
            bo.do(SaveDraft(number=one, kind="reply", body="x"))
        said.append(str(refusal.value).replace(str(one), "N"))
    assert said[0] == said[1]


def test_sending_ends_the_draft_in_the_same_transaction(at_screen: Seat, number: int) -> None:
    """Reply, note and new ticket each forget their own draft."""
    for kind, one in (("reply", number), ("note", number), ("new", 0)):
        at_screen.do(SaveDraft(number=one, kind=kind, body="begun"))
    at_screen.do(ReplyTicket(number=number, body="Sent."))
    assert set(texts(at_screen)) == {(number, "note"), (0, "new")}
    at_screen.do(NoteTicket(number=number, body="Sent."))
    assert set(texts(at_screen)) == {(0, "new")}
    at_screen.do(NewTicket(subject="Sent."))
    assert texts(at_screen) == {}


def test_refused_sending_keeps_the_draft(at_screen: Seat, number: int) -> None:
    """What was not sent is not forgotten."""
    at_screen.do(SaveDraft(number=number, kind="reply", body="begun"))
    with pytest.raises(NotFound):
        at_screen.do(ReplyTicket(number=number, body="Sent.", status="No such status"))
    assert texts(at_screen) == {(number, "reply"): "begun"}


def test_script_leaves_the_draft_of_the_screen_alone(bo: Seat, number: int) -> None:
    """A reply from the command line is not what was begun on the screen."""
    bo.do(SaveDraft(number=number, kind="reply", body="A long letter"))
    bo.do(ReplyTicket(number=number, body="Short."))
    assert texts(bo) == {(number, "reply"): "A long letter"}


@pytest.mark.parametrize(
    ("one", "kind"), [(0, "reply"), (0, "note"), (1001, "new"), (1001, "letter"), (1001, ""), (0, "")]
)
def test_place_of_a_draft_must_make_sense(bo: Seat, one: int, kind: str) -> None:
    """A reply has a ticket, a new ticket has none."""
    with pytest.raises(Invalid, match="A draft is"):
        bo.do(SaveDraft(number=one, kind=kind, body="x"))


def test_drafts_have_limits(bo: Seat, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one huge draft nor very many; the one there is can still be gone on with."""
    with pytest.raises(Invalid, match="longer than"):
        bo.do(SaveDraft(number=number, kind="reply", body="x" * 1_000_001))
    with pytest.raises(Invalid, match="longer than"):
        bo.do(SaveDraft(number=0, kind="new", body="", fields={str(n): "x" for n in range(31)}))
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    bo.do(SaveDraft(number=number, kind="reply", body="a"))
    bo.do(SaveDraft(number=number, kind="reply", body="ab"))
    with pytest.raises(Invalid, match="drafts already"):
        bo.do(SaveDraft(number=number, kind="note", body="x"))


def test_hostile_text_is_kept_harmless(bo: Seat, number: int) -> None:
    """What was pasted is all there and steers no terminal."""
    bo.do(SaveDraft(number=number, kind="reply", body="\x1b]52;c;x\x07\udc80\n[/]", fields={"subject": "\x9b2J"}))
    (draft,) = bo.ask(ListDrafts())
    assert draft.body == "␛]52;c;x␇�\n[/]"
    assert draft.fields == {"subject": "<U+009B>2J"}


def test_another_session_is_not_written_over(bo: Seat, number: int, clock: MovingClock) -> None:
    """A checked save is refused when the draft is of another moment than the one it went on from."""

    def save(body: str, since: datetime | None) -> datetime | None:
        clock.move(seconds=1)
        return bo.do(SaveDraft(number=number, kind="reply", body=body, checked=True, since=since))

    first = save("here", None)
    second = save("here, longer", first)
    for stale in (None, first):
        for body in ("there", ""):
            with pytest.raises(Conflict, match="Another session"):
                save(body, stale)
    assert texts(bo) == {(number, "reply"): "here, longer"}
    assert save("", second) is None
    assert save("there", second) is not None
