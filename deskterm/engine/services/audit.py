"""The audit log and the proof that nobody changed it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.audit import AuditVerdict
from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import EventRow
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx

MOST_IN_PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLog(Query[tuple[EventRow, ...]]):
    """The newest events of the desk. `since`: UTC milliseconds; `action`: the beginning of its name."""

    since: int = 0
    actor: str = ""
    action: str = ""
    limit: int = 100


@action("audit.log", needs=Permission.SEE_AUDIT)
def audit_log(tx: "ReadTx", query: AuditLog) -> tuple[EventRow, ...]:
    """Newest first."""
    return tx.audit_log(since=query.since, actor=query.actor, action=query.action, limit=query.limit)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, newest first. `first` and `last`: the places between which was looked, to go on from.

    `is_last`: nothing lies beyond. Of a search that few events fulfil, a page may be short, even empty, and not the
    last: looking ends after half a million events.
    """

    rows: tuple[EventRow, ...]
    first: str
    last: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindEvents(Query[EventPage]):
    """Events older than those at a place, or with `backward` newer ones; without a place from the newest, or oldest.

    `since`, `until`: UTC milliseconds, 0 for no limit; `actor`: a login; `action`: the beginning of its name.
    """

    since: int = 0
    until: int = 0
    actor: str = ""
    action: str = ""
    place: str = ""
    backward: bool = False
    limit: int = 250


@action("audit.find", needs=Permission.SEE_AUDIT)
def find_events(tx: "ReadTx", query: FindEvents) -> EventPage:
    """By key: what it costs follows from the page, not from the length of the log."""
    if not 1 <= query.limit <= MOST_IN_PAGE:
        raise Invalid(f"A page of the log holds from 1 to {MOST_IN_PAGE:,} events.")
    rows, first, last, is_last = tx.find_events(
        query.limit,
        query.place,
        backward=query.backward,
        since=query.since,
        until=query.until or 1 << 62,
        actor=query.actor,
        action=query.action,
    )
    return EventPage(rows, first, last, is_last)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAudit(Query[AuditVerdict]):
    """Walk the audit chain from the first event to the last."""


@action("audit.verify", needs=Permission.SEE_AUDIT)
def verify_audit(tx: "ReadTx", query: VerifyAudit) -> AuditVerdict:
    """Names the first event that was changed, dropped or reordered."""
    return tx.verify_audit()
