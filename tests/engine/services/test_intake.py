"""Mail in: each ends as created, appended, ignored with a reason, or quarantined; none is lost, none comes twice."""

from collections.abc import Callable

import pytest

from deskterm.engine.door.errors import Denied, Invalid
from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.jobs.scheduler import run_job
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.intake import DropMail, ListMail, ShowMail, StoreMail, receive_mail, retry_mail
from deskterm.engine.services.people import AddOrganization
from deskterm.engine.services.rows import MailState
from deskterm.engine.services.ticket_reading import ReadAttachment, ShowTicket, TicketHistory
from deskterm.engine.services.tickets import ChangeTickets, NoteTicket, ReplyTicket
from deskterm.engine.services.vocabulary import ChangeQueue
from tests.conftest import SHARED, MovingClock, seat

Receive = Callable[..., tuple[MailState, int | None]]


def mail(
    message_id: str, subject: str, *, sender: str = "eva@customer.example", body: str = "Hello", **more: str
) -> bytes:
    """A plain mail; further headers by name, with _ for -."""
    headers = {"From": sender, "To": "help@desk.example", "Subject": subject, "Message-ID": f"<{message_id}>", **more}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode()


@pytest.fixture
def receive(admin: Seat, reader: MailReader) -> Receive:
    """Hand in a mail; state and number."""

    def hand_in(raw: bytes, queue: str | None = None) -> tuple[MailState, int | None]:
        outcome = receive_mail(admin, raw, queue=queue, reader=reader)
        return outcome.state, outcome.number

    return hand_in


def last_reply_id(admin: Seat, number: int) -> str:
    """The Message-ID of our last answer, as the requester's mail program would refer to it."""
    from deskterm.engine.domain.threads import our_message_id

    thread = admin.ask(ShowTicket(number=number)).messages
    last = next(message.id for message in reversed(thread) if not message.inbound)
    return our_message_id(admin.desk.key, number, last, admin.desk.settings.mail_domain)


def test_mail_becomes_a_routed_ticket(receive: Receive, admin: Seat) -> None:
    """Requester and organization are found or made, the rules ran, the text is there."""
    admin.do(AddOrganization(name="Customer", domains=("customer.example",)))
    state, number = receive(mail("1@c", "VPN is down", sender="Eva Ott <Eva@Customer.example>"))
    ticket = admin.ask(ShowTicket(number=number or 0)).ticket
    assert (state, ticket.queue, ticket.channel) == (MailState.CREATED, "Network", "mail")
    assert (ticket.requester.name, ticket.requester.email) == ("Eva Ott", "eva@customer.example")
    assert ticket.organization == "Customer"


def test_the_same_mail_comes_in_once(receive: Receive) -> None:
    """By Message-ID, and by all its bytes where it has none; another channel is another matter."""
    assert receive(mail("1@c", "One"))[0] is MailState.CREATED
    assert receive(mail("1@c", "One, sent again"))[0] is MailState.IGNORED
    nameless = mail("x", "No id").replace(b"Message-ID: <x>\r\n", b"")
    assert receive(nameless)[0] is MailState.CREATED
    assert receive(nameless)[0] is MailState.IGNORED
    assert receive(mail("1@c", "One"), queue="Network")[0] is MailState.CREATED


def test_mail_for_a_queue_goes_there(receive: Receive, admin: Seat) -> None:
    """A mailbox that belongs to a queue."""
    _, number = receive(mail("1@c", "Hello there"), queue="Accounts")
    assert admin.ask(ShowTicket(number=number or 0)).ticket.queue == "Accounts"


def test_answer_with_our_token_joins_from_any_address(receive: Receive, admin: Seat) -> None:
    """The requester answers from a private address: the token in the reference proves it."""
    _, number = receive(mail("1@c", "Door"))
    admin.do(ReplyTicket(number=number or 0, body="Which door?"))
    reference = last_reply_id(admin, number or 0)
    answer = mail("2@home", "Re: Door", sender="eva@home.example", In_Reply_To=reference)
    assert receive(answer) == (MailState.APPENDED, number)


def test_answer_to_the_address_with_the_token_joins(receive: Receive, admin: Seat) -> None:
    """The Reply-To of our answers carries the ticket and its token; a wrong token opens a ticket of its own."""
    from deskterm.engine.domain.threads import reply_to_address

    _, number = receive(mail("1@c", "Door"))
    address = reply_to_address(admin.desk.key, number or 0, "help@desk.example")
    assert receive(mail("2@home", "About it", sender="eva@home.example", To=address)) == (MailState.APPENDED, number)
    forged = reply_to_address(b"x" * 32, number or 0, "help@desk.example")
    assert receive(mail("3@evil", "About it", sender="eve@evil.example", To=forged))[0] is MailState.CREATED


def test_forged_token_opens_a_ticket_of_its_own(receive: Receive, admin: Seat) -> None:
    """A guessed Message-ID of ours, and a guessed number, join nothing; the new ticket says what it may follow up."""
    _, number = receive(mail("1@c", "Door"))
    forged = f"<ticket.{number}.1.{'a' * 32}@desk.example>"
    for place, headers in enumerate(({"In_Reply_To": forged}, {})):
        subject = f"Re: Door [#{number}]"
        state, other = receive(mail(f"f{place}@evil", subject, sender="mallory@evil.example", **headers))
        assert (state, other != number) == (MailState.CREATED, True)
        links = admin.ask(ShowTicket(number=other or 0)).links
        assert [(link.kind, link.number) for link in links] == [("possible_follow_up", number)]


@pytest.mark.parametrize("how", ["subject", "reference"])
def test_participants_join_without_a_token(receive: Receive, how: str) -> None:
    """The requester, and whoever was copied in, are known by address."""
    _, number = receive(mail("1@c", "Door", Cc="Paul <paul@customer.example>"))
    headers = {"In_Reply_To": "<1@c>"} if how == "reference" else {}
    subject = f"Re: Door [#{number}]" if how == "subject" else "Re: Door"
    for sender in ("eva@customer.example", "paul@customer.example"):
        assert receive(mail(f"2{sender}", subject, sender=sender, **headers)) == (MailState.APPENDED, number)


def test_number_in_the_body_means_nothing(receive: Receive) -> None:
    """Only subject and references count."""
    _, number = receive(mail("1@c", "Door"))
    assert receive(mail("2@c", "Window", body=f"see [#{number}]"))[0] is MailState.CREATED


def test_answer_wakes_but_automatic_mail_and_thanks_do_not(receive: Receive, admin: Seat) -> None:
    """A resolved ticket opens for a real answer; an out-of-office or a bare thanks is only added."""
    _, number = receive(mail("1@c", "Door"))
    number = number or 0
    admin.do(ReplyTicket(number=number, body="Mended", status="Resolved"))

    def status_after(raw: bytes) -> str:
        assert receive(raw) == (MailState.APPENDED, number)
        return admin.ask(ShowTicket(number=number)).ticket.status

    back = {"In_Reply_To": "<1@c>"}
    assert status_after(mail("2@c", "Away", body="I am away", Auto_Submitted="auto-replied", **back)) == "Resolved"
    assert status_after(mail("3@c", "Re: Door", body="Thank you!", **back)) == "Resolved"
    assert status_after(mail("4@c", "Re: Door", body="It is open again", **back)) == "Open"


def test_late_answer_to_a_closed_ticket_follows_the_queue(receive: Receive, admin: Seat) -> None:
    """A linked new ticket by default; where the queue says so, the old one opens again."""
    _, number = receive(mail("1@c", "Door"))
    number = number or 0
    queue = admin.ask(ShowTicket(number=number)).ticket.queue
    admin.do(ChangeTickets(numbers=(number,), changes={"status": "Closed"}))
    state, other = receive(mail("2@c", "Re: Door", In_Reply_To="<1@c>"))
    assert state is MailState.CREATED
    assert [link.kind for link in admin.ask(ShowTicket(number=other or 0)).links] == ["follow_up"]
    admin.do(ChangeQueue(name=queue, changes={"follow_up": "reopen"}))
    assert receive(mail("3@c", "Re: Door", In_Reply_To="<1@c>")) == (MailState.APPENDED, number)
    assert admin.ask(ShowTicket(number=number)).ticket.status == "Open"


def test_sender_address_gives_no_rights(receive: Receive, admin: Seat) -> None:
    """A mail that claims to come from an agent is a requester's message, never an agent's reply."""
    seat(admin, "ann", Service_Desk="full")
    _, number = receive(mail("1@c", "Door"))
    admin.do(NoteTicket(number=number or 0, body="internal"))
    receive(mail("2@c", f"Re: Door [#{number}]", sender="ann@desk.example", In_Reply_To="<1@c>"))
    newest = max(row.number or 0 for row in admin.ask(ListMail(state="created")))
    assert newest != number
    assert admin.ask(ShowTicket(number=newest)).messages[0].inbound


def test_our_own_mail_coming_back_is_ignored(receive: Receive, admin: Seat) -> None:
    """Mail from one of our own addresses, or with a Message-ID of ours, is a loop."""
    admin.do(ChangeQueue(name="Network", changes={"address": "network@desk.example"}))
    assert receive(mail("1@c", "x", sender="network@desk.example"))[0] is MailState.IGNORED
    _, number = receive(mail("2@c", "Door"))
    admin.do(ReplyTicket(number=number or 0, body="Yes?"))
    ours = last_reply_id(admin, number or 0).strip("<>")
    assert receive(mail(ours, "Re: Door"))[0] is MailState.IGNORED


def test_attachments_are_kept(receive: Receive, admin: Seat) -> None:
    """A file in a mail is a file on the ticket, byte for byte."""
    raw = (
        b"From: eva@customer.example\r\nSubject: Log\r\nMessage-ID: <a@c>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere\r\n'
        b'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="../../x.log"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n"
    )
    _, number = receive(raw)
    (file,) = admin.ask(ShowTicket(number=number or 0)).messages[0].attachments
    assert "/" not in file.name
    assert admin.ask(ReadAttachment(number=number or 0, name=file.name)).content == b"\x00\x01\x02"


def unreadable() -> bytes:
    """A mail nested deeper than anybody reads."""
    parts = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(200))
    return (
        b"From: eva@customer.example\r\nSubject: Deep\r\nMessage-ID: <deep@c>\r\nMIME-Version: 1.0\r\n" + parts.encode()
    )


def test_unreadable_mail_is_quarantined_and_can_be_looked_after(
    receive: Receive, admin: Seat, reader: MailReader
) -> None:
    """It holds up nothing, is shown with its reason and bytes, can be tried again and dropped, and comes in once."""
    assert receive(unreadable())[0] is MailState.QUARANTINED
    assert receive(mail("1@c", "Next"))[0] is MailState.CREATED
    assert receive(unreadable())[0] is MailState.IGNORED
    (row,) = admin.ask(ListMail())
    assert (row.subject, bool(row.reason)) == ("Deep", True)
    assert admin.ask(ShowMail(id=row.id)).raw == unreadable()
    assert retry_mail(admin, row.id, reader).state is MailState.QUARANTINED
    assert admin.do(DropMail(id=row.id)).state == MailState.DROPPED
    with pytest.raises(Invalid, match="not in quarantine"):
        admin.do(DropMail(id=row.id))


def test_mail_stored_but_not_read_is_read_by_the_job(admin: Seat, clock: MovingClock) -> None:
    """Killed between storing and reading: after a minute the intake job makes the ticket."""
    raw = mail("1@c", "Half way")
    sha256 = admin.desk.blobs.put(raw)
    admin.as_system("mail").do(StoreMail(sha256=sha256, bytes=len(raw), dedup="k"))
    assert run_job(admin.desk, "intake").did == "0 mails read"
    clock.move(seconds=61)
    assert run_job(admin.desk, "intake").did == "1 mails read"
    assert [row.subject for row in admin.ask(ListMail(state="created"))] == ["Half way"]


def test_agents_may_not_hand_in_mail(ann: Seat, reader: MailReader) -> None:
    """Handing in mail could speak for anybody; it needs its own permission."""
    with pytest.raises(Denied, match="receive_mail"):
        receive_mail(ann, mail("1@c", "x"), queue=None, reader=reader)


CORPORA = sorted(
    path
    for pattern in ("zammad-mail/*.box", "redmine-mail_handler/*.eml", "django-helpdesk/*.eml", "roundup/*.txt",
                    "multi_mail/*.txt", "aerc-jwz-threads/*.eml")
    for path in (SHARED / "email").glob(pattern)
)  # fmt: skip


@pytest.mark.skipif(not CORPORA, reason="the shared mail corpora are not here")
def test_the_corpora_come_in_whole_and_once(receive: Receive, admin: Seat) -> None:
    """Every mail of the helpdesk corpora is accounted for, fed twice it creates nothing, and the desk is sound."""
    first = [receive(path.read_bytes())[0] for path in CORPORA]
    assert set(first) <= {MailState.CREATED, MailState.APPENDED, MailState.IGNORED, MailState.QUARANTINED}
    assert first.count(MailState.CREATED) > len(CORPORA) // 2
    assert {receive(path.read_bytes())[0] for path in CORPORA} == {MailState.IGNORED}
    assert [check for check in admin.ask(CheckDesk(deep=True)) if not check.ok] == []


def test_mail_for_a_disabled_queue_goes_to_the_default_one(receive: Receive, admin: Seat) -> None:
    """Nothing more gets into a disabled queue, nothing is lost, and the history says where it was meant to go."""
    admin.do(ChangeQueue(name="Workplace", changes={"active": "no"}))
    state, number = receive(mail("1@c", "Lamp"), queue="Workplace")
    ticket = admin.ask(ShowTicket(number=number or 0)).ticket
    assert (state, ticket.queue) == (MailState.CREATED, "Service Desk")
    (event,) = [event for event in admin.ask(TicketHistory(number=number or 0)) if event.field == "queue"]
    assert (event.old, event.new, event.cause) == ("Workplace", "Service Desk", "the queue Workplace is disabled")
    admin.do(ChangeQueue(name="Workplace", changes={"active": "yes"}))
    _, number = receive(mail("2@c", "Lamp again"), queue="Workplace")
    assert admin.ask(ShowTicket(number=number or 0)).ticket.queue == "Workplace"


def test_mail_stored_before_its_queue_was_disabled(admin: Seat, reader: MailReader, clock: MovingClock) -> None:
    """What a kill left unread goes by what holds when it is read."""
    raw = mail("1@c", "Lamp")
    sha256 = admin.desk.blobs.put(raw)
    admin.as_system("mail").do(StoreMail(sha256=sha256, bytes=len(raw), dedup="x", queue="Workplace"))
    admin.do(ChangeQueue(name="Workplace", changes={"active": "no"}))
    clock.move(hours=1)
    run_job(admin.desk, "intake")
    (row,) = admin.ask(ListMail(state=MailState.CREATED))
    assert admin.ask(ShowTicket(number=row.number or 0)).ticket.queue == "Service Desk"
