"""The audit log and the proof that nobody changed it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.audit import AuditVerdict
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import EventRow
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAudit(Query[AuditVerdict]):
    """Walk the audit chain from the first event to the last."""


@action("audit.verify", needs=Permission.SEE_AUDIT)
def verify_audit(tx: "ReadTx", query: VerifyAudit) -> AuditVerdict:
    """Names the first event that was changed, dropped or reordered."""
    return tx.verify_audit()
