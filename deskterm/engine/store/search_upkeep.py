"""Keeping the search index in few pieces: FTS5 leaves one behind with every commit and merges them by and by.

After a million rows came at once the merging would fall on whoever writes next (a third of a new ticket's time).
"""

from deskterm.engine.store.backend import Writer

_INDEXES = ("ticket_search", "message_search")


def merge(writer: Writer, pages: int, *, into_one: bool) -> bool:
    """Merge up to so many pages of each index; whether there was anything to merge.

    `into_one`: go on until each index is of one piece; else only where four pieces of a size have come together.
    """
    return any([_merged(writer, index, -pages if into_one else pages) for index in _INDEXES])


def _merged(writer: Writer, index: str, pages: int) -> bool:
    """FTS5 says that nothing was left to do by changing fewer than two rows."""
    before = _changes(writer)
    writer.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))
    return _changes(writer) - before >= 2


def _changes(writer: Writer) -> int:
    row = writer.row("SELECT total_changes()")
    return int(row[0]) if row else 0
