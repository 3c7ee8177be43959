"""The fixed lines of the desk screen, as inked parts."""

from deskterm.screens.listing import Listing, News
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
    """`3/412  ▲ 2 new – r  5 marked, 2 not shown`."""
    row, many = listing.cursor + 1 if len(listing) else 0, "+" if listing.stretch.is_bound else ""
    parts: list[Part] = [(f"{row:,}/{len(listing):,}{many}", "plain")]
    if listing.news:
        parts.append((f"  {_news_words(listing.news, glyphs)} {glyphs.dash} r", "accent"))
    if listing.marks:
        hidden = len(listing.hidden & listing.marks)
        parts.append((f"  {len(listing.marks):,} marked{f', {hidden:,} not shown' if hidden else ''}", "marked"))
    if listing.anchor is not None:
        parts.append((f"  range from #{listing.anchor} ({len(listing.range):,}): v ends it", "marked"))
    return tuple(parts)


def _news_words(news: News, glyphs: Glyphs) -> str:
    more = "+" if news.is_more else ""
    words = [f"{glyphs.new} {news.new:,}{more} new"] if news.new or more else []
    return " ".join([*words, *([f"{glyphs.gone} {news.gone:,} gone"] if news.gone else [])])


def empty_lines(query: str, *, may_create: bool) -> tuple[Parts, ...]:
    """What an empty list says: what to do now."""
    found = "No ticket matches this query." if query.strip() else "There is no ticket yet."
    begin = ", c opens a new ticket" if may_create else ""
    return (), (("  " + found, "plain"),), ((f"  1-9 show other views, / changes the query{begin}.", "dim"),)
