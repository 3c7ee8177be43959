"""Finding the ticket that a mail answers: the facts for the decision in `domain/threads.py`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from deskterm.engine.domain.text import subject_numbers
from deskterm.engine.domain.threads import (
    Append,
    Candidate,
    NewTicket,
    follow_up,
    parse_our_message_id,
    reply_to_token,
    token_is_valid,
)
from deskterm.engine.formats.mail import ParsedMail

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket

MOST_REFERENCES = 50


def decide(tx: "WriteTx", mail: ParsedMail, *, only_added: bool) -> Append | NewTicket:
    """Where a mail belongs. `only_added`: it wants nothing, so that it joins a closed ticket too, and wakes nobody."""
    found = _candidates(tx, mail)
    return follow_up((replace(one, reopens=True) for one in found) if only_added else found, mail.sender_email)


def is_proven(tx: "WriteTx", mail: ParsedMail, number: int) -> bool:
    """Whether the mail carries a valid token of this ticket."""
    return number in _proven(tx, mail)


def carries_token(tx: "WriteTx", mail: ParsedMail) -> bool:
    """Whether the mail carries a valid token of any ticket: somebody answers what this desk sent."""
    return bool(_proven(tx, mail))


def link_new(tx: "WriteTx", ticket: "Ticket", decision: NewTicket) -> None:
    """Tie a new ticket to the one that it follows up, or may follow up."""
    if decision.follow_up_of is not None:
        tx.link(ticket, decision.follow_up_of, "follow_up")
    elif decision.possible_follow_up_of is not None:
        tx.link(ticket, decision.possible_follow_up_of, "possible_follow_up")


def _candidates(tx: "WriteTx", mail: ParsedMail) -> Iterator[Candidate]:
    proven = _proven(tx, mail)
    for number in subject_numbers(mail.subject, tx.desk.settings.prefix):
        yield from _candidate(tx, number, proven)
    for reference in mail.references[:MOST_REFERENCES]:
        number_of = tx.ticket_of_message(reference)
        if number_of is not None:
            yield from _candidate(tx, number_of, proven)
    for number in sorted(proven):
        yield from _candidate(tx, number, proven)


def _proven(tx: "WriteTx", mail: ParsedMail) -> frozenset[int]:
    """Tickets for which the mail carries a valid token: in a Message-ID it refers to, or in the address it went to."""
    by_reference = (parse_our_message_id(reference) for reference in mail.references[:MOST_REFERENCES])
    by_address = (reply_to_token(address) for address in (*mail.recipients, *mail.cc)[:MOST_REFERENCES])
    tokens = [
        *((number, token) for number, _, token in filter(None, by_reference)),
        *filter(None, by_address),
    ]
    return frozenset(number for number, token in tokens if token_is_valid(tx.desk.key, number, token))


def _candidate(tx: "WriteTx", number: int, proven: frozenset[int]) -> Iterator[Candidate]:
    facts = tx.thread_facts(number)
    if facts is not None:
        token = number in proven or facts.number in proven
        yield Candidate(facts.number, facts.participants, facts.category, token, facts.reopens)
