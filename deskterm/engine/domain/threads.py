"""Which ticket a mail belongs to (SEMANTICS: mail in), and the tokens that prove it.

Whoever holds a token was written to by the desk: the token is an HMAC-SHA256 over the ticket's number, so a number
alone, which anybody can guess, opens nothing. Pure: the key, the tickets and the time are handed in.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deskterm.engine.model.enums import Category

_TOKEN_BYTES = 20
"""160 bits, which are 32 characters of base32; 128 are asked for (RELIABILITY S05)."""

_PURPOSE = b"deskterm thread token 1:"
"""Keeps tokens apart from anything else that may be signed with the same key."""

_DAY = 86_400_000
_TOKEN = r"[a-z2-7]{32}"
_NUMBER = r"[1-9][0-9]{0,17}"
_MESSAGE_ID = re.compile(rf"<?ticket\.({_NUMBER})\.({_NUMBER})\.({_TOKEN})@[^\s<>@]{{1,255}}>?", re.IGNORECASE)
_REPLY_ADDRESS = re.compile(rf"<?[^\s<>@]{{0,64}}?\+({_NUMBER})-({_TOKEN})@[^\s<>@]{{1,255}}>?", re.IGNORECASE)


class ClosedPolicy(StrEnum):
    """What a queue does with a reply to a closed ticket."""

    REOPEN = "reopen"
    NEW_TICKET = "new_ticket"
    REOPEN_WITHIN = "reopen_within"


@dataclass(frozen=True, slots=True)
class ThreadTicket:
    """What must be known of a ticket to decide. `participants`: lower-case addresses of requester, watchers and
    everybody already on the thread. `closed_at`: UTC milliseconds. `reopen_days` counts from it (calendar days)."""

    number: int
    participants: frozenset[str]
    category: Category
    merged_into: int | None = None
    closed_policy: ClosedPolicy = ClosedPolicy.NEW_TICKET
    reopen_days: int = 0
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket a mail points to; `is_proven`: by a token only the desk can have made."""

    number: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Append:
    """The mail goes on with this ticket."""

    number: int


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The mail opens a ticket: linked to the closed one it answers, or marked for an agent to look at, or neither."""

    possible_follow_up_of: int | None = None
    follow_up_of: int | None = None


def follow_up(
    candidates: Iterable[Candidate], tickets: Mapping[int, ThreadTicket], sender_email: str, now: int
) -> Append | NewTicket:
    """Where a mail goes. The first candidate the sender may answer decides; `now` in UTC milliseconds.

    A candidate that is not proven needs the sender among the participants. `tickets` holds the candidates and what
    they were merged into; a number that is not in it does not exist. Who only names a ticket learns nothing by it.
    """
    unproven: int | None = None
    for candidate in candidates:
        ticket = tickets.get(candidate.number)
        target = _target(ticket, tickets) if ticket else None
        if ticket is None or target is None:
            continue
        participants = ticket.participants | target.participants
        if candidate.is_proven or (sender_email and sender_email.lower() in participants):
            return _continued(target, now)
        unproven = unproven or target.number
    return NewTicket(possible_follow_up_of=unproven)


def _target(ticket: ThreadTicket, tickets: Mapping[int, ThreadTicket]) -> ThreadTicket | None:
    """What a ticket was merged into, over any number of steps; None when that is missing or runs in a circle."""
    seen: set[int] = set()
    found: ThreadTicket | None = ticket
    while found is not None and found.merged_into is not None:
        if found.number in seen:
            return None
        seen.add(found.number)
        found = tickets.get(found.merged_into)
    return None if found is None or found.category is Category.MERGED else found


def _continued(ticket: ThreadTicket, now: int) -> Append | NewTicket:
    if ticket.category is Category.CLOSED and not _reopens(ticket, now):
        return NewTicket(follow_up_of=ticket.number)
    return Append(ticket.number)


def _reopens(ticket: ThreadTicket, now: int) -> bool:
    if ticket.closed_policy is ClosedPolicy.REOPEN_WITHIN:
        return ticket.closed_at is not None and now - ticket.closed_at <= ticket.reopen_days * _DAY
    return ticket.closed_policy is ClosedPolicy.REOPEN


def candidates(
    key: bytes,
    *,
    subject_numbers: Iterable[int],
    recipients: Iterable[str],
    references: Iterable[str],
    stored: Mapping[str, int],
) -> tuple[Candidate, ...]:
    """The tickets a mail points to, in the order that counts, each once: proven if anything proves it.

    The numbers of the subject come first, then addresses of ours with a token, then the mails it answers, nearest
    first: Message-IDs of ours, and those in `stored` (identifier without brackets → ticket number).
    """
    by_subject = [Candidate(number, False) for number in subject_numbers]
    by_address = [_by_token(key, found) for address in recipients if (found := reply_to_token(address))]
    by_reference = [found for reference in references if (found := _by_reference(key, reference, stored))]
    found = [*by_subject, *by_address, *by_reference]
    proven = {candidate.number for candidate in found if candidate.is_proven}
    return tuple(Candidate(number, number in proven) for number in dict.fromkeys(item.number for item in found))


def _by_token(key: bytes, found: tuple[int, str]) -> Candidate:
    return Candidate(found[0], token_is_valid(key, *found))


def _by_reference(key: bytes, reference: str, stored: Mapping[str, int]) -> Candidate | None:
    ours = parse_our_message_id(reference)
    if ours is not None:
        return _by_token(key, (ours[0], ours[2]))
    number = stored.get(reference.strip("<>"))
    return None if number is None else Candidate(number, False)


# ------------------------------------------------------------------------------------------------ tokens


def thread_token(key: bytes, number: int) -> str:
    """The token of a ticket: 32 characters of lower-case base32, fit for addresses and identifiers."""
    digest = hmac.new(key, _PURPOSE + str(number).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_TOKEN_BYTES]).decode("ascii").lower()


def token_is_valid(key: bytes, number: int, token: str) -> bool:
    """Whether a token belongs to the ticket, in upper or lower case, compared in constant time."""
    given = token.lower().encode("utf-8", "replace")
    return hmac.compare_digest(given, thread_token(key, number).encode("ascii"))


def our_message_id(key: bytes, number: int, message_key: int, domain: str) -> str:
    """The Message-ID of a mail we send, in brackets: `<ticket.N.M.TOKEN@domain>`."""
    return f"<ticket.{number}.{message_key}.{thread_token(key, number)}@{domain}>"


def parse_our_message_id(text: str) -> tuple[int, int, str] | None:
    """Ticket number, message key and token of an identifier of our shape, with or without brackets; else None.

    The token is not checked: `token_is_valid` does that.
    """
    found = _MESSAGE_ID.fullmatch(text.strip())
    return (int(found[1]), int(found[2]), found[3].lower()) if found else None


def reply_to_address(key: bytes, number: int, address: str) -> str:
    """The address replies should go to: `support@desk.example` with the ticket and its token after a plus."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{number}-{thread_token(key, number)}@{domain}"


def reply_to_token(address: str) -> tuple[int, str] | None:
    """Ticket number and token of an address made by `reply_to_address`, unchecked; None for any other address."""
    found = _REPLY_ADDRESS.fullmatch(address.strip())
    return (int(found[1]), found[2].lower()) if found else None
