"""What was begun and not sent: saved to the desk every few seconds, and there again on the next login.

Texts are read where they are written, on the event loop; they are saved on the desk's thread, which alone knows how
the desk has them. So whoever saves last, a timer or the end of the program, compares with what is really there.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from deskterm.engine.door.errors import Conflict, DeskError
from deskterm.engine.services.rows import DraftRow
from deskterm.screens.desk_thread import DeskThread, ScreenSeat

_PAUSE_SECONDS = 3.0
"""From the first character that is not saved to its saving: with the saving itself, less than five."""

Key = tuple[int, str]
"""A ticket's number and `reply` or `note`; `(0, "new")` is a ticket that has no number yet."""

NEW_TICKET: Key = (0, "new")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text; `fields`: what else was filled in; `version`: of the ticket, as far as the writer has seen it."""

    body: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost."""
        return not self.body.strip() and not any(self.fields.values())

    def reads_like(self, other: "Draft") -> bool:
        """Whether the same was written."""
        return (self.body, _filled(self.fields)) == (other.body, _filled(other.fields))


Read = Callable[[], Draft]
"""Reads what stands in a panel now; from any thread."""


@dataclass(slots=True)
class _Begun:
    """One draft: as it is here, as the desk has it, and as another session of the same person has left it there."""

    draft: Draft = field(default_factory=Draft)
    saved: Draft = field(default_factory=Draft)
    saved_at: datetime | None = None
    other: DraftRow | None = None
    read: Read | None = None
    elsewhere: Callable[[], str] | None = None
    written_here: bool = False

    def take(self) -> Draft:
        """What stands there now."""
        if self.read is not None:
            self.draft = self.read()
        if self.elsewhere is not None:
            self.draft = replace(self.draft, body=self.elsewhere())
        return self.draft


class Drafts:
    """The drafts of one session."""

    def __init__(self, thread: DeskThread) -> None:
        self.tell: Callable[[str], object] = lambda sentence: None
        """Says a sentence to the writer; whoever shows the screens sets it."""
        self.pause_seconds = _PAUSE_SECONDS
        self._thread = thread
        self._begun: dict[Key, _Begun] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[tuple[Key, Draft]]:
        """Those with something in them, by ticket."""
        found = sorted(self._begun.items())
        return iter([(key, begun.draft) for key, begun in found if not begun.draft.is_empty])

    def __contains__(self, number: object) -> bool:
        """Whether something was begun on a ticket."""
        return any(key[0] == number for key, _ in self)

    def __len__(self) -> int:
        return len(list(iter(self)))

    @property
    def written_here(self) -> tuple[Key, ...]:
        """Those that this session wrote on."""
        return tuple(key for key, _ in self if self._begun[key].written_here)

    async def load(self) -> None:
        """Learn which drafts the desk has; what was written here and not saved yet stays as it is."""
        await self._thread.run(self._load)

    def _load(self, seat: ScreenSeat) -> None:
        rows = {(row.number, row.kind): row for row in _rows(seat)}
        for key in {*rows, *self._begun}:
            self._hear(key, rows.get(key))

    def _hear(self, key: Key, row: DraftRow | None) -> None:
        begun = self._begun.setdefault(key, _Begun())
        saved = _draft(row) if row else Draft()
        if begun.read is None and begun.draft.reads_like(begun.saved):
            begun.draft = saved
        elif row is not None and row.saved_at != begun.saved_at:
            begun.other = row
            return
        begun.saved, begun.saved_at = saved, row.saved_at if row else None
        if begun.draft.is_empty and begun.read is None:
            del self._begun[key]

    async def open(self, key: Key) -> Draft:
        """Where writing goes on: the newest text, of whichever session."""
        await self.load()
        begun = self._begun.get(key)
        return begun.draft if begun is not None else Draft()

    def begin(self, key: Key, read: Read) -> None:
        """Somebody writes now."""
        self._begun.setdefault(key, _Begun()).read = read

    def write_elsewhere(self, key: Key, read: Callable[[], str] | None) -> None:
        """The text stands in another place for the time being, such as an editor's file; None: not any more."""
        begun = self._begun.setdefault(key, _Begun())
        begun.elsewhere, begun.written_here = read, True

    def touch(self, key: Key) -> None:
        """Something was written; it is saved in a moment."""
        self._begun.setdefault(key, _Begun()).written_here = True
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.pause_seconds, self._save_in_background)

    def end(self, key: Key) -> None:
        """Writing has ended for now; what stands there is saved at once."""
        begun = self._begun.get(key)
        if begun is not None:
            begun.take()
            begun.read = None
            self._save_in_background()

    def forget(self, key: Key) -> None:
        """It was sent: the desk has forgotten it in the same moment."""
        self._begun.pop(key, None)

    def discard(self, key: Key) -> bool:
        """Throw a draft away, here and in the desk; False while it is being written."""
        begun = self._begun.get(key)
        if begun is None or begun.read is not None or begun.elsewhere is not None:
            return begun is None
        begun.draft = Draft()
        self._save_in_background()
        return True

    def adopt(self, key: Key, saved: Draft, saved_at: datetime, files: Sequence[str]) -> None:
        """The desk has made a draft by itself, of a reply taken back; the files that went with it go with it again."""
        draft = replace(saved, fields=files_field(files))
        self._begun[key] = _Begun(draft, saved, saved_at, written_here=True)
        self._save_in_background()

    # Two sessions at one draft.

    def other(self, key: Key) -> DraftRow | None:
        """What another session of the same person has saved in place of this one's."""
        begun = self._begun.get(key)
        return begun.other if begun is not None else None

    def settle(self, key: Key, choice: str) -> Draft:
        """The text to go on with: `mine`, `other` or `both`."""
        begun = self._begun[key]
        mine, row = begun.take(), begun.other
        if row is None:
            return mine
        begun.saved, begun.saved_at, begun.other = _draft(row), row.saved_at, None
        begun.draft = {"mine": mine, "other": _draft(row)}.get(choice) or _joined(mine, _draft(row))
        return begun.draft

    # Saving.

    async def save(self) -> None:
        """Save whatever is not. A refusal is told; the text stays here and is tried again with the next character."""
        for key, begun in list(self._begun.items()):
            draft = begun.take()
            if not draft.reads_like(begun.saved) and begun.other is None and not self._thread.is_closed:
                await self._save_one(key, begun, draft)

    async def _save_one(self, key: Key, begun: _Begun, draft: Draft) -> None:
        try:
            await self._thread.run(partial(_write, key, begun, draft))
        except DeskError as error:
            self.tell(f"The draft could not be saved: {error}")
            return
        if begun.other is not None:
            self.tell("Another session of yours wrote on this draft too: Esc asks which to keep.")
        elif begun.read is None and draft.is_empty:
            self._begun.pop(key, None)

    @property
    def unsaved(self) -> tuple[Key, ...]:
        """Those that the desk does not have as they are here."""
        return tuple(key for key, begun in self._begun.items() if not begun.take().reads_like(begun.saved))

    def _save_in_background(self) -> None:
        self.stop()
        task = asyncio.get_running_loop().create_task(self.save())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """No timer any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def save_at_the_end(self, seconds: float) -> None:
        """Save whatever is not, from any thread, within so many seconds. Where two sessions wrote, both are kept."""
        wait(self.submit(is_last=True), seconds)

    def submit(self, *, is_last: bool = False) -> list[Future[None]]:
        """Begin to save whatever is not, from any thread."""
        jobs = []
        for key, begun in list(self._begun.items()):
            with suppress(Exception):  # a panel half taken down: what was read of it last is saved
                begun.take()
            if not self._thread.is_closed:
                jobs.append(self._thread.submit(partial(_write, key, begun, begun.draft, is_last=is_last)))
        return jobs


def files_of(draft: Draft) -> tuple[str, ...]:
    """The paths of the files that are to go with a draft."""
    try:
        found = json.loads(draft.fields.get("files") or "[]")
    except ValueError:
        return ()
    return tuple(path for path in found if isinstance(path, str)) if isinstance(found, list) else ()


def files_field(files: Sequence[str]) -> dict[str, str]:
    """The same, as a draft keeps it."""
    return {"files": json.dumps(list(files))} if files else {}


def _write(key: Key, begun: _Begun, draft: Draft, seat: ScreenSeat, *, is_last: bool = False) -> None:
    """Save a draft, on the desk's thread. One of another session is noted; at the end it is joined to this one."""
    from deskterm.engine.services.drafts import SaveDraft

    def save(draft: Draft, *, checked: bool) -> None:
        number, kind = key
        begun.saved_at = seat.do(
            SaveDraft(
                number=number,
                kind=kind,
                body=draft.body,
                fields=dict(draft.fields),
                version=draft.version,
                checked=checked,
                since=begun.saved_at,
            )
        )
        begun.saved = draft

    if draft.reads_like(begun.saved) or (begun.other is not None and not is_last):
        return
    try:
        save(draft, checked=True)
    except Conflict:
        begun.other = next((row for row in _rows(seat) if (row.number, row.kind) == key), None)
        if is_last and begun.other is not None:
            save(_joined(draft, _draft(begun.other)), checked=False)


def _rows(seat: ScreenSeat) -> tuple[DraftRow, ...]:
    from deskterm.engine.services.drafts import ListDrafts

    return seat.ask(ListDrafts())


def _draft(row: DraftRow) -> Draft:
    return Draft(row.body, row.fields, row.version)


def _joined(mine: Draft, other: Draft) -> Draft:
    """Both texts, unless one holds the other already."""
    if other.body.strip() in mine.body:
        return mine
    versions = [version for version in (mine.version, other.version) if version is not None]
    fields = {**other.fields, **_filled(mine.fields)}
    return Draft(f"{mine.body.rstrip()}\n\n{other.body}", fields, min(versions, default=None))


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
