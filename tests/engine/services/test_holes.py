"""Ways in that others have found in desks like this one, each closed."""

import pytest

from deskterm.engine.domain.threads import reply_to_address
from deskterm.engine.door.errors import Conflict, Denied, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.jobs.scheduler import run_job
from deskterm.engine.services.health import DeskStatus
from deskterm.engine.services.intake import ListMail, QuarantineMail, ShowMail, StoreMail, receive_mail, retry_mail
from deskterm.engine.services.people import ChangePerson, ListPeople
from deskterm.engine.services.roles import ChangeRole, ExplainPermissions
from deskterm.engine.services.rows import Level, MailState
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.ticket_reading import MarkSeen, ShowTicket
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket, ReplyTicket
from deskterm.engine.services.vocabulary import ListTags
from tests.conftest import MovingClock, seat
from tests.engine.services.test_intake import mail


def test_conflict_tells_a_requester_nothing_of_what_changed(admin: Seat, rita: Seat) -> None:
    """A stale version answered to a requester names neither note, tag, rule nor agent."""
    number = rita.do(NewTicket(subject="Mine", body="x")).number
    admin.do(NoteTicket(number=number, body="canary"))
    admin.do(ChangeTickets(numbers=(number,), add_tags=("canary",)))
    with pytest.raises(Conflict) as refusal:
        rita.do(ReplyTicket(number=number, body="y", version=1))
    assert str(refusal.value) == f"Ticket {number} changed meanwhile."


def test_address_with_a_token_is_nobody(admin: Seat, reader: MailReader) -> None:
    """The secret address that answers go to becomes neither a person nor a participant."""
    first = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader).number or 0
    address = reply_to_address(admin.desk.key, first, "help@desk.example")
    receive_mail(admin, mail("2@c", "Re: Door", To=address), queue=None, reader=reader)
    assert admin.ask(ListPeople(search="help+")) == ()


def test_forged_agent_needs_a_token_and_brings_nobody_in(admin: Seat, reader: MailReader) -> None:
    """From an agent's address without a token: a ticket of its own, and its Cc gains nothing on the other one."""
    seat(admin, "ann", Service_Desk="full")
    number = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader).number or 0
    admin.do(ReplyTicket(number=number, body="Which?"))
    for place, sender in enumerate(("ann@desk.example", "root@desk.example", "eve@evil.example")):
        forged = mail(f"f{place}@e", f"Re: Door [#{number}]", sender=sender, Cc="eve@evil.example")
        assert receive_mail(admin, forged, queue=None, reader=reader).state is MailState.CREATED


def test_cc_of_an_unproven_answer_does_not_take_part(admin: Seat, reader: MailReader) -> None:
    """The requester's address alone, which anybody can write, cannot bring a stranger into the thread."""
    number = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader).number or 0
    spoofed = mail("2@e", f"Re: Door [#{number}]", Cc="eve@evil.example")
    assert receive_mail(admin, spoofed, queue=None, reader=reader).state is MailState.APPENDED
    eve = mail("3@e", f"Re: Door [#{number}]", sender="eve@evil.example")
    assert receive_mail(admin, eve, queue=None, reader=reader).state is MailState.CREATED


def test_claimed_message_id_hijacks_nothing(admin: Seat, reader: MailReader) -> None:
    """A stranger's mail that claims the Message-ID of somebody's first mail does not get their answers."""
    number = receive_mail(admin, mail("secret@c", "Door"), queue=None, reader=reader).number
    claim = mail("x", "Hi", sender="mallory@evil.example", Cc="eva@customer.example").replace(
        b"<x>", b"junk <secret@c>"
    )
    receive_mail(admin, claim, queue=None, reader=reader)
    answer = mail("2@c", "Re: Door", In_Reply_To="<secret@c>")
    assert receive_mail(admin, answer, queue=None, reader=reader).number == number


def test_filed_mail_stays_filed(admin: Seat, reader: MailReader) -> None:
    """A second reader that gives up on a mail somebody has filed changes nothing and makes no second ticket."""
    outcome = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader)
    held = admin.as_system("mail").do(QuarantineMail(id=outcome.id, reason="too slow"))
    assert (held.state, held.number) == (MailState.CREATED, outcome.number)
    with pytest.raises(Exception, match="not in quarantine"):
        retry_mail(admin, outcome.id, reader)


def test_missing_bytes_hold_up_nobody(admin: Seat, clock: MovingClock) -> None:
    """A stored mail whose file is gone is put aside; the one behind it is read."""
    system = admin.as_system("mail")
    system.do(StoreMail(sha256="0" * 64, bytes=1, dedup="gone"))
    raw = mail("1@c", "Behind it")
    system.do(StoreMail(sha256=admin.desk.blobs.put(raw), bytes=len(raw), dedup="here"))
    clock.move(seconds=100)
    run_job(admin.desk, "intake")
    assert [row.subject for row in admin.ask(ListMail(state="created"))] == ["Behind it"]
    assert "missing" in admin.ask(ListMail())[0].reason


def test_lead_without_a_queue_does_not_read_its_mail(admin: Seat, lea: Seat, reader: MailReader) -> None:
    """The raw mail of a ticket is as hidden as the ticket."""
    outcome = receive_mail(admin, mail("1@c", "Door"), queue="Security", reader=reader)
    admin.do(ChangePerson(who="lea", levels={"Security": "none"}))
    assert lea.ask(ListMail(state="created")) == ()
    with pytest.raises(NotFound):
        lea.ask(ShowMail(id=outcome.id))


def test_nobody_makes_more_of_somebody_than_they_are(admin: Seat, lea: Seat) -> None:
    """A lead who may manage accounts makes nobody an admin, and touches no admin's account."""
    admin.do(ChangeRole(key="lead", grant=("manage_users",)))
    for who, changes in (("lea", {"role": "admin"}), ("admin", {"os_login": "lea"})):
        with pytest.raises(Denied, match="may what you may not"):
            lea.do(ChangePerson(who=who, changes=changes))


def test_moving_and_assigning_needs_full_on_both(admin: Seat, ann: Seat) -> None:
    """Full where a ticket stands does not let one assign it where it goes."""
    seat(admin, "dora", Network="work")
    number = admin.do(NewTicket(subject="x", queue="Service Desk")).number
    with pytest.raises(Denied, match="full level on queue Network"):
        ann.do(ChangeTickets(numbers=(number,), changes={"queue": "Network", "assignee": "dora"}))


def test_counts_and_tags_of_hidden_queues_are_hidden(admin: Seat, bo: Seat) -> None:
    """Tags, totals and levels tell nothing of a queue one may not read."""
    seat(admin, "cy", Security="work")
    admin.do(NewTicket(subject="x", queue="Security", tags=("canary",)))
    assert "canary" not in bo.ask(ListTags())
    assert (bo.ask(DeskStatus()).open, bo.ask(DeskStatus()).tickets) == (0, 0)
    assert [row.levels for row in bo.ask(ListPeople(search="cy"))] == [{}]


def test_new_ticket_answers_with_ones_own_level(admin: Seat, bo: Seat, rita: Seat) -> None:
    """Whoever opened a ticket learns their own level on it, not the desk's."""
    assert rita.do(NewTicket(subject="Mine")).level is Level.OWN
    assert bo.do(NewTicket(subject="VPN is down", requester_email="e@x.example")).level is Level.WORK


def test_reading_a_queue_takes_nothing_from_ones_own_ticket(admin: Seat) -> None:
    """An agent who may only read a queue still answers on their own ticket there, as its requester."""
    rex = seat(admin, "rex", Network="read")
    number = rex.do(NewTicket(subject="VPN is down", body="mine")).number
    row = rex.do(ReplyTicket(number=number, body="any news?"))
    assert (row.status, row.first_response_at) == ("New", None)
    assert admin.ask(ShowTicket(number=number)).messages[-1].inbound
    said = {line.permission: line.allowed for line in admin.ask(ExplainPermissions(who="rex", on=number))}
    assert (said["reply"], said["work"]) == (True, False)


def test_automatic_mail_and_thanks_join_a_closed_ticket(admin: Seat, reader: MailReader) -> None:
    """Neither opens a ticket of its own, nor wakes the closed one."""
    number = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader).number or 0
    admin.do(ChangeTickets(numbers=(number,), changes={"status": "Closed"}))
    away = mail("2@c", "Away", In_Reply_To="<1@c>", Auto_Submitted="auto-replied")
    thanks = mail("3@c", "Re: Door", In_Reply_To="<1@c>", body="Thanks!")
    for raw in (away, thanks):
        outcome = receive_mail(admin, raw, queue=None, reader=reader)
        assert (outcome.state, outcome.number) == (MailState.APPENDED, number)
    assert admin.ask(ShowTicket(number=number)).ticket.status == "Closed"


def test_renamed_requester_is_found_by_the_new_name_only(admin: Seat) -> None:
    """Search follows the person."""
    admin.do(NewTicket(subject="x", requester_email="eva@x.example", requester_name="Oldname"))
    admin.do(ChangePerson(who="eva@x.example", changes={"name": "Newname"}))
    assert [admin.ask(CountTickets(query=name)).n for name in ("newname", "oldname")] == [1, 0]


def test_what_came_while_reading_stays_unread(admin: Seat, reader: MailReader) -> None:
    """A mark covers what was on the screen, not an answer that arrived before the mark was written."""
    number = receive_mail(admin, mail("1@c", "Door"), queue=None, reader=reader).number or 0
    shown = admin.ask(ShowTicket(number=number)).messages[-1].id
    receive_mail(admin, mail("2@c", "Re: Door", In_Reply_To="<1@c>"), queue=None, reader=reader)
    admin.do(MarkSeen(number=number, message_id=shown))
    assert admin.ask(ShowTicket(number=number)).ticket.unread
    admin.do(MarkSeen(number=number))
    assert not admin.ask(ShowTicket(number=number)).ticket.unread


def test_number_beyond_all_is_missing(admin: Seat) -> None:
    """A number that no database holds is simply not there."""
    with pytest.raises(NotFound):
        admin.ask(ShowTicket(number=10**30))
