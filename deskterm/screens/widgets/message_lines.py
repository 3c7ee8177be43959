"""One message as blocks of lines: who wrote it and how, its text with quotes and signature folded, its files."""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from deskterm.engine.services.rows import AttachmentRow, MessageKind, MessageRow
from deskterm.engine.services.text import fold
from deskterm.screens.widgets.ages import moment, size
from deskterm.screens.widgets.cells import lines_of, one_line
from deskterm.screens.widgets.glyphs import Glyphs
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.page import Block, Folds, Line, Made

_LINES_SHOWN = 200
"""Lines of one message shown before the rest is folded."""

_LONGEST_WHOLE = 65_536
"""Characters up to which a message is looked at as a whole; of a longer one only the beginning is, until unfolded."""

_BEGINNING = 16_384
"""Characters of that beginning."""

_PIECE = 16_384
"""Characters of the rest that are wrapped at once."""

_LONGEST_LINE = 2_000
"""Characters of a line; what is longer becomes several."""

_SHORT_QUOTE = 6
"""Lines of a quote that stays in sight because an answer to it follows."""

_MORE = 1_000_000
"""The foldable part that is the end of a long message."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a thread is read: the moment and zone of its times, and its signs."""

    now: datetime
    zone: tzinfo
    glyphs: Glyphs

    def time(self, at: datetime) -> str:
        """A moment as it is told in detail."""
        return moment(at, self.now, self.zone)


def message_key(number: int, place: int = 0) -> Hashable:
    """The key of a message's block; the first one is its heading."""
    return "message", number, place


def message_of(key: Hashable) -> int | None:
    """The id of the message that a block belongs to, if it belongs to one."""
    return key[1] if isinstance(key, tuple) and key[0] == "message" else None


def message_blocks(
    message: MessageRow, reading: Reading, folds: Folds, *, asker: str = "", is_new: bool = False
) -> tuple[Block, ...]:
    """The blocks of a message. `asker`: the requester's address; `is_new`: the reader has not seen it yet."""
    gutter = (_gutter(message, reading.glyphs),)
    heading = Line(_heading(message, reading, asker, is_new=is_new), gutter, wraps=False, is_heading=True)
    body = message.body.strip("\r\n")
    cut = len(body) if len(body) <= _LONGEST_WHOLE else _end_of_beginning(body)
    # A block of its own: what it says may change without moving a place in the text.
    first = Block(message_key(message.id), lambda: Made((heading,)), starts=True, folds=folds)
    beginning = Block(
        message_key(message.id, 1),
        lambda: _first_lines(body[:cut], gutter, reading.glyphs),
        weight=3 + min(cut, 100 * _LINES_SHOWN) // 60,
        folds=folds,
    )
    rest = _rest(message.id, body, cut, gutter, folds, reading.glyphs)
    own = folds if message.attachments else None  # what is blank is nobody's
    last = Block(message_key(message.id, -1), lambda: Made(_last_lines(message, gutter, reading.glyphs)), folds=own)
    return first, beginning, *rest, last


def _first_lines(text: str, gutter: Parts, glyphs: Glyphs) -> Made:
    lines, words = folded_lines(text)
    folds = {part: _fold_row(word, gutter, glyphs) for part, word in words.items()}
    return Made(tuple(replace(line, gutter=gutter) for line in lines), folds)


def _rest(number: int, body: str, start: int, gutter: Parts, folds: Folds, glyphs: Glyphs) -> Iterator[Block]:
    """What comes after the beginning of a long message, in pieces; before the first stands how much it is."""
    lines = body.count("\n", start)
    words = f"{lines:,} more lines" if lines > 1 else f"{size(len(body) - start)} more"
    closed: Line | None = _fold_row(words, gutter, glyphs)
    place = 2
    while start < len(body):
        end = _end_of_piece(body, start, _PIECE)
        make = _piece_maker(body[start:end].strip("\n"), gutter)
        yield Block(message_key(number, place), make, folds=folds, part=_MORE, closed=closed)
        start, place, closed = end, place + 1, None


def _fold_row(words: str, gutter: Parts, glyphs: Glyphs) -> Line:
    return Line(((f"{glyphs.folded} {words} {glyphs.dash} o", "dim"),), gutter, wraps=False)


def _piece_maker(text: str, gutter: Parts) -> Callable[[], Made]:
    return lambda: Made([Line(((line, _ink(line)),), gutter) for line in _lines(text)])


def _end_of_beginning(text: str) -> int:
    """The end of the last line that is shown of a long text, or of as much as lines of usual length would hold."""
    end = 0
    for _ in range(_LINES_SHOWN):
        end = text.find("\n", end) + 1
        if not 0 < end < _BEGINNING:
            return _end_of_piece(text, 0, _BEGINNING)
    return end


def _end_of_piece(text: str, start: int, length: int) -> int:
    """Where a piece of a long text ends: at a line end if there is one, else at a space."""
    end = start + length
    if end >= len(text):
        return len(text)
    for separator in ("\n", " "):
        at = text.rfind(separator, start + length // 2, end)
        if at >= 0:
            return at + 1
    return end


def _last_lines(message: MessageRow, gutter: Parts, glyphs: Glyphs) -> list[Line]:
    files = [Line(((_attachment(file, glyphs), "accent"),), gutter, wraps=False) for file in message.attachments]
    return [*files, Line(())]


# The text.


def folded_lines(text: str) -> tuple[list[Line], dict[int, str]]:
    """The lines of a text, each with the foldable part it belongs to, and the words for each part."""
    segments = [(name, _lines(part)) for name, part in fold("\n".join(lines_of(text)))]
    answered = max(
        (at for at, (name, lines) in enumerate(segments) if name == "text" and _has_words(lines)), default=-1
    )
    lines: list[Line] = []
    words: dict[int, str] = {}
    for at, (name, part) in enumerate(segments):
        if answered >= 0 and _is_folded(name, part, is_answered=at < answered):
            number = len(words) + 1
            words[number] = _fold_words(name, _filled(part))
            lines = _with_blanks_folded(lines, number)
            lines += [Line(((line, "dim"),), fold=number) for line in part]
        else:
            lines += [Line(((line, "dim" if name == "quote" else _ink(line)),)) for line in part]
    return _without_blank_end(_cut_short(lines, words)), words


def _is_folded(name: str, lines: Sequence[str], *, is_answered: bool) -> bool:
    filled = _filled(lines)
    return name != "text" and filled > (_SHORT_QUOTE if is_answered and name == "quote" else 1)


def _fold_words(name: str, filled: int) -> str:
    return _count(filled, "quoted line") if name == "quote" else f"signature, {_count(filled, 'line')}"


def _with_blanks_folded(lines: list[Line], part: int) -> list[Line]:
    """Blank lines above a folded part go with it."""
    kept = len(lines)
    while kept and not lines[kept - 1].text.strip() and not lines[kept - 1].fold:
        kept -= 1
    return [*lines[:kept], *(replace(line, fold=part) for line in lines[kept:])]


def _cut_short(lines: list[Line], words: dict[int, str]) -> list[Line]:
    """What comes after so many lines in sight becomes a foldable part too."""
    shown = 0
    for at, line in enumerate(lines):
        shown += 0 if line.fold else 1 + len(line.text) // 80
        if shown > _LINES_SHOWN and at + 1 < len(lines):
            rest = lines[at + 1 :]
            words[_MORE] = _count(len(rest), "more line")
            return [*lines[: at + 1], *(replace(line, fold=_MORE) for line in rest)]
    return lines


def _without_blank_end(lines: list[Line]) -> list[Line]:
    kept = len(lines)
    while kept and not lines[kept - 1].text.strip():
        kept -= 1
    return lines[:kept]


def _lines(text: str) -> list[str]:
    """Harmless lines, none of them endless."""
    lines = [line.rstrip() for line in lines_of(text)]
    if len(text) <= _LONGEST_LINE:
        return lines
    return [piece for line in lines for piece in _pieces(line)]


def _pieces(line: str) -> Iterator[str]:
    start = 0
    while len(line) - start > _LONGEST_LINE:
        end = _end_of_piece(line, start, _LONGEST_LINE)
        yield line[start:end]
        start = end
    yield line[start:]


def _ink(line: str) -> str:
    return "dim" if line.startswith(">") else "plain"


def _filled(lines: Sequence[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _has_words(lines: Sequence[str]) -> bool:
    return any(re.search(r"[^\W_]", line) for line in lines)


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


# The heading.


def _gutter(message: MessageRow, glyphs: Glyphs) -> Part:
    if message.kind is MessageKind.NOTE:
        return f" {glyphs.note} ", "internal"
    if message.kind is MessageKind.SYSTEM:
        return f" {glyphs.dot} ", "dim"
    return (f" {glyphs.requester} ", "accent") if message.inbound else (f" {glyphs.agent} ", "public")


def _heading(message: MessageRow, reading: Reading, asker: str, *, is_new: bool) -> Parts:
    ink, kind = _kind(message, asker)
    dot = f" {reading.glyphs.dot} "
    name, address = one_line(message.author), one_line(message.author_email)
    sent = f"{dot}{one_line(message.delivery)}" if message.delivery else ""
    is_other = kind == "participant" or (message.automatic and address.lower() != asker.lower())
    from_where = f"  <{address}>" if is_other and address and name and name != address else ""
    new = ((f"{dot}{reading.glyphs.unread} new", "accent"),) if is_new else ()
    time = (f"{dot}{reading.time(message.at)}{sent}", "dim")
    rest = ((from_where, "dim"),) if from_where else ()
    return (name or address or "unknown", ink), (dot, "dim"), (kind, ink), time, *new, *rest


def _kind(message: MessageRow, asker: str) -> Part:
    """The ink and the words of what a message is."""
    if message.kind is MessageKind.NOTE:
        return "internal", "INTERNAL NOTE"
    if message.kind is MessageKind.SYSTEM:
        return "dim", "the desk"
    if message.automatic:
        return "dim", "automatic mail"
    if not message.inbound:
        return "public", "public reply"
    return "accent", "requester" if message.author_email.lower() == asker.lower() else "participant"


def _attachment(attachment: AttachmentRow, glyphs: Glyphs) -> str:
    return f"{glyphs.clip} {one_line(attachment.name)} ({one_line(attachment.type)}, {size(attachment.bytes)})"
