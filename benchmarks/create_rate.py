"""Tickets a second, each with a body of 600 characters, searchable and durable before the next one begins."""

import shutil
from itertools import count

from benchmarks import desks, roundup
from benchmarks.measure import HOME, Row, alternate, output

TICKETS = 300
ROUNDS = 5
DEMANDED = 1.0


def rows() -> list[Row]:
    """deskterm beside Roundup, in turn, on desks that both begin empty."""
    tracker = roundup.new_tracker("roundup-create")
    desk = HOME / "desk-create"
    shutil.rmtree(desk, ignore_errors=True)
    output([desks.DESKTERM, "init", desk, "--admin", "admin@example.org"])
    seeds = count(1)
    ours, theirs = alternate(
        lambda: desks.measure("create", desk, count=TICKETS, seed=next(seeds))["per_second"],
        lambda: roundup.measure("create", tracker, count=TICKETS, seed=next(seeds))["per_second"],
        rounds=ROUNDS,
    )
    return [
        Row(
            name="create a ticket",
            figure=ours,
            unit="tickets/s",
            against="Roundup",
            other=theirs,
            demanded=DEMANDED,
            better="higher",
        )
    ]
