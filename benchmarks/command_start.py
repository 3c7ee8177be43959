"""What a script waits for: the whole process of `ticket list`, beside that of `roundup-admin list issue`."""

from benchmarks import desks, roundup
from benchmarks.measure import Row, alternate, process_ms

TICKETS = 100
LARGE = 100_000
ROUNDS = 15
LIMIT_MS = 1000.0
DEMANDED = 1.0


def rows() -> list[Row]:
    """Both on a small desk, in turn; the large desk against the promise of a second."""
    tracker = roundup.filled_tracker(TICKETS, 1.0)
    small, large = desks.filled_desk(TICKETS), desks.filled_desk(LARGE)
    ours, at_large, theirs = alternate(
        lambda: process_ms([desks.DESKTERM, "--desk", small, "ticket", "list"]),
        lambda: process_ms([desks.DESKTERM, "--desk", large, "ticket", "list"]),
        lambda: process_ms([roundup.ADMIN, "-i", tracker, "list", "issue"]),
        rounds=ROUNDS,
    )
    return [
        Row(
            name="`ticket list`, whole process",
            figure=ours,
            unit="ms",
            against="`roundup-admin list issue`",
            other=theirs,
            demanded=DEMANDED,
        ),
        Row(
            name=f"`ticket list` at {LARGE:,}",
            figure=at_large,
            unit="ms",
            against="the promise",
            other=LIMIT_MS,
            demanded=1.0,
        ),
    ]
