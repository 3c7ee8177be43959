"""An agent's morning, keys only, in a real terminal; and how many keys it takes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import MessageKind, TicketDetail
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import ChangeTickets
from tests.screens.conftest import Opener
from tests.screens.multiplexer import MISSING, Multiplexer

MOST_KEYS = 12
"""For any one thing that is done a dozen times a day, beside the text that is written."""


@contextmanager
def operation(terminal: Multiplexer, name: str) -> Iterator[None]:
    """One thing an agent does; it may not take more keys than that."""
    terminal.presses = 0
    yield
    assert terminal.presses <= MOST_KEYS, f"{name} took {terminal.presses} keys"


def detail(seat: Seat, number: int) -> TicketDetail:
    """The ticket as the desk has it."""
    return seat.ask(ShowTicket(number=number))


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_a_morning_with_keys_alone(ann: Seat, admin: Seat, bo: Seat, opens: Opener, tmp_path: Path) -> None:
    """View, take the most urgent, read, reply and set pending, next, assign three, resolve, undo, find, leave."""
    old = opens("The lamp over desk nine flickers", body="It has since Easter.")
    admin.do(ChangeTickets(numbers=(old,), changes={"status": "Resolved"}))
    plain = [opens(f"Mouse {letter} is stuck", queue="Network") for letter in "ABC"]
    urgent = opens("Nobody can print", body="The whole second floor waits.", priority="urgent", queue="Network")
    argv = [sys.executable, "-m", "deskterm", "--desk", str(ann.desk.path), "--as", "ann"]
    with Multiplexer(tmp_path, argv) as terminal:
        terminal.sees("1 My open t", "2 Unassigned·4")
        with operation(terminal, "opening a view"):
            terminal.press("2")
            terminal.sees("Nobody can print", "1/4")
        with operation(terminal, "taking the most urgent"):
            terminal.press("t")
            terminal.sees(f"#{urgent} is yours")
        with operation(terminal, "opening it"):
            terminal.press("1")
            terminal.sees("Nobody can print", "1/1")
            terminal.press("Enter")
            terminal.sees("The whole second floor waits.")
        with operation(terminal, "answering and setting it pending"):
            terminal.press("R")
            terminal.sees("PUBLIC to rosa@customer.example")
            terminal.type("We are on our way. Is it all printers?")
            terminal.press("C-d")
            terminal.sees("Send to rosa@customer.example?", "p and set")
            terminal.press("p")
            terminal.sees("sent")
        with operation(terminal, "going on to the next of the view"):
            terminal.press("Escape")
            terminal.sees("2 Unassigned·3")
            terminal.press("2")
            terminal.sees("Mouse", "1/3")
            terminal.press("Enter")
            terminal.sees("Please help.", "1/3")
            terminal.press("J")
            terminal.sees("2/3")
        with operation(terminal, "assigning three"):
            terminal.press("Escape")
            terminal.sees("Enter open")
            terminal.press("*", "a")
            terminal.sees("Assign 3 tickets to")
            terminal.type("ann")
            terminal.press("Enter")
            terminal.sees("Set assignee ann on 3 tickets?")
            terminal.press("y")
            terminal.sees("3 tickets: assignee ann")
        with operation(terminal, "resolving"):
            terminal.press("1")
            terminal.sees("Mouse", "1/4")
            terminal.press("x")
            terminal.sees("status Resolved; u undoes it.")
        with operation(terminal, "undoing"):
            terminal.press("u")
            terminal.sees("Undone:")
        with operation(terminal, "finding an old one by its words"):
            terminal.press("/", "C-u")
            terminal.type("flickers")
            terminal.press("Enter")
            terminal.sees("The lamp over desk nine", "1/1")
            terminal.press("Enter")
            terminal.sees("It has since Easter.")
        with operation(terminal, "leaving"):
            terminal.press("Escape")
            terminal.sees("Enter open")
            terminal.press("q")
        assert terminal.ended() == 0
    thread = detail(ann, urgent)
    assert (thread.ticket.assignee, thread.ticket.category.label) == ("ann", "pending")
    assert [message.body for message in thread.messages if message.kind is MessageKind.REPLY][1:] == [
        "We are on our way. Is it all printers?"
    ]
    assert {detail(ann, number).ticket.assignee for number in plain} == {"ann"}
    assert {detail(ann, number).ticket.status for number in plain} == {"New"}
