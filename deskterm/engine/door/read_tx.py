"""What a query's handler may do: look, and only at what its actor may see."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from deskterm.engine.domain.errors import Denied, NotFound
from deskterm.engine.domain.permissions import ON_TICKETS, Actor, Permission
from deskterm.engine.domain.query import both, parse
from deskterm.engine.domain.rows import (
    DraftRow,
    EventRow,
    LinkRow,
    MessageRow,
    ParticipantRow,
    PresenceRow,
    RecipientsRow,
    TicketRow,
)
from deskterm.engine.door.desk_tx import DeskTx, place_of_list
from deskterm.engine.model.enums import Level
from deskterm.engine.store import (
    desk_sql,
    event_sql,
    personal_sql,
    ticket_sql,
)
from deskterm.engine.store.query_sql import (
    PageKey,
    Statement,
    Vocabulary,
    compile_among,
    compile_count,
    compile_ids,
    compile_page,
    read_vocabulary,
)

if TYPE_CHECKING:
    pass

_MOST_STATEMENTS = 200
"""Compiled queries that are kept; the views of a desk and what an agent asks again and again."""


class ReadTx(DeskTx):
    """One consistent moment of the desk, seen by one actor. Only the door builds one."""

    # Tickets

    def level(self, number: int) -> Level:
        """The actor's level on a ticket; NONE where there is no such ticket."""
        key = ticket_sql.ticket_key(self._reader, number)
        return ticket_sql.level_of(self.actor, key) if key else Level.NONE

    def require_level(self, number: int, needs: Permission | None = None) -> Level:
        """The actor's level, if it allows what this action needs.

        Raises:
            NotFound: no such ticket, or not for this actor.
            Denied: visible, but the level is too low; the sentence names the queue.
        """
        key = ticket_sql.ticket_key(self._reader, number)
        level = ticket_sql.level_of(self.actor, key) if key else Level.NONE
        if key is None or level < Level.OWN:
            raise NotFound(f"There is no ticket {number}.")
        wanted = needs or self.needs
        wanted = wanted if wanted in ON_TICKETS else Permission.READ
        if not self.actor.may(wanted, key.queue_id, owns=ticket_sql.owns(self.actor, key)):
            name = desk_sql.queue_name(self._reader, key.queue_id)
            where = f"on queue {name}" if level > Level.OWN else "on a ticket of your own"
            raise Denied(f"Ticket {number} needs the {wanted} level {where}; yours is {level.label}.")
        return level

    def rights_on(self, actor: Actor, number: int) -> tuple[Level, bool, str]:
        """Somebody's level on a ticket that the actor may see, whether it is their own, and its queue.

        Raises:
            NotFound: no such ticket, or not for this actor.
        """
        self.require_level(number, Permission.READ)
        key = ticket_sql.ticket_key(self._reader, number)
        if key is None:
            raise NotFound(f"There is no ticket {number}.")
        queue = self.words.queue_name(key.queue_id)
        return actor.level_on(key.queue_id), ticket_sql.owns(actor, key), queue

    def ticket_rows(self, numbers: Sequence[int]) -> tuple[TicketRow, ...]:
        """Rows of the tickets the actor may see, in the order asked."""
        return ticket_sql.ticket_rows(self._reader, self.actor, numbers)

    def ticket_row(self, number: int) -> TicketRow:
        """One ticket's row.

        Raises:
            NotFound: no such ticket, or not for this actor.
        """
        found = self.ticket_rows((number,))
        if not found:
            raise NotFound(f"There is no ticket {number}.")
        return found[0]

    def find_page(self, query: str, limit: int, after: str) -> tuple[tuple[int, ...], str]:
        """A page of the tickets a query finds, and what is handed in as `after` to get the next; empty at the end.

        Raises:
            BadQuery: with the place of the word that is wrong.
            Invalid: `after` is none of ours or belongs to another order.
        """
        rows = self._page(query, "", limit, after, backward=False)
        following = str(PageKey.of(rows[-1])) if len(rows) == limit else ""
        return tuple(row[0] for row in rows), following

    def find_window(
        self, query: str, also: str, limit: int, place: str, *, backward: bool
    ) -> tuple[tuple[int, ...], str, str]:
        """Tickets that two queries find, in the order of the first: what follows a place of the list, or comes
        before it. Then the places of the first and of the last of them.

        Raises:
            BadQuery: with the place of the word that is wrong.
            Invalid: `place` is none of ours or belongs to another order.
        """
        rows = self._page(query, also, limit, place, backward=backward)
        if backward:
            rows = rows[::-1]
        first, last = (str(PageKey.of(rows[0])), str(PageKey.of(rows[-1]))) if rows else ("", "")
        return tuple(row[0] for row in rows), first, last

    def places(self, query: str, also: str, numbers: Sequence[int]) -> tuple[tuple[int, str], ...]:
        """Those of the tickets that two queries find, in the order of the first, with their places in its list.

        Raises:
            BadQuery: with the place of the word that is wrong.
        """
        asked = both(parse(query), parse(also))
        possible = [number for number in numbers if abs(number) < 2**63]
        wanted = compile_among(asked, self.scope, self._names(), **self._asking(), numbers=possible)
        return tuple((row[0], str(PageKey.of(row))) for row in self._reader.rows(wanted.sql, wanted.parameters))

    def last_event(self) -> int:
        """The id of the newest event; 0 before the first."""
        return (event_sql.head(self._reader) or (0, b""))[0]

    def changed_tickets(self, since: int, limit: int) -> tuple[dict[int, bool], int, int]:
        """Tickets among the subjects of up to `limit` events after one, and whether they were created by those.

        Only tickets that the actor may see are told. Then the newest of these events, and how many there were.
        """
        found = event_sql.ticket_changes(self._reader, since, limit)
        told = {number: is_new for number, is_new in found.tickets.items() if self.level(number) >= Level.OWN}
        return told, found.last, found.events

    def touched(self, since: int, limit: int) -> event_sql.Touched:
        """Which fields of tickets and which views the events after one have changed."""
        return event_sql.touched(self._reader, since, limit)

    def find_numbers(self, query: str, limit: int) -> tuple[int, ...]:
        """The numbers a query finds, in list order.

        Raises:
            BadQuery: with the place of the word that is wrong.
        """
        wanted = self._compiled(
            ("ids", query, limit),
            lambda: compile_ids(parse(query), self.scope, self._names(), **self._asking(), limit=limit),
        )
        return tuple(row[0] for row in self._reader.rows(wanted.sql, wanted.parameters))

    def count(self, query: str, at_most: int, before: str = "") -> tuple[int, bool]:
        """How many tickets a query finds, all or those above a place, and whether counting stopped at `at_most`.

        Raises:
            BadQuery: with the place of the word that is wrong.
            Invalid: `before` is none of ours or belongs to another order.
        """
        wanted = self._count(query, at_most, before)
        row = self._reader.row(wanted.sql, wanted.parameters)
        return (int(row[0]), bool(row[1])) if row else (0, False)

    def _page(self, query: str, also: str, limit: int, place: str, *, backward: bool) -> list[tuple[Any, ...]]:
        """Rows as `compile_page` tells them; only the two ends of a list are asked for again and again."""

        def compiled() -> Statement:
            after = PageKey.read(place) if place else None
            more = _Page(limit=limit, after=after, backward=backward)
            return compile_page(both(parse(query), parse(also)), self.scope, self._names(), **self._asking(), **more)

        with place_of_list():
            wanted = compiled() if place else self._compiled(("page", query, also, limit, backward), compiled)
        return self._reader.rows(wanted.sql, wanted.parameters)

    def _compiled(self, key: tuple[object, ...], compiled: Callable[[], Statement]) -> Statement:
        """One that says nothing of the time holds as long as the names in it do."""
        if Permission.SEE_PEOPLE not in self.actor.permissions:
            return compiled()
        stamp = (self.stamps.words, self.stamps.rights)
        kept: dict[tuple[object, ...], Statement] = self.desk.kept(f"queries {self.actor.person_id}", stamp, dict)
        found = kept.get(key)
        if found is None:
            found = compiled()
            if found.is_timeless and len(kept) < _MOST_STATEMENTS:
                kept[key] = found
        return found

    def check_query(self, query: str, at_most: int) -> None:
        """Nothing, when the actor can ask the query; counting it up to `at_most` will not compile it again.

        Raises:
            BadQuery: with the place of the word that is wrong.
        """
        self._count(query, at_most)

    def _count(self, query: str, at_most: int, before: str = "") -> Statement:
        def compiled() -> Statement:
            end = PageKey.read(before) if before else None
            return compile_count(parse(query), self.scope, self._names(), **self._asking(), limit=at_most, before=end)

        with place_of_list():
            return compiled() if before else self._compiled(("count", query, at_most), compiled)

    def _names(self) -> Vocabulary:
        """What a query may name; of somebody who reads by queue it holds until rights or words change."""
        stamp = (self.stamps.words, self.stamps.rights)
        name = f"names {self.actor.person_id}"
        if Permission.SEE_PEOPLE not in self.actor.permissions:
            return read_vocabulary(self._reader, self.scope)
        return self.desk.kept(name, stamp, lambda: read_vocabulary(self._reader, self.scope))

    def _asking(self) -> "_Asking":
        return {"now": self.now, "zone": self.desk.zone, "me": self.actor.person_id}

    def thread(self, number: int) -> tuple[MessageRow, ...]:
        """The messages of a ticket that the actor may read, oldest first."""
        return ticket_sql.messages(self._reader, number, self.require_level(number, Permission.READ))

    def links(self, number: int) -> tuple[LinkRow, ...]:
        """The ticket's ties to others that the actor may see."""
        self.require_level(number, Permission.READ)
        return ticket_sql.links(self._reader, self.actor, number)

    def unread(self, number: int) -> tuple[int, ...]:
        """Messages of a ticket that the actor has not seen; none for whoever only owns it."""
        level = self.require_level(number, Permission.READ)
        return ticket_sql.unread(self._reader, self.actor, number) if level >= Level.READ else ()

    def changes(self, number: int) -> tuple[EventRow, ...]:
        """What was changed on a ticket, and when its messages came; internal, so whoever only owns it sees nothing."""
        level = self.require_level(number, Permission.READ)
        return event_sql.changes_between(self._reader, number) if level >= Level.READ else ()

    def others_open(self, number: int, limit: int) -> tuple[TicketRow, ...]:
        """The other open tickets of a ticket's requester that the actor may see, of the `limit` last changed."""
        self.require_level(number, Permission.READ)
        return self.ticket_rows(ticket_sql.others_open(self._reader, number, limit))

    def participants(self, number: int) -> tuple[ParticipantRow, ...]:
        """Who takes part in a ticket besides its requester."""
        return ticket_sql.participants(self._reader, number, self.require_level(number, Permission.READ))

    def ticket_events(self, number: int, after: int = 0) -> tuple[EventRow, ...]:
        """What happened to a ticket; internal, so owning it is not enough.

        Raises:
            NotFound: no such ticket, or not for this actor.
            Denied: the actor is only its requester.
        """
        if self.require_level(number, Permission.READ) < Level.READ:
            raise Denied("A ticket's history is for agents.")
        return event_sql.ticket_events(self._reader, number, after)

    def unrouted(self, limit: int) -> tuple[int, ...]:
        """Numbers of tickets that the rules have not seen, of those the actor may see."""
        numbers = ticket_sql.unrouted(self._reader, limit)
        return tuple(number for number in numbers if self.level(number) >= Level.READ)

    def rules_fired(self, number: int) -> frozenset[int]:
        """Ids of the rules that matched this ticket when it came in."""
        return event_sql.rules_fired(self._reader, number)

    # One's own

    def preferences(self) -> dict[str, str]:
        """The actor's settings by key."""
        return personal_sql.preferences(self._reader, self.actor.person_id)

    def drafts(self) -> tuple[DraftRow, ...]:
        """The actor's drafts, newest first, without those on tickets that they may no longer see."""
        found = personal_sql.drafts(self._reader, self.actor.person_id)
        return tuple(row for row in found if row.number == 0 or self.level(row.number) >= Level.OWN)

    def draft(self, number: int, kind: str) -> DraftRow | None:
        """One draft of the actor."""
        return personal_sql.draft(self._reader, self.actor.person_id, number, kind)

    def count_drafts(self) -> int:
        """How many drafts the actor has."""
        return personal_sql.count_drafts(self._reader, self.actor.person_id)

    def recipients(self, number: int) -> RecipientsRow:
        """Who gets the actor's public reply; without the requester's address those copied in are written to."""
        to, cc = ticket_sql.reply_addresses(self._reader, number, self.actor.person_id)
        return RecipientsRow(to, cc) if to else RecipientsRow(cc)

    def presence(self, number: int, besides: str) -> tuple[PresenceRow, ...]:
        """Who else is at a ticket, each once; of the actor's own places only others than `besides`, if one is named."""
        me = self.actor.person_id
        found: dict[int, PresenceRow] = {}
        for person_id, place, row in personal_sql.presence(self._reader, number, self.now):
            if person_id != me or (besides and place != besides):
                found.setdefault(person_id, row)
        return tuple(found.values())


class _Page(TypedDict):
    limit: int
    after: PageKey | None
    backward: bool


class _Asking(TypedDict):
    now: int
    zone: str
    me: int
