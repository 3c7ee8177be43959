"""People that mails bring along: senders and copied addresses become requesters, but strangers make only so many.

Otherwise one mail a second, or one with a thousand addresses in Cc, fills the desk with people. Domains that an
organization of the desk claims, and the desk's own, are no strangers.
"""

from collections import Counter
from typing import TYPE_CHECKING

from deskterm.engine.services import follow_ups
from deskterm.engine.services.tickets import requester_by_email

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.formats.mail import ParsedMail
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.desk_sql import PersonKey

MOST_AN_HOUR = 20
"""New people of one domain; more senders are held in quarantine, more copied addresses left out."""

HOUR = 3_600_000

MOST_CC = 50
"""Copied addresses that take part in a ticket; more are left out."""

LEFT_OUT = "cc left out"
"""The field of the event that says how many copied addresses did not become participants; its cause says why."""


def find_sender(tx: "WriteTx", mail: "ParsedMail", *, approved: bool) -> "PersonKey | None":
    """Who wrote, made a requester where unknown; None when too many strangers of that domain have come already.

    `approved`: somebody of the desk has looked at the mail. One that carries a token of ours is no stranger's.
    """
    if approved or _is_welcome(tx, mail.sender_email) or follow_ups.carries_token(tx, mail):
        return requester_by_email(tx, mail.sender_email, mail.sender_name)
    return None


def why_held(mail: "ParsedMail") -> str:
    """Why a mail of an unknown sender is in quarantine, and what lets it in."""
    return f"{_too_many(_domain(mail.sender_email))}; retry lets this one in"


def copy_in(tx: "WriteTx", ticket: "Ticket", mail: "ParsedMail") -> None:
    """People in To and Cc take part in the thread from now on; our own addresses do not."""
    others = [
        email
        for email in dict.fromkeys((*mail.recipients, *mail.cc))
        if email != mail.sender_email and not tx.is_own_address(email)
    ]
    left_out: Counter[str] = Counter()
    for email in others[:MOST_CC]:
        if _is_welcome(tx, email):
            tx.participate(ticket, requester_by_email(tx, email, "").id, "cc")
        else:
            left_out[_domain(email)] += 1
    for domain, count in left_out.items():
        tx.record_ticket(ticket, LEFT_OUT, None, count, _too_many(domain))
    if len(others) > MOST_CC:
        tx.record_ticket(ticket, LEFT_OUT, None, len(others) - MOST_CC, f"more than {MOST_CC} addresses")


def _is_welcome(tx: "WriteTx", email: str) -> bool:
    """Whether somebody is known, or may become so."""
    if tx.person_by_email(email) is not None or tx.organization_for(email) is not None:
        return True
    domain = _domain(email)
    if domain == tx.desk.settings.mail_domain:
        return True
    return tx.people_since(domain, tx.now - HOUR, MOST_AN_HOUR) < MOST_AN_HOUR


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _too_many(domain: str) -> str:
    return f"more than {MOST_AN_HOUR} new people of {domain or 'no domain'} within an hour"
