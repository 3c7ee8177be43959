"""A hundred thousand tickets: what it costs is what is in sight. Counted in lines and rows, not in seconds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import Category, Contact, Level, Priority, TicketRow, ViewRow
from deskterm.engine.services.ticket_lists import (
    ListTicketNumbers,
    ListTickets,
    ReadTicketRows,
    TicketPage,
)
from deskterm.engine.services.views import ListViews
from deskterm.screens.widgets.ticket_lines import TicketLines
from tests.screens.driver import sitting

_MANY = 100_000
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class BigSeat:
    """A seat at a desk with a hundred thousand tickets that exist only as they are asked for."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.desk = seat.desk
        self.actor = seat.actor
        self.rows_read = 0

    def ask(self, query: Any) -> Any:
        if isinstance(query, ListViews):
            return (ViewRow(1, "All", "", 1, None, _MANY),)
        if isinstance(query, ListTicketNumbers):
            return tuple(range(_MANY, 0, -1))
        if isinstance(query, ListTickets):
            numbers = tuple(range(_MANY, _MANY - query.limit, -1))
            return TicketPage(self._rows(numbers), "more")
        if isinstance(query, ReadTicketRows):
            return self._rows(query.numbers)
        return self._seat.ask(query)

    def data_version(self) -> int:
        return 1

    def _rows(self, numbers: tuple[int, ...]) -> tuple[TicketRow, ...]:
        self.rows_read += len(numbers)
        return tuple(_row(number) for number in numbers)


def _row(number: int) -> TicketRow:
    return TicketRow(
        number=number,
        subject=f"Subject {number}",
        type="Incident",
        status="New",
        category=Category.NEW,
        priority=Priority.NORMAL,
        queue="Service Desk",
        assignee=None,
        requester=Contact("Rosa", "rosa@customer.example"),
        organization=None,
        channel="mail",
        tags=(),
        created_at=_NOON,
        updated_at=_NOON,
        version=1,
        level=Level.FULL,
    )


@pytest.fixture
def formatted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that were formatted, in order."""
    rows: list[int] = []
    line = TicketLines.line

    def counted(self: TicketLines, row: int, width: int, here: bool) -> Any:
        rows.append(row)
        return line(self, row, width, here)

    monkeypatch.setattr(TicketLines, "line", counted)
    return rows


async def test_only_what_is_in_sight_is_formatted(admin: Seat, formatted: list[int]) -> None:
    """A move formats two lines, a page a screenful, the jump to the end no more than a screenful either."""
    seat = BigSeat(admin)
    async with sitting(seat) as person:
        await person.sees("1/100,000", "Subject 100000")
        height = person.desk.tickets.size.height
        formatted.clear()
        await person.press("j")
        await person.rests()
        assert sorted(set(formatted)) == [0, 1] and len(formatted) <= 2
        formatted.clear()
        await person.press("pagedown")
        await person.rests()
        assert len(set(formatted)) <= 2 * height
        formatted.clear()
        await person.press("G")
        await person.sees("100,000/100,000", "Subject 1 ")
        await person.rests()
        assert set(formatted) <= set(range(height, 2 * height)) | set(range(_MANY - height, _MANY)) | {formatted[0]}
        assert seat.rows_read < 1_000


async def test_rows_forgotten_are_read_again(admin: Seat, formatted: list[int]) -> None:
    """Paging through thousands keeps few rows, and going back shows the first ones again."""
    seat = BigSeat(admin)
    async with sitting(seat) as person:
        for _ in range(40):
            await person.press("pagedown")
        await person.rests()
        assert len(person.desk.listing.rows) <= 2_000
        await person.press("g")
        await person.sees("Subject 100000")


async def test_marking_all_of_a_big_list(admin: Seat, formatted: list[int]) -> None:
    """The star marks a hundred thousand and repaints a screenful."""
    async with sitting(BigSeat(admin)) as person:
        await person.press("*")
        await person.sees("100,000 marked")
        formatted.clear()
        await person.press("escape")
        await person.sees_no("marked")
        assert len(formatted) < 100
