"""Texts begun and not sent: each is its author's alone, and is there on the next login."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import DraftRow, instant
from deskterm.engine.domain.text import visible
from deskterm.engine.door.actions import Command, Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.read_tx import ReadTx

KINDS = ("reply", "note", "new")
MOST_CHARACTERS = 1_000_000
MOST_FIELDS = 30
MOST_DRAFTS = 500
"""Of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDrafts(Query[tuple[DraftRow, ...]]):
    """My own drafts, newest first; nobody else reads them."""


@action("draft.list", needs=Permission.READ)
def list_drafts(tx: "ReadTx", query: ListDrafts) -> tuple[DraftRow, ...]:
    """Those on tickets that I may no longer see are left out, and come back with the right to see them."""
    return tx.drafts()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command[datetime | None]):
    """Keep what I have begun to write; an empty one is forgotten.

    `number` 0 with kind `new` is a new ticket, else `kind` is reply or note. `fields`: what else was filled in.
    `checked`: refuse to write over a draft of another moment than `since`, which another session of mine has saved;
    None is for no draft at all. The answer is the moment it was saved; None when it was forgotten.
    """

    number: int
    kind: str
    body: str
    fields: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    checked: bool = False
    since: datetime | None = None


@action("draft.save", needs=Permission.READ, audited=False, quiet=True)
def save_draft(tx: "PlainTx", command: SaveDraft) -> datetime | None:
    """In place of the one of this ticket and kind; forgetting asks for no right on the ticket."""
    _require_place(command)
    kept = tx.draft(command.number, command.kind)
    if command.checked and kept is not None and kept.saved_at != command.since:
        raise Conflict("Another session of yours wrote on this draft meanwhile.")
    fields = {name: visible(value) for name, value in command.fields.items() if value}
    if not command.body.strip() and not fields:
        tx.forget_draft(command.number, command.kind)
        return None
    _require_room(tx, command, is_new=kept is None)
    if command.number:
        tx.require_level(command.number)
    tx.keep_draft(command.number, command.kind, visible(command.body), fields, command.version)
    return instant(tx.now)


def _require_place(command: SaveDraft) -> None:
    if command.kind not in KINDS or (command.kind == "new") != (command.number == 0):
        raise Invalid("A draft is a reply or a note on a ticket, or a new ticket without a number.")


def _require_room(tx: "PlainTx", command: SaveDraft, *, is_new: bool) -> None:
    size = len(command.body) + sum(len(name) + len(value) for name, value in command.fields.items())
    if size > MOST_CHARACTERS or len(command.fields) > MOST_FIELDS:
        raise Invalid(f"The draft is longer than {MOST_CHARACTERS:,} characters.")
    if is_new and tx.count_drafts() >= MOST_DRAFTS:
        raise Invalid(f"You have {MOST_DRAFTS} drafts already; send or empty some of them first.")
