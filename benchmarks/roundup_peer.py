"""Roundup's side of the comparison: run by its own interpreter, prints one JSON object.

    .bench/peers/bin/python -m benchmarks.roundup_peer create --tracker DIR --count 300 --seed 1

Every figure is what a stock installation does: the classic template on SQLite with its native indexer, one
ticket a transaction, a list read as `issue.index.html` reads it.
"""

import argparse
import json
import random
import statistics
import time
from itertools import islice
from typing import Any

from roundup import date, instance

from benchmarks.texts import TicketText, ticket_texts

OPEN_STATUSES = ["1", "2", "3", "4", "5", "6", "7"]
RESOLVED = "8"
PAGE = 50
FILL_BATCH = 500
AGENTS = 10


def add_ticket(db: Any, text: TicketText, properties: dict[str, Any]) -> str:
    """One issue with one message, as the mail gateway would make it; the caller commits."""
    message = db.msg.create(
        author=db.getuid(),
        content=text.body,
        summary=text.body.partition("\n")[0][:60],
        date=date.Date("."),
        recipients=[],
    )
    issue: str = db.issue.create(title=text.subject, messages=[message], **properties)
    return issue


def create(tracker: str, count: int, seed: int) -> dict[str, float]:
    """Tickets a second with one commit each."""
    texts = list(islice(ticket_texts(seed), count))
    db = instance.open(tracker).open("admin")
    start = time.perf_counter()
    for text in texts:
        add_ticket(db, text, {"priority": "3", "status": "1"})
        db.commit()
    seconds = time.perf_counter() - start
    db.close()
    return {"tickets": count, "seconds": seconds, "per_second": count / seconds}


def agents(db: Any) -> list[str]:
    """The ids of the agents, made when they are missing."""
    names = [f"agent{number}" for number in range(AGENTS)]
    known = set(db.user.list())
    missing = [name for name in names if not any(db.user.get(one, "username") == name for one in known)]
    for name in missing:
        db.user.create(username=name, address=f"{name}@example.org", roles="User")
    db.commit()
    return [db.user.lookup(name) for name in names]


def fill(tracker: str, count: int, seed: int, open_share: float) -> dict[str, float]:
    """Bring a tracker to `count` issues, `open_share` of them open, many in one commit."""
    db = instance.open(tracker).open("admin")
    rng, people = random.Random(seed), agents(db)
    present = len(db.issue.list())
    start = time.perf_counter()
    for number, text in enumerate(islice(ticket_texts(seed), count - present), 1):
        status = rng.choice(OPEN_STATUSES) if rng.random() < open_share else RESOLVED
        chosen = {"priority": rng.choice("12345"), "status": status, "assignedto": rng.choice(people)}
        add_ticket(db, text, chosen)
        if number % FILL_BATCH == 0:
            db.commit()
    db.commit()
    total = len(db.issue.list())
    db.close()
    return {"tickets": total, "seconds": time.perf_counter() - start}


def name_of(db: Any, class_name: str, node: str | None) -> str:
    """The label of a linked item, as a cell of the index page shows it."""
    linked = db.getclass(class_name)
    return linked.get(node, linked.labelprop()) if node else ""


def first_page(db: Any, limit: int | None) -> list[tuple[Any, ...]]:
    """The first 50 open issues, last active first; the web page asks without a limit and cuts in Python."""
    ids = db.issue.filter_with_permissions(
        None, {"status": OPEN_STATUSES}, sort=[("-", "activity")], limit=limit, userid=db.getuid()
    )
    return [
        (
            number,
            db.issue.get(number, "title"),
            name_of(db, "priority", db.issue.get(number, "priority")),
            name_of(db, "status", db.issue.get(number, "status")),
            name_of(db, "user", db.issue.get(number, "assignedto")),
            str(db.issue.get(number, "activity")),
        )
        for number in ids[:PAGE]
    ]


def timed_page(db: Any, limit: int | None = None) -> float:
    """Milliseconds for one first page."""
    start = time.perf_counter()
    assert len(first_page(db, limit)) == PAGE
    return (time.perf_counter() - start) * 1000


def page(tracker: str, repeats: int) -> dict[str, float]:
    """Milliseconds for the first page as an agent: opening the tracker in this process, then warm medians."""
    home = instance.open(tracker)
    start = time.perf_counter()
    db = home.open("agent0")
    first_page(db, None)
    fresh = (time.perf_counter() - start) * 1000
    warm = statistics.median(timed_page(db) for _ in range(repeats))
    limited = statistics.median(timed_page(db, PAGE) for _ in range(repeats))
    shown = len(db.issue.filter(None, {"status": OPEN_STATUSES}))
    total = len(db.issue.list())
    db.close()
    return {
        "tickets": total,
        "open": shown,
        "fresh_ms": fresh,
        "warm_ms": warm,
        "warm_limited_ms": limited,
    }


def main() -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["create", "fill", "page"])
    parser.add_argument("--tracker", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--open-share", type=float, default=0.2)
    parser.add_argument("--repeats", type=int, default=15)
    asked = parser.parse_args()
    measured = {
        "create": lambda: create(asked.tracker, asked.count, asked.seed),
        "fill": lambda: fill(asked.tracker, asked.count, asked.seed, asked.open_share),
        "page": lambda: page(asked.tracker, asked.repeats),
    }[asked.what]()
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
