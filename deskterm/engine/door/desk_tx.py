"""What a query's handler may ask of the desk as a whole: words, people, rules, mails, jobs, the audit log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pysqlite3.dbapi2 import DatabaseError

from deskterm.engine.domain.audit import AuditVerdict, verify_chain
from deskterm.engine.domain.errors import Invalid, NotFound
from deskterm.engine.domain.permissions import Actor, Permission, Scope
from deskterm.engine.domain.rows import (
    EventRow,
    JobRunRow,
    MailRow,
    NamedRow,
    OrganizationRow,
    PersonRow,
    QueueRow,
    RoleRow,
    RuleRow,
    ViewRow,
)
from deskterm.engine.store import (
    actor_sql,
    checks,
    desk_sql,
    event_sql,
    person_sql,
    view_sql,
    words_sql,
)
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.words_sql import RuleText, Stamps, Words

if TYPE_CHECKING:
    from deskterm.engine.domain.completion import Known
    from deskterm.engine.door.desk import Desk


class DeskTx:
    """The half of a `ReadTx` that is about the desk and its people; tickets are the other half."""

    def __init__(self, desk: "Desk", reader: Reader, actor: Actor, needs: Permission, stamps: Stamps) -> None:
        self.desk = desk
        self.actor = actor
        self.needs = needs
        self.now = desk.now()
        self._reader = reader
        self.stamps = stamps
        """How often rights, words and rules had changed when this transaction began."""
        self._words: Words | None = None

    @property
    def scope(self) -> Scope:
        """What the actor may see."""
        return self.actor.scope

    @property
    def words(self) -> Words:
        """Queues, statuses and types, all of them: for names and ids, not for showing."""
        if self._words is None:
            self._words = self._load_words()
        return self._words

    def _load_words(self) -> Words:
        return self.desk.kept("words", self.stamps.words, lambda: words_sql.words(self._reader))

    def rule_texts(self) -> tuple[RuleText, ...]:
        """All rules as they are stored, in the order they run."""
        stamp = (self.stamps.rules, self.stamps.words)
        return self.desk.kept("rules", stamp, lambda: words_sql.rule_texts(self._reader))

    # The desk

    def queues(self) -> tuple[QueueRow, ...]:
        """The queues the actor may read."""
        return desk_sql.queues(self._reader, self.actor)

    def types(self) -> tuple[NamedRow, ...]:
        """Ticket types in their order."""
        return desk_sql.types(self._reader)

    def statuses(self) -> tuple[NamedRow, ...]:
        """Statuses in their order."""
        return desk_sql.statuses(self._reader)

    def tags(self, prefix: str, limit: int = 50) -> tuple[str, ...]:
        """Tags that begin so, most used first."""
        return desk_sql.tags(self._reader, self.scope, prefix, limit)

    def known_values(self, field: str, typed: str) -> "tuple[Known, ...]":
        """The desk's own values of a field of the query language, for completion."""
        from deskterm.engine.store import completion_sql  # loaded when somebody types

        return completion_sql.known_values(self._reader, self.scope, field, typed)

    def views(self) -> tuple[ViewRow, ...]:
        """Saved views open to the actor in their order, not yet counted."""
        return view_sql.views(self._reader, self.actor)

    def people(
        self, search: str = "", *, logins_only: bool = False, inactive: bool = False, limit: int = 1000
    ) -> tuple[PersonRow, ...]:
        """People of the desk, those with a login first."""
        wanted = person_sql.Wanted(search, logins_only, inactive)
        return tuple(self._in_sight(row) for row in person_sql.window(self._reader, wanted, limit))

    def find_people(
        self, search: str, limit: int, place: str, *, backward: bool, logins_only: bool, inactive: bool
    ) -> tuple[tuple[PersonRow, ...], str, str]:
        """People that follow a place of the list, or come before it, each with the last ticket that the actor may see;
        then the places of the first and of the last of them.

        Raises:
            Invalid: `place` is none of ours.
        """
        with place_of_list():
            at = person_sql.Place.read(place) if place else None
        wanted = person_sql.Wanted(search, logins_only, inactive)
        found = person_sql.window(self._reader, wanted, limit, at, backward=backward)
        rows = tuple(self._in_sight(person_sql.with_last_ticket(self._reader, self.actor, row)) for row in found)
        first, last = (str(person_sql.Place.of(rows[0])), str(person_sql.Place.of(rows[-1]))) if rows else ("", "")
        return rows, first, last

    def _in_sight(self, row: PersonRow) -> PersonRow:
        """Without the levels on queues that the actor may not read."""
        if not row.levels or self.scope.everything:
            return row
        seen = {queue.name for queue in self.words.queues if self.scope.reads_queue(queue.id)}
        return replace(row, levels={name: level for name, level in row.levels.items() if name in seen})

    def person(self, who: str) -> PersonRow:
        """One person by login or mail address.

        Raises:
            NotFound: nobody answers to it.
        """
        found = desk_sql.person(self._reader, who)
        if found is None:
            raise NotFound(f"There is nobody called {who}.")
        return self._in_sight(found)

    def actor_of(self, person_id: int) -> Actor | None:
        """What an active person may do, as of now."""
        return actor_sql.actor_by_id(self._reader, person_id)

    def roles(self) -> tuple[RoleRow, ...]:
        """Roles with their permissions."""
        return desk_sql.roles(self._reader)

    def organizations(self) -> tuple[OrganizationRow, ...]:
        """Organizations with their domains."""
        return desk_sql.organizations(self._reader)

    def rules(self) -> tuple[RuleRow, ...]:
        """Rules in the order they run."""
        return desk_sql.rules(self._reader)

    def mails(self, state: str, limit: int = 200) -> tuple[MailRow, ...]:
        """Raw mails in one state, newest first."""
        return desk_sql.mails(self._reader, state, limit)

    def mail(self, mail_id: int) -> MailRow:
        """One raw mail.

        Raises:
            NotFound: there is none.
        """
        found = desk_sql.mail(self._reader, mail_id)
        if found is None:
            raise NotFound(f"There is no mail {mail_id}.")
        return found

    def job_runs(self, name: str = "", limit: int = 50) -> tuple[JobRunRow, ...]:
        """Runs of jobs, newest first."""
        return desk_sql.job_runs(self._reader, name, limit)

    def lease(self, name: str) -> tuple[str, int, int] | None:
        """Holder, epoch and end of a lease."""
        return desk_sql.lease(self._reader, name)

    def audit_log(
        self, *, since: int = 0, until: int = 1 << 62, actor: str = "", action: str = "", limit: int = 100
    ) -> tuple[EventRow, ...]:
        """The newest events of the whole desk, newest first."""
        return event_sql.audit_log(self._reader, since=since, until=until, actor=actor, action=action, limit=limit)

    def find_events(
        self, limit: int, place: str, *, backward: bool, since: int, until: int, actor: str, action: str
    ) -> tuple[tuple[EventRow, ...], str, str, bool]:
        """Events of the whole desk that follow a place, or come before it, newest first; where the looking began and
        ended, and whether nothing lies beyond.

        Raises:
            Invalid: `place` is no event.
        """
        if place and not (place.isascii() and place.isdecimal() and len(place) <= 18):
            raise Invalid("That place in the log belongs to another list.")
        wanted = event_sql.Wanted(since, until, actor, action)
        at = int(place) if place else None
        rows, first, last, is_last = event_sql.window(self._reader, wanted, limit, at, backward=backward)
        return rows, str(first), str(last), is_last

    def desk_facts(self) -> dict[str, Any]:
        """Counts and sizes of the whole desk, by the names of the status report."""
        return desk_sql.facts(self._reader, self.desk.paths, self.now)

    def checks(self, *, deep: bool) -> list[tuple[str, Callable[[], str]]]:
        """Every invariant by name; calling one gives what is wrong, or nothing."""
        blobs = self.desk.blobs
        found = [(name, partial(_tell, prove, self._reader)) for name, prove in (checks.DEEP if deep else checks.QUICK)]
        files = partial(_tell, lambda reader: checks.attachments(reader, blobs, deep=deep), self._reader)
        modes = partial(_tell, lambda _: checks.modes(self.desk.path), self._reader)
        return [*found, ("attachments", files), ("file modes", modes)]

    def verify_audit(self) -> AuditVerdict:
        """Walk the whole audit chain."""
        return verify_chain(self.desk.key, event_sql.chain(self._reader))


@contextmanager
def place_of_list() -> Iterator[None]:
    """A place that is none, or that belongs to another order, is refused in words."""
    try:
        yield
    except ValueError as error:
        raise Invalid("That place in the list belongs to another list.") from error


def _tell(prove: checks.Check, reader: Reader) -> str:
    """What a check found; a database too damaged to be asked is itself the finding."""
    try:
        return prove(reader)
    except (DatabaseError, OSError) as error:
        return str(error)
