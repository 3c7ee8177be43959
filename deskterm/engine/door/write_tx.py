"""What a command's handler may do: load what its actor may change, change it, and have it written down.

Every change goes through `change` or `add`, which record old and new; the events join the audit chain in the
same transaction when the handler has returned.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import Session, SQLModel, select

from deskterm.engine.domain import audit
from deskterm.engine.domain.errors import Conflict, Invalid, NotFound
from deskterm.engine.domain.permissions import Actor, Permission
from deskterm.engine.domain.text import search_text
from deskterm.engine.door.read_tx import ReadTx
from deskterm.engine.model.desk import Rule
from deskterm.engine.model.enums import Category, Level, MessageKind
from deskterm.engine.model.messages import Attachment, Mail, Message
from deskterm.engine.model.people import Organization, Person, Role
from deskterm.engine.model.queues import Queue, QueueGrant
from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store import actor_sql, desk_sql, event_sql, ticket_sql, words_sql
from deskterm.engine.store.backend import Writer
from deskterm.engine.store.desk_sql import PersonKey
from deskterm.engine.store.ticket_rows import TicketStore
from deskterm.engine.store.ticket_sql import ThreadFacts
from deskterm.engine.store.words_sql import QueueWord, StatusWord, TypeWord, Words

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
_PAST_TICKET = (
    "INSERT INTO ticket (id, subject, type_id, status_id, category, is_open, priority, queue_id, assignee_id, "
    "requester_id, channel, created_at, updated_at, first_response_at, resolved_at, closed_at, routed, "
    "last_message_id, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_PAST_MESSAGE = "INSERT INTO message (id, ticket_id, kind, author_id, at, body, inbound) VALUES (?, ?, ?, ?, ?, ?, ?)"


class WriteTx(ReadTx):
    """An open write transaction of one actor. Only the door builds one."""

    def __init__(self, desk: "Desk", writer: Writer, actor: Actor, needs: Permission, action: str, source: str) -> None:
        super().__init__(desk, writer, actor, needs)
        self.action = action
        self.source = source
        self._writer = writer
        self._session: Session | None = None
        self._tickets = TicketStore(writer)
        self._changes_words = False
        self._system: Actor | None = None
        self._head: tuple[int, bytes] | None = None
        self._pending: list[tuple[audit.ChainedEvent, bytes, str | None, str | None]] = []

    @property
    def session(self) -> Session:
        """The session of everything but tickets, made when somebody needs it."""
        if self._session is None:
            self._session = Session(bind=self._writer.connection, autoflush=False, expire_on_commit=False)
        return self._session

    @contextmanager
    def as_desk(self) -> Iterator[None]:
        """For the length of a block the desk itself acts: how rules work, and what follows by itself."""
        person = self.actor
        self.actor = self._desk_actor()
        try:
            yield
        finally:
            self.actor = person

    def _desk_actor(self) -> Actor:
        if self._system is None:
            self._system = actor_sql.system_actor(self._reader)
        if self._system is None:
            raise NotFound("This desk has no system account; it is damaged.")
        return self._system

    # Loading

    def ticket(self, number: int, version: int | None = None, needs: Permission | None = None) -> Ticket:
        """A ticket the actor may do this to.

        Raises:
            NotFound: no such ticket, or not for this actor.
            Denied: visible, but the level on its queue is too low.
            Conflict: it changed since `version`; the sentence says what.
        """
        self.flush()
        self.require_level(number, needs)
        ticket = self._tickets.load(number)
        if ticket is None:
            raise NotFound(f"There is no ticket {number}.")
        if version is not None and version != ticket.version:
            raise Conflict(self._what_changed(number, version))
        return ticket

    def _what_changed(self, number: int, version: int) -> str:
        events = event_sql.ticket_events(self._reader, number, version)
        last = [f"{event.actor}: {_in_words(event.action, event.field, event.new)}" for event in events[-3:]]
        return f"Ticket {number} changed meanwhile ({'; '.join(last) or 'it is older than you think'})."

    def _load_words(self) -> Words:
        # What this transaction itself may have changed is never kept for others.
        return words_sql.words(self._reader) if self._changes_words else super()._load_words()

    def queue(self, name: str) -> QueueWord:
        """A queue the actor may read, by name.

        Raises:
            NotFound: no such queue, or not for this actor.
        """
        seen = [queue for queue in self.words.queues if self.actor.level_on(queue.id) >= Level.READ]
        for queue in seen:
            if queue.name.casefold() == name.casefold():
                return queue
        known = ", ".join(queue.name for queue in seen if queue.active)
        raise NotFound(f'There is no queue "{name}"; there is: {known or "none"}.')

    def default_queue(self) -> QueueWord:
        """Where a ticket goes that nobody sent elsewhere."""
        for queue in self.words.queues:
            if queue.active:
                return queue
        raise Invalid("This desk has no queue yet; `deskterm queue add` makes one.")

    def status(self, name: str) -> StatusWord:
        """A status by name.

        Raises:
            NotFound: naming those there are.
        """
        for status in self.words.statuses:
            if status.name.casefold() == name.casefold():
                return status
        known = ", ".join(status.name for status in self.statuses())
        raise NotFound(f'There is no status "{name}"; there is: {known or "none"}.')

    def default_status(self, category: Category) -> StatusWord:
        """The status tickets get that enter a category."""
        for status in self.words.statuses:
            if status.category is category:
                return status
        raise Invalid(f"This desk has no status of category {category.label} yet.")

    def ticket_type(self, name: str | None) -> TypeWord:
        """A ticket type by name; the first there is when None.

        Raises:
            NotFound: naming those there are.
        """
        for kind in self.words.types:
            if name is None or kind.name.casefold() == name.casefold():
                return kind
        known = ", ".join(kind.name for kind in self.words.types)
        raise NotFound(f'There is no type "{name or ""}"; there is: {known or "none"}.')

    def queue_entity(self, queue_id: int) -> Queue:
        """A queue as an entity to change."""
        return self.session.get_one(Queue, queue_id)

    def account(self, who: str) -> Person:
        """A person by login or mail address, as an entity to change.

        Raises:
            NotFound: nobody answers to it.
        """
        return self.session.get_one(Person, self.person(who).id)

    def person_by_email(self, email: str) -> PersonKey | None:
        """Whose address this is."""
        return desk_sql.person_by_email(self._reader, email) if email else None

    def myself(self) -> PersonKey:
        """The actor as somebody who asks or answers."""
        return self.person_key(self.actor.person_id)

    def person_key(self, person_id: int) -> PersonKey:
        """A person by id.

        Raises:
            NotFound: there is none.
        """
        found = desk_sql.person_key(self._reader, person_id)
        if found is None:
            raise NotFound(f"There is nobody with the number {person_id}.")
        return found

    def add_requester(self, name: str, email: str) -> PersonKey:
        """Insert somebody who wrote for the first time."""
        organization = self.organization_for(email)
        person_id = self._writer.execute(
            "INSERT INTO person (name, email, role, organization_id, created_at) VALUES (?, ?, 'requester', ?, ?)",
            (name, email, organization, self.now),
        )
        new = {"name": name, "email": email, "role": "requester", "organization_id": organization}
        self.record("person", person_id, "", None, new, action="person.add")
        return PersonKey(person_id, None, name, email, organization)

    def organization_for(self, email: str) -> int | None:
        """The organization that claims the domain of a mail address."""
        domain = email.rpartition("@")[2]
        found = self._reader.row("SELECT organization_id FROM organization_domain WHERE domain = ?", (domain,))
        return int(found[0]) if found else None

    def organization(self, name: str) -> Organization:
        """An organization by name.

        Raises:
            NotFound: there is none.
        """
        found = self.session.exec(select(Organization).where(Organization.name == name)).first()
        if found is None:
            raise NotFound(f'There is no organization "{name}".')
        return found

    def role(self, key: str) -> Role:
        """A role by key.

        Raises:
            NotFound: naming those there are.
        """
        found = self.session.exec(select(Role).where(Role.key == key)).first()
        if found is None:
            raise NotFound(f'There is no role "{key}"; there is: {", ".join(role.key for role in self.roles())}.')
        return found

    def grant(self, person: Person, queue: QueueWord) -> QueueGrant | None:
        """What a person was granted on a queue."""
        wanted = select(QueueGrant).where(QueueGrant.person_id == person.id, QueueGrant.queue_id == queue.id)
        return self.session.exec(wanted).first()

    def role_grant(self, role: str, queue: QueueWord) -> QueueGrant | None:
        """What a role was granted on a queue."""
        wanted = select(QueueGrant).where(QueueGrant.role == role, QueueGrant.queue_id == queue.id)
        return self.session.exec(wanted).first()

    def rule(self, name: str) -> Rule:
        """A rule by name.

        Raises:
            NotFound: there is none.
        """
        found = self.session.exec(select(Rule).where(Rule.name == name)).first()
        if found is None:
            raise NotFound(f'There is no rule "{name}".')
        return found

    def raw_mail(self, mail_id: int) -> Mail:
        """A raw mail as an entity.

        Raises:
            NotFound: there is none.
        """
        found = self.session.get(Mail, mail_id)
        if found is None:
            raise NotFound(f"There is no mail {mail_id}.")
        return found

    def mail_by_key(self, channel: str, dedup: str) -> Mail | None:
        """A raw mail that came in before on this channel."""
        return self.session.exec(select(Mail).where(Mail.channel == channel, Mail.dedup == dedup)).first()

    def ticket_of_message(self, rfc_message_id: str) -> int | None:
        """The ticket that holds the message with this Message-ID."""
        wanted = "SELECT ticket_id FROM message WHERE rfc_message_id = ? ORDER BY id DESC LIMIT 1"
        found = self._reader.row(wanted, (rfc_message_id.strip("<>"),))
        return int(found[0]) if found else None

    def thread_facts(self, number: int) -> ThreadFacts | None:
        """Who takes part in a ticket's thread; of a merged ticket, in the one it was merged into."""
        return ticket_sql.thread_facts(self._reader, number)

    def sent_by_us(self, rfc_message_id: str) -> bool:
        """Whether a Message-ID is one of a message that this desk sent."""
        wanted = "SELECT 1 FROM message WHERE rfc_message_id = ? AND inbound = 0"
        return self._reader.row(wanted, (rfc_message_id,)) is not None

    def own_addresses(self) -> frozenset[str]:
        """The addresses that mail to this desk is sent to."""
        return frozenset(queue.address for queue in self.words.queues if queue.address)

    def last_admin(self, person: Person) -> bool:
        """Whether nobody else could run the desk any more without this person."""
        others = "SELECT 1 FROM person WHERE role = 'admin' AND active = 1 AND is_system = 0 AND id <> ?"
        return person.role == "admin" and self._reader.row(others, (person.id,)) is None

    # Changing

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

    def insert_ticket(self, ticket: Ticket) -> int:
        """Insert a new ticket; its number."""
        return self._tickets.insert(ticket)

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

    def flush(self) -> None:
        """Send what was changed to the database, inside this transaction."""
        self._tickets.flush()
        if self._session is not None:
            self._session.flush()

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

    # Rows by the thousand

    def add_message(self, message: Message, files: Sequence[Attachment] = ()) -> int:
        """Insert a message with its attachments and make it searchable; its id."""
        message.id = self._writer.execute(
            "INSERT INTO message (ticket_id, kind, author_id, at, body, inbound, automatic, mail_id, "
            "rfc_message_id, recipients) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.ticket_id,
                message.kind,
                message.author_id,
                message.at,
                message.body,
                message.inbound,
                message.automatic,
                message.mail_id,
                message.rfc_message_id,
                message.recipients,
            ),
        )
        if message.kind != MessageKind.SYSTEM:
            self._writer.execute(
                "INSERT INTO message_search (rowid, body) VALUES (?, ?)", (message.id, search_text(message.body))
            )
        if files:
            self._writer.execute_many(
                "INSERT INTO attachment (message_id, name, media_type, bytes, sha256) VALUES (?, ?, ?, ?, ?)",
                [(message.id, file.name, file.media_type, file.bytes, file.sha256) for file in files],
            )
        return message.id

    def name_message(self, message_id: int, rfc_message_id: str) -> None:
        """Give a message of ours the Message-ID that answers to it will refer to."""
        self._writer.execute("UPDATE message SET rfc_message_id = ? WHERE id = ?", (rfc_message_id, message_id))

    def index_ticket(self, ticket: Ticket, requester: PersonKey, *, again: bool = False) -> None:
        """Make a ticket's subject and requester searchable; `again`: in place of what was there."""
        if again:
            self._writer.execute("DELETE FROM ticket_search WHERE rowid = ?", (ticket.id,))
        names = search_text(f"{requester.name} {requester.email}")
        self._writer.execute(
            "INSERT INTO ticket_search (rowid, subject, names) VALUES (?, ?, ?)",
            (ticket.id, search_text(ticket.subject), names),
        )

    def tag(self, ticket: Ticket, name: str, *, cause: str = "") -> bool:
        """Put a tag on a ticket; whether it was not there yet."""
        self._writer.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", (name,))
        row = self._reader.row("SELECT id, name FROM tag WHERE name = ?", (name,))
        assert row is not None
        pair = (ticket.id, row[0])
        if self._reader.row("SELECT 1 FROM ticket_tag WHERE ticket_id = ? AND tag_id = ?", pair):
            return False
        self._writer.execute("INSERT INTO ticket_tag VALUES (?, ?)", pair)
        self.record_ticket(ticket, "tag", None, row[1], cause)
        return True

    def tags_of(self, ticket: Ticket) -> tuple[str, ...]:
        """The tags of a ticket."""
        wanted = "SELECT g.name FROM ticket_tag x JOIN tag g ON g.id = x.tag_id WHERE x.ticket_id = ? ORDER BY g.name"
        return tuple(row[0] for row in self._reader.rows(wanted, (ticket.id,)))

    def organization_name(self, organization_id: int | None) -> str | None:
        """An organization's name."""
        if organization_id is None:
            return None
        found = self._reader.row("SELECT name FROM organization WHERE id = ?", (organization_id,))
        return str(found[0]) if found else None

    def untag(self, ticket: Ticket, name: str, *, cause: str = "") -> bool:
        """Take a tag off a ticket; whether it was there."""
        row = self._reader.row(
            "SELECT g.id, g.name FROM tag g JOIN ticket_tag x ON x.tag_id = g.id WHERE x.ticket_id = ? AND g.name = ?",
            (ticket.id, name),
        )
        if row is None:
            return False
        self._writer.execute("DELETE FROM ticket_tag WHERE ticket_id = ? AND tag_id = ?", (ticket.id, row[0]))
        self.record_ticket(ticket, "tag", row[1], None, cause)
        return True

    def link(self, ticket: Ticket, other: int, kind: str, *, cause: str = "") -> None:
        """Tie a ticket to another."""
        self._writer.execute(
            "INSERT OR IGNORE INTO ticket_link (ticket_id, other_id, kind) VALUES (?, ?, ?)", (ticket.id, other, kind)
        )
        self.record_ticket(ticket, "link", None, {"kind": kind, "number": other}, cause)

    def participate(self, ticket: Ticket, person_id: int, kind: str) -> None:
        """Note that a person takes part in a ticket's thread."""
        self._writer.execute("INSERT OR IGNORE INTO participant VALUES (?, ?, ?)", (ticket.id, person_id, kind))

    def mark_seen(self, number: int) -> None:
        """Remember that the actor has read the ticket up to its last message."""
        self._writer.execute(
            "INSERT INTO ticket_seen SELECT ?, id, ifnull(last_message_id, 0) FROM ticket WHERE id = ? "
            "ON CONFLICT DO UPDATE SET message_id = max(message_id, excluded.message_id)",
            (self.actor.person_id, number),
        )

    def next_number(self, table: str) -> int:
        """The number the next row of a table will get."""
        found = self._reader.row("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(found[0]) + 1 if found else 1

    def add_requesters(self, people: Sequence[tuple[str, str, int]]) -> None:
        """Insert generated requesters: name, address, since when."""
        self._writer.execute_many(
            "INSERT INTO person (name, email, created_at, role) VALUES (?, ?, ?, 'requester')", people
        )

    def insert_history(
        self,
        tickets: Sequence[tuple[object, ...]],
        messages: Sequence[tuple[object, ...]],
        searches: Sequence[tuple[int, str, str]],
    ) -> None:
        """Insert generated tickets and messages with their search rows."""
        self._writer.execute_many(_PAST_TICKET, tickets)
        self._writer.execute_many(_PAST_MESSAGE, messages)
        self._writer.execute_many("INSERT INTO ticket_search (rowid, subject, names) VALUES (?, ?, ?)", searches)
        bodies = [(row[0], row[5]) for row in messages]
        self._writer.execute_many("INSERT INTO message_search (rowid, body) VALUES (?, ?)", bodies)

    def route_again(self) -> None:
        """Let the rules run once more over new tickets that a failing rule held up."""
        self._writer.execute("UPDATE ticket SET routed = 0 WHERE routed = 2 AND category = 1")

    def keep_lease(self, name: str, holder: str, epoch: int, expires_at: int) -> None:
        """Give a lease to a holder."""
        self._writer.execute(
            "INSERT INTO job_lease VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET holder = excluded.holder, "
            "epoch = excluded.epoch, expires_at = excluded.expires_at",
            (name, holder, epoch, expires_at),
        )

    def start_run(self, name: str, holder: str, epoch: int) -> int:
        """Write down that a job began; what a lost leader left running is abandoned, old runs are forgotten."""
        self._writer.execute(
            "UPDATE job_run SET outcome = 'abandoned', ended_at = ? "
            "WHERE name = ? AND outcome = 'running' AND epoch < ? AND epoch > 0",
            (self.now, name, epoch),
        )
        run = self._writer.execute(
            "INSERT INTO job_run (name, started_at, holder, epoch) VALUES (?, ?, ?, ?)", (name, self.now, holder, epoch)
        )
        self._writer.execute("DELETE FROM job_run WHERE name = ? AND id < ?", (name, run - 5000))
        return run

    def end_run(self, run: int, outcome: str, did: str) -> None:
        """Write down how a job ended."""
        self._writer.execute(
            "UPDATE job_run SET ended_at = ?, outcome = ?, did = ? WHERE id = ?", (self.now, outcome, did, run)
        )

    def keep_setting(self, key: str, text: str) -> None:
        """Keep a setting of the desk."""
        self._writer.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, text)
        )

    def start_numbers_at(self, first: int) -> None:
        """Let the first ticket of an empty desk have this number."""
        self._writer.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', ?)", (first - 1,))

    # Closing

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


def _in_words(action: str, field: str, new: object) -> str:
    if not field or field == "message":
        return action.partition(".")[2] or action
    return f"{field} is now {json.dumps(new, ensure_ascii=False) if not isinstance(new, str) else new}"
