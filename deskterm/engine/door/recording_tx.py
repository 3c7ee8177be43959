"""What a command changes is written down here: old and new, by whom, why; and chained when the handler returns."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import SQLModel

from deskterm.engine.domain import audit
from deskterm.engine.domain.permissions import Actor
from deskterm.engine.door.actions import Action
from deskterm.engine.door.loading_tx import LoadingTx
from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store import event_sql
from deskterm.engine.store.backend import Writer
from deskterm.engine.store.words_sql import Stamps

if TYPE_CHECKING:
    from deskterm.engine.door.desk import Desk

TICKET_COLUMNS = {
    "subject": "subject",
    "type": "type_id",
    "status": "status_id",
    "priority": "priority",
    "impact": "impact",
    "urgency": "urgency",
    "major": "major",
    "queue": "queue_id",
    "assignee": "assignee_id",
    "requester": "requester_id",
    "organization": "organization_id",
    "channel": "channel",
    "pending_until": "pending_until",
    "snoozed_until": "snoozed_until",
    "merged_into": "merged_into",
    "deleted_at": "deleted_at",
}
"""Fields whose changes are recorded, and the column of each. Everything else on a ticket follows from them."""

Entity = TypeVar("Entity", bound=SQLModel)

_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_VALUE = "INSERT INTO event_value VALUES (?, ?, ?, ?)"


class RecordingTx(LoadingTx):
    """The recording half of a write transaction."""

    def __init__(self, desk: "Desk", writer: Writer, actor: Actor, action: Action, source: str, stamps: Stamps) -> None:
        super().__init__(desk, writer, actor, action, source, stamps)
        self._head: tuple[int, bytes] | None = None
        self._pending: list[tuple[audit.ChainedEvent, bytes, str | None, str | None]] = []

    def add(self, kind: str, entity: Entity) -> Entity:
        """Insert a new entity that is not a ticket; its event holds all its columns."""
        self._will_change_words()
        self.session.add(entity)
        self.flush()
        new = entity.model_dump(exclude={"id", "version"})
        self.record(kind, _id(entity), "", None, new)
        return entity

    def change_entity(self, kind: str, entity: SQLModel, **columns: object) -> None:
        """Change columns of anything but a ticket; unchanged ones leave no event."""
        self._will_change_words()
        changed = {name: new for name, new in columns.items() if getattr(entity, name) != new}
        for name, new in changed.items():
            self.record(kind, _id(entity), name, getattr(entity, name), new)
            setattr(entity, name, new)
        if changed and hasattr(entity, "version"):
            entity.version += 1
        self.session.add(entity)

    def _will_change_words(self) -> None:
        self._changes_words, self._words = True, None

    def insert_ticket(self, **columns: object) -> Ticket:
        """Insert a new ticket; columns not named take their defaults."""
        return self._tickets.insert(columns)

    def change(self, ticket: Ticket, *, cause: str = "", **fields: object) -> bool:
        """Change fields of a ticket by their public names; whether anything was different."""
        changed = False
        for field, new in fields.items():
            column = TICKET_COLUMNS[field]
            old = getattr(ticket, column)
            if old != new:
                setattr(ticket, column, new)
                self.record_ticket(ticket, field, old, new, cause)
                changed = True
        return changed

    def record_ticket(
        self, ticket: Ticket, field: str, old: object, new: object, cause: str = "", action: str = ""
    ) -> None:
        """Write down a change of a ticket and give the ticket its new version."""
        ticket.version = self.record("ticket", ticket.id, field, old, new, cause, action)
        ticket.updated_at = max(self.now, ticket.updated_at)

    def record(
        self,
        kind: str,
        subject_id: int | None,
        field: str,
        old: object,
        new: object,
        cause: str = "",
        action: str = "",
    ) -> int:
        """Write down one change; the id of its event."""
        facts = (
            self.now,
            self.actor.person_id,
            self.source,
            action or self.action,
            kind,
            subject_id or 0,
            field,
            cause,
        )
        return self._enter(facts, old, new)

    def record_past(
        self, at: int, actor_id: int, number: int, field: str, old: object, new: object, action: str
    ) -> int:
        """Write down something that happened to a ticket before; only generated and imported history does."""
        return self._enter((at, actor_id, self.source, action, "ticket", number, field, ""), old, new)

    def _enter(self, facts: tuple[int, int, str, str, str, int, str, str], old: object, new: object) -> int:
        event_id = self._last_event_id() + len(self._pending) + 1
        command_id = self._pending[0][0].id if self._pending else event_id
        salt = secrets.token_bytes(16)
        texts = audit.value_text(old), audit.value_text(new)
        event = audit.ChainedEvent(event_id, command_id, *facts, digest=audit.value_digest(salt, *texts))
        self._pending.append((event, salt, *texts))
        return event_id

    def _last_event_id(self) -> int:
        if self._head is None:
            self._head = event_sql.head(self._reader) or (0, audit.GENESIS)
        return self._head[0]

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the work that is taken back alone, with its events, when it raises."""
        self.flush()
        recorded, remembered = len(self._pending), self._tickets.remember()
        try:
            with self._writer.savepoint():
                yield
                self.flush()
        except BaseException:
            del self._pending[recorded:]
            self._tickets.restore(remembered)
            if self._session is not None:
                self._session.expunge_all()
            raise

    def finish(self) -> None:
        """Write everything down: entities, then events with their place in the chain."""
        self.flush()
        self._append_events()
        if self._session is not None:
            self._session.close()

    def _append_events(self) -> None:
        if not self._pending:
            return
        previous = (self._head or (0, audit.GENESIS))[1]
        events, values = [], []
        for facts, salt, old, new in self._pending:
            previous = audit.chain_hash(self.desk.key, previous, facts)
            events.append(
                (
                    facts.id,
                    facts.command_id,
                    facts.at,
                    facts.actor_id,
                    facts.source,
                    facts.action,
                    facts.kind,
                    facts.subject_id,
                    facts.field,
                    facts.cause,
                    facts.digest,
                    previous,
                )
            )
            values.append((facts.id, salt, old, new))
        self._writer.execute_many(_EVENT, events)
        self._writer.execute_many(_VALUE, values)


def _id(entity: SQLModel) -> int:
    number: int = getattr(entity, "id")  # noqa: B009  # SQLModel's own base class declares none
    return number
