"""From starting deskterm to its frame and to its first list, beside an empty Textual app on the same terminal."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import desks
from benchmarks.empty_textual import READY
from benchmarks.measure import Row, alternate, clean_environment
from benchmarks.terminal import session

TICKETS = (100_000, 1_000_000)
ROUNDS = 7
FRAME_SLOWER_AT_MOST = 1.5
LIST_SLOWER_AT_MOST = 2.5
MEMORY_MB_AT_MOST = 60
OVER_SSH = {"SSH_CONNECTION": "127.0.0.1 40000 127.0.0.1 22"}
EMPTY = (sys.executable, "-m", "benchmarks.empty_textual")
FRAME = "deskterm ·".encode()
FIRST_LIST = rb"#\d{2,}"


@dataclass(frozen=True, slots=True)
class Start:
    """One start: milliseconds until what was waited for is shown, proportional memory in MB when all is quiet."""

    ms: float
    memory_mb: float


def start(command: Sequence[str | Path], shown: bytes) -> Start:
    """Start a command on a terminal and wait until a text shows and all is quiet."""
    with session(command, clean_environment(**OVER_SSH)) as running:
        seconds = running.seconds_until(shown)
        running.settle()
        return Start(seconds * 1000, running.memory_mb())


def empty_start() -> Start:
    return start(EMPTY, READY.encode())


def desk_start(tickets: int, shown: bytes) -> Start:
    return start([desks.DESKTERM, "--desk", desks.filled_desk(tickets)], shown)


def rows_at(tickets: int) -> list[Row]:
    """Time beside an empty app; bytes and memory of one start against their limits."""
    one = desk_start(tickets, FIRST_LIST)
    frame, first_list, empty = alternate(
        lambda: desk_start(tickets, FRAME).ms,
        lambda: desk_start(tickets, FIRST_LIST).ms,
        lambda: empty_start().ms,
        rounds=ROUNDS,
    )
    at = f"at {tickets:,}"
    return [
        Row(
            name=f"start to the frame {at}",
            figure=frame,
            unit="ms",
            against="an empty Textual app",
            other=empty,
            demanded=1 / FRAME_SLOWER_AT_MOST,
        ),
        Row(
            name=f"start to first list {at}",
            figure=first_list,
            unit="ms",
            against="an empty Textual app",
            other=empty,
            demanded=1 / LIST_SLOWER_AT_MOST,
        ),
        Row(
            name=f"memory of a session {at}",
            figure=one.memory_mb,
            unit="MB",
            against="the limit",
            other=MEMORY_MB_AT_MOST,
            demanded=1.0,
        ),
    ]


def rows() -> list[Row]:
    """The same demands whatever the size of the desk."""
    return [row for tickets in TICKETS for row in rows_at(tickets)]
