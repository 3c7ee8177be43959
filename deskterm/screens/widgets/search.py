"""Finding words in a page, folded parts included. Letter case and accents do not count; a place stays a place."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.page import Page, Row, cut_out

Span = tuple[int, int]

_LAST_WITH_ACCENTS = 0x2000
"""Latin, Greek and Cyrillic letters come before it; of others an accent-like sign makes another letter."""


class _BareLetters(dict[int, int]):
    """Each character as the one it is compared by: a single one, so that places in a text stay what they are."""

    def __missing__(self, code: int) -> int:
        bare = self[code] = _bare(chr(code))
        return bare


def _bare(character: str) -> int:
    small = character.lower()
    if ord(character) < _LAST_WITH_ACCENTS:
        letters = unicodedata.normalize("NFD", small)
        small = letters[0] if all(unicodedata.combining(mark) for mark in letters[1:]) else small
    return ord(small if len(small) == 1 else character)


_BARE = _BareLetters()


def plain(text: str) -> str:
    """The text as it is compared: small letters without accents, as many characters as before."""
    return text.lower() if text.isascii() else text.translate(_BARE)


def find_all(text: str, needle: str) -> Iterator[Span]:
    """Where a text has the needle, both `plain`; hits do not overlap."""
    at = text.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + len(needle))


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a page: the key of a block, its position in the page, and a stretch of its text."""

    key: Hashable
    block: int
    span: Span


class Search:
    """What was looked for, where it was found, and which of the places is the current one."""

    def __init__(self, words: str) -> None:
        self.words = words
        self._needle = plain(unicodedata.normalize("NFC", words))
        self._hits: list[Hit] = []
        self._by_block: Mapping[Hashable, Sequence[Span]] = {}
        self._at = 0

    def __len__(self) -> int:
        return len(self._hits)

    @property
    def current(self) -> Hit | None:
        """The hit one is at."""
        return self._hits[self._at] if self._hits else None

    @property
    def place(self) -> str:
        """`3/17`, or that there is nothing."""
        return f"{self._at + 1:,}/{len(self._hits):,}" if self._hits else "not found"

    def look(self, page: Page) -> None:
        """Find the words in a page; the current hit stays the current one while it is there."""
        before = self.current
        found = {block.key: tuple(find_all(plain(block.text), self._needle)) for block in page.blocks}
        self._by_block = {key: spans for key, spans in found.items() if spans}
        self._hits = [
            Hit(block.key, at, span)
            for at, block in enumerate(page.blocks)
            for span in self._by_block.get(block.key, ())
        ]
        same = (at for at, hit in enumerate(self._hits) if before and (hit.key, hit.span) == (before.key, before.span))
        self._at = next(same, min(self._at, max(len(self._hits) - 1, 0)))

    def go(self, block: int, offset: int) -> None:
        """Make the first hit from a place on the current one; after the last comes the first."""
        at = bisect_left(self._hits, (block, offset), key=lambda hit: (hit.block, hit.span[0]))
        self._at = at if at < len(self._hits) else 0

    def step(self, by: int) -> None:
        """Go to another hit; after the last comes the first."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)

    def inked(self, key: Hashable, row: Row) -> Parts:
        """A row's parts with its hits in inks of their own."""
        spans = self._by_block.get(key, ())
        first = bisect_right(spans, row.start, key=lambda span: span[1])
        last = bisect_left(spans, row.end, key=lambda span: span[0])
        if first >= last or row.fold:
            return row.parts
        here = self.current.span if self.current is not None and self.current.key == key else None
        return tuple(_marked(row, spans[first:last], here))


def _marked(row: Row, spans: Sequence[Span], here: Span | None) -> Iterator[Part]:
    done = row.start
    for span in spans:
        start, end = max(span[0], row.start), min(span[1], row.end)
        yield from cut_out(row.parts, done - row.start, start - row.start)
        words = "".join(text for text, _ in cut_out(row.parts, start - row.start, end - row.start))
        yield words, "hit-here" if span == here else "hit"
        done = end
    yield from cut_out(row.parts, done - row.start, row.end - row.start)
