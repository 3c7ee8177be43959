"""Ticket rows, threads and links as the light path reads them: SQL in, frozen rows out.

Every function takes the actor and leaves out what that actor may not see; which tickets a query finds is
decided in `query_sql`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskterm.engine.domain.permissions import Actor
from deskterm.engine.domain.rows import (
    AttachmentRow,
    Contact,
    LinkRow,
    MessageRow,
    ParticipantRow,
    TicketRow,
    instant,
    moment,
)
from deskterm.engine.model.enums import Category, Level, MessageKind, Priority, SlaState
from deskterm.engine.store.backend import Reader

_MOST_AT_ONCE = 500
_LARGEST_NUMBER = 2**63 - 1

_CATEGORIES = {int(one): one for one in Category}
_PRIORITIES = {int(one): one for one in Priority}
_SLA_STATES = {int(one): one for one in SlaState}
"""Looking a member up is a tenth of what calling its class costs; a page has a hundred and fifty."""

_ROW = """
SELECT t.id, t.subject, y.name, s.name, t.category, t.priority, q.name, a.login, a.name, r.name, r.email, o.name,
    t.channel, t.created_at, t.updated_at, t.version, t.impact, t.urgency, t.first_response_due,
    t.next_response_due, t.resolution_due, t.next_due, t.sla_policy, t.sla_state, t.first_response_at,
    t.resolved_at, t.closed_at, t.snoozed_until, t.custom, t.merged_into, t.deleted_at IS NOT NULL,
    ifnull(t.last_message_id, 0) > ifnull(seen.message_id, 0), t.queue_id, t.requester_id, t.organization_id
FROM ticket t
JOIN ticket_type y ON y.id = t.type_id
JOIN status s ON s.id = t.status_id
JOIN queue q ON q.id = t.queue_id
JOIN person r ON r.id = t.requester_id
LEFT JOIN person a ON a.id = t.assignee_id
LEFT JOIN organization o ON o.id = t.organization_id
LEFT JOIN ticket_seen seen ON seen.ticket_id = t.id AND seen.person_id = ?
WHERE t.id IN ({marks})
"""

_TAGS = """
SELECT x.ticket_id, g.name FROM ticket_tag x JOIN tag g ON g.id = x.tag_id
WHERE x.ticket_id IN ({marks}) ORDER BY g.name
"""


@dataclass(frozen=True, slots=True)
class TicketKey:
    """What decides who may see a ticket."""

    number: int
    queue_id: int
    requester_id: int
    organization_id: int | None


def owns(actor: Actor, key: TicketKey) -> bool:
    """Whether a ticket is the actor's own, or their sharing organization's."""
    return _owns(actor, key.requester_id, key.organization_id)


def _owns(actor: Actor, requester_id: int, organization_id: int | None) -> bool:
    shared = actor.organization_id is not None and actor.organization_id == organization_id
    return requester_id == actor.person_id or shared


def level_of(actor: Actor, key: TicketKey) -> Level:
    """The actor's level on a ticket: by its queue, or as its requester or their sharing organization."""
    return actor.level_for(key.queue_id, owns=owns(actor, key))


def ticket_key(reader: Reader, number: int) -> TicketKey | None:
    """What decides who may see this ticket, or None where there is none."""
    if number > _LARGEST_NUMBER:
        return None
    found = reader.row("SELECT id, queue_id, requester_id, organization_id FROM ticket WHERE id = ?", (number,))
    return TicketKey(*found) if found else None


def ticket_rows(reader: Reader, actor: Actor, numbers: Sequence[int]) -> tuple[TicketRow, ...]:
    """The rows of those tickets the actor may see, in the order asked; the rest is left out."""
    found: dict[int, TicketRow] = {}
    possible = [number for number in numbers if abs(number) <= _LARGEST_NUMBER]
    for start in range(0, len(possible), _MOST_AT_ONCE):
        part = possible[start : start + _MOST_AT_ONCE]
        marks = ",".join("?" * len(part))
        tags = _tags(reader, part, marks)
        for row in reader.rows(_ROW.format(marks=marks), (actor.person_id, *part)):
            ticket = _ticket_row(actor, row, tags.get(row[0], ()))
            if ticket is not None:
                found[ticket.number] = ticket
    return tuple(found[number] for number in numbers if number in found)


def _tags(reader: Reader, numbers: Sequence[int], marks: str) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for number, name in reader.rows(_TAGS.format(marks=marks), numbers):
        found[number] = (*found.get(number, ()), name)
    return found


def _ticket_row(actor: Actor, row: tuple[Any, ...], tags: tuple[str, ...]) -> TicketRow | None:
    level = actor.level_for(row[32], owns=_owns(actor, row[33], row[34]))
    if level < Level.OWN:
        return None
    return TicketRow(
        number=row[0],
        subject=row[1],
        type=row[2],
        status=row[3],
        category=_CATEGORIES[row[4]],
        priority=_PRIORITIES[row[5]],
        queue=row[6],
        assignee=row[7] or row[8],
        requester=Contact(row[9], row[10]),
        organization=row[11],
        channel=row[12],
        tags=tags,
        created_at=instant(row[13]),
        updated_at=instant(row[14]),
        version=row[15],
        impact=row[16],
        urgency=row[17],
        first_response_due=moment(row[18]),
        next_response_due=moment(row[19]),
        resolution_due=moment(row[20]),
        next_due=moment(row[21]),
        sla_policy=row[22],
        sla_state=_SLA_STATES[row[23]],
        first_response_at=moment(row[24]),
        resolved_at=moment(row[25]),
        closed_at=moment(row[26]),
        snoozed_until=moment(row[27]),
        custom={} if row[28] == "{}" else json.loads(row[28]),
        merged_into=row[29],
        deleted=bool(row[30]),
        unread=bool(row[31]) and level >= Level.READ,
        level=level,
    )


_MESSAGES = """
SELECT m.id, m.kind, p.name, p.email, m.at, m.body, m.inbound, m.automatic,
    (SELECT state FROM outbox x WHERE x.message_id = m.id ORDER BY x.id DESC LIMIT 1)
FROM message m JOIN person p ON p.id = m.author_id
WHERE m.ticket_id = ? AND (? OR m.kind = 1) ORDER BY m.id
"""

_ATTACHMENTS = """
SELECT a.message_id, a.id, a.name, a.media_type, a.bytes, a.sha256
FROM attachment a JOIN message m ON m.id = a.message_id
WHERE m.ticket_id = ? AND (? OR m.kind = 1) ORDER BY a.id
"""


def messages(reader: Reader, number: int, level: Level) -> tuple[MessageRow, ...]:
    """The thread, oldest first; without notes and system lines for whoever only owns the ticket."""
    internal = level >= Level.READ
    files: dict[int, list[AttachmentRow]] = {}
    for message_id, *rest in reader.rows(_ATTACHMENTS, (number, internal)):
        files.setdefault(message_id, []).append(AttachmentRow(*rest))
    rows = reader.rows(_MESSAGES, (number, internal))
    return tuple(_message_row(row, tuple(files.get(row[0], ()))) for row in rows)


def _message_row(row: tuple[Any, ...], files: tuple[AttachmentRow, ...]) -> MessageRow:
    message_id, kind, author, email, at, body, inbound, automatic, delivery = row
    return MessageRow(
        id=message_id,
        kind=MessageKind(kind),
        author=author,
        author_email=email,
        at=instant(at),
        body=body,
        inbound=bool(inbound),
        automatic=bool(automatic),
        attachments=files,
        delivery=delivery or "",
    )


_LINKS = """
SELECT l.kind, t.id, t.subject, t.queue_id, t.requester_id, t.organization_id
FROM ticket_link l JOIN ticket t ON t.id = CASE WHEN l.ticket_id = ?1 THEN l.other_id ELSE l.ticket_id END
WHERE l.ticket_id = ?1 OR l.other_id = ?1 ORDER BY l.id
"""


def links(reader: Reader, actor: Actor, number: int) -> tuple[LinkRow, ...]:
    """The ticket's ties to others that the actor may see too."""
    found = reader.rows(_LINKS, (number,))
    return tuple(
        LinkRow(kind, other, subject)
        for kind, other, subject, *key in found
        if level_of(actor, TicketKey(other, *key)) >= Level.OWN
    )


_UNREAD = """
SELECT id FROM message WHERE ticket_id = ?1 AND author_id <> ?2 AND id > ifnull(
    (SELECT message_id FROM ticket_seen WHERE ticket_id = ?1 AND person_id = ?2), 0) ORDER BY id
"""


def unread(reader: Reader, actor: Actor, number: int) -> tuple[int, ...]:
    """Ids of the messages by others that the actor has not seen, oldest first."""
    return tuple(row[0] for row in reader.rows(_UNREAD, (number, actor.person_id)))


_OTHERS_OPEN = """
SELECT id FROM ticket WHERE requester_id = (SELECT requester_id FROM ticket WHERE id = ?1)
    AND id <> ?1 AND is_open AND deleted_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ?2
"""


def others_open(reader: Reader, number: int, limit: int) -> tuple[int, ...]:
    """Numbers of the other open tickets of a ticket's requester, those last changed first; not yet scoped."""
    return tuple(row[0] for row in reader.rows(_OTHERS_OPEN, (number, limit)))


def participants(reader: Reader, number: int, level: Level) -> tuple[ParticipantRow, ...]:
    """Who takes part besides the requester; who watches is for agents."""
    rows = reader.rows(
        "SELECT x.kind, p.name, p.email FROM participant x JOIN person p ON p.id = x.person_id "
        "WHERE x.ticket_id = ? AND (? OR x.kind = 'cc') ORDER BY x.kind, p.name",
        (number, level >= Level.READ),
    )
    return tuple(ParticipantRow(kind, Contact(name, email)) for kind, name, email in rows)


def unrouted(reader: Reader, limit: int) -> tuple[int, ...]:
    """Numbers of tickets that the rules have not seen, lowest first."""
    found = reader.rows("SELECT id FROM ticket WHERE routed = 0 ORDER BY id LIMIT ?", (limit,))
    return tuple(row[0] for row in found)


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """Who takes part in a thread (lower-case addresses), where its ticket stands, and its queue's late answers.

    Agents are not among them: their rights never follow from a From header, so they need a token or a seat.
    """

    number: int
    category: Category
    participants: frozenset[str]
    reopens: bool


_MOST_MERGES = 20

_PARTICIPANTS = """
SELECT lower(p.email) FROM person p WHERE p.email <> '' AND (p.login IS NULL OR p.role = 'requester') AND p.id IN (
    SELECT requester_id FROM ticket WHERE id = ?1
    UNION SELECT person_id FROM participant WHERE ticket_id = ?1
    UNION SELECT author_id FROM message WHERE ticket_id = ?1 AND kind = 1 AND inbound = 1
)
"""


def thread_facts(reader: Reader, number: int) -> ThreadFacts | None:
    """The facts of a ticket's thread, or of the one it was merged into; None where there is none."""
    for _ in range(_MOST_MERGES):
        row = reader.row(
            "SELECT t.merged_into, t.category, q.follow_up FROM ticket t JOIN queue q ON q.id = t.queue_id "
            "WHERE t.id = ? AND t.deleted_at IS NULL",
            (number,),
        )
        if row is None:
            return None
        if row[0] is None:
            people = frozenset(found[0] for found in reader.rows(_PARTICIPANTS, (number,)))
            return ThreadFacts(number, Category(row[1]), people, row[2] == "reopen")
        number = row[0]
    return None


_COPIED_IN = """
SELECT lower(p.email) FROM participant x JOIN person p ON p.id = x.person_id
WHERE x.ticket_id = ?1 AND x.kind = 'cc' AND p.email <> '' AND p.active = 1 AND p.is_system = 0 AND p.id <> ?2
    AND p.id <> (SELECT requester_id FROM ticket WHERE id = ?1)
    AND lower(p.email) NOT IN (SELECT lower(address) FROM queue)
ORDER BY p.id
"""


def reply_addresses(reader: Reader, number: int, author_id: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requester's address, and those of people copied in; never the author's own nor the desk's."""
    asked = "SELECT p.email FROM ticket t JOIN person p ON p.id = t.requester_id WHERE t.id = ? AND p.email <> ''"
    to = tuple(row[0] for row in reader.rows(asked, (number,)))
    return to, tuple(row[0] for row in reader.rows(_COPIED_IN, (number, author_id)))
