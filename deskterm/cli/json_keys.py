"""The JSON keys of every row: a promise to scripts, kept in one place. Absent values are null."""

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deskterm.cli.output import iso

if TYPE_CHECKING:
    from deskterm.engine.services.health import StatusReport
    from deskterm.engine.services.rows import (
        AttachmentRow,
        EventRow,
        JobRow,
        JobRunRow,
        LinkRow,
        MailRow,
        MessageRow,
        NamedRow,
        OrganizationRow,
        PersonRow,
        QueueRow,
        RoleRow,
        RuleRow,
        TicketDetail,
        TicketRow,
        ViewRow,
    )

Json = dict[str, Any]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _plain(value: object) -> object:
    return iso(value) if isinstance(value, datetime) else value


def ticket_json(ticket: "TicketRow") -> Json:
    """A ticket without its thread."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "type": ticket.type,
        "status": ticket.status,
        "status_category": ticket.category.label,
        "priority": ticket.priority.label,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "queue": ticket.queue,
        "assignee": ticket.assignee,
        "requester": {"name": ticket.requester.name, "email": ticket.requester.email},
        "organization": ticket.organization,
        "tags": list(ticket.tags),
        "channel": ticket.channel,
        "created_at": _time(ticket.created_at),
        "updated_at": _time(ticket.updated_at),
        "first_response_due": _time(ticket.first_response_due),
        "next_response_due": _time(ticket.next_response_due),
        "resolution_due": _time(ticket.resolution_due),
        "next_due": _time(ticket.next_due),
        "sla": {"policy": ticket.sla_policy, "state": ticket.sla_state.label},
        "first_response_at": _time(ticket.first_response_at),
        "resolved_at": _time(ticket.resolved_at),
        "closed_at": _time(ticket.closed_at),
        "snoozed_until": _time(ticket.snoozed_until),
        "custom": {name: _plain(value) for name, value in ticket.custom.items()},
        "merged_into": ticket.merged_into,
        "version": ticket.version,
    }


def ticket_detail_json(detail: "TicketDetail") -> Json:
    """A ticket with its thread."""
    return {
        **ticket_json(detail.ticket),
        "messages": [message_json(message) for message in detail.messages],
        "links": [link_json(link) for link in detail.links],
        "checklist": [],
        "time_minutes": 0,
    }


def message_json(message: "MessageRow") -> Json:
    """One message; `visible_reply` is its body without quotes and signature."""
    return {
        "id": message.id,
        "kind": message.kind.label,
        "author": message.author,
        "at": _time(message.at),
        "body": message.body,
        "visible_reply": message.visible_reply,
        "attachments": [attachment_json(attachment) for attachment in message.attachments],
    }


def attachment_json(attachment: "AttachmentRow") -> Json:
    """A file of a message."""
    return {
        "name": attachment.name,
        "type": attachment.type,
        "bytes": attachment.bytes,
        "sha256": attachment.sha256,
    }


def link_json(link: "LinkRow") -> Json:
    """A tie to another ticket."""
    return {"kind": link.kind, "number": link.number, "subject": link.subject}


def event_json(event: "EventRow") -> Json:
    """One audited change."""
    return {
        "id": event.id,
        "at": _time(event.at),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "field": event.field or None,
        "old": _plain(event.old),
        "new": _plain(event.new),
        "cause": event.cause or None,
        "hash": event.hash,
    }


def queue_json(queue: "QueueRow") -> Json:
    """A queue; `open` and `unassigned` count what I may see."""
    return {
        "id": queue.id,
        "name": queue.name,
        "description": queue.description,
        "address": queue.address or None,
        "active": queue.active,
        "default": queue.is_default,
        "open": queue.open,
        "unassigned": queue.unassigned,
        "level": queue.level.label,
    }


def person_json(person: "PersonRow") -> Json:
    """A person; `queues` holds the levels granted to them alone."""
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "organization": person.organization,
        "active": person.active,
        "os_login": person.os_login,
        "queues": {queue: level.label for queue, level in person.levels.items()},
    }


def role_json(role: "RoleRow") -> Json:
    """A role; `inherited` are the permissions it has through `extends`."""
    return {
        "key": role.key,
        "name": role.name,
        "description": role.description,
        "extends": role.extends,
        "permissions": list(role.permissions),
        "inherited": list(role.inherited),
        "default_level": role.default_level.label,
        "people": role.people,
    }


def organization_json(organization: "OrganizationRow") -> Json:
    """An organization; `shared`: its people see each other's tickets."""
    return {
        "id": organization.id,
        "name": organization.name,
        "domains": list(organization.domains),
        "shared": organization.shared,
    }


def named_json(named: "NamedRow") -> Json:
    """A word of the desk's vocabulary."""
    return {"id": named.id, "name": named.name, "description": named.description}


def status_json(named: "NamedRow") -> Json:
    """A status with the fixed category it lives in."""
    return {**named_json(named), "category": named.category.label if named.category else None}


def view_json(view: "ViewRow") -> Json:
    """A saved view. `count`: what it holds for me; with `count_is_bound`, at least so many."""
    return {
        "id": view.id,
        "name": view.name,
        "query": view.query,
        "scope": view.scope,
        "queue": view.queue,
        "owner": view.owner,
        "position": view.position,
        "count": view.count,
        "count_is_bound": view.count_is_bound,
        "may_change": view.may_change,
    }


def rule_json(rule: "RuleRow") -> Json:
    """A rule; `problem` says why it matches nothing, if so."""
    return {
        "id": rule.id,
        "name": rule.name,
        "position": rule.position,
        "enabled": rule.enabled,
        "stop": rule.stop,
        "queue": rule.queue,
        "definition": rule.definition,
        "problem": rule.problem or None,
        "matches": rule.matches,
    }


def mail_json(mail: "MailRow") -> Json:
    """A raw mail that came in."""
    return {
        "id": mail.id,
        "state": str(mail.state),
        "reason": mail.reason or None,
        "sender": mail.sender,
        "subject": mail.subject,
        "received_at": _time(mail.received_at),
        "bytes": mail.bytes,
        "sha256": mail.sha256,
        "number": mail.number,
    }


def health_json(report: "StatusReport") -> Json:
    """One page of health, a key a figure."""
    return {field.name: _plain(getattr(report, field.name)) for field in fields(report)}


def job_json(job: "JobRow") -> Json:
    """A job of the timetable with its last run."""
    return {
        "name": job.name,
        "description": job.description,
        "every_seconds": job.every_seconds,
        "last_at": _time(job.last_at),
        "last_outcome": job.last_outcome or None,
        "last_did": job.last_did or None,
        "last_seconds": job.last_seconds,
    }


def job_run_json(run: "JobRunRow") -> Json:
    """One run just made."""
    return {"name": run.name, "outcome": run.outcome, "seconds": run.seconds, "did": run.did}


def job_history_json(run: "JobRunRow") -> Json:
    """One run of the past; `holder` is the process that led."""
    return {"id": run.id, "started_at": _time(run.started_at), **job_run_json(run), "holder": run.holder}
