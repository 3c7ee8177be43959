"""The fixed lines of the desk screen, as inked parts."""

from deskterm.screens.listing import Listing
from deskterm.screens.session import Session
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts


def title_parts(session: Session) -> tuple[Parts, Parts]:
    """The desk's name on the left, who sits here on the right."""
    actor = session.actor
    who = one_line(actor.name or actor.login)
    left = (("deskterm ", "title"), (f"{session.glyphs.dot} {one_line(session.seat.desk.name)}", "title"))
    return ((" ", "title"), *left), ((f"{who} ({actor.role}) ", "title"),)


def place_parts(listing: Listing, glyphs: Glyphs) -> Parts:
    """`3/412  ▲ 2 new – r  5 marked`."""
    parts: list[Part] = [(f"{listing.cursor + 1 if len(listing) else 0:,}/{len(listing):,}", "plain")]
    news = listing.news
    if news:
        words = [f"{glyphs.new} {news.new} new"] if news.new else []
        words += [f"{glyphs.gone} {news.gone} gone"] if news.gone else []
        parts.append((f"  {' '.join(words)} {glyphs.dash} r", "accent"))
    if listing.marks:
        parts.append((f"  {len(listing.marks):,} marked", "marked"))
    if listing.anchor is not None:
        parts.append((f"  range from #{listing.anchor}: v ends it", "marked"))
    return tuple(parts)


def empty_lines(query: str, *, may_create: bool) -> tuple[Parts, ...]:
    """What an empty list says: what to do now."""
    found = "No ticket matches this query." if query.strip() else "There is no ticket yet."
    begin = ", c opens a new ticket" if may_create else ""
    return (), (("  " + found, "plain"),), ((f"  1-9 show other views, / changes the query{begin}.", "dim"),)
