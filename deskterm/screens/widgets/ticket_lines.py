"""Tickets as lines of a list: one line each, or two where the first is the subject's."""

from collections.abc import Callable, Container, Iterator
from datetime import datetime
from typing import Protocol

from deskterm.engine.services.rows import TicketRow
from deskterm.screens.widgets.cells import cut, fit, fit_right, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.ticket_columns import BY_NAME, Cell, cells_for, unchosen

_FIRST_LINE = ("mark", "unread", "state", "number", "priority", "subject", "updated")
"""The columns that stand in the first of two lines; the others follow below, as words."""

_SECOND_LINE = ("requester", "organization", "assignee", "queue", "status", "tags")
"""What follows below for whoever has chosen no columns."""


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
    """The line source of a ticket list. `chosen`: names of columns in their order; none for those of the width."""

    def __init__(
        self, listing: Listed, glyphs: Glyphs, now: Callable[[], datetime], *, begun: Container[int] = ()
    ) -> None:
        self.chosen: tuple[str, ...] = ()
        self.height = 1
        self._listing = listing
        self._glyphs = glyphs
        self._now = now
        self._begun = begun

    def __len__(self) -> int:
        return len(self._listing)

    def line(self, row: int, width: int, here: bool) -> Parts:
        """A ticket as inked parts; one part where the cursor is, so that a move stays cheap."""
        parts = tuple(self._first_line(row, width))
        return (("".join(text for text, _ in parts), "cursor"),) if here else parts

    def lower_line(self, row: int, part: int, width: int) -> Parts:
        """What did not find room in the first line."""
        ticket = self._ticket(row)
        if ticket is None:
            return ()
        cells = self._cells(width)
        place = next(index for index, cell in enumerate(cells) if cell.column.name == "subject")
        indent = sum(cell.gap + cell.width for cell in cells[:place]) + cells[place].gap
        words = f" {self._glyphs.dot} ".join(self._lower_words(ticket))
        return ((" " * indent, "plain"), (cut(words, max(width - indent, 0), self._glyphs.ellipsis), "dim"))

    def default(self, width: int) -> tuple[str, ...]:
        """The names of the columns of a list of this width when none are chosen."""
        return (*_FIRST_LINE, *_SECOND_LINE) if self.height > 1 else unchosen(width)

    def _lower_words(self, ticket: TicketRow) -> Iterator[str]:
        for name in self.chosen or _SECOND_LINE:
            tell = BY_NAME[name].tell if name in BY_NAME and name not in _FIRST_LINE else None
            text = tell(ticket, self._now())[0] if tell is not None else ""
            if text:
                yield f"{self._glyphs.arrow} {one_line(text)}" if name == "assignee" else one_line(text)

    def _cells(self, width: int) -> tuple[Cell, ...]:
        """One line: what was chosen. Two: the few that stand beside the subject."""
        chosen = self.chosen
        if self.height > 1:
            chosen = tuple(name for name in self.chosen or _FIRST_LINE if name in _FIRST_LINE)
        return cells_for(chosen, width, max(4, len(str(self._listing.largest))))

    def _ticket(self, row: int) -> TicketRow | None:
        number = self._listing.at(row)
        return None if number is None else self._listing.rows.get(number)

    def _first_line(self, row: int, width: int) -> Iterator[Part]:
        number, ticket = self._listing.at(row), self._ticket(row)
        for cell in self._cells(width):
            text, ink = self._cell(cell, row, number) if ticket is None else self._told(cell, row, ticket)
            yield " " * cell.gap + self._fitted(text, cell), ink

    def _cell(self, cell: Cell, row: int, number: int | None) -> Part:
        """Of a ticket that is not read yet, or no longer can be."""
        if number is None:
            return self._glyphs.ellipsis if cell.column.name == "number" else "", "dim"
        words = "no longer here" if number in self._listing.lost else self._glyphs.ellipsis
        known = {"mark": self._mark(row, number), "number": f"#{number}", "subject": words}
        return known.get(cell.column.name, ""), "dim"

    def _told(self, cell: Cell, row: int, ticket: TicketRow) -> Part:
        name = cell.column.name
        if name == "mark":
            return self._mark(row, ticket.number), "marked"
        if name == "unread":
            return self._sign(ticket)
        if cell.column.tell is None:
            return "", "plain"
        text, ink = cell.column.tell(ticket, self._now())
        base = self._base(ticket)
        return text or (
            self._glyphs.dash if name == "assignee" else ""
        ), base if ink == "base" or base == "dim" else ink

    def _base(self, ticket: TicketRow) -> str:
        """The ink of a ticket: dim when it is over or gone, strong when it is unread."""
        if ticket.number in self._listing.gone or not ticket.category.is_open:
            return "dim"
        return "strong" if ticket.unread else "plain"

    def _sign(self, ticket: TicketRow) -> Part:
        """Whether it is unread, or is shown although the query no longer finds it."""
        if ticket.number in self._listing.gone:
            return self._glyphs.gone, "dim"
        return self._glyphs.unread if ticket.unread else "", "accent"

    def _mark(self, row: int, number: int) -> str:
        """Marked, or else: an answer was begun."""
        if self._listing.is_marked(row):
            return self._glyphs.mark
        return self._glyphs.draft if number in self._begun else ""

    def _fitted(self, text: str, cell: Cell) -> str:
        width, ellipsis = cell.width, self._glyphs.ellipsis
        line = one_line(text[: 4 * width + 4])
        return fit_right(line, width, ellipsis) if cell.column.to_the_right else fit(line, width, ellipsis)
