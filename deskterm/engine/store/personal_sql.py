"""What belongs to one person: reading marks, settings, drafts, and where they are at work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deskterm.engine.domain.rows import DraftRow, PresenceRow, instant
from deskterm.engine.store.backend import Reader, Writer

PRESENT_SECONDS = 90
"""How long a sign of life is good for."""

MOST_PLACES = 20
"""Running programs of one person that are remembered."""

_DOING = ("replying", "noting", "reading")
"""Most telling first: of somebody at several places one is shown."""


def mark_seen(writer: Writer, person_id: int, number: int, message_id: int | None) -> None:
    """Move a reading mark up to a message, or to the last one; never back."""
    writer.execute(
        "INSERT INTO ticket_seen SELECT ?, id, min(ifnull(last_message_id, 0), coalesce(?, last_message_id, 0)) "
        "FROM ticket WHERE id = ? "
        "ON CONFLICT DO UPDATE SET message_id = max(message_id, excluded.message_id)",
        (person_id, message_id, number),
    )


def preferences(reader: Reader, person_id: int) -> dict[str, str]:
    """A person's settings by key."""
    return dict(reader.rows("SELECT key, value FROM preference WHERE person_id = ? ORDER BY key", (person_id,)))


def preference(reader: Reader, person_id: int, key: str) -> str:
    """One setting of a person; empty where there is none."""
    found = reader.row("SELECT value FROM preference WHERE person_id = ? AND key = ?", (person_id, key))
    return str(found[0]) if found else ""


def keep_preference(writer: Writer, person_id: int, key: str, value: str) -> None:
    """Keep a setting; an empty one is forgotten."""
    if value:
        writer.execute(
            "INSERT INTO preference VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (person_id, key, value),
        )
    else:
        writer.execute("DELETE FROM preference WHERE person_id = ? AND key = ?", (person_id, key))


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to keep. `number` 0 is a new ticket; `fields`: what else was filled in."""

    number: int
    kind: str
    body: str
    fields: Mapping[str, str]
    version: int | None


def drafts(reader: Reader, person_id: int) -> tuple[DraftRow, ...]:
    """A person's drafts, newest first."""
    found = reader.rows(
        "SELECT ifnull(ticket_id, 0), kind, body, fields, version, saved_at FROM draft "
        "WHERE person_id = ? ORDER BY saved_at DESC, id DESC",
        (person_id,),
    )
    return tuple(_draft(row) for row in found)


def draft(reader: Reader, person_id: int, number: int, kind: str) -> DraftRow | None:
    """One draft of a person."""
    row = reader.row(
        "SELECT ifnull(ticket_id, 0), kind, body, fields, version, saved_at FROM draft "
        "WHERE person_id = ? AND ifnull(ticket_id, 0) = ? AND kind = ?",
        (person_id, number, kind),
    )
    return _draft(row) if row else None


def _draft(row: tuple[Any, ...]) -> DraftRow:
    number, kind, body, fields, version, saved_at = row
    return DraftRow(number, kind, body, json.loads(fields), version, instant(saved_at))


def count_drafts(reader: Reader, person_id: int) -> int:
    """How many drafts a person has."""
    found = reader.row("SELECT count(*) FROM draft WHERE person_id = ?", (person_id,))
    return int(found[0]) if found else 0


def keep_draft(writer: Writer, person_id: int, text: Draft, now: int) -> None:
    """Keep a draft in place of the one of this ticket and kind."""
    writer.execute(
        "INSERT INTO draft (person_id, ticket_id, kind, body, fields, version, saved_at) "
        "VALUES (?, nullif(?, 0), ?, ?, ?, ?, ?) ON CONFLICT (person_id, ifnull(ticket_id, 0), kind) DO UPDATE SET "
        "body = excluded.body, fields = excluded.fields, version = excluded.version, saved_at = excluded.saved_at",
        (person_id, text.number, text.kind, text.body, json.dumps(dict(text.fields)), text.version, now),
    )


def forget_draft(writer: Writer, person_id: int, number: int, kind: str) -> None:
    """Forget a draft, if there is one."""
    writer.execute(
        "DELETE FROM draft WHERE person_id = ? AND ifnull(ticket_id, 0) = ? AND kind = ?", (person_id, number, kind)
    )


def presence(reader: Reader, number: int, now: int) -> tuple[tuple[int, str, PresenceRow], ...]:
    """Who is at a ticket now: person, place and row, most telling first, then longest."""
    found = reader.rows(
        "SELECT p.id, x.place, ifnull(p.login, ''), p.name, x.doing, x.since FROM presence x "
        "JOIN person p ON p.id = x.person_id WHERE x.ticket_id = ? AND x.seen_at BETWEEN ? AND ? AND p.active = 1",
        (number, now - PRESENT_SECONDS * 1000, now + PRESENT_SECONDS * 1000),
    )
    rows = ((row[0], row[1], PresenceRow(row[2], row[3], row[4], instant(row[5]))) for row in found)
    return tuple(sorted(rows, key=lambda one: (_DOING.index(one[2].doing), one[2].since, one[2].login)))


def keep_presence(writer: Writer, person_id: int, place: str, number: int, doing: str, now: int) -> None:
    """Note a sign of life; `since` holds as long as the same is done at the same ticket."""
    _sweep(writer, now)
    writer.execute(
        "INSERT INTO presence (person_id, place, ticket_id, doing, since, seen_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET "
        "since = iif(ticket_id = excluded.ticket_id AND doing = excluded.doing, since, excluded.since), "
        "ticket_id = excluded.ticket_id, doing = excluded.doing, seen_at = excluded.seen_at",
        (person_id, place, number, doing, now, now),
    )
    writer.execute(
        "DELETE FROM presence WHERE person_id = ?1 AND place IN (SELECT place FROM presence WHERE person_id = ?1 "
        "ORDER BY seen_at DESC, place = ?2 DESC LIMIT -1 OFFSET ?3)",
        (person_id, place, MOST_PLACES),
    )


def forget_presence(writer: Writer, person_id: int, place: str, now: int) -> None:
    """Take a place out, and with it what has long shown no sign of life."""
    _sweep(writer, now)
    writer.execute("DELETE FROM presence WHERE person_id = ? AND place = ?", (person_id, place))


def _sweep(writer: Writer, now: int) -> None:
    """A clock that was set back must not keep anybody here for ever either."""
    good_for = PRESENT_SECONDS * 1000
    writer.execute("DELETE FROM presence WHERE seen_at NOT BETWEEN ? AND ?", (now - good_for, now + good_for))
