"""Adds tickets at a rate until it is told to end, then says how many and how long each took.

`python -m tests.siege.writer DESK A_SECOND`
"""

import json
import signal
import sys
import time
from pathlib import Path

from deskterm.engine.door.desk import open_desk
from deskterm.engine.door.seat import seat_for_os_login
from deskterm.engine.services.tickets import NewTicket
from tests.conftest import os_login


def main() -> None:
    root, rate = Path(sys.argv[1]), float(sys.argv[2])
    is_ending = False

    def end(*_: object) -> None:
        nonlocal is_ending
        is_ending = True

    signal.signal(signal.SIGTERM, end)
    seat = seat_for_os_login(open_desk(root, lambda: time.time_ns() // 1_000_000), os_login(), "cli")
    took: list[float] = []
    begun = time.monotonic()
    while not is_ending:
        before = time.monotonic()
        seat.do(NewTicket(subject=f"Written {len(took)}", body="Please help.", queue="Service Desk"))
        took.append(time.monotonic() - before)
        time.sleep(max(0.0, begun + len(took) / rate - time.monotonic()))
    took.sort()
    facts = {"tickets": len(took), "seconds": time.monotonic() - begun, "p99": took[len(took) * 99 // 100]}
    print(json.dumps({**facts, "slowest": took[-1]}))


if __name__ == "__main__":
    main()
