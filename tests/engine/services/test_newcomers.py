"""Strangers make only so many people an hour: the mail is kept, the flood is held, and it is said why."""

from collections.abc import Callable

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.intake import ListMail, MailOutcome, receive_mail, retry_mail
from deskterm.engine.services.people import AddOrganization, FindPeople
from deskterm.engine.services.rows import MailState
from deskterm.engine.services.ticket_reading import TicketHistory
from deskterm.engine.services.tickets import NewTicket, ReplyTicket
from tests.conftest import MovingClock
from tests.engine.services.test_intake import last_reply_id, mail

Receive = Callable[..., MailOutcome]


@pytest.fixture
def receive(admin: Seat, reader: MailReader) -> Receive:
    """Hand in a mail."""

    def hand_in(raw: bytes) -> MailOutcome:
        return receive_mail(admin, raw, queue=None, reader=reader)

    return hand_in


def people_of(admin: Seat, domain: str) -> int:
    return len(admin.ask(FindPeople(text=f"@{domain}", limit=500)).rows)


def left_out(admin: Seat, number: int | None) -> list[tuple[object, str]]:
    events = admin.ask(TicketHistory(number=number or 0))
    return [(event.new, event.cause) for event in events if event.field == "cc left out"]


def flood(receive: Receive, count: int, domain: str = "flood.example", start: int = 0) -> list[MailOutcome]:
    return [receive(mail(f"{n}@{domain}", f"Mail {n}", sender=f"s{n}@{domain}")) for n in range(start, start + count)]


def test_mail_with_many_copies_becomes_a_ticket_without_them(receive: Receive, admin: Seat) -> None:
    """Twenty people of one domain, the sender among them, are made; the ticket says how many were not, and why."""
    cc = ", ".join(f"c{n}@flood.example" for n in range(30))
    outcome = receive(mail("1@f", "Hello all", sender="s@flood.example", Cc=f"{cc}, one@other.example"))
    assert outcome.state is MailState.CREATED
    assert (people_of(admin, "flood.example"), people_of(admin, "other.example")) == (20, 1)
    assert left_out(admin, outcome.number) == [(11, "more than 20 new people of flood.example within an hour")]
    assert [check for check in admin.ask(CheckDesk(deep=True)) if not check.ok] == []


def test_flood_of_senders_is_held_and_nothing_is_lost(receive: Receive, admin: Seat, reader: MailReader) -> None:
    """The twenty-first stranger of a domain waits in quarantine with the reason; somebody who retries lets it in."""
    outcomes = flood(receive, 23)
    assert [outcome.state for outcome in outcomes] == [MailState.CREATED] * 20 + [MailState.QUARANTINED] * 3
    held = admin.ask(ListMail())
    assert [row.sender for row in held] == ["s22@flood.example", "s21@flood.example", "s20@flood.example"]
    assert "20 new people of flood.example within an hour" in held[0].reason
    assert people_of(admin, "flood.example") == 20
    assert receive(mail("x@o", "Other", sender="x@other.example")).state is MailState.CREATED
    let_in = retry_mail(admin, held[0].id, reader)
    assert (let_in.state, people_of(admin, "flood.example")) == (MailState.CREATED, 21)
    assert len(admin.ask(ListMail())) == 2


def test_an_hour_later_strangers_are_welcome_again(receive: Receive, clock: MovingClock) -> None:
    """The limit is of an hour, counted back from now."""
    flood(receive, 20)
    clock.move(seconds=3599)
    assert flood(receive, 1, start=20)[0].state is MailState.QUARANTINED
    clock.move(seconds=1)
    assert flood(receive, 1, start=21)[0].state is MailState.CREATED


def test_known_senders_are_not_held(receive: Receive, admin: Seat) -> None:
    """Whoever is a person already writes on, whatever others of the domain do."""
    admin.do(NewTicket(subject="x", requester_email="eva@flood.example"))
    flood(receive, 20)
    assert receive(mail("e@f", "Again", sender="Eva@flood.example")).state is MailState.CREATED


def test_upper_case_and_subdomains(receive: Receive, admin: Seat) -> None:
    """A domain is one however it is written; another host of it is another domain."""
    flood(receive, 20)
    assert flood(receive, 1, domain="FLOOD.example", start=20)[0].state is MailState.QUARANTINED
    assert flood(receive, 1, domain="mail.flood.example")[0].state is MailState.CREATED


def test_domains_of_the_desk_are_no_strangers(receive: Receive, admin: Seat) -> None:
    """An organization's own people all come in, and so do colleagues."""
    admin.do(AddOrganization(name="Big", domains=("big.example",)))
    for domain in ("big.example", "desk.example"):
        assert {outcome.state for outcome in flood(receive, 25, domain=domain)} == {MailState.CREATED}


def test_answer_with_our_token_is_never_held(receive: Receive, admin: Seat) -> None:
    """Who answers from another address of a flooding domain was written to by us."""
    number = admin.do(NewTicket(subject="x", requester_email="eva@customer.example")).number
    admin.do(ReplyTicket(number=number, body="Hello Eva"))
    flood(receive, 20)
    reference = last_reply_id(admin, number)
    outcome = receive(mail("r@f", "Re: x", sender="eva2@flood.example", In_Reply_To=reference))
    assert (outcome.state, outcome.number) == (MailState.APPENDED, number)


def test_more_copies_than_a_ticket_takes_are_counted(receive: Receive, admin: Seat) -> None:
    """Of sixty addresses of as many domains fifty take part, and the ticket says so."""
    cc = ", ".join(f"c@d{n}.example" for n in range(59))
    outcome = receive(mail("1@f", "Hello all", sender="s@flood.example", To="t@d99.example", Cc=cc))
    assert left_out(admin, outcome.number) == [(10, "more than 50 addresses")]


def test_counting_newcomers_reads_the_last_hour_alone(admin: Seat) -> None:
    """However many people there are, those of the last hour are met along their index."""
    with admin.desk.backend.reading() as reader:
        plan = reader.rows(
            "EXPLAIN QUERY PLAN SELECT 1 FROM person INDEXED BY person_created "
            "WHERE login IS NULL AND created_at > 1 AND lower(substr(email, -5)) = '@x.de' LIMIT 20"
        )
    assert [row[3] for row in plan] == ["SEARCH person USING COVERING INDEX person_created (created_at>?)"]
