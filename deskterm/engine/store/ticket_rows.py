"""Tickets as commands change them: loaded whole, compared with what was loaded, only differences written.

The unit of work of an ORM costs a millisecond a flush; a desk creates and changes tickets all day.
"""

from typing import Any

from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store.backend import Writer

COLUMNS = tuple(Ticket.model_fields)
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM ticket WHERE id = ?"
_WITHOUT_ID = COLUMNS[1:]
_INSERT = f"INSERT INTO ticket ({', '.join(_WITHOUT_ID)}) VALUES ({', '.join('?' * len(_WITHOUT_ID))})"


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

    def insert(self, ticket: Ticket) -> int:
        """Insert a new ticket; its number."""
        ticket.id = self._writer.execute(_INSERT, [getattr(ticket, name) for name in _WITHOUT_ID])
        self._known[ticket.id] = (ticket, _values(ticket))
        return ticket.id

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
        return Ticket(**values), values


def _values(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in COLUMNS}
