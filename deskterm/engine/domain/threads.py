"""Which ticket a mail belongs to (SEMANTICS: mail in), and the tokens that prove it.

Whoever holds a token was written to by the desk: the token is an HMAC-SHA256 over the ticket's number, so a number
alone, which anybody can guess, opens nothing. Pure: the key and what is known of the tickets are handed in.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from deskterm.engine.model.enums import Category

_TOKEN_BYTES = 20
"""160 bits, which are 32 characters of base32; 128 are asked for (RELIABILITY S05)."""

_PURPOSE = b"deskterm thread token 1:"
"""Keeps tokens apart from anything else that may be signed with the same key."""

_TOKEN = r"[a-z2-7]{32}"
_NUMBER = r"[1-9][0-9]{0,17}"
_MESSAGE_ID = re.compile(rf"<?ticket\.({_NUMBER})\.([0-9]{{1,18}})\.({_TOKEN})@[^\s<>@]{{1,255}}>?", re.IGNORECASE)
_REPLY_ADDRESS = re.compile(rf"<?[^\s<>@]{{0,64}}?\+({_NUMBER})-({_TOKEN})@[^\s<>@]{{1,255}}>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail points to; of a merged one, the ticket it was merged into.

    `participants`: lower-case addresses of requester, watchers and everybody already on the thread.
    `is_proven`: the mail carries a valid token of this ticket. `reopens`: its queue lets a reply reopen it now.
    """

    number: int
    participants: frozenset[str]
    category: Category
    is_proven: bool = False
    reopens: bool = False


@dataclass(frozen=True, slots=True)
class Append:
    """The mail goes on with this ticket."""

    number: int


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The mail opens a ticket: linked to the closed one it answers, or marked for an agent to look at, or neither."""

    possible_follow_up_of: int | None = None
    follow_up_of: int | None = None


def follow_up(candidates: Iterable[Candidate], sender_email: str) -> Append | NewTicket:
    """Where a mail goes. The first candidate the sender may answer decides.

    In order: the numbers of the subject, then the mails it answers, nearest first. A candidate that is not proven
    needs the sender among its participants; one that nobody vouches for is only named, to agents.
    """
    unproven: int | None = None
    for candidate in candidates:
        if candidate.is_proven or (sender_email and sender_email.lower() in candidate.participants):
            return _continued(candidate)
        unproven = unproven or candidate.number
    return NewTicket(possible_follow_up_of=unproven)


def _continued(candidate: Candidate) -> Append | NewTicket:
    if candidate.category is Category.CLOSED and not candidate.reopens:
        return NewTicket(follow_up_of=candidate.number)
    return Append(candidate.number)


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
