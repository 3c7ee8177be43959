"""What the palette offers: the keys of a screen, the rooms, the views; a ticket by number, and words to search for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from deskterm.engine.services.rows import TicketRow, ViewRow
from deskterm.screens.key_list import KeyHere
from deskterm.screens.keymap import shown_key
from deskterm.screens.rooms import ROOMS, closed, letter_binding
from deskterm.screens.session import Session
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.picker import Choice


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette, and what choosing it does."""

    choice: Choice
    run: Callable[[], object]

    def as_choice(self, value: str) -> Choice:
        """The line under a value that is its own in this palette."""
        return replace(self.choice, value=value)


def entry(label: str, run: Callable[[], object], *, keys: str = "", summary: str = "", refused: str = "") -> Entry:
    """A line of the palette: its words, its key, what it does, and why it does not."""
    return Entry(Choice("", label, summary, refused, keys), run)


def key_entries(keys: Sequence[KeyHere]) -> list[Entry]:
    """What keys do."""
    return [
        entry(found.label, found.run, keys=found.keys, summary=found.summary, refused=found.refused) for found in keys
    ]


def room_entries(here: str, session: Session, go: Callable[[str], object]) -> list[Entry]:
    """The rooms; one that is closed says why."""
    return [
        entry(
            room.label,
            partial(go, room.name),
            keys=f"g {shown_key(session.keymap.keys(letter_binding(room))[0])}",
            summary=room.summary,
            refused=closed(room, session.actor),
        )
        for room in ROOMS
        if room.name != here
    ]


def recent_entries(tickets: Sequence[TicketRow], open_ticket: Callable[[int], object]) -> list[Entry]:
    """The tickets one has read last."""
    return [
        entry(f"#{row.number} {one_line(row.subject)}", partial(open_ticket, row.number), summary="recent")
        for row in tickets
    ]


def view_entries(views: Sequence[ViewRow], show: Callable[[int], object]) -> list[Entry]:
    """The saved views, with the digits that show them."""
    return [
        entry(
            f"view {one_line(view.name)}",
            partial(show, place),
            keys=str(place) if place <= 9 else "",
            summary=one_line(view.query),
        )
        for place, view in enumerate(views, 1)
    ]


def ticket_choice(text: str) -> Choice | None:
    """`12` and `#12` open that ticket."""
    number = text.lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return Choice(f"#{int(number)}", f"#{int(number)}", "open this ticket")


def find_choice(text: str) -> Choice:
    """Whatever was typed can be searched for."""
    return Choice(f"?{text}", f"find {one_line(text)}", "tickets with these words")
