"""Tickets as lines of a list: which columns a width has room for, and what stands in them."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from deskterm.engine.services.rows import Category, Priority, SlaState, TicketRow
from deskterm.screens.widgets.ages import age, due
from deskterm.screens.widgets.cells import fit, fit_right, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts

_PRIORITY = {Priority.URGENT: ("!!", "urgent"), Priority.HIGH: ("hi", "warn"), Priority.LOW: ("lo", "dim")}
_CATEGORY = {
    Category.NEW: "N",
    Category.PENDING: "P",
    Category.RESOLVED: "R",
    Category.CLOSED: "C",
    Category.MERGED: "M",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out. The subject takes what is left."""

    number: int
    status: int
    queue: int
    requester: int
    assignee: int
    age: int
    subject: int


def columns_for(width: int, digits: int) -> Columns:
    """The columns a list of this width shows, for numbers of so many digits."""
    number = digits + 1
    age_width = 4 if width >= 30 else 0
    assignee = 8 if width >= 50 else 0
    requester = 14 if width >= 76 else 0
    status = 9 if width >= 100 else 0
    queue = 12 if width >= 120 else 0
    named = (age_width, assignee, requester, status, queue)
    fixed = 4 + number + 1 + 3 + sum(column + 1 for column in named if column)
    return Columns(number, status, queue, requester, assignee, age_width, max(width - fixed, 4))


class Listed(Protocol):
    """What the lines need of a listing."""

    rows: dict[int, TicketRow]
    lost: set[int]
    gone: set[int]

    def __len__(self) -> int: ...

    @property
    def largest(self) -> int:
        """The largest number there is room for."""
        ...

    def at(self, row: int) -> int | None:
        """The number in a row; None where it is not known yet."""
        ...

    def is_marked(self, row: int) -> bool:
        """Whether the ticket in a row is marked."""
        ...


class TicketLines:
    """The line source of a ticket list."""

    def __init__(
        self, listing: Listed, glyphs: Glyphs, now: Callable[[], datetime], *, begun: Container[int] = ()
    ) -> None:
        self._listing = listing
        self._glyphs = glyphs
        self._now = now
        self._begun = begun

    def __len__(self) -> int:
        return len(self._listing)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """A ticket as inked parts; one part where the cursor is, so that a move stays cheap."""
        number = self._listing.at(row)
        columns = columns_for(width, max(4, len(str(self._listing.largest))))
        if number is None:
            parts: Parts = ((f"    {self._glyphs.ellipsis}", "dim"),)
        else:
            parts = self._ticket_parts(number, self._mark(number, row), columns)
        return (("".join(text for text, _ in parts), "cursor"),) if here else parts

    def _ticket_parts(self, number: int, mark: str, columns: Columns) -> Parts:
        ticket = self._listing.rows.get(number)
        return self._unread_parts(number, mark, columns) if ticket is None else self._parts(ticket, mark, columns)

    def _mark(self, number: int, row: int) -> str:
        """Marked, or else: an answer was begun."""
        if self._listing.is_marked(row):
            return self._glyphs.mark
        return self._glyphs.draft if number in self._begun else " "

    def _unread_parts(self, number: int, mark: str, columns: Columns) -> Parts:
        words = "no longer here" if number in self._listing.lost else self._glyphs.ellipsis
        return ((f"{mark}   {fit(f'#{number}', columns.number)}    {words}", "dim"),)

    def _parts(self, ticket: TicketRow, mark: str, columns: Columns) -> Parts:
        gone = ticket.number in self._listing.gone
        done = gone or not ticket.category.is_open
        base = "dim" if done else "strong" if ticket.unread else "plain"
        sign, sign_ink = _PRIORITY.get(ticket.priority, ("  ", base))
        clock, clock_ink = self._clock(ticket)
        return (
            (mark, "marked"),
            self._sign(ticket, gone=gone),
            (f"{_CATEGORY.get(ticket.category, ' ')} ", "dim"),
            (self._cell(f"#{ticket.number}", columns.number), base),
            (f" {sign} ", base if done else sign_ink),
            (self._cell(ticket.subject, columns.subject), base),
            (self._details(ticket, columns), "dim"),
            (self._right(clock, columns.age), base if done else clock_ink),
        )

    def _sign(self, ticket: TicketRow, *, gone: bool) -> Part:
        """Whether it is unread, or is shown although the query no longer finds it."""
        if gone:
            return self._glyphs.gone, "dim"
        return self._glyphs.unread if ticket.unread else " ", "accent"

    def _details(self, ticket: TicketRow, columns: Columns) -> str:
        words = (
            (ticket.status, columns.status),
            (ticket.queue, columns.queue),
            (ticket.requester.name or ticket.requester.email, columns.requester),
            (ticket.assignee or self._glyphs.dash, columns.assignee),
        )
        return "".join(f" {self._cell(word, width)}" for word, width in words if width)

    def _clock(self, ticket: TicketRow) -> tuple[str, str]:
        """The time that matters: a deadline missed or near, else how long nothing happened."""
        now = self._now()
        if ticket.next_due is not None and ticket.next_due < now and ticket.category.is_open:
            return due(ticket.next_due, now), "urgent"
        if ticket.next_due is not None and ticket.sla_state is SlaState.AT_RISK:
            return f"{age(now, ticket.next_due)}!", "warn"
        return age(ticket.updated_at, now), "dim"

    def _cell(self, text: str, width: int) -> str:
        return fit(one_line(text[: 4 * width + 4]), width, self._glyphs.ellipsis)

    def _right(self, text: str, width: int) -> str:
        return f" {fit_right(text, width, self._glyphs.ellipsis)}" if width else ""
