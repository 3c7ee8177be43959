"""Queries on a real file: the same answers as plain Python over the same rows, in every scope and order.

The oracle below knows no SQL: it holds the rows as objects and evaluates the tree of a query on each.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cmp_to_key
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Database

from deskterm.engine.domain.permissions import Scope
from deskterm.engine.domain.query import (
    FIELDS,
    And,
    Choice,
    Match,
    Moment,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Sort,
    Text,
    Value,
    Whole,
    Word,
    all_of,
    any_of,
    parse,
    render,
    spans,
)
from deskterm.engine.domain.text import search_text
from deskterm.engine.model.enums import Category, MessageKind, Priority, SlaState
from deskterm.engine.store import query_plans
from deskterm.engine.store.migrations import migrate
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
from deskterm.engine.store.sqlite import SqliteReader

ZONE = "Europe/Vienna"
NOW = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000
TICKETS = 300

QUEUES = {1: "Support", 2: "Network team", 3: "Ö-Dienst", 4: "Archive"}
STATUSES = {
    1: ("New", Category.NEW, 0),
    2: ("Open", Category.OPEN, 1),
    3: ("Waiting", Category.PENDING, 2),
    4: ("On hold", Category.PENDING, 1),
    5: ("Resolved", Category.RESOLVED, 4),
    6: ("Closed", Category.CLOSED, 5),
    7: ("Merged", Category.MERGED, 6),
}
TYPES = {1: "Incident", 2: "Request"}
ORGANIZATIONS = {1: "Acme Ltd", 2: "Brandt", 3: "Costa"}
PEOPLE = {
    1: ("Zoe Admin", "zoe@desk.example", "zoe", None),
    2: ("Bo Agent", "bo@desk.example", "Bo", None),
    3: ("me", "none@desk.example", "none", None),
    4: ("Ann Smith", "ann@acme.example", "ann", 1),
    5: ("Smith Jones", "jones@acme.example", None, 1),
    6: ("Carla 100%", "carla@brandt.example", None, 2),
    7: ("Dimi O'Hara", "dimi@costa.example", None, None),
}
TAGS = {1: "vpn", 2: "printer", 3: 'we"ird, tag', 4: "unused"}
WORDS = ["printer", "vpn", "mail", "router", "tokyo", "karl", "graz", "code"]


@dataclass
class Said:
    kind: MessageKind
    words: list[str]
    has_file: bool = False


@dataclass
class Ticket:
    """A row as the oracle knows it."""

    number: int
    subject: str
    type: int
    status: int
    priority: int
    queue: int
    assignee: int | None
    requester: int
    organization: int | None
    channel: str
    created: int
    updated: int
    due: int | None
    resolved: int | None
    sla: int
    major: bool
    snoozed: int | None
    deleted: bool
    custom: dict[str, Any]
    tags: set[int]
    messages: list[Said]
    last_message: int = 0
    seen: dict[int, int] = field(default_factory=dict)
    watchers: set[int] = field(default_factory=set)
    children: list[int] = field(default_factory=list)

    @property
    def category(self) -> Category:
        return STATUSES[self.status][1]


def make_tickets() -> list[Ticket]:
    """A few hundred tickets with many ties, from one seed."""
    chance = random.Random(7)
    tickets = [make_ticket(number, chance) for number in range(1, TICKETS + 1)]
    for parent in range(1, TICKETS, 9):
        tickets[parent - 1].children.append(chance.randint(1, TICKETS))
    return tickets


def make_ticket(number: int, chance: random.Random) -> Ticket:
    requester = chance.choice([1, 4, 4, 5, 6, 7])
    return Ticket(
        number=number,
        subject=" ".join(chance.choices(WORDS, k=2)).capitalize(),
        type=chance.choice([1, 2]),
        status=chance.choice([1, 2, 2, 3, 4, 5, 6, 7]),
        priority=chance.randint(1, 4),
        queue=chance.choice([1, 1, 2, 3]),
        assignee=chance.choice([None, 1, 2, 2, 3]),
        requester=requester,
        organization=PEOPLE[requester][3] or chance.choice([None, 2]),
        channel=chance.choice(["mail", "Phone"]),
        created=NOW - chance.randint(0, 60) * DAY,
        updated=NOW - chance.randint(0, 30) * DAY // 2,
        due=chance.choice([None, NOW + chance.randint(-3, 3) * DAY]),
        resolved=chance.choice([None, None, NOW - chance.randint(0, 5) * DAY]),
        sla=chance.randint(0, 5),
        major=chance.random() < 0.1,
        snoozed=chance.choice([None, None, NOW - DAY, NOW, NOW + DAY]),
        deleted=chance.random() < 0.08,
        custom=make_custom(chance),
        tags=set(chance.sample([1, 2, 3], chance.choice([0, 0, 1, 2]))),
        messages=[make_message(chance) for _ in range(chance.choice([1, 2, 3]))],
        watchers={2} if chance.random() < 0.1 else set(),
    )


def make_custom(chance: random.Random) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [
        {},
        {"site": "Graz"},
        {"site": "graz", "cost": 12.5},
        {"cost": 100, "renewal": "2026-02-01", "vip": True},
        {"site": ["Graz", "Wien"], "vip": False},
        {"site": None, "cost": 0},
        {"site": "", "renewal": "2026-04-01"},
    ]
    return chance.choice(choices)


def make_message(chance: random.Random) -> Said:
    kind = chance.choice([MessageKind.REPLY, MessageKind.REPLY, MessageKind.NOTE, MessageKind.SYSTEM])
    words = chance.choices(WORDS[:5] if kind is MessageKind.REPLY else WORDS, k=3)
    return Said(kind, words, chance.random() < 0.15)


def fill(connection: Any, tickets: list[Ticket]) -> None:
    """Write everything into a migrated file; numbers messages as they come."""
    run = connection.execute
    run("INSERT INTO role (key, name, permissions) VALUES ('any', 'Any', '[]')")
    for number, name in ORGANIZATIONS.items():
        run("INSERT INTO organization (id, name) VALUES (?, ?)", (number, name))
    for number, (name, email, login, organization) in PEOPLE.items():
        run(
            "INSERT INTO person (id, name, email, login, organization_id, role, created_at) "
            "VALUES (?, ?, ?, ?, ?, 'any', 0)",
            (number, name, email, login, organization),
        )
    for number, name in QUEUES.items():
        run("INSERT INTO queue (id, name) VALUES (?, ?)", (number, name))
    for number, (name, category, position) in STATUSES.items():
        run("INSERT INTO status (id, name, category, position) VALUES (?, ?, ?, ?)", (number, name, category, position))
    for number, name in TYPES.items():
        run("INSERT INTO ticket_type (id, name) VALUES (?, ?)", (number, name))
    for number, name in TAGS.items():
        run("INSERT INTO tag (id, name) VALUES (?, ?)", (number, name))
    for ticket in tickets:
        write_ticket(connection, ticket)
    for ticket in tickets:
        for child in ticket.children:
            tie = (ticket.number, child, "parent") if child % 2 else (child, ticket.number, "child")
            run("INSERT INTO ticket_link (ticket_id, other_id, kind) VALUES (?, ?, ?)", tie)


def write_ticket(connection: Any, ticket: Ticket) -> None:
    columns = {
        "id": ticket.number,
        "subject": ticket.subject,
        "type_id": ticket.type,
        "status_id": ticket.status,
        "category": ticket.category,
        "is_open": ticket.category.is_open,
        "priority": ticket.priority,
        "major": ticket.major,
        "queue_id": ticket.queue,
        "assignee_id": ticket.assignee,
        "requester_id": ticket.requester,
        "organization_id": ticket.organization,
        "channel": ticket.channel,
        "created_at": ticket.created,
        "updated_at": ticket.updated,
        "next_due": ticket.due,
        "sla_state": ticket.sla,
        "resolved_at": ticket.resolved,
        "snoozed_until": ticket.snoozed,
        "custom": sqlite_json(ticket.custom),
        "deleted_at": NOW if ticket.deleted else None,
    }
    marks = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO ticket ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))
    name, email, *_ = PEOPLE[ticket.requester]
    connection.execute(
        "INSERT INTO ticket_search (rowid, subject, names) VALUES (?, ?, ?)",
        (ticket.number, search_text(ticket.subject), search_text(f"{name} {email}")),
    )
    for tag in ticket.tags:
        connection.execute("INSERT INTO ticket_tag VALUES (?, ?)", (ticket.number, tag))
    for person in ticket.watchers:
        connection.execute("INSERT INTO participant VALUES (?, ?, 'watcher')", (ticket.number, person))
    connection.execute("INSERT INTO participant VALUES (?, 1, 'cc')", (ticket.number,))
    for message in ticket.messages:
        write_message(connection, ticket, message)
    connection.execute("UPDATE ticket SET last_message_id = ? WHERE id = ?", (ticket.last_message, ticket.number))
    if ticket.number % 3:
        ticket.seen[2] = ticket.last_message - ticket.number % 2
        connection.execute("INSERT INTO ticket_seen VALUES (2, ?, ?)", (ticket.number, ticket.seen[2]))


def sqlite_json(value: object) -> str:
    import json

    return json.dumps(value)


def write_message(connection: Any, ticket: Ticket, message: Said) -> None:
    body = " ".join(message.words)
    row = (ticket.number, message.kind, ticket.requester, ticket.created, body)
    inserted = connection.execute(
        "INSERT INTO message (ticket_id, kind, author_id, at, body) VALUES (?, ?, ?, ?, ?)", row
    )
    ticket.last_message = inserted.lastrowid
    connection.execute(
        "INSERT INTO message_search (rowid, body) VALUES (?, ?)", (ticket.last_message, search_text(body))
    )
    if message.has_file:
        connection.execute(
            "INSERT INTO attachment (message_id, name, media_type, bytes, sha256) VALUES (?, 'a', 'b', 1, 'c')",
            (ticket.last_message,),
        )


@dataclass
class Desk:
    reader: SqliteReader
    connection: Any
    tickets: list[Ticket]

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        return self.reader.rows(statement.sql, statement.parameters)

    def plan(self, statement: Statement) -> list[str]:
        found = self.reader.rows("EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)
        return [row[3] for row in found]

    def ids(self, text: str, scope: Scope, me: int | None = 2) -> list[int]:
        statement = compile_ids(parse(text), scope, VOCABULARY, now=NOW, zone=ZONE, me=me, limit=10_000)
        return [row[0] for row in self.rows(statement)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    connection = sqlite3.connect(str(tmp_path_factory.mktemp("desk") / "desk.db"), isolation_level=None)
    migrate(Database(connection))
    connection.execute("PRAGMA synchronous=OFF")
    tickets = make_tickets()
    connection.execute("BEGIN")
    fill(connection, tickets)
    connection.execute("COMMIT")
    connection.execute("PRAGMA query_only=ON")
    yield Desk(SqliteReader(connection), connection, tickets)
    connection.close()


VOCABULARY = Vocabulary(
    queues={name: number for number, name in QUEUES.items()},
    statuses={name: (number, category) for number, (name, category, _) in STATUSES.items()},
    types={name: number for number, name in TYPES.items()},
    logins={login: number for number, (_, _, login, _) in PEOPLE.items() if login},
)

EVERYTHING = Scope(person_id=1, everything=True)
SCOPES = {
    "everything": EVERYTHING,
    "two queues and what is mine": Scope(person_id=4, queue_ids=(2, 3)),
    "a queue, mine and my organization's": Scope(person_id=4, queue_ids=(2,), organization_id=1),
    "a queue alone": Scope(person_id=2, queue_ids=(1,), own=False),
    "mine": Scope(person_id=4),
    "mine and my organization's": Scope(person_id=5, organization_id=1),
    "my organization's alone": Scope(person_id=5, own=False, organization_id=2),
    "more queues than branches": Scope(person_id=7, queue_ids=(1, 3, *range(100, 120))),
    "nothing": Scope(person_id=99, own=False),
}


# The oracle


@dataclass(frozen=True)
class Oracle:
    """Evaluates a query ticket by ticket, as the pages on behaviour read."""

    desk: Desk
    scope: Scope
    me: int = 2

    def ids(self, query: Query) -> list[int]:
        found = [ticket for ticket in self.desk.tickets if self.sees(ticket) and self.finds(query.where, ticket)]
        return [ticket.number for ticket in sorted(found, key=cmp_to_key(self._order(query.sort)))]

    def sees(self, ticket: Ticket) -> bool:
        mine = self.scope.own and ticket.requester == self.scope.person_id
        ours = self.scope.organization_id is not None and ticket.organization == self.scope.organization_id
        return self.reads(ticket) or mine or ours

    def reads(self, ticket: Ticket) -> bool:
        return self.scope.everything or ticket.queue in self.scope.queue_ids

    def finds(self, where: Node | None, ticket: Ticket) -> bool:
        asks_deleted, asks_merged = asked(where, "deleted"), asked(where, "merged")
        if ticket.deleted and not asks_deleted:
            return False
        if ticket.category is Category.MERGED and not asks_merged:
            return False
        return where is None or self.meets(where, ticket)

    def meets(self, node: Node, ticket: Ticket) -> bool:
        match node:
            case And(children):
                return all(self.meets(child, ticket) for child in children)
            case Or(children):
                return any(self.meets(child, ticket) for child in children)
            case Not(child):
                return not self.meets(child, ticket)
            case Word(text, prefix):
                return self.says(ticket, tokens(text), prefix)
            case Phrase(text):
                return self.says(ticket, tokens(text), False)
            case Match():
                return self.matches(node, ticket)

    def says(self, ticket: Ticket, words: list[str], prefix: bool) -> bool:
        name, email, *_ = PEOPLE[ticket.requester]
        texts = [ticket.subject.lower().split(), tokens(f"{name} {email}")]
        texts += [said.words for said in ticket.messages if self.reads(ticket) or said.kind is MessageKind.REPLY]
        return any(stands_in(words, text, prefix) for text in texts)

    def matches(self, node: Match, ticket: Ticket) -> bool:
        if node.name.startswith("custom."):
            return any(custom_meets(ticket, node, value) for value in node.values)
        if node.name in ("created", "updated", "resolved", "due"):
            return self.is_at(getattr(ticket, node.name), node)
        if node.name in ("priority", "number"):
            return compares(getattr(ticket, node.name), node.operator, [rank(value) for value in node.values])
        return any(self.is_one(node.name, value, ticket) for value in node.values)

    def is_at(self, moment: int | None, node: Match) -> bool:
        if moment is None:
            return Choice("none") in node.values
        found = spans(node, NOW, ZONE)
        return any((low is None or low <= moment) and (high is None or moment < high) for low, high in found)

    def is_one(self, name: str, value: Value, ticket: Ticket) -> bool:
        if isinstance(value, Choice):
            return self.is_fixed(name, value.word, ticket)
        assert isinstance(value, Text)
        wanted = value.text.lower()
        person, email, login, _ = PEOPLE[ticket.requester]
        here: dict[str, list[str]] = {
            "status": [STATUSES[ticket.status][0].lower(), ticket.category.label],
            "type": [TYPES[ticket.type].lower()],
            "queue": [QUEUES[ticket.queue].lower()],
            "assignee": [(PEOPLE[ticket.assignee][2] or "").lower()] if ticket.assignee else [],
            "org": [ORGANIZATIONS[ticket.organization].lower()] if ticket.organization else [],
            "tag": [TAGS[tag].lower() for tag in ticket.tags],
            "channel": [ticket.channel.lower()],
            "requester": [email if "@" in wanted else (login or "").lower()],
        }
        if name == "requester" and "@" not in wanted and f" {wanted}" in f" {person.lower()}":
            return True
        return wanted in here[name]

    def is_fixed(self, name: str, word: str, ticket: Ticket) -> bool:
        tests: dict[tuple[str, str], Callable[[], bool]] = {
            ("assignee", "me"): lambda: ticket.assignee == self.me,
            ("assignee", "none"): lambda: ticket.assignee is None,
            ("requester", "me"): lambda: ticket.requester == self.me,
            ("org", "none"): lambda: ticket.organization is None,
            ("tag", "none"): lambda: not ticket.tags,
            ("is", "open"): lambda: ticket.category.is_open,
            ("is", "mine"): lambda: ticket.assignee == self.me,
            ("is", "unassigned"): lambda: ticket.assignee is None,
            ("is", "snoozed"): lambda: (ticket.snoozed or 0) > NOW,
            ("is", "major"): lambda: ticket.major,
            ("is", "unread"): lambda: ticket.last_message > ticket.seen.get(self.me, 0) and self.reads(ticket),
            ("is", "watching"): lambda: self.me in ticket.watchers,
            ("is", "merged"): lambda: ticket.category is Category.MERGED,
            ("is", "deleted"): lambda: ticket.deleted,
            ("has", "attachment"): lambda: any(said.has_file for said in self.readable(ticket)),
            ("has", "note"): lambda: any(said.kind is MessageKind.NOTE for said in self.readable(ticket)),
            ("has", "checklist"): lambda: False,
            ("has", "child"): lambda: any(self.is_child(number) for number in ticket.children),
        }
        return ticket.sla == SlaState[word.upper()] if name == "sla" else tests[name, word]()

    def readable(self, ticket: Ticket) -> list[Said]:
        return [said for said in ticket.messages if self.reads(ticket) or said.kind is MessageKind.REPLY]

    def is_child(self, number: int) -> bool:
        child = self.desk.tickets[number - 1]
        return self.sees(child) and not child.deleted

    def _order(self, sorts: tuple[Sort, ...]) -> Callable[[Ticket, Ticket], int]:
        keys = [(sort.field, sort.descending) for sort in sorts] or [("updated", True)]
        names = [name for name, _ in keys]
        if names[-1] in ("priority", "queue", "status", "assignee") and "updated" not in names:
            keys.append(("updated", True))
        keys.append(("number", True))

        def order(left: Ticket, right: Ticket) -> int:
            for name, descending in keys:
                one, other = sort_value(name, left), sort_value(name, right)
                if one != other:
                    return later(one, other, descending)
            return 0

        return order


def asked(node: Node | None, what: str, positive: bool = True) -> bool:
    match node:
        case And(children) | Or(children):
            return any(asked(child, what, positive) for child in children)
        case Not(child):
            return asked(child, what, not positive)
        case Match("is", _, values):
            return positive and Choice(what) in values
        case Match("status", _, values):
            return positive and what == "merged" and Text("merged") in values
        case _:
            return False


def tokens(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def stands_in(words: list[str], text: list[str], prefix: bool) -> bool:
    if prefix:
        return any(word.startswith(words[0]) for word in text)
    return any(text[start : start + len(words)] == words for start in range(len(text)))


def rank(value: Value) -> int:
    return value.number if isinstance(value, Whole) else Priority[value.word.upper()]  # type: ignore[union-attr]


def compares(here: Any, operator: str, values: list[Any]) -> bool:
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: here in values,
        "..": lambda: values[0] <= here <= values[1],
        ">": lambda: here > values[0],
        ">=": lambda: here >= values[0],
        "<": lambda: here < values[0],
        "<=": lambda: here <= values[0],
    }
    return tests[operator]()


def custom_meets(ticket: Ticket, node: Match, value: Value) -> bool:
    held = {name.lower(): content for name, content in ticket.custom.items()}.get(node.name[7:].lower())
    contents = held if isinstance(held, list) else [held]
    if isinstance(value, Choice):
        return held in (None, "", [])
    assert isinstance(value, Text)
    return any(content_meets(content, node.operator, value.text) for content in contents)


def content_meets(content: Any, operator: str, wanted: str) -> bool:
    if isinstance(content, bool):
        return operator == "=" and wanted == ("yes" if content else "no")
    if isinstance(content, str):
        return compares(content.lower(), operator, [wanted.lower()])
    if content is None or not wanted.replace(".", "").isdigit():
        return False
    return compares(content, operator, [float(wanted)])


def sort_value(name: str, ticket: Ticket) -> Any:
    if name == "queue":
        return QUEUES[ticket.queue].lower()
    if name == "status":
        return ticket.category, STATUSES[ticket.status][2], ticket.status
    if name == "assignee":
        return (PEOPLE[ticket.assignee][2] or "").lower() if ticket.assignee else None
    return ticket.subject.lower() if name == "subject" else getattr(ticket, name)


def later(one: Any, other: Any, descending: bool) -> int:
    if one is None or other is None:
        return 1 if one is None else -1
    return (1 if one > other else -1) * (-1 if descending else 1)


# Every field, flag and operator

_QUERIES = """
status:open
status:pending
status:Waiting,New
status:merged
status:closed,merged
-status:open
type:incident
-type:Request
priority:high
priority:low,urgent
priority:>=high
priority:>high
priority:<high
priority:<=low
priority:normal..high
-priority:normal..high
queue:support
queue:"network team","Ö-Dienst"
queue:ö-dienst
-queue:Support
queue:Archive
assignee:me
assignee:bo
assignee:"none"
assignee:none
assignee:none,bo
-assignee:bo
-assignee:none
requester:me
requester:ann@acme.example
requester:ANN@ACME.example
requester:nobody@acme.example
requester:ann
requester:smith
requester:"ann smith"
requester:mith
requester:100%
requester:%
-requester:smith
org:"acme ltd"
org:none
org:Brandt,Costa
org:unknown
-org:brandt
tag:vpn
tag:VPN,printer
tag:"we\\"ird, tag"
tag:none
tag:none,vpn
tag:unused
tag:unknown
-tag:vpn
tag:vpn tag:printer
channel:mail
channel:phone
-channel:mail
created:today
created:yesterday
created:2026-02-20
created:2026-02-20T13:00
created:-7d
created:>=-7d
created:<-30d
created:2026-01-10..2026-02-10
created:monday,tuesday
-created:-7d
updated:-24h
updated:>yesterday
updated:<=2026-02-25
resolved:none
resolved:-3d
-resolved:-3d
resolved:none,today
due:none
due:<today
due:>=now
due:+2d
-due:<today
-due:none
due:today,none
sla:breached
sla:at_risk,ok
sla:none
-sla:met,paused
number:17
#17
number:17,18,999
number:>250
number:<=12
number:100..120
-number:>12
custom.site:graz
custom.SITE:Graz
custom.site:Wien,x
custom.site:none
-custom.site:graz
custom.cost:12.5
custom.cost:>12.5
custom.cost:<=100
custom.renewal:>2026-03-01
custom.renewal:<=2026-02-01
custom.vip:yes
custom.vip:no
custom.vip:none
custom.missing:1
custom.missing:none
is:open
is:mine
is:unassigned
is:snoozed
is:major
is:unread
is:watching
is:merged
is:deleted
is:open,merged
is:deleted,major
-is:open
-is:mine
-is:unassigned
-is:snoozed
-is:major
-is:unread
-is:watching
-is:merged
-is:deleted
is:deleted is:merged
is:deleted OR is:major
-(is:deleted is:major)
has:attachment
has:note
has:checklist
has:child
has:note,attachment
-has:attachment
-has:note
-has:checklist
-has:child
printer
PRINTER
print*
-printer
"mail router"
-"mail router"
smith
acme
o'hara
code
code graz
code OR graz
-(code graz)
printer vpn -mail
printer tag:vpn is:open
(printer OR tag:vpn) is:open
is:open assignee:me
is:open is:unassigned
is:open queue:Support
is:open queue:Support,"Network team" priority:>=high
is:open priority:urgent
is:open priority:>=high
is:open status:closed
status:open assignee:bo queue:Support
status:closed queue:support
(status:open OR queue:Support) -assignee:none
-(status:open queue:Support)
""".strip().splitlines()


@pytest.mark.parametrize("text", ["", *_QUERIES])
def test_finds_and_counts_what_the_oracle_finds(desk: Desk, text: str) -> None:
    """Every field, flag and operator finds the same as plain Python, in the same order, in any scope.

    A count is the length of the list, from the kept counters or not: it tells of nothing that is out of scope.
    """
    for name, scope in SCOPES.items():
        expected = Oracle(desk, scope).ids(parse(text))
        assert desk.ids(text, scope) == expected, name
        assert count(desk, text, scope) == (len(expected), 0), name


@pytest.mark.parametrize(
    "text",
    ["printer", "printer vpn", "tag:vpn", "printer tag:vpn -code is:open sort:due", "code", "printer karl jones"],
)
@pytest.mark.parametrize("near", [0, 30, 100])
def test_many_hits_are_found_by_walking(desk: Desk, text: str, near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more hits than are worth sorting, the list is the same, page by page too."""
    monkeypatch.setattr(query_plans, "_FEW", 10)
    monkeypatch.setattr(query_plans, "_NEAR", near)
    for scope in SCOPES.values():
        expected = Oracle(desk, scope).ids(parse(text))
        assert desk.ids(text, scope) == expected
        assert paged(desk, parse(text), scope, 7) == expected
        assert paged(desk, parse(text), scope, 7, backward=True) == expected[::-1]
        assert count(desk, text, scope) == (len(expected), 0)


def count(desk: Desk, text: str, scope: Scope, limit: int = 10_001) -> tuple[int, int]:
    statement = compile_count(parse(text), scope, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=limit)
    [(n, is_bound)] = desk.rows(statement)
    return n, is_bound


def test_every_choice_is_tried() -> None:
    """The list above leaves no field, flag, thing or state out."""
    tried = " ".join(_QUERIES)
    flags = [f"{name}:{word}" for name in ("is", "has") for word in FIELDS[name].choices]
    wanted = [*flags, *(f"{name}:" for name in FIELDS if name not in ("custom", "sort", "is", "has")), "custom."]
    assert [term for term in wanted if term not in tried] == []


def test_counting_stops(desk: Desk) -> None:
    """Where the counters cannot answer, counting ends at the limit and says so."""
    assert count(desk, "created:<=today", EVERYTHING, limit=20) == (20, 1)
    assert count(desk, "printer", EVERYTHING, limit=20) == (20, 1)
    assert count(desk, "has:child", EVERYTHING, limit=200)[1] == 0


def test_counters_answer_where_they_can(desk: Desk) -> None:
    """A count of queue, status, type, priority, assignee and bin reads no ticket when the scope is all queues."""
    text = "(is:open OR status:closed) priority:>=high -assignee:me queue:Support type:incident -is:deleted"
    statement = compile_count(parse(text), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=2)
    assert "ticket_counter" in statement.sql
    assert "FROM ticket " not in statement.sql


# Random trees

_VALUES: dict[str, list[Value]] = {
    "status": [Text("open"), Text("Waiting"), Text("closed"), Text("merged")],
    "type": [Text("incident")],
    "queue": [Text("support"), Text("Network team")],
    "assignee": [Choice("me"), Choice("none"), Text("zoe")],
    "requester": [Choice("me"), Text("smith"), Text("ann@acme.example")],
    "org": [Choice("none"), Text("Brandt")],
    "tag": [Choice("none"), Text("vpn"), Text("printer")],
    "channel": [Text("mail")],
    "sla": [Choice("ok"), Choice("none")],
    "is": [Choice(word) for word in FIELDS["is"].choices],
    "has": [Choice(word) for word in FIELDS["has"].choices],
    "due": [Choice("none"), Moment("today"), Moment("-7d")],
    "created": [Moment("today"), Moment("-7d"), Moment("monday")],
    "number": [Whole(7), Whole(100)],
    "priority": [Choice("high"), Choice("low")],
}


@st.composite
def conditions(draw: st.DrawFn) -> Node:
    name = draw(st.sampled_from(sorted(_VALUES)))
    values = tuple(draw(st.lists(st.sampled_from(_VALUES[name]), min_size=1, max_size=2, unique=True)))
    operator = draw(st.sampled_from(["=", ">", "<="])) if name in ("priority", "number", "created") else "="
    return Match(name, operator, values if operator == "=" else values[:1])


_leaves = conditions() | st.sampled_from([Word("printer"), Word("co", prefix=True), Phrase("vpn mail"), Word("tokyo")])
_trees: st.SearchStrategy[Node] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=6,
)
_keys = st.sampled_from(sorted(FIELDS["sort"].choices))
_sorts = st.lists(_keys, max_size=2, unique=True).flatmap(
    lambda names: st.tuples(*(st.builds(Sort, st.just(name), st.booleans()) for name in names))
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(Query, _trees, _sorts), st.sampled_from(sorted(SCOPES)))
def test_any_tree_finds_what_the_oracle_finds(desk: Desk, query: Query, name: str) -> None:
    """Nested conditions under any minus, in any order and scope, find and count the same as plain Python."""
    text, scope = render(query), SCOPES[name]
    expected = Oracle(desk, scope).ids(query)
    assert desk.ids(text, scope) == expected
    assert count(desk, text, scope) == (len(expected), 0)


# Pages


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("key", FIELDS["sort"].choices)
@pytest.mark.parametrize("text", ["", "is:open", "printer", "is:open printer", "is:deleted", "status:pending"])
def test_pages_are_the_list(desk: Desk, text: str, key: str, direction: str) -> None:
    """Page after page, in every order and direction, gives the list without a double or a gap."""
    query = parse(f"{text} sort:{direction}{key}")
    for scope in SCOPES.values():
        assert paged(desk, query, scope, 41) == Oracle(desk, scope).ids(query)


@pytest.mark.parametrize("sort", ["priority,-due", "-assignee,subject", "due,-updated", "-queue,number,due"])
def test_pages_by_several_keys(desk: Desk, sort: str) -> None:
    """Several keys with directions of their own page as exactly."""
    query = parse(f"sort:{sort}")
    assert paged(desk, query, EVERYTHING, 7) == Oracle(desk, EVERYTHING).ids(cut_after_number(query))


def cut_after_number(query: Query) -> Query:
    names = [sort.field for sort in query.sort]
    return replace(query, sort=query.sort[: names.index("number") + 1]) if "number" in names else query


def paged(desk: Desk, query: Query, scope: Scope, limit: int, *, backward: bool = False) -> list[int]:
    found: list[int] = []
    after: PageKey | None = None
    while True:
        statement = compile_page(
            query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=limit, after=after, backward=backward
        )
        rows = desk.rows(statement)
        found += [row[0] for row in rows]
        if len(rows) < limit:
            return found
        after = PageKey.read(str(PageKey.of(rows[-1])))


@pytest.mark.parametrize("sort", ["", *(f"sort:{sign}{key}" for key in FIELDS["sort"].choices for sign in ("", "-"))])
@pytest.mark.parametrize("text", ["", "is:open", "printer", "is:deleted"])
def test_pages_from_the_end_are_the_list(desk: Desk, text: str, sort: str) -> None:
    """Read from its end towards its top, a list in any order is the same list."""
    query = parse(f"{text} {sort}")
    for scope in SCOPES.values():
        found = paged(desk, query, scope, 41, backward=True)
        assert found[::-1] == Oracle(desk, scope).ids(query)


@pytest.mark.parametrize("sort", ["priority,-due", "-assignee,subject", "due,-updated", "-resolved,queue"])
def test_pages_from_the_end_by_several_keys(desk: Desk, sort: str) -> None:
    """Missing values come first then, whichever key they are of."""
    query = parse(f"sort:{sort}")
    assert paged(desk, query, EVERYTHING, 7, backward=True)[::-1] == Oracle(desk, EVERYTHING).ids(query)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(Query, _trees, _sorts),
    st.sampled_from(sorted(SCOPES)),
    st.lists(st.integers(-2, TICKETS + 5), min_size=1, max_size=40, unique=True),
)
def test_few_are_found_among_all(desk: Desk, query: Query, name: str, asked: list[int]) -> None:
    """Asked about some tickets, a list tells which of them it holds, in its order, with their places in it."""
    scope = SCOPES[name]
    expected = [number for number in Oracle(desk, scope).ids(query) if number in asked]
    rows = desk.rows(compile_among(query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, numbers=asked))
    assert [row[0] for row in rows] == expected
    for row in rows[-1:]:
        page = compile_page(
            query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=400, after=PageKey.of(row), backward=True
        )
        before = [found[0] for found in desk.rows(page)]
        assert [number for number in before[::-1] if number in asked] == expected[:-1]
        counted = compile_count(query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, before=PageKey.of(row))
        assert desk.rows(counted) == [(len(before), 0)]


def test_many_asked_about_are_read_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked about more tickets than are worth looking up one by one, a list tells the same."""
    asked = list(range(1, TICKETS, 2))
    found = []
    for looked_up in (len(asked), len(asked) - 1):
        monkeypatch.setattr(query_plans, "_LOOKED_UP", looked_up)
        for text in ("printer vpn", "-mail", "tag:vpn printer", ""):
            rows = desk.rows(
                compile_among(parse(text), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=2, numbers=asked)
            )
            assert [row[0] for row in rows] == [n for n in Oracle(desk, EVERYTHING).ids(parse(text)) if n in asked]
            found.append(rows)
    assert found[:4] == found[4:]


def test_a_page_key_belongs_to_its_order() -> None:
    """The key of one order is refused by another, and what is no key is no key."""
    assert PageKey.read(str(PageKey(("a\u00a0\u200bÄ", None), 2))) == PageKey(("a\u00a0\u200bÄ", None), 2)
    with pytest.raises(ValueError, match="order"):
        compile_page(
            parse("sort:status"), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=5, after=PageKey((1,), 2)
        )
    for text in (
        "",
        "{}",
        "[]",
        '["a"]',
        "[1, [2]]",
        "[true]",
        "[1, 9223372036854775808]",
        '[1, "\\ud800"]',
        "[" * 9_999,
    ):
        with pytest.raises(ValueError):
            PageKey.read(text)


# Scope


def test_words_of_notes_are_not_found_by_requesters(desk: Desk, tmp_path: Path) -> None:
    """A word that stands in an internal note alone finds nothing for the requester, and neither does its count."""
    owner = Scope(person_id=4)
    hidden = [
        ticket
        for ticket in desk.tickets
        if ticket.requester == 4 and Oracle(desk, EVERYTHING).says(ticket, ["code"], False)
    ]
    secret = [t for t in hidden if not Oracle(desk, owner).says(t, ["code"], False) and not t.deleted]
    assert secret
    for text in ("code", "cod*", "code graz", '"code code"', "code is:open", "has:note", "is:unread"):
        assert not {ticket.number for ticket in secret} & set(desk.ids(text, owner, me=4)), text
    assert {ticket.number for ticket in secret} & set(desk.ids("code", EVERYTHING))


def test_nothing_compiles_without_scope() -> None:
    """The scope is no option."""
    with pytest.raises(TypeError):
        compile_ids(parse(""), vocabulary=VOCABULARY, now=NOW, zone=ZONE, me=2, limit=1)  # type: ignore[call-arg]


def test_vocabulary_follows_the_scope(desk: Desk) -> None:
    """A person may name the queues they read, those of tickets they see, and no other queue or colleague."""
    everything = read_vocabulary(desk.reader, EVERYTHING)
    assert (everything.queues, everything.statuses, everything.types) == (
        VOCABULARY.queues,
        VOCABULARY.statuses,
        VOCABULARY.types,
    )
    assert read_vocabulary(desk.reader, Scope(person_id=2, queue_ids=(4,), own=False)).queues == {"Archive": 4}
    assert read_vocabulary(desk.reader, Scope(person_id=4, queue_ids=(4,))).queues == VOCABULARY.queues
    assert read_vocabulary(desk.reader, Scope(person_id=5)).logins.keys() <= {"zoe", "Bo", "none"}
    nothing = read_vocabulary(desk.reader, SCOPES["nothing"])
    assert (nothing.queues, nothing.logins) == ({}, {})


# Mistakes only the desk can see


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("is:open queue:Suport", "Suport", 'Did you mean "Support"'),
        ("queue:Support,Xyz", "Xyz", "there is: Support"),
        ("status:opne", "opne", 'Did you mean "Open"'),
        ("type:zzz", "zzz", "Incident, Request"),
        ("-assignee:bob", "bob", 'Did you mean "Bo"'),
        ("custom.sitte:x", "custom.sitte", 'Did you mean "site"'),
    ],
)
def test_unknown_names_are_refused(text: str, marked: str, hint: str) -> None:
    """A name the desk does not have is a mistake with its place, not an empty list."""
    vocabulary = replace(VOCABULARY, custom_fields=frozenset({"site", "cost"}))
    for compiled in (
        lambda: compile_ids(parse(text), EVERYTHING, vocabulary, now=NOW, zone=ZONE, me=2, limit=5),
        lambda: compile_count(parse(text), EVERYTHING, vocabulary, now=NOW, zone=ZONE, me=2),
    ):
        with pytest.raises(QueryError) as refused:
            compiled()
        assert text[refused.value.start : refused.value.end] == marked
        assert hint in str(refused.value)


@pytest.mark.parametrize("text", ["is:mine", "assignee:me", "requester:me", "is:unread", "is:watching"])
def test_me_is_somebody(text: str) -> None:
    """Where nobody is logged in, `me` is a mistake."""
    with pytest.raises(QueryError, match="logged in"):
        compile_page(parse(text), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=None, limit=5)


# Words as people write them


def test_search_knows_languages(tmp_path: Path) -> None:
    """Stems, accents, case, and scripts that write no spaces are found as a reader would."""
    connection = sqlite3.connect(str(tmp_path / "desk.db"), isolation_level=None)
    migrate(Database(connection))
    base = make_ticket(1, random.Random(1))
    subjects = {1: "Printing Übergröße", 2: "東京の予約システム", 3: "mail-server C:\\temp 50%", 4: "naïve café"}
    fill(connection, [])
    for number, subject in subjects.items():
        write_ticket(connection, replace(base, number=number, subject=subject, status=2, deleted=False, messages=[]))
    desk = Desk(SqliteReader(connection), connection, [])
    found = {
        text: desk.ids(text, EVERYTHING)
        for text in (
            "printed",
            "ubergröße",
            "予約",
            "東京の予約",
            "京予",
            "server",
            '"mail server"',
            "temp",
            "CAFE",
            "serv*",
        )
    }
    assert found == {
        "printed": [1],
        "ubergröße": [1],
        "予約": [2],
        "東京の予約": [2],
        "京予": [],
        "server": [3],
        '"mail server"': [3],
        "temp": [3],
        "CAFE": [4],
        "serv*": [3],
    }
    connection.close()


# Hostile values

_HOSTILE = [
    "'; DROP TABLE ticket; --",
    "' OR '1'='1",
    "x' UNION SELECT 1 --",
    '" OR 1=1',
    "a AND b",
    "NEAR(printer vpn)",
    "subject:printer",
    "{subject names}: x",
    "^printer",
    "printer*",
    "a + b",
    "?1 ?2 :x @y $z",
    "%_\\%",
    '$."a"',
    "][",
    "\u202eevil",
    "é́",
    "ＡＢＣ",
]


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_values_stay_values(desk: Desk, hostile: str) -> None:
    """Whatever is typed travels as a parameter: no statement holds it, none fails on it, and nothing more is found."""
    fields = ["requester", "org", "tag", "channel", "custom.site"]
    queries = [Query(Match(name, operator, (Text(hostile),))) for name in fields for operator in ("=",)]
    queries += [Query(Match("custom.site", ">", (Text(hostile),))), Query(Phrase(hostile)), Query(Not(Phrase(hostile)))]
    for query in queries:
        for scope in SCOPES.values():
            statement = compile_page(query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=500)
            assert hostile not in statement.sql
            seen = set(Oracle(desk, scope).ids(Query(None)))
            assert {row[0] for row in desk.rows(statement)} <= seen
    with pytest.raises(QueryError):
        desk.ids(render(Query(Match("queue", "=", (Text(hostile),)))), EVERYTHING)


def test_statements_hold_no_typed_text(desk: Desk) -> None:
    """Two queries of one shape are one text."""

    def sql(text: str) -> str:
        return compile_page(parse(text), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=9).sql

    assert sql('tag:a printer custom.b:c requester:d "x y" org:e') == sql(
        'tag:q vpn custom.r:s requester:t "u v" org:w'
    )


# Plans

_HOT = [
    ("is:open", EVERYTHING, "ticket_updated_open"),
    ("", EVERYTHING, "ticket_updated"),
    ("is:open queue:Support", EVERYTHING, "ticket_queue_open"),
    ("queue:Support,Archive", EVERYTHING, "ticket_queue_all"),
    ("is:open", Scope(2, queue_ids=(1,), own=False), "ticket_queue_open"),
    ("is:open", Scope(2, queue_ids=tuple(range(1, 12)), organization_id=1), "ticket_queue_open"),
    ("", Scope(2, queue_ids=tuple(range(1, 12))), "ticket_queue_all"),
    ("is:open", Scope(2, queue_ids=tuple(range(1, 14))), "ticket_updated_open"),
    ("is:open", Scope(4), "ticket_requester"),
    ("is:open", Scope(4, organization_id=1), "ticket_organization"),
    ("assignee:me is:open", EVERYTHING, "ticket_assignee_open"),
    ("is:mine is:open", Scope(2, queue_ids=(1, 2)), "ticket_assignee_open"),
    ("is:unassigned is:open", EVERYTHING, "ticket_assignee_open"),
    ("is:unassigned status:new", Scope(2, queue_ids=(1, 2)), "ticket_queue_open"),
    ("status:pending", EVERYTHING, "ticket_status"),
    ("status:closed", EVERYTHING, "ticket_status"),
    ("is:open priority:>=high", EVERYTHING, "ticket_priority_open"),
    ("is:open sort:-priority", EVERYTHING, "ticket_priority_open"),
    ("requester:ann@acme.example", EVERYTHING, "ticket_requester"),
    ('org:"Acme Ltd"', EVERYTHING, "ticket_organization"),
    ("sort:-created", EVERYTHING, "ticket_created"),
]


@pytest.mark.parametrize(("text", "scope", "index"), _HOT)
@pytest.mark.parametrize("later_page", [False, True])
def test_hot_lists_read_an_index_in_order(desk: Desk, text: str, scope: Scope, index: str, later_page: bool) -> None:
    """The lists people look at all day never sort: they read an index and stop, on later pages too."""
    query = parse(text)
    after = PageKey((4, NOW) if "priority" in text.partition("sort:")[2] else (NOW,), 200) if later_page else None
    statement = compile_page(query, scope, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=50, after=after)
    plan = desk.plan(statement)
    assert any(f"INDEX {index}" in line and index in line.split() for line in plan)
    assert not [line for line in plan if "TEMP B-TREE" in line or line == "SCAN t"]


def test_due_list_reads_its_index(desk: Desk) -> None:
    """Open tickets by due time come from their index; only what is left of the page is sorted."""
    statement = compile_page(parse("is:open sort:due"), EVERYTHING, VOCABULARY, now=NOW, zone=ZONE, me=2, limit=50)
    plan = desk.plan(statement)
    start = next(n for n, line in enumerate(plan) if "ticket_due_open" in line)
    assert "TEMP B-TREE" not in plan[start + 1]
