"""Every invariant of a desk's file that can be proven by looking: each gives what is wrong, or nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

from deskterm.engine.store.backend import Reader
from deskterm.engine.store.blobs import BlobStore
from deskterm.engine.store.migrations import SCHEMA_VERSION

Check = Callable[[Reader], str]


def integrity(reader: Reader) -> str:
    """SQLite's own structure check."""
    found = [str(row[0]) for row in reader.rows("PRAGMA integrity_check(5)")]
    return "" if found == ["ok"] else "; ".join(found)


def quick_integrity(reader: Reader) -> str:
    """The same without comparing indexes with their tables."""
    found = [str(row[0]) for row in reader.rows("PRAGMA quick_check(5)")]
    return "" if found == ["ok"] else "; ".join(found)


def foreign_keys(reader: Reader) -> str:
    """No row points at one that is gone."""
    found = reader.rows("PRAGMA foreign_key_check")
    return f"{len(found)} rows point nowhere, first in {found[0][0]}" if found else ""


def schema(reader: Reader) -> str:
    """The schema is the one this program writes."""
    row = reader.row("PRAGMA user_version")
    return "" if row and row[0] == SCHEMA_VERSION else f"schema {row and row[0]}, expected {SCHEMA_VERSION}"


def counters(reader: Reader) -> str:
    """The kept counters equal a fresh count."""
    group = "queue_id, status_id, category, type_id, priority"
    fresh = (
        f"SELECT {group}, ifnull(assignee_id, 0), deleted_at IS NOT NULL, count(*) FROM ticket GROUP BY 1,2,3,4,5,6,7"
    )
    kept = f"SELECT {group}, assignee_id, deleted, n FROM ticket_counter WHERE n <> 0"
    found = reader.rows(f"SELECT * FROM ({fresh}) EXCEPT SELECT * FROM ({kept})")
    lost = reader.rows(f"SELECT * FROM ({kept}) EXCEPT SELECT * FROM ({fresh})")
    return f"{len(found) + len(lost)} counters are off" if found or lost else ""


def search_rows(reader: Reader) -> str:
    """Every ticket and every message that people wrote is in the search index, and nothing else is."""
    messages = _difference(reader, "SELECT id FROM message WHERE kind <> 3", "SELECT id FROM message_search_docsize")
    tickets = _difference(reader, "SELECT id FROM ticket", "SELECT id FROM ticket_search_docsize")
    wrong = messages + tickets
    return f"{wrong} rows of the search index do not fit" if wrong else ""


def _difference(reader: Reader, one: str, other: str) -> int:
    found = reader.row(
        f"SELECT (SELECT count(*) FROM ({one} EXCEPT {other})) + (SELECT count(*) FROM ({other} EXCEPT {one}))"
    )
    return int(found[0]) if found else 0


def search_structure(reader: Reader) -> str:
    """The index can be asked; a damaged one raises."""
    reader.rows("SELECT rowid FROM message_search WHERE message_search MATCH 'a' LIMIT 1")
    reader.rows("SELECT rowid FROM ticket_search WHERE ticket_search MATCH 'a' LIMIT 1")
    return ""


def tickets(reader: Reader) -> str:
    """What follows from a ticket's status does follow."""
    found = reader.rows(
        "SELECT t.id FROM ticket t JOIN status s ON s.id = t.status_id WHERE t.category <> s.category "
        "OR t.is_open <> (t.category <= 3) OR (t.resolved_at IS NULL AND t.category IN (4, 5)) "
        "OR (t.category <= 3 AND t.resolved_at IS NOT NULL) LIMIT 5"
    )
    return f"status and category disagree on ticket {found[0][0]}" if found else ""


def last_messages(reader: Reader) -> str:
    """What a ticket calls its last message is its newest one."""
    found = reader.rows(
        "SELECT t.id FROM ticket t WHERE t.last_message_id IS NOT "
        "(SELECT max(m.id) FROM message m WHERE m.ticket_id = t.id) LIMIT 5"
    )
    return f"ticket {found[0][0]} does not know its last message" if found else ""


def versions(reader: Reader) -> str:
    """A ticket's version is its newest event."""
    found = reader.rows(
        "SELECT t.id FROM ticket t WHERE t.version <> (SELECT max(e.id) FROM event e "
        "WHERE e.kind = 'ticket' AND e.subject_id = t.id) LIMIT 5"
    )
    return f"ticket {found[0][0]} has a version without its event" if found else ""


def event_values(reader: Reader) -> str:
    """Every event has its values."""
    found = reader.rows(
        "SELECT e.id FROM event e LEFT JOIN event_value v ON v.event_id = e.id WHERE v.event_id IS NULL LIMIT 5"
    )
    return f"event {found[0][0]} has no values" if found else ""


def blob_names(reader: Reader) -> Iterator[tuple[str, int]]:
    """Every digest that a row names, with its bytes."""
    yield from reader.rows("SELECT sha256, bytes FROM attachment UNION SELECT sha256, bytes FROM mail ORDER BY 1")


def attachments(reader: Reader, blobs: BlobStore, *, deep: bool) -> str:
    """Every file that a row names is there; `deep` also reads and hashes each."""
    missing = [sha256 for sha256, size in blob_names(reader) if not _stored(blobs, sha256, size, deep)]
    return f"{len(missing)} stored files are missing or damaged, first {missing[0][:12]}…" if missing else ""


def _stored(blobs: BlobStore, sha256: str, size: int, deep: bool) -> bool:
    path = blobs.path(sha256)
    if not path.is_file() or path.stat().st_size != size:
        return False
    return not deep or _hash_fits(blobs, sha256)


def _hash_fits(blobs: BlobStore, sha256: str) -> bool:
    from deskterm.engine.domain.errors import NotFound

    try:
        blobs.get(sha256)
    except NotFound:
        return False
    return True


def modes(root: Path) -> str:
    """Nobody but the desk's account can open its files."""
    loose = [path.name for path in (root, *sorted(root.iterdir())) if path.stat().st_mode & 0o077]
    return f"others can open {', '.join(loose[:5])}" if loose else ""


QUICK: tuple[tuple[str, Check], ...] = (
    ("schema", schema),
    ("structure", quick_integrity),
    ("foreign keys", foreign_keys),
    ("counters", counters),
    ("tickets", tickets),
)

DEEP: tuple[tuple[str, Check], ...] = (
    ("schema", schema),
    ("structure", integrity),
    ("foreign keys", foreign_keys),
    ("counters", counters),
    ("tickets", tickets),
    ("versions", versions),
    ("last messages", last_messages),
    ("search index", search_rows),
    ("search structure", search_structure),
    ("event values", event_values),
)
