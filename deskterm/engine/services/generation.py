"""Generated tickets with history, in the real schema and with every invariant, for measuring and for trying out.

A batch is one transaction; everything is decided by the seed. Bodies are put together from an office's own words,
so that searches find some of them and not all.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Command, action
from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import system_seat
from deskterm.engine.model.enums import Category, MessageKind, Priority

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx

Progress = Callable[[int, int], None]

BATCH = 2000
REQUESTERS = 2000
HOUR = 3_600_000
DAY = 24 * HOUR

_THINGS = (
    "printer laptop monitor headset VPN Wi-Fi mailbox calendar badge projector scanner phone keyboard dock "
    "password account licence spreadsheet invoice report dashboard backup server shared-drive browser update"
).split()
_TROUBLES = (
    "stopped working|is very slow|cannot be opened|asks for a password again|shows an error|went missing|"
    "needs to be replaced|should be moved|prints blank pages|drops the connection|is locked|does not sync|"
    "makes a strange noise|was not delivered|has to be ordered|crashes at start"
).split("|")
_PLACES = "Graz Sevilla Osaka Cairo Manchester Lyon Turin Bergen Porto Gdansk".split()
_SENTENCES = (
    "It started {when} after the update.|Restarting did not help.|Two colleagues in {place} see the same.|"
    "We need it for the meeting {when}.|The error says code {n}.|I tried another cable and another port.|"
    "It worked fine until {when}.|Nothing is urgent, but it is a nuisance.|The asset number is BW-{n}.|"
    "Please call me before you come by.|Others on floor {n} are not affected.|A screenshot can be sent if it helps."
).split("|")
_WHENS = "this morning|yesterday|on Monday|last week|at noon|after lunch|tomorrow at nine".split("|")
_ANSWERS = (
    "We have reset it on our side; please try again.|A replacement is on its way to {place}.|"
    "Could you send us the exact text of the error?|This was part of the outage {when}; it works again now.|"
    "The setting was changed; it takes effect after you sign in again."
).split("|")
_FIRST = "Ada Ben Carla Dimi Emre Fatma Goran Hana Ines Jun Kofi Lena Mika Nuno Olga Pia Quim Rosa Sven Tariq".split()
_LAST = (
    "Abel Brandt Costa Dahl Eder Fuchs Gil Haas Ito Jansen Klein Lopes Mori Nagy Otero Petit Rossi Sato Toth".split()
)


def generate_history(desk: Desk, count: int, seed: int, until: int, progress: Progress) -> None:
    """Add `count` tickets created in the two years before `until` (UTC milliseconds), a batch at a time."""
    seat = system_seat(desk, "demo")
    done = 0
    while done < count:
        batch = min(BATCH, count - done)
        seat.do(GenerateTickets(count=batch, seed=seed, first=done, of=count, until=until))
        done += batch
        progress(done, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateTickets(Command[int]):
    """Add a batch of generated tickets with their history: `first` to `first + count` of `of` in all."""

    count: int
    seed: int
    first: int
    of: int
    until: int


@action("desk.generate", needs=Permission.MANAGE_USERS)
def generate_tickets(tx: "WriteTx", command: GenerateTickets) -> int:
    """Oldest first; the newest three of a hundred are still open."""
    desk = _Words(tx, command)
    for place in range(command.first, command.first + command.count):
        _Story(desk, random.Random(f"{command.seed}:{place}"), place).tell()
    desk.insert()
    return command.count


class _Words:
    """The desk's vocabulary by id, and the rows of this batch as they grow."""

    def __init__(self, tx: "WriteTx", command: GenerateTickets) -> None:
        self.tx = tx
        self.command = command
        self.queues = [(row.id, 1 + (row.is_default * 2)) for row in tx.queues() if row.active]
        self.types = [row.id for row in tx.types()]
        self.status = {category: tx.default_status(category).id or 0 for category in _USED}
        self.requesters = _requesters(tx, command)
        self.agents = [row.id for row in tx.people(logins_only=True) if row.role in ("agent", "lead", "admin")]
        self.number = tx.next_number("ticket")
        self.message = tx.next_number("message")
        self.tickets: list[tuple[object, ...]] = []
        self.messages: list[tuple[object, ...]] = []
        self.searches: list[tuple[int, str, str]] = []

    def insert(self) -> None:
        """Everything at once."""
        self.tx.insert_history(self.tickets, self.messages, self.searches)


_USED = (Category.NEW, Category.OPEN, Category.PENDING, Category.RESOLVED, Category.CLOSED)


def _requesters(tx: "WriteTx", command: GenerateTickets) -> list[tuple[int, str]]:
    """The same people in every batch: made in the first one."""
    found = tx.people("@office.example", limit=REQUESTERS)
    if not found:
        tx.add_requesters([_requester(command, place) for place in range(min(REQUESTERS, command.of))])
        found = tx.people("@office.example", limit=REQUESTERS)
    return [(row.id, f"{row.name} {row.email}") for row in found]


def _requester(command: GenerateTickets, place: int) -> tuple[str, str, int]:
    first, last = _FIRST[place % len(_FIRST)], _LAST[(place // len(_FIRST)) % len(_LAST)]
    email = f"{first}.{last}.{place}@office.example".lower()
    return f"{first} {last}", email, command.until - 800 * DAY


class _Story:
    """One generated ticket: what happened to it, when, and by whom."""

    def __init__(self, words: _Words, chance: random.Random, place: int) -> None:
        self.words = words
        self.chance = chance
        self.open = chance.random() < _open_share(place, words.command.of)
        spread = 730 * DAY
        self.at = words.command.until - spread + place * spread // max(words.command.of, 1)
        self.created = self.at
        self.number = words.number
        self.queue = chance.choices([q for q, _ in words.queues], [weight for _, weight in words.queues])[0]
        self.assignee: int | None = None
        self.category = Category.NEW
        self.responded: int | None = None
        self.resolved: int | None = None
        self.closed: int | None = None
        self.last_message = 0
        self.version = 0

    def tell(self) -> None:
        """Create it, work on it, and keep its rows."""
        words, chance = self.words, self.chance
        words.number += 1
        person, names = chance.choice(words.requesters)
        thing, place = chance.choice(_THINGS), chance.choice(_PLACES)
        subject = f"{thing} {chance.choice(_TROUBLES)} in {place}"
        priority = chance.choices(list(Priority), (15, 60, 20, 5))[0]
        first = {
            "subject": subject,
            "type": chance.choice(words.types),
            "status": words.status[Category.NEW],
            "priority": int(priority),
            "queue": self.queue,
            "requester": person,
            "channel": "mail",
        }
        self._record("", None, first, "ticket.create", person)
        self._say(person, f"Hello,\n\n{self._text(_SENTENCES, 4)}\n\nThanks\n{names.split(' ')[0]}", True)
        self._work(person)
        words.searches.append((self.number, subject, names))
        words.tickets.append(
            (
                self.number, subject, first["type"], words.status[self.category], int(self.category),
                self.category.is_open, int(priority), self.queue, self.assignee, person, "mail", self.created,
                self.at, self.responded, self.resolved, self.closed, 1, self.last_message, self.version,
            )
        )  # fmt: skip

    def _work(self, requester: int) -> None:
        chance = self.chance
        if not self.words.agents or (self.open and chance.random() < 0.4):
            return
        agent = chance.choice(self.words.agents)
        self.at = self._later(6)
        self._record("assignee", None, agent, "ticket.take", agent)
        self.assignee = agent
        self._answer(agent)
        if chance.random() < 0.4:
            self.at = self._later(20)
            self._say(requester, self._text(_SENTENCES, 2), True)
            self._answer(agent)
        self._end(agent)

    def _end(self, agent: int) -> None:
        if self.open:
            if self.chance.random() < 0.3:
                self._move(Category.PENDING, agent)
            return
        self.at = self._later(40)
        self._move(Category.RESOLVED, agent)
        self.resolved = self.at
        if self.chance.random() < 0.9:
            self.at = self._later(120)
            self._move(Category.CLOSED, agent)
            self.closed = self.at

    def _answer(self, agent: int) -> None:
        self.at = self._later(4)
        self._say(agent, self._text(_ANSWERS, 1), False)
        self.responded = self.responded or self.at
        if self.category is Category.NEW:
            self._move(Category.OPEN, agent)

    def _later(self, hours: int) -> int:
        later = self.at + int(self.chance.expovariate(1 / hours) * HOUR) + 60_000
        return min(later, self.words.command.until)

    def _text(self, sentences: list[str], count: int) -> str:
        chance = self.chance
        chosen = (chance.choice(sentences) for _ in range(count))
        filled = (
            sentence.format(when=chance.choice(_WHENS), place=chance.choice(_PLACES), n=chance.randint(100, 9999))
            for sentence in chosen
        )
        return " ".join(filled)

    def _move(self, category: Category, actor: int) -> None:
        status = self.words.status
        self._record("status", status[self.category], status[category], "ticket.change", actor)
        self.category = category

    def _say(self, author: int, body: str, inbound: bool) -> None:
        words = self.words
        self.last_message = words.message
        words.message += 1
        words.messages.append((self.last_message, self.number, int(MessageKind.REPLY), author, self.at, body, inbound))
        self._record("message", None, self.last_message, "ticket.message" if inbound else "ticket.reply", author)

    def _record(self, field: str, old: object, new: object, name: str, actor: int) -> None:
        self.version = self.words.tx.record_past(self.at, actor, self.number, field, old, new, name)


def _open_share(place: int, of: int) -> float:
    """Nearly everything old is done; of the newest thirtieth, most is open."""
    return 0.9 if place >= of - max(of // 30, 50) else 0.0005
