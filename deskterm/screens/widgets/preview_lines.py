"""A ticket in the preview: its header, then its thread."""

from datetime import datetime, tzinfo

from deskterm.engine.services.thread_reading import TicketThread
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.header_lines import header_lines
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Block, Line, Made, Page
from deskterm.screens.widgets.thread_lines import Thread


def preview_page(read: TicketThread, now: datetime, zone: tzinfo, glyphs: Glyphs) -> Page:
    """The ticket's header, then its thread."""
    ticket, reading = read.detail.ticket, Reading(now, zone, glyphs)
    subject = ((f" #{ticket.number} ", "accent"), (one_line(ticket.subject), "strong"))
    heads = [(*head.left, *head.right) for head in header_lines(ticket, reading)]
    lines = [Line(parts, wraps=False) for parts in (subject, *heads, ())]
    thread = Thread().page(read, reading, frozenset(read.unread))
    return Page((Block("header", lambda: Made(lines), weight=len(lines)), *thread.blocks))
