"""Sending what was written: what arrived meanwhile is shown, a public reply asks once more, and nothing is lost."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from deskterm.engine.door.actions import Command
from deskterm.engine.door.errors import Denied, Outdated
from deskterm.engine.services.rows import Category, Level, RecipientsRow, TicketRow
from deskterm.screens.company import CompanyScreen
from deskterm.screens.widgets.cells import cut, one_line
from deskterm.screens.widgets.sending import SendWanted
from deskterm.screens.writing import requester

if TYPE_CHECKING:
    from deskterm.engine.services.working import NewAttachment
    from deskterm.screens.widgets.writing_panel import WritingPanel

_NAME_WIDTH, _ADDRESS_WIDTH = 12, 30
"""Cells of a status and of an address in the question before sending: it has to fit into 80."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is sent, and for how many seconds it is held."""

    kind: str
    number: int
    body: str
    files: tuple[str, ...] = ()
    status: str | None = None
    holds: int = 0
    to: str = ""


class SendingScreen(CompanyScreen):
    """A screen of one ticket from which replies and notes are sent."""

    @on(SendWanted)
    def _send_wanted(self, event: SendWanted) -> None:
        event.stop()
        self.begin_held("send", self._send)

    async def _send(self) -> None:
        """Show what arrived meanwhile, ask where it is public, send, and only then close the panel."""
        panel, ticket = self.panel, self.current
        if panel is None:
            return
        if ticket is None:
            self.tell("It cannot be sent: the ticket can no longer be read. The text is kept.", "error")
        elif not panel.text.strip():
            self.tell("There is nothing to send yet.", "error")
        elif await self._is_ready(panel, ticket):
            reply = await self._agreed(panel, ticket)
            row = await self._sent(panel, ticket, reply) if reply is not None else None
            if reply is not None and row is not None:
                await self._say_sent(reply, row)
        if self.panel is panel:
            self.set_focus(panel.area)

    async def _say_sent(self, what: _Sending, row: TicketRow) -> None:
        words = _sent_words(what, row)
        self.session.drafts.forget(self.writing)
        self.close_writing()
        await self.acted((row,), f"{words}.")
        if what.holds:
            self.hold(row.number, words, what.holds, what.files)

    async def _is_ready(self, panel: "WritingPanel", ticket: TicketRow) -> bool:
        """Whether the text is the one meant, and what others did meanwhile was seen."""
        await self.session.drafts.save()
        return await self.settled(panel) == "mine" and await self._goes_over(panel, ticket)

    async def _goes_over(self, panel: "WritingPanel", ticket: TicketRow, version: int = 0) -> bool:
        """Whether to send over what others did since the panel was opened: it is shown, and it is asked.

        `version`: the one the ticket was found to have.
        """
        from deskterm.screens.meanwhile import ask_below, changes_since

        changes = await changes_since(self.session, ticket.number, panel.version)
        ask = partial(self.ask, "Send anyway? y, l look, d keep as draft, n", "yldn")
        answer = await ask_below(self, ticket.number, changes, ask) if changes else "y"
        if answer in {"y", "l"}:
            panel.version = max(panel.version, version, *(change.id for change in changes))
        if answer == "l":
            self.look_at_the_rest()
        elif answer == "d":
            await self.put_writing_away()
        return answer == "y"

    async def _agreed(self, panel: "WritingPanel", ticket: TicketRow) -> _Sending | None:
        """What to send, after a question where it is public; None for not yet."""
        if panel.kind == "note":
            return _Sending("note", ticket.number, panel.text, panel.files)
        names = await self._next_statuses(ticket)
        recipients = await self.recipients("reply", ticket.number)
        more = "".join(f", {key} and set {cut(one_line(name), _NAME_WIDTH)}" for key, name in names.items())
        answer = await self.ask(f"Send to {_in_short(ticket, recipients)}? y{more}, n", f"yn{''.join(names)}")
        if answer not in {"y", *names}:
            return None
        holds = self.hold_seconds() if recipients.to else 0
        to = _counted(ticket, recipients)
        return _Sending("reply", ticket.number, panel.text, panel.files, names.get(answer), holds, to)

    async def _next_statuses(self, ticket: TicketRow) -> dict[str, str]:
        """By key: the first pending and the first resolved status; none for who only asks."""
        from deskterm.engine.services.vocabulary import ListStatuses

        if ticket.level < Level.WORK:
            return {}
        rows = await self.session.thread.ask(ListStatuses())
        pairs = (("p", Category.PENDING), ("x", Category.RESOLVED))
        found = {key: next((row.name for row in rows if row.category is wanted), "") for key, wanted in pairs}
        return {key: name for key, name in found.items() if name}

    async def _sent(self, panel: "WritingPanel", ticket: TicketRow, what: _Sending) -> TicketRow | None:
        """The row after sending; None when it is not sent over what others did in the last moment."""
        while True:
            try:
                return await self.session.thread.do(
                    partial(_command, what, panel.version, self.session.machine.refusal)
                )
            except Outdated as error:
                if not await self._goes_over(panel, ticket, error.version):
                    return None

    def look_at_the_rest(self) -> None:
        """Show the end of the thread, as it is now, beside what is being written."""
        raise NotImplementedError


def _command(what: _Sending, version: int, refusal: str) -> Command[TicketRow]:
    from deskterm.engine.services.tickets import NoteTicket, ReplyTicket

    files = _files(what.files, refusal) if what.files else ()
    if what.kind == "note":
        return NoteTicket(number=what.number, body=what.body, attachments=files, version=version)
    return ReplyTicket(
        number=what.number,
        body=what.body,
        attachments=files,
        status=what.status,
        version=version,
        hold_seconds=what.holds,
    )


def _files(paths: tuple[str, ...], refusal: str) -> "tuple[NewAttachment, ...]":
    """Read as they are when they are sent, on the desk's thread."""
    from deskterm.engine.services.working import NewAttachment
    from deskterm.screens.attaching import read_file

    if refusal:
        raise Denied(f"{refusal} Ctrl+O takes the attached files off.")
    files = (read_file(path) for path in paths)
    return tuple(NewAttachment(name=file.name, media_type=file.media_type, content=file.content) for file in files)


def _sent_words(what: _Sending, row: TicketRow) -> str:
    if what.kind == "note":
        return f"Note added to #{row.number}"
    return f"Reply to {what.to} sent{f', {one_line(what.status)}' if what.status else ''}"


def _in_short(ticket: TicketRow, recipients: RecipientsRow) -> str:
    """Who gets it, so that the question fits the line; the heading above the text names them."""
    if ticket.level < Level.WORK:
        return "the desk"
    copied = f" and {len(recipients.cc)} in Cc" if recipients.cc else ""
    return f"{cut(requester(ticket, recipients), _ADDRESS_WIDTH - len(copied))}{copied}"


def _counted(ticket: TicketRow, recipients: RecipientsRow) -> str:
    if ticket.level < Level.WORK:
        return "the desk"
    return f"{requester(ticket, recipients)}{f' and {len(recipients.cc)} in Cc' if recipients.cc else ''}"
