"""A ticket's thread as a page: messages told apart by words and gutter, and between them what was done."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence

from deskterm.engine.services.rows import EventRow, MessageRow
from deskterm.engine.services.thread_reading import TicketThread
from deskterm.screens.widgets.change_lines import changes_block, changes_key
from deskterm.screens.widgets.message_lines import Reading, message_blocks, message_key
from deskterm.screens.widgets.page import Block, Folds, Page


class Thread:
    """The thread of one ticket. What was unfolded stays so, and what did not change is not made again."""

    def __init__(self) -> None:
        self.changes = Folds()
        """The runs of changes between the messages."""
        self._folds: dict[int, Folds] = {}
        self._unfolds_all = False
        self._lists_changes = False
        self._known: dict[Hashable, tuple[object, tuple[Block, ...]]] = {}

    def page(self, read: TicketThread, reading: Reading, new: frozenset[int] = frozenset()) -> Page:
        """The thread as it is now, oldest message first. `new`: messages the reader has not seen yet."""
        known, self._known = self._known, {}
        blocks: list[Block] = []
        for one in _in_order(read.detail.messages, read.changes):
            if isinstance(one, MessageRow):
                source: object = (one, read.detail.ticket.requester.email, one.id in new, reading.glyphs)
                make = self._message_maker(one, read, reading, is_new=one.id in new)
                key = message_key(one.id)
            else:
                source, make, key = one, self._changes_maker(one, reading), changes_key(one)
            day = reading.now.astimezone(reading.zone).date()
            before = known.get(key)
            made = before[1] if before is not None and before[0] == (source, day) else make()
            self._known[key] = (source, day), made
            blocks.extend(made)
        return Page(tuple(blocks))

    def let_go(self) -> None:
        """Keep only what was unfolded: the thread is read again before it is shown again."""
        self._known.clear()

    def toggle_all(self) -> None:
        """Unfold every message, or fold them all again."""
        self._unfolds_all = not self._unfolds_all
        for folds in self._folds.values():
            folds.set_all(opened=self._unfolds_all)

    def toggle_changes(self) -> None:
        """Show each change on a line of its own, or runs of them on one."""
        self._lists_changes = not self._lists_changes
        self.changes.set_all(opened=self._lists_changes)

    def _message_maker(
        self, message: MessageRow, read: TicketThread, reading: Reading, *, is_new: bool
    ) -> Callable[[], tuple[Block, ...]]:
        asker = read.detail.ticket.requester.email
        return lambda: message_blocks(message, reading, self._folds_of(message.id), asker=asker, is_new=is_new)

    def _changes_maker(self, run: Sequence[EventRow], reading: Reading) -> Callable[[], tuple[Block, ...]]:
        return lambda: (changes_block(run, reading, self.changes),)

    def _folds_of(self, message: int) -> Folds:
        if message not in self._folds:
            self._folds[message] = Folds()
            self._folds[message].set_all(opened=self._unfolds_all)
        return self._folds[message]


def _in_order(
    messages: Sequence[MessageRow], events: Sequence[EventRow]
) -> Iterator[MessageRow | tuple[EventRow, ...]]:
    """Messages and runs of changes as they happened; what a message brought about comes after it."""
    came = {event.new: at for at, event in enumerate(events) if event.field == "message"}
    done = 0
    for message in messages:
        end = came.get(message.id)
        if end is None:
            end = bisect_left(events, message.at, lo=done, key=lambda event: event.at)
        yield from _run(events[done:end])
        yield message
        done = max(done, end)
    yield from _run(events[done:])


def _run(events: Sequence[EventRow]) -> Iterator[tuple[EventRow, ...]]:
    changes = tuple(event for event in events if event.field != "message")
    if changes:
        yield changes
