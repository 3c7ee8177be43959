"""What a command's handler may do: load what its actor may change, change it, and have it written down.

Every change goes through `change` or `add`, which record old and new; the events join the audit chain in the
same transaction when the handler has returned. Rows that come by the thousand are written here without an ORM.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deskterm.engine.domain.errors import Denied
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import AttachmentRow
from deskterm.engine.domain.text import search_text
from deskterm.engine.door.recording_tx import TICKET_COLUMNS, RecordingTx
from deskterm.engine.model.desk import SavedView
from deskterm.engine.model.enums import MessageKind
from deskterm.engine.model.tickets import Ticket
from deskterm.engine.store import reply_sql, undo_sql, view_sql
from deskterm.engine.store.desk_sql import PersonKey
from deskterm.engine.store.reply_sql import SentReply, StatusStep

__all__ = ["TICKET_COLUMNS", "WriteTx"]

_PAST_TICKET = (
    "INSERT INTO ticket (id, subject, type_id, status_id, category, is_open, priority, queue_id, assignee_id, "
    "requester_id, channel, created_at, updated_at, first_response_at, resolved_at, closed_at, routed, "
    "last_message_id, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_PAST_MESSAGE = "INSERT INTO message (id, ticket_id, kind, author_id, at, body, inbound) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to insert. `files`: name, media type, bytes, SHA-256 of each; `recipients`: a JSON list."""

    ticket_id: int
    kind: MessageKind
    author_id: int
    at: int
    body: str
    inbound: bool
    automatic: bool
    mail_id: int | None
    rfc_message_id: str | None
    recipients: str
    files: Sequence[tuple[str, str, int, str]]


class WriteTx(RecordingTx):
    """An open write transaction of one actor. Only the door builds one."""

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

    def add_message(self, message: NewMessage) -> int:
        """Insert a message with its attachments and make it searchable; its id."""
        message_id = self._writer.execute(
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
                "INSERT INTO message_search (rowid, body) VALUES (?, ?)", (message_id, search_text(message.body))
            )
        if message.files:
            self._writer.execute_many(
                "INSERT INTO attachment (message_id, name, media_type, bytes, sha256) VALUES (?, ?, ?, ?, ?)",
                [(message_id, *file) for file in message.files],
            )
        return message_id

    def last_reply(self, number: int) -> SentReply | None:
        """The newest reply that the actor sent on a ticket."""
        return reply_sql.last_reply(self._reader, number, self.actor.person_id)

    def is_read(self, ticket: Ticket, person_id: int, message_id: int) -> bool:
        """Whether somebody has read a ticket as far as a message."""
        return reply_sql.is_read(self._reader, ticket.id or 0, person_id, message_id)

    def own_command(self, event_id: int) -> int | None:
        """The command of the actor's that an event belongs to."""
        return undo_sql.command_of(self._reader, event_id, self.actor.person_id)

    def steps(self, command_id: int) -> tuple[undo_sql.Step, ...]:
        """Everything that a command of the actor's did."""
        return undo_sql.steps(self._reader, command_id)

    def deeds(self, number: int, since: int) -> Sequence[undo_sql.Deed]:
        """What happened to a ticket from an event on, oldest first."""
        self.require_level(number)
        return undo_sql.deeds(self._reader, number, since)

    def status_steps(self, number: int) -> tuple[StatusStep, ...]:
        """Every status a ticket has been in, oldest first."""
        return reply_sql.status_steps(self._reader, number)

    def remove_message(self, ticket: Ticket, message: SentReply) -> tuple[AttachmentRow, ...]:
        """Take a message out of a ticket, and what followed from it by itself; the files it had."""
        files = reply_sql.files(self._reader, message.id)
        reply_sql.remove(self._writer, message.id)
        ticket.last_message_id = reply_sql.last_message(self._reader, ticket.id or 0)
        if ticket.first_response_at == message.at:
            ticket.first_response_at = reply_sql.first_response(self._reader, ticket.id or 0)
        self.record_ticket(ticket, "message", message.id, None)
        return files

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

    def index_person(self, person_id: int) -> None:
        """Make a person's tickets searchable under the name and address of now."""
        person = self.person_key(person_id)
        names = search_text(f"{person.name} {person.email}")
        for number, subject in self._reader.rows("SELECT id, subject FROM ticket WHERE requester_id = ?", (person_id,)):
            self._writer.execute("DELETE FROM ticket_search WHERE rowid = ?", (number,))
            self._writer.execute(
                "INSERT INTO ticket_search (rowid, subject, names) VALUES (?, ?, ?)",
                (number, search_text(subject), names),
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
        row = (ticket.id, person_id, kind)
        known = "SELECT 1 FROM participant WHERE ticket_id = ? AND person_id = ? AND kind = ?"
        if self._reader.row(known, row) is None:
            self._writer.execute("INSERT INTO participant VALUES (?, ?, ?)", row)
            self.record_ticket(ticket, "participant", None, {"person": person_id, "kind": kind})

    def require_view_place(self, owner_id: int | None, queue_id: int | None) -> None:
        """Refuse a view for people whom the actor may not give one.

        Raises:
            Denied: naming what is missing.
        """
        if not view_sql.may_change(self.actor, owner_id, queue_id):
            full = "" if queue_id is None else f" or full on queue {self.words.queue_name(queue_id)}"
            raise Denied(f"Sharing that view needs the permission {Permission.SHARE_VIEWS}{full}.")

    def add_view(self, name: str, query: str, owner_id: int | None, queue_id: int | None) -> int:
        """Insert a view after the others for the same people; its id."""
        number = view_sql.next_id(self._reader)
        position = view_sql.next_position(self._reader, owner_id, queue_id)
        self.add(
            "view",
            SavedView(id=number, name=name, query=query, position=position, owner_id=owner_id, queue_id=queue_id),
        )
        return number

    def change_view(self, number: int, name: str, query: str, owner_id: int | None, queue_id: int | None) -> None:
        """Change a view; given to other people, it comes after those they have."""
        view = self.session.get_one(SavedView, number)
        if (view.owner_id, view.queue_id) != (owner_id, queue_id):
            position = view_sql.next_position(self._reader, owner_id, queue_id)
            self.change_entity("view", view, position=position, owner_id=owner_id, queue_id=queue_id)
        self.change_entity("view", view, name=name, query=query)
        self.flush()

    def delete_view(self, number: int) -> None:
        """Delete a view; its event holds what it was."""
        view = self.session.get_one(SavedView, number)
        self.record("view", number, "", view.model_dump(exclude={"id", "version"}), None)
        self.session.delete(view)
        self.flush()

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

    def keep_setting(self, key: str, text: str) -> None:
        """Keep a setting of the desk."""
        self._writer.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, text)
        )

    def start_numbers_at(self, first: int) -> None:
        """Let the first ticket of an empty desk have this number."""
        self._writer.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', ?)", (first - 1,))
