"""A desk whose every text is hostile: what commands take in, then the file itself, column by column."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as pysqlite3

from deskterm.engine.door.errors import DeskError
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.people import AddOrganization, AddPerson
from deskterm.engine.services.tickets import NewAttachment, NewTicket, NoteTicket
from deskterm.engine.services.views import SaveView
from deskterm.engine.services.vocabulary import AddQueue
from tests.siege.corpus import TEXTS, storable

NUMBER_OF_OTHERS = 24
"""So many queues, views, people and organizations; tickets are as many as there are texts."""

_MACHINE_WORDS = {
    ("meta", "key"): "",
    ("meta", "value"): "key <> 'name'",
    ("role", "key"): "",
    ("role", "permissions"): "",
    ("role", "extends"): "",
    ("person", "login"): "id < 3",
    ("person", "role"): "",
    ("person", "os_login"): "",
    ("queue_grant", "role"): "",
    ("queue", "follow_up"): "",
    ("ticket", "channel"): "",
    ("ticket", "custom"): "",
    ("ticket_link", "kind"): "",
    ("participant", "kind"): "",
    ("message", "recipients"): "",
    ("attachment", "sha256"): "",
    ("mail", "channel"): "",
    ("mail", "dedup"): "",
    ("mail", "sha256"): "",
    ("mail", "state"): "",
    ("outbox", "kind"): "",
    ("outbox", "payload"): "",
    ("outbox", "state"): "",
    ("rule", "definition"): "",
    ("saved_view", "query"): "position < 5",
    ("preference", "key"): "",
    ("job_lease", "name"): "",
    ("job_lease", "holder"): "",
    ("job_run", "name"): "",
    ("job_run", "outcome"): "",
    ("job_run", "holder"): "",
    ("event", "source"): "",
    ("event", "action"): "",
    ("event", "kind"): "",
    ("event", "field"): "",
    ("event", "cause"): "",
    ("draft", "kind"): "",
    ("draft", "fields"): "",
    ("presence", "place"): "",
    ("presence", "doing"): "",
}
"""Columns no outsider ever writes to, and where: "" is everywhere. Any other column of text is made hostile."""


HARMLESS = tuple(re.sub(r"[^\n ]", "w", text) for text in TEXTS)
"""Texts of the same lengths, to compare with."""


class Filler:
    """Puts texts into a desk as outsiders and admins would: through commands. What is refused, is refused in words."""

    def __init__(self, seat: Seat, texts: Sequence[str] = TEXTS) -> None:
        self._seat = seat
        self._texts = texts

    def fill(self) -> None:
        """A ticket for each text; some of everything else; notes with files on the newest thirty tickets."""
        numbers = []
        for place, text in enumerate(self._texts):
            with suppress(DeskError):
                numbers.append(self._seat.do(self._ticket(place, text)).number)
        assert len(numbers) > 0.9 * len(self._texts)
        for place in range(NUMBER_OF_OTHERS):
            for make in (self._queue, self._organization, self._person, self._view):
                with suppress(DeskError):
                    self._seat.do(make(place))
        for number in numbers[-30:]:
            self._seat.do(self._note(number))

    def _text(self, place: int, by: int) -> str:
        return self._texts[(place + by * 41) % len(self._texts)]

    def _ticket(self, place: int, text: str) -> NewTicket:
        return NewTicket(
            subject=text if text.strip() else "nothing",
            body=f"{text}\n\n> {text}\n-- \n{text}",
            requester_name=self._text(place, 1),
            requester_email=f"p{place}@customer.example",
            tags=(f"t{place}",),
            assignee="admin",
        )

    def _queue(self, place: int) -> AddQueue:
        return AddQueue(name=f"Q{place} {self._text(place, 2)}"[:60], description=self._text(place, 3))

    def _organization(self, place: int) -> AddOrganization:
        return AddOrganization(name=f"O{place} {self._text(place, 4)}"[:60])

    def _person(self, place: int) -> AddPerson:
        return AddPerson(login=f"p{place}", email=f"a{place}@desk.example", name=self._text(place, 5))

    def _view(self, place: int) -> SaveView:
        return SaveView(name=f"V{place} {self._text(place, 6)}"[:60], query="status:open", scope="everyone")

    def _note(self, number: int) -> NoteTicket:
        name = storable(self._text(number, 7)) or "x"
        file = NewAttachment(name=name, media_type="text/plain", content=b"x")
        return NoteTicket(number=number, body=self._text(number, 8) or "x", attachments=(file,))


def write_over(root: Path, texts: Sequence[str] = TEXTS) -> None:
    """Past all commands, into the file: every column of text that is no machine's word."""
    connection = pysqlite3.connect(str(root / "desk.db"), isolation_level=None)
    places: Iterator[int] = count()
    connection.create_function("hostile", 0, lambda: storable(texts[next(places) % len(texts)]))
    for table, column in _text_columns(connection):
        kept = _MACHINE_WORDS.get((table, column))
        if kept != "":
            where = f" AND NOT ({kept})" if kept else ""
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = hostile() WHERE {column} IS NOT NULL{where}")
    connection.close()


def _text_columns(connection: Any) -> list[tuple[str, str]]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%search%' AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    return [
        (table, column)
        for (table,) in tables
        for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})")
        if kind == "TEXT"
    ]
