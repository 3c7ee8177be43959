"""Writing on a ticket: the panel under the thread, the question before a public reply goes, and drafts."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on

from deskterm.engine.door.actions import Command
from deskterm.engine.door.errors import Outdated
from deskterm.engine.services.rows import Category, Level, TicketRow
from deskterm.screens.acting_screen import ActingScreen
from deskterm.screens.widgets.cells import cut, one_line
from deskterm.screens.widgets.inks import Part
from deskterm.screens.widgets.line_view import LineView
from deskterm.screens.widgets.sending import PutAway, SendWanted

if TYPE_CHECKING:
    from deskterm.screens.widgets.writing_panel import WritingPanel

WRITING_KEYS = (("Ctrl+D", "send"), ("Esc", "keep as draft"), ("Tab", "to the thread and back"))

_NAME_WIDTH, _ADDRESS_WIDTH = 12, 30
"""Cells of a status and of an address in the question before sending: it has to fit into 80."""


class WritingScreen(ActingScreen):
    """A screen of one ticket on which replies and notes are written. No text is ever lost by a key."""

    @property
    def panel(self) -> "WritingPanel | None":
        """The panel, while something is being written."""
        for found in self.query("#writing"):
            panel = cast("WritingPanel", found)
            return panel if panel.kind else None
        return None

    async def start_writing(self, kind: str) -> None:
        """Open the panel for a `reply` or a `note`; one that is open is gone on with."""
        open_panel, ticket = self.panel, self.current
        if open_panel is not None and open_panel.kind == kind:
            self.set_focus(open_panel.area)
            return
        self.keep_writing()
        panel = await self._mounted_panel()
        if ticket is not None:
            text = self.session.drafts.read(ticket.number, kind)
            panel.start(kind, _heading(kind, ticket), text, ticket.version)

    async def _mounted_panel(self) -> "WritingPanel":
        from deskterm.screens.widgets.writing_panel import WritingPanel

        for found in self.query(WritingPanel):
            return found
        panel = WritingPanel()
        await self.query_one("#panel").mount(panel)
        return panel

    def close_writing(self) -> None:
        """Close the panel, keeping its text as a draft."""
        panel = self.panel
        if panel is not None:
            self.keep_writing()
            self.set_focus(self.query_one("#thread", LineView))
            panel.stop()

    def keep_writing(self) -> None:
        """Keep what stands in the panel as a draft."""
        panel, ticket = self.panel, self.current
        if panel is not None and ticket is not None:
            self.session.drafts.keep(ticket.number, panel.kind, panel.text)

    @on(PutAway)
    def _put_away(self, event: PutAway) -> None:
        event.stop()
        if self.panel is not None:
            self._put_away_panel(self.panel)

    def _put_away_panel(self, panel: "WritingPanel") -> None:
        kept, key = bool(panel.text.strip()), "R" if panel.kind == "reply" else "N"
        self.close_writing()
        self.tell(f"Draft kept; {key} goes on with it." if kept else "")

    @on(SendWanted)
    def _send_wanted(self, event: SendWanted) -> None:
        event.stop()
        self.begin_held("send", self._send)

    async def _send(self) -> None:
        """Show what arrived meanwhile, ask where it is public, send, and only then close the panel."""
        panel, ticket = self.panel, self.current
        if panel is None or ticket is None:
            return
        self.keep_writing()
        if not panel.text.strip():
            self.tell("There is nothing to send yet.", "error")
        elif await self._goes_over(panel, ticket):
            answer, status = await self._agreed(panel, ticket)
            row = await self._sent(panel, ticket, status) if answer else None
            if row is not None:
                kind, panel.area.text = panel.kind, ""
                self.close_writing()
                await self.acted((row,), _sent_words(kind, row, status))
        if self.panel is panel:
            self.set_focus(panel.area)

    async def _goes_over(self, panel: "WritingPanel", ticket: TicketRow, version: int = 0) -> bool:
        """Whether to send over what others did since the panel was opened: it is shown, and it is asked.

        `version`: the one the ticket was found to have.
        """
        from deskterm.screens.meanwhile import ask_below, changes_since

        changes = await changes_since(self.session, ticket.number, panel.version)
        ask = partial(self.ask, "Send anyway? y  l look  d keep as draft  n", "yldn")
        answer = await ask_below(self, ticket.number, changes, ask) if changes else "y"
        if answer in {"y", "l"}:
            panel.version = max(panel.version, version, *(change.id for change in changes))
        if answer == "l":
            self.look_at_the_rest()
        elif answer == "d":
            self._put_away_panel(panel)
        return answer == "y"

    async def _agreed(self, panel: "WritingPanel", ticket: TicketRow) -> tuple[bool, str | None]:
        """Whether to send, and the status to set with it."""
        if panel.kind == "note":
            return True, None
        names = await self._next_statuses(ticket)
        more = "".join(f"  {key} and set {cut(one_line(name), _NAME_WIDTH)}" for key, name in names.items())
        question = f"Send to {cut(_recipient(ticket), _ADDRESS_WIDTH)}? y{more}  n"
        answer = await self.ask(question, f"yn{''.join(names)}")
        return answer in {"y", *names}, names.get(answer)

    async def _next_statuses(self, ticket: TicketRow) -> dict[str, str]:
        """By key: the first pending and the first resolved status; none for who only asks."""
        from deskterm.engine.services.vocabulary import ListStatuses

        if ticket.level < Level.WORK:
            return {}
        rows = await self.session.thread.ask(ListStatuses())
        pairs = (("p", Category.PENDING), ("x", Category.RESOLVED))
        found = {key: next((row.name for row in rows if row.category is wanted), "") for key, wanted in pairs}
        return {key: name for key, name in found.items() if name}

    async def _sent(self, panel: "WritingPanel", ticket: TicketRow, status: str | None) -> TicketRow | None:
        """The row after sending; None when it is not sent over what others did in the last moment."""
        while True:
            command = partial(_command, panel.kind, ticket.number, panel.text, status, panel.version)
            try:
                return await self.session.thread.do(command)
            except Outdated as error:
                if not await self._goes_over(panel, ticket, error.version):
                    return None

    def look_at_the_rest(self) -> None:
        """Show the end of the thread, as it is now, beside what is being written."""
        raise NotImplementedError


def _command(kind: str, number: int, body: str, status: str | None, version: int) -> Command[TicketRow]:
    from deskterm.engine.services.tickets import NoteTicket, ReplyTicket

    if kind == "note":
        return NoteTicket(number=number, body=body, version=version)
    return ReplyTicket(number=number, body=body, status=status, version=version)


def _recipient(ticket: TicketRow) -> str:
    return one_line(ticket.requester.email or ticket.requester.name or "nobody: no address is known")


def _heading(kind: str, ticket: TicketRow) -> Part:
    if kind == "note":
        return " INTERNAL note: only agents read this", "internal-bar"
    if ticket.level < Level.WORK:
        return f" TO THE DESK about #{ticket.number}", "public-bar"
    return f" PUBLIC to {_recipient(ticket)}", "public-bar"


def _sent_words(kind: str, row: TicketRow, status: str | None) -> str:
    if kind == "note":
        return f"Note added to #{row.number}."
    return f"Reply to {_recipient(row)} sent{f', {one_line(status)}' if status else ''}."
