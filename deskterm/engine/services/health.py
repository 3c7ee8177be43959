"""How the desk is: one page of figures, and the proof of every invariant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import moment
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One page of health. Bytes are bytes; `leader` is the process that runs the timetable, if any."""

    name: str
    path: str
    schema: int
    sqlite: str
    tickets: int
    open: int
    unassigned: int
    people: int
    database_bytes: int
    wal_bytes: int
    quarantined: int
    unparsed: int
    outbox_waiting: int
    outbox_failed: int
    rules: int
    rules_with_problems: int
    leader: str
    leader_until: datetime | None
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStatus(Query[StatusReport]):
    """One page of health."""


@action("desk.status", needs=Permission.SEE_DESK)
def desk_status(tx: "ReadTx", query: DeskStatus) -> StatusReport:
    """Tickets are counted as far as one may see them; sizes and what waits are the desk's."""
    facts = tx.desk_facts()
    queues = tx.queues()
    facts["tickets"] = tx.count("", 1 << 40)[0]
    facts["open"], facts["unassigned"] = sum(q.open for q in queues), sum(q.unassigned for q in queues)
    until, last = moment(facts.pop("leader_until")), moment(facts.pop("last_event_at"))
    return StatusReport(name=tx.desk.name, path=str(tx.desk.path), leader_until=until, last_event_at=last, **facts)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant: whether it holds, and what is wrong where it does not."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDesk(Query[tuple[CheckResult, ...]]):
    """Prove the desk's invariants; `deep` reads every row, every event and every stored file."""

    deep: bool = False


@action("desk.check", needs=Permission.CHECK)
def check_desk(tx: "ReadTx", query: CheckDesk) -> tuple[CheckResult, ...]:
    """Each check by itself: one that breaks does not hide the next."""
    results = [_proven(name, prove) for name, prove in tx.checks(deep=query.deep)]
    if query.deep:
        results.append(_proven("audit chain", lambda: _chain(tx)))
    return tuple(results)


def _proven(name: str, prove: Callable[[], str]) -> CheckResult:
    problem = prove()
    return CheckResult(name, not problem, problem or "ok")


def _chain(tx: "ReadTx") -> str:
    verdict = tx.verify_audit()
    return "" if verdict.ok else f"event {verdict.first_broken}: {verdict.detail}"
