"""Long lists: what they cost is what is in sight. Counted in lines and rows, not in seconds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import Category, Contact, Level, Priority, TicketRow, ViewRow
from deskterm.engine.services.ticket_lists import (
    CountTickets,
    ListTickets,
    ReadTicketRows,
    TicketCount,
    TicketPage,
)
from deskterm.engine.services.ticket_windows import Changes, ListChanges, PlaceTickets, ReadWindow, Window
from deskterm.engine.services.views import CountViews, ListViews, ViewCounts
from deskterm.screens.widgets.ticket_lines import TicketLines
from tests.screens.driver import sitting

_MANY = 50_000
"""A list that is held whole."""

_MILLION = 1_000_000
RARE = "rare"
"""Words that stand in every 123,456th ticket."""

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class BigSeat:
    """A seat at a desk with many tickets that exist only as they are asked for; a place is the number it is of."""

    def __init__(self, seat: Seat, many: int = _MANY) -> None:
        self._seat = seat
        self.many = many
        self.desk = seat.desk
        self.actor = seat.actor
        self.rows_read = 0
        self.numbers_read = 0
        self.version = 1
        self.changed: tuple[int, ...] = ()

    def ask(self, query: Any) -> Any:
        if isinstance(query, ListViews | CountViews):
            views = (ViewRow(1, "All", "", 1, None, self.many),)
            return ViewCounts(views, frozenset({1}), frozenset(), False, 0) if isinstance(query, CountViews) else views
        if isinstance(query, CountTickets):
            return TicketCount(self.many - int(query.before) if query.before else self.many, False)
        if isinstance(query, ReadWindow):
            return self._window(query)
        if isinstance(query, PlaceTickets):
            found = (number for number in query.numbers if 0 < number <= self.many)
            return {number: str(number) for number in found if query.query != RARE or not number % 123_456}
        if isinstance(query, ListChanges):
            return Changes(self.version, () if query.since in (None, self.version) else self.changed)
        if isinstance(query, ListTickets):
            numbers = tuple(range(self.many, self.many - query.limit, -1))
            return TicketPage(self._rows(numbers), str(numbers[-1]))
        if isinstance(query, ReadTicketRows):
            return self._rows(query.numbers)
        return self._seat.ask(query)

    def settings(self) -> dict[str, str]:
        """Of somebody who has done the first steps: their line would take one from the list."""
        return {**self._seat.settings(), "hints": "3"}

    def data_version(self) -> int:
        return self.version

    def changes(self, *numbers: int) -> None:
        """Somebody else changes these tickets."""
        self.changed = numbers
        self.version += 1

    def _window(self, query: ReadWindow) -> Window:
        if query.also == RARE:
            hits = [number for number in range(123_456, self.many, 123_456) if self._follows(number, query)]
            numbers = tuple(sorted(hits, reverse=not query.backward)[: query.limit])
            return Window(numbers, "", "", True)
        if query.backward:
            low = int(query.place) + 1 if query.place else 1
            high = min(low + query.limit - 1, self.many)
            is_last = high == self.many
        else:
            high = int(query.place) - 1 if query.place else self.many
            low = max(high - query.limit + 1, 1)
            is_last = low == 1
        numbers = tuple(range(high, low - 1, -1))
        self.numbers_read += len(numbers)
        return Window(numbers, str(high), str(low), is_last)

    @staticmethod
    def _follows(number: int, query: ReadWindow) -> bool:
        if not query.place:
            return True
        return number > int(query.place) if query.backward else number < int(query.place)

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
        await person.sees("1/50,000", "Subject 50000")
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
        await person.sees("50,000/50,000", "Subject 1 ")
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
        await person.sees("Subject 50000")


async def test_marking_all_of_a_big_list(admin: Seat, formatted: list[int]) -> None:
    """The star marks fifty thousand and repaints a screenful."""
    async with sitting(BigSeat(admin)) as person:
        await person.press("*")
        await person.sees("50,000 marked")
        formatted.clear()
        await person.press("escape")
        await person.sees_no("marked")
        assert len(formatted) < 100


async def test_a_million_is_read_by_windows(admin: Seat) -> None:
    """To the end, up from there, and back to the top: a few windows, whatever the length, and rows that are right."""
    seat = BigSeat(admin, _MILLION)
    async with sitting(seat) as person:
        await person.sees("1/1,000,000", "Subject 1000000")
        for key, place, subject in (
            ("G", "1,000,000/1,000,000", "Subject 1 "),
            ("pageup", "999,982/1,000,000", "Subject 19 "),
            ("g", "1/1,000,000", "Subject 1000000 "),
            ("pagedown", "19/1,000,000", "Subject 999982 "),
        ):
            await person.press(key)
            await person.sees(place, subject)
        assert seat.numbers_read < 3_000 and seat.rows_read < 1_000


async def test_paging_through_a_million(admin: Seat) -> None:
    """A page key pressed on and on, down and up again, meets every ticket in its row."""
    seat = BigSeat(admin, _MILLION)
    async with sitting(seat) as person:
        for _ in range(60):
            await person.press("pagedown")
        await person.sees("1,081/1,000,000")
        await person.until(lambda: person.desk.listing.current == _MILLION - 1_080)
        for _ in range(3):
            await person.press("pageup")
        await person.sees("1,027/1,000,000", "Subject 998974 ")
        await person.press("G")
        for _ in range(40):
            await person.press("pageup")
        await person.sees("999,280/1,000,000", "Subject 721 ")


async def test_keys_are_quicker_than_the_desk(admin: Seat) -> None:
    """Keys pressed at once, before anything was read for them, end where they would have ended one by one."""
    async with sitting(BigSeat(admin, _MILLION)) as person:
        await person.pilot.press("G", "pageup", "k", "space", "G", "home", "j", "space")
        await person.sees("3/1,000,000", "2 marked")
        await person.rests()
        assert person.desk.marked == (_MILLION - 1, 20)


async def test_marks_and_cursor_outlive_the_windows(admin: Seat) -> None:
    """What was marked at the top is marked when one comes back; the cursor is on its ticket again."""
    async with sitting(BigSeat(admin, _MILLION)) as person:
        await person.press("space", "space", "G", "space")
        await person.sees("3 marked")
        await person.press("g")
        await person.sees("1/1,000,000", "✓")
        assert person.desk.marked == (_MILLION, _MILLION - 1, 1)
        assert person.desk.listing.hidden == set()


async def test_a_million_is_not_marked_by_one_key(admin: Seat) -> None:
    """The star and a range from top to end say how many can be marked."""
    async with sitting(BigSeat(admin, _MILLION)) as person:
        await person.press("*")
        await person.sees("Up to 50,000 tickets can be marked at once")
        await person.press("g", "v", "G")
        await person.sees("(1,000,000): v ends it")
        await person.press("v")
        await person.sees("this one is longer")
        assert not person.desk.marked


async def test_a_change_in_a_million_reads_what_is_in_sight(admin: Seat, formatted: list[int]) -> None:
    """Somebody's change costs the rows in sight and no numbers, at the top and at the end."""
    seat = BigSeat(admin, _MILLION)
    async with sitting(seat) as person:
        for key in ("j", "G"):
            await person.press(key)
            await person.rests()
            seat.numbers_read = seat.rows_read = 0
            seat.changes(_MILLION - 3)
            person.screen.look()
            await person.rests()
            assert seat.numbers_read == 0 and 0 < seat.rows_read < 200
            assert not person.desk.listing.news


async def test_reading_on_from_ticket_to_ticket(admin: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """J goes on through a long list, further than the first answer reached."""
    seat = BigSeat(admin, _MILLION)
    async with sitting(seat) as person:
        listing = person.desk.listing
        for place in range(400):
            number = listing.step(_MILLION - place, 1)
            assert number == _MILLION - place - 1, "the next one is held in time"
            listing.move(place + 1)
            await person.rests()


async def test_a_number_far_down_a_million(admin: Seat) -> None:
    """A ticket in the middle is gone to, in its row, and one goes on from there in both directions."""
    seat = BigSeat(admin, _MILLION)
    async with sitting(seat) as person:
        await person.press("#", "text:400000", "enter")
        await person.sees("600,001/1,000,000", "Subject 400000 ")
        for key in ("pagedown", "pagedown", "k"):
            await person.press(key)
        await person.sees("600,036/1,000,000")
        for _ in range(30):
            await person.press("pageup")
        await person.sees("599,496/1,000,000", "Subject 400505 ")
        assert seat.numbers_read < 3_000


async def test_hits_far_apart(admin: Seat) -> None:
    """From hit to hit through a million, forwards past the end and backwards, in a few questions."""
    async with sitting(BigSeat(admin, _MILLION)) as person:
        await person.press("f", f"text:{RARE}", "enter")
        await person.sees("12,353/1,000,000", "Subject 987648 ")
        await person.press("n")
        await person.sees("135,809/1,000,000", "Subject 864192 ")
        await person.press("N", "N")
        await person.sees("876,545/1,000,000", "From the other end again")
        await person.press("n")
        await person.sees("12,353/1,000,000", "From the other end again")
