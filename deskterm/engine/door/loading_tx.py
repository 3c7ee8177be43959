"""What a command's handler may load: tickets its actor may change, and the desk's words, people and rules."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from deskterm.engine.domain.errors import Invalid, NotFound, Outdated
from deskterm.engine.domain.permissions import Actor, Permission, effective_permissions
from deskterm.engine.domain.threads import reply_to_token
from deskterm.engine.door.actions import Action
from deskterm.engine.door.plain_tx import PlainTx
from deskterm.engine.model.desk import Rule
from deskterm.engine.model.enums import Category, Level
from deskterm.engine.model.messages import Mail
from deskterm.engine.model.people import Organization, Person, Role
from deskterm.engine.model.queues import Queue, QueueGrant
from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store import actor_sql, desk_sql, event_sql, person_sql, ticket_sql, words_sql
from deskterm.engine.store.backend import Writer
from deskterm.engine.store.desk_sql import PersonKey
from deskterm.engine.store.ticket_rows import TicketStore
from deskterm.engine.store.ticket_sql import ThreadFacts
from deskterm.engine.store.words_sql import QueueWord, Stamps, StatusWord, TypeWord, Words

if TYPE_CHECKING:
    from deskterm.engine.door.desk import Desk


class LoadingTx(PlainTx):
    """The loading half of a write transaction: everything it gives may be changed through the other half."""

    def __init__(self, desk: "Desk", writer: Writer, actor: Actor, action: Action, source: str, stamps: Stamps) -> None:
        super().__init__(desk, writer, actor, action, source, stamps)
        self._session: Session | None = None
        self._tickets = TicketStore(writer)
        self._changes_words = False
        self._system: Actor | None = None

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
            load = partial(actor_sql.system_actor, self._reader)
            self._system = load() if self._changes_words else self.desk.kept("desk", self.stamps.rights, load)
        if self._system is None:
            raise NotFound("This desk has no system account; it is damaged.")
        return self._system

    # Loading

    def ticket(self, number: int, version: int | None = None, needs: Permission | None = None) -> Ticket:
        """A ticket the actor may do this to.

        Raises:
            NotFound: no such ticket, or not for this actor.
            Denied: visible, but the level on its queue is too low.
            Outdated: it changed since `version`; the sentence says what.
        """
        self.flush()
        self.require_level(number, needs)
        ticket = self._tickets.load(number)
        if ticket is None:
            raise NotFound(f"There is no ticket {number}.")
        if version is not None and version != ticket.version:
            raise Outdated(self._what_changed(number, version), number, ticket.version)
        return ticket

    def _what_changed(self, number: int, version: int) -> str:
        if self.level(number) < Level.READ:
            return f"Ticket {number} changed meanwhile."
        events = [e for e in event_sql.ticket_events(self._reader, number, version) if e.field != "rules"]
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

    def people_since(self, domain: str, since: int, at_most: int) -> int:
        """How many people without a login came of a mail domain since a moment, counted up to `at_most`."""
        return person_sql.came_since(self._reader, domain, since, at_most)

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

    def permissions_of(self, role: str) -> frozenset[Permission]:
        """What a role may, by itself and by what it extends."""
        return effective_permissions(role, actor_sql.role_definitions(self._reader))

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
        """The ticket that held the message with this Message-ID first: a later one may only claim it."""
        wanted = "SELECT ticket_id FROM message WHERE rfc_message_id = ? ORDER BY id LIMIT 1"
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
        """The addresses that mail to this desk is sent to, without what may follow a plus."""
        return frozenset(queue.address for queue in self.words.queues if queue.address)

    def is_own_address(self, email: str) -> bool:
        """Whether mail to this address comes to this desk: a queue's, or one that carries a ticket's token."""
        local, at, domain = email.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}{at}{domain}"
        return plain in self.own_addresses() or reply_to_token(email) is not None

    def last_admin(self, person: Person) -> bool:
        """Whether nobody else could run the desk any more without this person."""
        others = "SELECT 1 FROM person WHERE role = 'admin' AND active = 1 AND is_system = 0 AND id <> ?"
        return person.role == "admin" and self._reader.row(others, (person.id,)) is None

    # Sending

    def flush(self) -> None:
        """Send what was changed to the database, inside this transaction."""
        self._tickets.flush()
        if self._session is not None:
            self._session.flush()


def _in_words(action: str, field: str, new: object) -> str:
    if not field or field == "message":
        return action.partition(".")[2] or action
    return f"{field} is now {json.dumps(new, ensure_ascii=False) if not isinstance(new, str) else new}"
