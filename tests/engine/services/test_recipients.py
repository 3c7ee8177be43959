"""Who gets a public reply: known before it is sent, and the same when it is."""

import json

import pytest

from deskterm.engine.door.errors import NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services.intake import receive_mail
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.recipients import ListRecipients
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, ReplyTicket

MAIL = (
    b"From: eva@customer.example\r\nTo: help@desk.example, Tom <Tom@customer.example>\r\n"
    b"Cc: root@desk.example, ann@other.example\r\nSubject: Cable\r\nMessage-ID: <1@customer.example>\r\n\r\nCut.\r\n"
)


@pytest.fixture
def number(admin: Seat, reader: MailReader) -> int:
    """A ticket that came by mail, with people copied in."""
    found = receive_mail(admin, MAIL, queue="Network", reader=reader).number
    assert found is not None
    return found


def sent(seat: Seat) -> tuple[list[str], list[str]]:
    """To and Cc of what waits in the outbox."""
    with seat.desk.backend.reading() as rows:
        payload = json.loads(rows.rows("SELECT payload FROM outbox ORDER BY id DESC")[0][0])
    return payload["to"], payload["cc"]


def test_those_copied_in_get_a_copy(admin: Seat, number: int) -> None:
    """Everybody in To and Cc of the requester's mail, but not the reply's author; it goes to just these."""
    found = admin.ask(ListRecipients(number=number))
    assert found.to == ("eva@customer.example",)
    assert {"tom@customer.example", "ann@other.example"} <= set(found.cc)
    assert "root@desk.example" not in found.cc
    admin.do(ReplyTicket(number=number, body="On our way."))
    assert sent(admin) == (list(found.to), list(found.cc))


def test_disabled_and_nobodys_address(admin: Seat, number: int) -> None:
    """Who was disabled gets no mail; where nobody was copied in, nobody is."""
    admin.do(ChangePerson(who="tom@customer.example", changes={"active": "no"}))
    assert "tom@customer.example" not in admin.ask(ListRecipients(number=number)).cc
    other = admin.do(NewTicket(subject="Lamp", requester_email="eva@customer.example")).number
    assert admin.ask(ListRecipients(number=other)).cc == ()


def test_only_who_may_answer_learns_of_them(admin: Seat, bo: Seat, rita: Seat, number: int) -> None:
    """A requester's reply goes to the desk; a ticket out of sight reads as missing."""
    mine = rita.do(NewTicket(subject="Phone")).number
    assert rita.ask(ListRecipients(number=mine)).to == ()
    with pytest.raises(NotFound):
        rita.ask(ListRecipients(number=number))
    admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
    with pytest.raises(NotFound):
        bo.ask(ListRecipients(number=number))
