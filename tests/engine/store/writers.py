"""Processes that write to a desk, for tests that kill them or set them against each other.

    python -m tests.engine.store.writers count DESK NUMBER TIMES
    python -m tests.engine.store.writers notes DESK NUMBER
    python -m tests.engine.store.writers unsend DESK NUMBER

`count` adds one to the number in a ticket's subject TIMES times, reading and writing in one command; `notes`
writes notes for ever and prints each one's text when it was acknowledged; `unsend` drafts, sends and takes back a
text for ever, says where it is, and prints the text whenever the desk has it, as a draft or as a message.
"""

import itertools
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Command, action
from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.services.drafts import SaveDraft
from deskterm.engine.services.outgoing import UnsendReply
from deskterm.engine.services.presence import TellPresence
from deskterm.engine.services.tickets import NoteTicket, ReplyTicket

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx


@dataclass(frozen=True, slots=True)
class AddOne(Command[int]):
    """Read the number in a ticket's subject and write it back, one larger."""

    number: int


@action("test.count", needs=Permission.WORK)
def add_one(tx: "WriteTx", command: AddOne) -> int:
    """The read and the write belong to one transaction."""
    ticket = tx.ticket(command.number)
    count = int(ticket.subject) + 1
    tx.change(ticket, subject=str(count))
    return count


def clock() -> int:
    """Now, as UTC milliseconds."""
    return time.time_ns() // 1_000_000


def seat_at(desk: str) -> Seat:
    """The admin's seat."""
    return seat_for_login(open_desk(Path(desk), clock), "admin", "screen")


def main() -> None:
    """Write as told."""
    what, desk, number = sys.argv[1:4]
    seat = seat_at(desk)
    if what == "count":
        for _ in range(int(sys.argv[4])):
            seat.do(AddOne(int(number)))
        return
    write = write_note if what == "notes" else send_and_unsend
    for place in itertools.count():
        write(seat, int(number), f"{what} {os.getpid()} {place}")


def say(text: str) -> None:
    """Acknowledge."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_note(seat: Seat, number: int, text: str) -> None:
    """One note."""
    seat.do(NoteTicket(number=number, body=text))
    say(text)


def send_and_unsend(seat: Seat, number: int, text: str) -> None:
    """One text, from draft to held reply and back to draft."""
    place = str(os.getpid())
    seat.do(TellPresence(place=place, number=number, doing="replying"))
    seat.do(SaveDraft(number=number, kind="reply", body=text))
    say(text)
    seat.do(ReplyTicket(number=number, body=text, hold_seconds=60))
    seat.do(UnsendReply(number=number))


if __name__ == "__main__":
    main()
