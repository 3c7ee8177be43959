"""deskterm's side of the comparison: run in a process of its own, prints one JSON object.

    .venv/bin/python -m benchmarks.desk_side create --desk DIR --count 300 --seed 1

Everything goes through the door, as the command line and the screens do.
"""

import argparse
import getpass
import json
import statistics
import time
from itertools import islice
from pathlib import Path

from benchmarks.texts import ticket_texts
from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import Seat, seat_for_login, seat_for_os_login
from deskterm.engine.services.ticket_lists import CountTickets, ListTickets

PAGE = 50
MOST = 10_000_000
OPEN = "is:open"
AGENT = "ann"
"""An agent of the demo desk, who sees the queues she was given and no other."""


def wall_clock() -> int:
    """Now, as UTC milliseconds."""
    return time.time_ns() // 1_000_000


def seat_at(desk: str) -> Seat:
    """The seat of whoever runs the benchmark: the admin who made the desk."""
    return seat_for_os_login(open_desk(Path(desk), wall_clock), getpass.getuser(), "cli")


def create(desk: str, count: int, seed: int) -> dict[str, float]:
    """Tickets a second with one commit each; the first one, which loads the models, is not counted."""
    from deskterm.engine.services.tickets import NewTicket

    texts = list(islice(ticket_texts(seed), count + 1))
    seat = seat_at(desk)
    seat.do(NewTicket(subject=texts[0].subject, body=texts[0].body))
    start = time.perf_counter()
    for text in texts[1:]:
        seat.do(NewTicket(subject=text.subject, body=text.body))
    seconds = time.perf_counter() - start
    seat.close()
    return {"tickets": count, "seconds": seconds, "per_second": count / seconds}


def timed_page(seat: Seat) -> float:
    """Milliseconds for the first page of open tickets."""
    start = time.perf_counter()
    assert len(seat.ask(ListTickets(query=OPEN, limit=PAGE)).rows) == PAGE
    return (time.perf_counter() - start) * 1000


def page(desk: str, repeats: int) -> dict[str, float]:
    """Milliseconds for an agent's first page, opening the desk, then the warm median; how many are open."""
    start = time.perf_counter()
    seat = seat_for_login(open_desk(Path(desk), wall_clock), AGENT, "cli")
    timed_page(seat)
    fresh = (time.perf_counter() - start) * 1000
    warm = statistics.median(timed_page(seat) for _ in range(repeats))
    shown = seat.ask(CountTickets(query=OPEN, at_most=MOST)).n
    seat.close()
    return {"open": shown, "fresh_ms": fresh, "warm_ms": warm}


def main() -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["create", "page"])
    parser.add_argument("--desk", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=15)
    asked = parser.parse_args()
    if asked.what == "create":
        print(json.dumps(create(asked.desk, asked.count, asked.seed)))
    else:
        print(json.dumps(page(asked.desk, asked.repeats)))


if __name__ == "__main__":
    main()
