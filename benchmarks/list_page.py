"""The first page of 50 open tickets: beside Roundup with as many tickets, and how it grows to a million.

Roundup's tracker has the same share of open tickets as the desk, since its time grows with them.
"""

from benchmarks import desks, roundup
from benchmarks.measure import Row, alternate

PEER_TICKETS = 50_000
SIZES = (10_000, PEER_TICKETS, 100_000, 1_000_000)
ROUNDS = 5
FASTER_THAN_PEER = 10.0
SLOWER_AT_MOST = 1.5


def page_ms(tickets: int) -> float:
    """Warm milliseconds for the first page of a desk of this size."""
    return desks.measure("page", desks.filled_desk(tickets))["warm_ms"]


def open_share(tickets: int) -> float:
    """The share of open tickets in a generated desk of this size, to the hundredth."""
    return round(desks.measure("page", desks.filled_desk(tickets))["open"] / tickets, 2)


def rows() -> list[Row]:
    """Each size beside Roundup at 50,000; the largest beside the smallest."""
    tracker = roundup.filled_tracker(PEER_TICKETS, open_share(PEER_TICKETS))
    *ours, theirs = alternate(
        *(lambda size=size: page_ms(size) for size in SIZES),
        lambda: roundup.measure("page", tracker)["warm_ms"],
        rounds=ROUNDS,
    )
    beside_peer = [
        Row(
            name=f"first page of 50 at {size:,}",
            figure=figure,
            unit="ms",
            against=f"Roundup at {PEER_TICKETS:,}",
            other=theirs,
            demanded=FASTER_THAN_PEER,
        )
        for size, figure in zip(SIZES, ours, strict=True)
    ]
    growth = Row(
        name=f"first page at {SIZES[-1]:,}",
        figure=ours[-1],
        unit="ms",
        against=f"the same at {SIZES[0]:,}",
        other=ours[0],
        demanded=1 / SLOWER_AT_MOST,
    )
    return [*beside_peer, growth]
