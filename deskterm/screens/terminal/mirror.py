"""Turns what Textual writes into the least that makes the terminal show the same. Pure: text in, text out."""

import re
from collections.abc import Callable
from re import Match, Pattern

from deskterm.screens.terminal.canvas import Canvas
from deskterm.screens.terminal.difference import paint
from deskterm.screens.terminal.pencil import Pencil
from deskterm.screens.terminal.rows import Row
from deskterm.screens.terminal.scrolling import Shift, find_shift
from deskterm.screens.terminal.styles import PLAIN, UNKNOWN, Style, UnknownStyle
from deskterm.screens.terminal.tokens import (
    ALTERNATE_SCREEN,
    AUTO_WRAP,
    NEUTRAL_MODES,
    SYNC_END,
    SYNC_START,
    SYNCHRONIZED,
    TOKEN,
)
from deskterm.screens.terminal.widths import DOUBTFUL

Piece = Match[str]

_DYES = re.compile(r"\A\x1b[^\[]|\A\x1b\[[^\x1b]*[mpu]\Z|[\x7f-\x9f]")
"""Those unknown sequences that may leave the pen in another style."""


class Mirror:
    """What Textual wants on the screen, what the terminal shows, and the way from one to the other.

    It works on the alternate screen with wrapping off, as Textual does; elsewhere everything passes as it is. What
    it does not know passes too, and then nothing is held for known until it is written anew. After a sequence that
    may change what all later ones mean, everything passes until the alternate screen is entered again.
    """

    def __init__(self, columns: int, rows: int, doubtful: Pattern[str] = DOUBTFUL) -> None:
        self._canvas = Canvas(columns, rows, doubtful)
        self._shown = [Row(columns) for _ in range(rows)]
        self._pencil = Pencil()
        self._rest = ""
        self._is_alternate = self._is_lost = False
        self._is_wrapping = self._is_dark = True
        self._is_synchronizing = self._was_synchronized = False
        self._on: dict[str, Callable[[Piece], None]] = {
            "text": self._text,
            "sgr": self._sgr,
            "column": self._move,
            "line_feed": self._line_feed,
            "carriage_return": lambda piece: self._canvas.carriage_return(),
            "link": lambda piece: self._canvas.link(piece["link"]),
            "switch": self._switch,
            "neutral": lambda piece: self._pass(piece[0]),
            "passing": self._passing,
            "lasting": self._lasting,
        }

    @property
    def is_passing_all(self) -> bool:
        """Whether everything passes as it is."""
        return self._is_lost or self._is_wrapping or not self._is_alternate

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._canvas.columns, self._canvas.height

    def resize(self, columns: int, rows: int) -> None:
        """The terminal has another size: what it shows now, nobody knows, and Textual will paint it anew."""
        self._canvas.resize(columns, rows)
        self._shown = [Row(columns) for _ in range(rows)]
        self._forget_shown()

    def doubt(self) -> None:
        """The terminal may have changed what it shows: all of it is to be sent again."""
        self._forget_shown()
        self._canvas.touched.update(dict.fromkeys(range(self._canvas.height), self._canvas.columns))

    def feed(self, data: str) -> None:
        """Take in what Textual writes; a sequence may be cut in two."""
        data = self._rest + data
        self._rest = ""
        for piece in TOKEN.finditer(data):
            kind = piece.lastgroup or ""
            if kind == "unfinished":
                self._rest = piece[0]
            elif self.is_passing_all and kind != "switch":
                self._pencil.sent.append(piece[0])
            else:
                self._on[kind](piece)

    def take(self, *, at_once: bool = False) -> str:
        """What is to be sent; nothing in the midst of a synchronized update, unless it must be at once."""
        if self._is_synchronizing and not at_once:
            return ""
        if not self.is_passing_all:
            self._send_changes()
        return self._pencil.take()

    # Pieces of what Textual writes.

    def _text(self, piece: Piece) -> None:
        if self._canvas.is_lost:
            self._passing(piece)
        else:
            self._canvas.text(piece[0])

    def _sgr(self, piece: Piece) -> None:
        try:
            self._canvas.sgr(piece["sgr"])
        except UnknownStyle:
            self._lasting(piece)
        else:
            if not self._canvas.is_style_known:
                self._passing(piece)

    def _move(self, piece: Piece) -> None:
        self._canvas.move(max(int(piece["row"] or 1), 1) - 1, max(int(piece["column"] or 1), 1) - 1)

    def _line_feed(self, piece: Piece) -> None:
        if not self._canvas.line_feed():
            self._passing(piece)

    def _switch(self, piece: Piece) -> None:
        mode, is_on = int(piece["mode"]), piece["switch"] == "h"
        if mode == SYNCHRONIZED and not self.is_passing_all:
            self._is_synchronizing = is_on
            self._was_synchronized = True
        elif mode == ALTERNATE_SCREEN:
            self._enter(piece[0], is_alternate=is_on)
        elif mode == AUTO_WRAP:
            self._pass(piece[0])
            self._is_wrapping = is_on
            self._forget()
        elif mode in NEUTRAL_MODES or self.is_passing_all:
            self._pass(piece[0])
        else:
            self._lasting(piece)

    def _enter(self, text: str, *, is_alternate: bool) -> None:
        """Enter or leave the alternate screen; what was not sent of the one that is left never will be."""
        self._forget()
        self._pencil.sent.append(text)
        self._is_alternate, self._is_lost = is_alternate, False
        self._is_synchronizing = self._was_synchronized = False

    def _pass(self, text: str) -> None:
        """Send a piece as it is, after all that came before it."""
        if not self.is_passing_all:
            self._send_changes()
        self._pencil.sent.append(text)

    def _passing(self, piece: Piece) -> None:
        style = UNKNOWN if _DYES.search(piece[0]) else self._canvas.style
        if not self.is_passing_all:
            self._send_changes()
            self._follow_text()
        self._pencil.sent.append(piece[0])
        self._forget(style)

    def _follow_text(self) -> None:
        """Put the cursor after what was written last, which is where the unknown finds it without the mirror."""
        canvas = self._canvas
        if canvas.row is not None and canvas.column is None and canvas.written is not None:
            self._pencil.write_doubtful(canvas.row, *canvas.written)
            self._pencil.dress(canvas.style)

    def _lasting(self, piece: Piece) -> None:
        self._passing(piece)
        self._is_lost = True

    def _forget(self, style: Style = PLAIN) -> None:
        self._canvas.forget(style)
        self._forget_shown()

    def _forget_shown(self) -> None:
        for row in self._shown:
            row.forget()
        self._pencil.forget()
        self._is_dark = True

    # Sending.

    def _send_changes(self) -> None:
        """Make the terminal show what is wanted, and put its cursor and its pen where they are wanted."""
        sent = self._pencil.sent
        before = len(sent)
        self._canvas.settle()
        is_seen_growing = self._send_rows() > 1
        self._send_pen()
        if is_seen_growing and self._was_synchronized:
            sent.insert(before, SYNC_START)
            sent.append(SYNC_END)
        self._was_synchronized = self._is_synchronizing

    def _send_rows(self) -> int:
        """Send the rows that have changed; how many they are."""
        wanted, shown, touched = self._canvas.rows, self._shown, self._canvas.touched
        changed = [number for number in sorted(touched) if not wanted[number].looks_like(shown[number])]
        if len(changed) > 1:
            changed = self._begin_many(changed)
        for number in changed:
            paint(wanted[number], self._shown[number], number, touched.get(number, 0), self._pencil)
        touched.clear()
        self._is_dark = self._is_dark and not changed
        return len(changed)

    def _begin_many(self, changed: list[int]) -> list[int]:
        """Let the terminal do to all rows at once what it can; the rows that are to be painted then.

        The place of the first row is said whole: whatever else may have moved the cursor is made good.
        """
        self._pencil.lift()
        if self._is_dark and all(row.is_painted for row in self._canvas.rows):
            self._clear()
            return [*range(len(self._shown))]
        shift = find_shift(self._canvas.rows, self._shown, changed)
        if shift is None:
            return changed
        self._scroll(shift)
        return sorted({*changed, *range(shift.top, shift.bottom + 1)})

    def _send_pen(self) -> None:
        canvas = self._canvas
        if canvas.is_style_known:
            self._pencil.dress(canvas.style)
        if canvas.row is not None and canvas.column is not None:
            self._pencil.move(canvas.row, canvas.column)

    def _clear(self) -> None:
        self._pencil.clear()
        for row in self._shown:
            row.blank()

    def _scroll(self, shift: Shift) -> None:
        """Let the terminal move rows, and note that it did; the rows that come in are blank."""
        top, bottom, by = shift
        self._pencil.scroll(top, bottom, by)
        rows = self._shown[top : bottom + 1]
        left = rows[:by] if by > 0 else rows[by:]
        for row in left:
            row.blank()
        self._shown[top : bottom + 1] = [*rows[by:], *left] if by > 0 else [*left, *rows[:by]]
