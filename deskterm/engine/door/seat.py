"""A seat at the desk: one actor's way in, the only way in.

For every caller and in this order: find the action, check the permission, open one transaction, run the handler,
append the audit events in that transaction, commit. Screens notice through `data_version`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from deskterm.engine.domain.errors import Denied, LeaseLost
from deskterm.engine.domain.permissions import Actor, Permission
from deskterm.engine.door.actions import Action, Command, Query, action_of, find_action
from deskterm.engine.door.desk import Clock, Desk, DeskSettings
from deskterm.engine.model.enums import Level
from deskterm.engine.store import actor_sql, event_sql, words_sql
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.paths import DeskPaths
from deskterm.engine.store.sqlite import SqliteBackend
from deskterm.engine.store.words_sql import Stamps

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fence:
    """A leader's token: work under it is committed only while the lease still has this epoch."""

    lease: str
    epoch: int


class Seat:
    """The desk plus one actor. May be used from any thread, one request at a time.

    `source` says from where requests come: cli, screen, mail, job, demo.
    """

    def __init__(self, desk: Desk, actor: Actor, source: str, fence: Fence | None = None) -> None:
        self.desk = desk
        self.source = source
        self._actor = actor
        self._fence = fence
        self._stamp = 0
        self._seen_version = -1
        self._last_event = 0
        self._commands = 0
        self._lock = threading.RLock()

    @property
    def actor(self) -> Actor:
        """Who sits here, with rights as of the last request."""
        return self._actor

    def do(self, command: Command[T]) -> T:
        """Change the desk; what it answers was committed and survives a power cut.

        Raises:
            DeskError: one sentence; nothing was changed.
        """
        action = find_action(command)
        with self._lock:
            with self.desk.backend.reading() as reader:
                self._check(reader, action)
            if action.prepare is not None:
                command = action.prepare(self, command)
            with self._writing(action) as tx:
                answer = action.handler(tx, command)
                tx.finish()
            self._commands += not action.quiet
        return cast(T, answer)

    def ask(self, query: Query[T]) -> T:
        """Look at the desk.

        Raises:
            DeskError: one sentence.
        """
        from deskterm.engine.door.read_tx import ReadTx  # the first question loads it: a frame is painted before

        action = find_action(query)
        with self._lock, self.desk.backend.reading() as reader:
            stamps = self._check(reader, action)
            return cast(T, action.handler(ReadTx(self.desk, reader, self._actor, action.needs, stamps), query))

    def settings(self) -> dict[str, str]:
        """The actor's own settings by key. The first frame follows from them: nothing is loaded that it can do without.

        Raises:
            DeskError: one sentence.
        """
        from deskterm.engine.store import personal_sql

        with self._lock, self.desk.backend.reading() as reader:
            self._refresh(reader)
            return personal_sql.preferences(reader, self._actor.person_id)

    def may(self, request: type) -> str | None:
        """None when the actor's role allows this kind of request at all; else what is missing, in words."""
        needs = action_of(request).needs
        return None if needs in self._actor.permissions else f"needs the permission {needs}"

    def require(self, needs: Permission) -> None:
        """Refuse when the actor lacks a permission, as of now.

        Raises:
            Denied: naming it.
        """
        with self._lock, self.desk.backend.reading() as reader:
            self._refresh(reader)
            _require(self._actor, needs, "This")

    def as_system(self, source: str, fence: Fence | None = None) -> "Seat":
        """The desk's own seat, as which intake, rules and jobs act."""
        return system_seat(self.desk, source, fence or self._fence)

    def data_version(self) -> int:
        """Changes when somebody's change was recorded, or this seat has done anything; cheap enough for every second.

        Renewed leases and other people's reading marks commit too, but change nothing that is shown; nor do one's own
        drafts, settings and signs of life.
        """
        version = self.desk.backend.data_version()
        if version != self._seen_version:
            self._seen_version = version
            with self.desk.backend.reading() as reader:
                self._last_event = (event_sql.head(reader) or (0, b""))[0]
        return (self._last_event << 32) + self._commands

    def interrupt(self) -> None:
        """Stop a question that is being answered in another thread: it is refused there, nothing is changed."""
        self.desk.backend.interrupt()

    def close(self) -> None:
        """Leave the desk and let go of it."""
        self.desk.close()

    @contextmanager
    def _writing(self, action: Action) -> Iterator["PlainTx"]:
        make = _transaction(action)
        with self.desk.backend.writing(entities=action.audited) as writer:
            stamps = self._check(writer, action)
            self._check_fence(writer)
            yield make(self.desk, writer, self._actor, action, self.source, stamps)

    def _check(self, reader: Reader, action: Action) -> Stamps:
        stamps = self._refresh(reader)
        _require(self._actor, action.needs, action.name)
        return stamps

    def _refresh(self, reader: Reader) -> Stamps:
        stamps = words_sql.stamps(reader)
        stamp = stamps.rights
        if stamp == self._stamp:
            return stamps
        found = actor_sql.actor_by_id(reader, self._actor.person_id)
        if found is None:
            raise Denied(f"The account {self._actor.login} is disabled.")
        self._actor, self._stamp = found, stamp
        return stamps

    def _check_fence(self, reader: Reader) -> None:
        if self._fence is None:
            return
        found = reader.row("SELECT epoch FROM job_lease WHERE name = ?", (self._fence.lease,))
        if found is None or found[0] != self._fence.epoch:
            raise LeaseLost("Another process leads the timetable now; this work was not kept.")


class _FirstSeat(Seat):
    """The one seat without an account: it fills a desk in which nobody is yet, and is gone."""

    def _refresh(self, reader: Reader) -> Stamps:
        if reader.row("SELECT 1 FROM person LIMIT 1") is not None:
            raise Denied("This desk has people already.")
        return words_sql.stamps(reader)


def _transaction(action: Action) -> "type[PlainTx]":
    """What an action's handler is given; what is not audited never loads the models."""
    if action.audited:
        from deskterm.engine.door.write_tx import WriteTx

        return WriteTx
    from deskterm.engine.door.plain_tx import PlainTx

    return PlainTx


def unseated(paths: DeskPaths, clock: Clock, settings: DeskSettings) -> Seat:
    """The seat that fills an empty desk; refused as soon as somebody is in it."""
    desk = Desk(SqliteBackend(paths), paths, clock, settings)
    everything = frozenset(Permission)
    return _FirstSeat(desk, Actor(1, "system", settings.name, "admin", everything, Level.FULL, {}), "cli")


def _require(actor: Actor, needs: Permission, what: str) -> None:
    if needs not in actor.permissions:
        raise Denied(f"{what} needs the permission {needs}, which {actor.login or actor.name} ({actor.role}) has not.")


def seat_for_login(desk: Desk, login: str, source: str) -> Seat:
    """The seat of a person with a login.

    Raises:
        Denied: no such login, or disabled; both read the same.
    """
    with desk.backend.reading() as reader:
        actor = actor_sql.actor_by_login(reader, login)
    if actor is None or actor.is_system:
        raise Denied(f"There is no active account {login} on this desk.")
    return Seat(desk, actor, source)


def seat_for_os_login(desk: Desk, os_login: str, source: str) -> Seat:
    """The seat of whoever this operating-system account is mapped to.

    Raises:
        Denied: nobody is.
    """
    with desk.backend.reading() as reader:
        actor = actor_sql.actor_by_os_login(reader, os_login)
    if actor is None:
        raise Denied(f"The system account {os_login} has no account on this desk; an admin can add one.")
    return Seat(desk, actor, source)


def system_seat(desk: Desk, source: str, fence: Fence | None = None) -> Seat:
    """The desk's own seat."""
    with desk.backend.reading() as reader:
        actor = actor_sql.system_actor(reader)
    if actor is None:
        raise Denied("This desk has no system account; it is damaged.")
    return Seat(desk, actor, source, fence)
