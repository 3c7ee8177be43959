"""Which ticket a mail belongs to: nobody reads or steers a ticket by guessing its number."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.engine.domain.threads import (
    Append,
    Candidate,
    NewTicket,
    follow_up,
    our_message_id,
    parse_our_message_id,
    reply_to_address,
    reply_to_token,
    thread_token,
    token_is_valid,
)
from deskterm.engine.model.enums import Category

KEY = b"k" * 32
EVA = "eva@customer.example"
MALLORY = "mallory@evil.example"


def candidate(
    number: int, *, proven: bool = False, category: Category = Category.OPEN, reopens: bool = False
) -> Candidate:
    """A ticket that Eva takes part in."""
    return Candidate(number, frozenset({EVA}), category, proven, reopens)


def test_a_participant_may_answer_by_number_alone() -> None:
    """The requester's reply goes on with the ticket, in whichever case the address is written."""
    assert follow_up([candidate(7)], "Eva@Customer.example") == Append(7)


def test_a_guessed_number_opens_a_new_ticket() -> None:
    """A stranger who names a ticket gets one of their own, marked for the agents."""
    assert follow_up([candidate(7)], MALLORY) == NewTicket(possible_follow_up_of=7)


def test_no_sender_is_nobody() -> None:
    """An unusable address takes part in nothing, even where a ticket has an empty one."""
    nameless = Candidate(7, frozenset({""}), Category.OPEN)
    assert follow_up([nameless], "") == NewTicket(possible_follow_up_of=7)


def test_a_valid_token_vouches_for_anybody() -> None:
    """Whoever holds the token was written to by the desk."""
    assert follow_up([candidate(7, proven=True)], MALLORY) == Append(7)


def test_the_first_ticket_the_sender_may_answer_decides() -> None:
    """A guessed number in the subject does not keep a proven reference from counting; order decides among equals."""
    assert follow_up([candidate(7), candidate(9, proven=True)], MALLORY) == Append(9)
    assert follow_up([candidate(7), candidate(9)], EVA) == Append(7)
    assert follow_up([candidate(7), candidate(9)], MALLORY) == NewTicket(possible_follow_up_of=7)


def test_a_mail_that_points_nowhere_opens_a_ticket() -> None:
    """No candidate, no link."""
    assert follow_up([], EVA) == NewTicket()


@pytest.mark.parametrize(
    ("category", "reopens", "outcome"),
    [
        (Category.CLOSED, False, NewTicket(follow_up_of=7)),
        (Category.CLOSED, True, Append(7)),
        (Category.RESOLVED, False, Append(7)),
        (Category.PENDING, False, Append(7)),
    ],
)
def test_closed_is_final_unless_the_queue_reopens(
    category: Category, reopens: bool, outcome: Append | NewTicket
) -> None:
    """A reply to a closed ticket opens a linked one; the queue may say otherwise; resolved is not closed."""
    assert follow_up([candidate(7, category=category, reopens=reopens)], EVA) == outcome


@given(st.integers(1, 10**17), st.integers(1, 10**17), st.binary(min_size=16, max_size=64))
def test_a_token_opens_one_ticket_of_one_desk(number: int, other: int, key: bytes) -> None:
    """A token fits its ticket and key alone, and has at least 128 bits in letters every mail program keeps."""
    token = thread_token(key, number)
    assert token_is_valid(key, number, token) and token_is_valid(key, number, token.upper())
    assert token_is_valid(key, other, token) == (other == number)
    assert not token_is_valid(key + b"x", number, token)
    assert len(token) * 5 >= 128 and set(token) <= set(string.ascii_lowercase + "234567")


@given(st.text(max_size=40))
def test_no_other_text_is_a_token(text: str) -> None:
    """Empty, short and strange tokens are refused, not crashed upon."""
    assert not token_is_valid(KEY, 7, text)


def test_our_message_ids_come_back() -> None:
    """What we send is read again from References, with or without brackets, in whichever case."""
    sent = our_message_id(KEY, 1042, 0, "desk.example")
    token = thread_token(KEY, 1042)
    assert sent == f"<ticket.1042.0.{token}@desk.example>"
    assert parse_our_message_id(sent) == parse_our_message_id(sent.strip("<>").upper()) == (1042, 0, token)


@pytest.mark.parametrize(
    "text", ["", "<a@b>", "<ticket.1.2.short@b>", "<ticket.x.2." + "a" * 32 + "@b>", "ticket.1.2." + "a" * 32]
)
def test_foreign_message_ids_are_not_ours(text: str) -> None:
    """Only the exact shape is taken for one of ours."""
    assert parse_our_message_id(text) is None


def test_reply_addresses_carry_ticket_and_token() -> None:
    """Plus-addressing survives the round trip; an address with another tag says nothing."""
    address = reply_to_address(KEY, 1042, "support@desk.example")
    assert len(address.split("@")[0]) <= 64
    assert reply_to_token(address) == reply_to_token(address.upper()) == (1042, thread_token(KEY, 1042))
    assert reply_to_token("support+news@desk.example") is None
    assert reply_to_token("support@desk.example") is None
