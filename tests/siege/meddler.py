"""Somebody who changes, moves and deletes the tickets others are at, and takes their rights away and gives them back.

Run as a program it does so for ever: `python -m tests.siege.meddler DESK SEED LOGIN`.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pysqlite3.dbapi2 as pysqlite3

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.errors import DeskError
from deskterm.engine.door.seat import Seat, seat_for_os_login
from deskterm.engine.services.people import ChangePerson
from deskterm.engine.services.ticket_lists import ListTicketNumbers
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, NoteTicket, ReplyTicket
from tests.conftest import os_login
from tests.siege.corpus import TEXTS

_FIELDS: dict[str, tuple[str, ...]] = {
    "status": ("New", "Open", "Waiting for requester", "Resolved", "Closed"),
    "queue": ("Service Desk", "Network", "Security"),
    "priority": ("low", "normal", "high", "urgent"),
    "assignee": ("admin", ""),
}
_LEVELS = ("none", "read", "work", "full")


class Meddler:
    """One deed at a time, repeatable by its dice."""

    def __init__(self, seat: Seat, dice: Random, victim: str) -> None:
        self._seat = seat
        self._dice = dice
        self._victim = victim

    def __call__(self) -> None:
        """Do something to somebody; what is refused is refused."""
        deeds: tuple[Callable[[], object], ...] = (
            *(self._change, self._change, self._change, self._note, self._reply, self._open),
            *(self._level, self._delete, self._account),
        )
        with suppress(DeskError):
            self._dice.choice(deeds)()

    def restore(self) -> None:
        """Give back all rights."""
        self._seat.do(ChangePerson(who=self._victim, changes={"active": "yes"}))
        levels = dict.fromkeys(("Service Desk", "Network"), "full")
        self._seat.do(ChangePerson(who=self._victim, levels=levels))

    @property
    def _number(self) -> int:
        return self._dice.choice(self._seat.ask(ListTicketNumbers(query="sort:-updated"))[:20])

    @property
    def _text(self) -> str:
        return self._dice.choice(TEXTS) or "x"

    def _change(self) -> object:
        name, values = self._dice.choice([*_FIELDS.items()])
        return self._seat.do(ChangeTickets(numbers=(self._number,), changes={name: self._dice.choice(values)}))

    def _note(self) -> object:
        return self._seat.do(NoteTicket(number=self._number, body=self._text))

    def _reply(self) -> object:
        return self._seat.do(ReplyTicket(number=self._number, body=self._text))

    def _open(self) -> object:
        return self._seat.do(NewTicket(subject=self._text, body=self._text, queue="Service Desk"))

    def _level(self) -> object:
        queue = self._dice.choice(("Service Desk", "Network"))
        return self._seat.do(ChangePerson(who=self._victim, levels={queue: self._dice.choice(_LEVELS)}))

    def _account(self) -> object:
        return self._seat.do(
            ChangePerson(who=self._victim, changes={"active": self._dice.choice(("no", "yes", "yes"))})
        )

    def _delete(self) -> None:
        """Into the bin, past all commands."""
        connection: Any = pysqlite3.connect(str(self._seat.desk.paths.database), timeout=10)
        with connection:
            connection.execute("UPDATE ticket SET deleted_at = 1 WHERE id = ?", (self._number,))
        connection.close()


def main() -> None:
    root, seed, victim = sys.argv[1:]
    desk = open_desk(Path(root), lambda: time.time_ns() // 1_000_000)
    meddler = Meddler(seat_for_os_login(desk, os_login(), "cli"), Random(seed), victim)
    while True:
        meddler()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
