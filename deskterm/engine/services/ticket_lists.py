"""Lists and counts: the hot reads of every session, on the light path."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import TicketRow
from deskterm.engine.door.actions import Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx

MOST_NUMBERS = 50_000


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of a list; `next` is handed back to get the page after it and is empty at the end."""

    rows: tuple[TicketRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTickets(Query[TicketPage]):
    """A page of the tickets a query finds, most recently updated first unless the query or `sort` says else."""

    query: str = ""
    sort: str = ""
    limit: int = 50
    after: str = ""


@action("ticket.list", needs=Permission.READ)
def list_tickets(tx: "ReadTx", query: ListTickets) -> TicketPage:
    """Bin and merged tickets are left out unless asked for."""
    if not 1 <= query.limit <= 1_000_000:
        raise Invalid("A limit is a number from 1 to 1,000,000.")
    numbers, following = tx.find_page(_sorted(query), query.limit, query.after)
    return TicketPage(tx.ticket_rows(numbers), following)


def _sorted(query: ListTickets) -> str:
    """The query, in the order asked for instead of its own."""
    from deskterm.engine.domain.query import with_sort

    if not query.sort:
        return query.query
    return with_sort(query.query, query.sort.lstrip("-"), descending=query.sort.startswith("-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTicketNumbers(Query[tuple[int, ...]]):
    """The numbers a query finds, in list order, up to `limit`."""

    query: str = ""
    limit: int = MOST_NUMBERS


@action("ticket.numbers", needs=Permission.READ)
def list_ticket_numbers(tx: "ReadTx", query: ListTicketNumbers) -> tuple[int, ...]:
    """For a list that fetches rows only where one looks."""
    return tx.find_numbers(query.query, query.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTicketRows(Query[tuple[TicketRow, ...]]):
    """Rows of given tickets, in the order asked; those I may not see are left out."""

    numbers: tuple[int, ...]


@action("ticket.rows", needs=Permission.READ)
def read_ticket_rows(tx: "ReadTx", query: ReadTicketRows) -> tuple[TicketRow, ...]:
    """By primary key."""
    return tx.ticket_rows(query.numbers)


@dataclass(frozen=True, slots=True)
class TicketCount:
    """How many tickets a query finds; `is_bound` says that there are at least `n`."""

    n: int
    is_bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTickets(Query[TicketCount]):
    """How many tickets a query finds; counting stops at `at_most`. `before`: only those above a place of its list."""

    query: str = ""
    at_most: int = 10_001
    before: str = ""


@action("ticket.count", needs=Permission.READ)
def count_tickets(tx: "ReadTx", query: CountTickets) -> TicketCount:
    """From the kept counters where they can answer."""
    return TicketCount(*tx.count(query.query, query.at_most, query.before))
