"""Tickets a second, each with a body of 600 characters, searchable and durable before the next one begins."""

import shutil
from itertools import count

from benchmarks import desks, roundup
from benchmarks.measure import HOME, Row, alternate, output

TICKETS = 1_000
ROUNDS = 5
DEMANDED = 2.0
SMALL, LARGE = 10_000, 1_000_000
SLOWER_AT_MOST = 1.3


def rows() -> list[Row]:
    """Beside Roundup, and how it grows to a million."""
    return [beside_peer(), growth()]


def growth() -> Row:
    """Creating in a large desk beside creating in a small one."""
    seeds = count(1000)
    large, small = alternate(
        lambda: desks.measure("create", desks.filled_desk(LARGE), count=TICKETS, seed=next(seeds))["per_second"],
        lambda: desks.measure("create", desks.filled_desk(SMALL), count=TICKETS, seed=next(seeds))["per_second"],
        rounds=ROUNDS,
    )
    return Row(
        name=f"create a ticket at {LARGE:,}",
        figure=large,
        unit="tickets/s",
        against=f"the same at {SMALL:,}",
        other=small,
        demanded=1 / SLOWER_AT_MOST,
        better="higher",
    )


def beside_peer() -> Row:
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
    return Row(
        name="create a ticket",
        figure=ours,
        unit="tickets/s",
        against="Roundup",
        other=theirs,
        demanded=DEMANDED,
        better="higher",
    )
