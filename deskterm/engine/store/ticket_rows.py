"""Tickets as commands change them: loaded whole, compared with what was loaded, only differences written.

The unit of work of an ORM costs a millisecond a flush; a desk creates and changes tickets all day.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.attributes import manager_of_class

from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store.backend import Writer

COLUMNS = tuple(Ticket.model_fields)
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM ticket WHERE id = ?"
_DEFAULTS: dict[str, Any] = {name: field.default for name, field in Ticket.model_fields.items()}
_WITHOUT_ID = COLUMNS[1:]
_INSERT = f"INSERT INTO ticket ({', '.join(_WITHOUT_ID)}) VALUES ({', '.join('?' * len(_WITHOUT_ID))})"


configure_mappers()  # otherwise done by the first constructor, which `made` goes around
_MANAGER = manager_of_class(Ticket)


class TicketStore:
    """The tickets that one write transaction has loaded or made."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: dict[int, tuple[Ticket, dict[str, Any]]] = {}

    def load(self, number: int) -> Ticket | None:
        """A ticket, the same object each time."""
        if number not in self._known:
            row = self._writer.row(_SELECT, (number,))
            if row is None:
                return None
            self._known[number] = self._keep(dict(zip(COLUMNS, row, strict=True)))
        return self._known[number][0]

    def insert(self, columns: Mapping[str, object]) -> Ticket:
        """Insert a new ticket."""
        values = {**_DEFAULTS, **columns}
        number = self._writer.execute(_INSERT, [values[name] for name in _WITHOUT_ID])
        values["id"] = number
        self._known[number] = self._keep(values)
        return self._known[number][0]

    def flush(self) -> None:
        """Write what is different from what was loaded."""
        for number, (ticket, before) in self._known.items():
            changed = {name: value for name, value in _values(ticket).items() if before[name] != value}
            if changed:
                names = ", ".join(f"{name} = ?" for name in changed)
                self._writer.execute(f"UPDATE ticket SET {names} WHERE id = ?", (*changed.values(), number))
                before.update(changed)

    def remember(self) -> dict[int, dict[str, Any]]:
        """The tickets as they are now, to come back to."""
        return {number: dict(before) for number, (_, before) in self._known.items()}

    def restore(self, remembered: dict[int, dict[str, Any]]) -> None:
        """Take the objects back to what was remembered; the rows were taken back by the savepoint."""
        for number, values in remembered.items():
            ticket, before = self._known[number]
            for name, value in values.items():
                setattr(ticket, name, value)
            before.update(values)

    @staticmethod
    def _keep(values: dict[str, Any]) -> tuple[Ticket, dict[str, Any]]:
        return made(values), values


def made(values: Mapping[str, Any]) -> Ticket:
    """A ticket with these values, as SQLAlchemy itself makes one from a row: nothing is noted as changed."""
    ticket: Ticket = _MANAGER.new_instance()
    ticket.__dict__.update(values)
    return ticket


def _values(ticket: Ticket) -> dict[str, Any]:
    known = ticket.__dict__
    return {name: known[name] for name in COLUMNS}
