"""People in their order, a window at a time: those with a login by it, then everybody else by name.

Windows follow each other by key, so that a million people cost what is shown of them. A search walks the same
order; each of its words must stand in login, name or address.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from deskterm.engine.domain.permissions import Actor
from deskterm.engine.domain.rows import PersonRow, instant
from deskterm.engine.model.enums import Level
from deskterm.engine.store.backend import Reader
from deskterm.engine.store.sql_pieces import Sql
from deskterm.engine.store.ticket_sql import TicketKey, level_of

PEOPLE = """
SELECT p.id, p.login, p.name, p.email, p.role, o.name, p.active, p.os_login
FROM person p LEFT JOIN organization o ON o.id = p.organization_id WHERE p.is_system = 0
"""

_MOST_WORDS = 8
_LONGEST_PLACE = 2_000
_LOOKED_AT = 200
"""Newest tickets of a person among which one is looked for that the actor may see."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the list: where it is read, whose it is, and what it is sorted by."""

    table: str
    which: str
    key: str
    searched: tuple[str, ...]


_PARTS = (
    _Part("person", "login > '' AND is_system = 0", "login", ("login", "name", "email")),
    _Part("person INDEXED BY person_name", "login IS NULL", "name COLLATE NOCASE", ("name", "email")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands in the list: in which part, by what, and which person."""

    part: int
    key: str
    id: int

    @classmethod
    def of(cls, row: PersonRow) -> "Place":
        """The place of a row."""
        return cls(1, row.name, row.id) if row.login is None else cls(0, row.login, row.id)

    @classmethod
    def read(cls, text: str) -> "Place":
        """Back from `str(place)`.

        Raises:
            ValueError: this is no place.
        """
        found = json.loads(text) if len(text) <= _LONGEST_PLACE else None
        if not isinstance(found, list) or [type(one) for one in found] != [int, str, int]:
            raise ValueError("This is no place among people.")
        part, key, number = found
        if part not in range(len(_PARTS)) or abs(number) >= 2**63:
            raise ValueError("This is no place among people.")
        return cls(part, key, number)

    def __str__(self) -> str:
        return json.dumps([self.part, self.key, self.id])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people: those all words of `search` are found in, with a login, disabled ones too."""

    search: str = ""
    logins_only: bool = False
    inactive: bool = False


def window(
    reader: Reader, wanted: Wanted, limit: int, place: Place | None = None, *, backward: bool = False
) -> tuple[PersonRow, ...]:
    """People that follow a place of the list, or come before it; without one from the top, or from the end."""
    found: list[int] = []
    parts = range(1 if wanted.logins_only else len(_PARTS))
    for number in reversed(parts) if backward else parts:
        if place is not None and (number > place.part if backward else number < place.part):
            continue
        here = place if place is not None and place.part == number else None
        found += _ids(reader, _PARTS[number], wanted, limit - len(found), here, backward)
        if len(found) >= limit:
            break
    return people(reader, found[::-1] if backward else found)


def _ids(reader: Reader, part: _Part, wanted: Wanted, limit: int, place: Place | None, backward: bool) -> list[int]:
    found = _found(part, wanted)
    beyond, direction = ("<", "DESC") if backward else (">", "ASC")
    # The first term is what the index is entered by, the second leaves out those before the place.
    behind = f"AND {part.key} {beyond}= ? AND ({part.key}, id) {beyond} (?, ?)" if place else ""
    at = (place.key, place.key, place.id) if place else ()
    order = f"{part.key} {direction}, id {direction}"
    sql = f"SELECT id FROM {part.table} WHERE {found.text} {behind} ORDER BY {order} LIMIT ?"
    return [row[0] for row in reader.rows(sql, (*found.parameters, *at, limit))]


def _found(part: _Part, wanted: Wanted) -> Sql:
    terms, parameters = [part.which], []
    if not wanted.inactive:
        terms.append("active = 1")
    for word in wanted.search[:200].split()[:_MOST_WORDS]:
        ways = [f"{column} LIKE ? ESCAPE '\\'" for column in part.searched for _ in _spellings(word)]
        terms.append(f"({' OR '.join(ways)})")
        parameters += [f"%{_literal(spelling)}%" for _ in part.searched for spelling in _spellings(word)]
    return Sql(" AND ".join(terms), tuple(parameters))


def _spellings(word: str) -> Sequence[str]:
    """SQLite folds the case of ASCII alone."""
    return [word] if word.isascii() else sorted({word, word.lower(), word.upper(), word.capitalize()})


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def people(reader: Reader, ids: Sequence[int]) -> tuple[PersonRow, ...]:
    """People by id, in the order asked."""
    found: dict[int, PersonRow] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for row in reader.rows(f"{PEOPLE} AND p.id IN ({','.join('?' * len(part))})", part):
            found[row[0]] = person_row(reader, row)
    return tuple(found[number] for number in ids)


def person_row(reader: Reader, row: tuple[Any, ...]) -> PersonRow:
    """A row of `PEOPLE`, with the levels granted to the person alone."""
    levels = _levels(reader, row[0]) if row[1] else {}
    number, login, name, email, role, organization, active, os_login = row
    return PersonRow(number, login, name, email, role, organization, bool(active), os_login, levels)


def _levels(reader: Reader, person_id: int) -> dict[str, Level]:
    found = reader.rows(
        "SELECT q.name, g.level FROM queue_grant g JOIN queue q ON q.id = g.queue_id "
        "WHERE g.person_id = ? ORDER BY q.name",
        (person_id,),
    )
    return {name: Level(level) for name, level in found}


def came_since(reader: Reader, domain: str, since: int, at_most: int) -> int:
    """How many people of a mail domain came since a moment (UTC milliseconds), counted up to `at_most`."""
    ending = f"@{domain.lower()}"
    row = reader.row(
        "SELECT count(*) FROM (SELECT 1 FROM person INDEXED BY person_created WHERE login IS NULL "
        "AND created_at > ? AND lower(substr(email, ?)) = ? LIMIT ?)",
        (since, -len(ending), ending, at_most),
    )
    return int(row[0]) if row else 0


def with_last_ticket(reader: Reader, actor: Actor, row: PersonRow) -> PersonRow:
    """With the ticket of this requester that changed last, of those the actor may see."""
    found = reader.rows(
        "SELECT id, queue_id, requester_id, organization_id, updated_at FROM ticket "
        "WHERE requester_id = ? AND deleted_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ?",
        (row.id, 1 if actor.scope.everything else _LOOKED_AT),
    )
    for *key, updated_at in found:
        if level_of(actor, TicketKey(*key)) >= Level.OWN:
            return replace(row, last_ticket=key[0], last_ticket_at=instant(updated_at))
    return row
