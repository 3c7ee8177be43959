"""Writing on a ticket: the panel under the thread, and the draft behind it."""

from typing import TYPE_CHECKING, cast

from textual import on

from deskterm.engine.services.rows import Level, RecipientsRow, TicketRow
from deskterm.screens.drafts import Draft, Key, files_field, files_of
from deskterm.screens.taking_back import TakingBackScreen
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Part
from deskterm.screens.widgets.line_view import LineView
from deskterm.screens.widgets.sending import EditorWanted, FileWanted, PutAway, Written

if TYPE_CHECKING:
    from deskterm.screens.widgets.writing_panel import WritingPanel

WRITING_KEYS = (
    ("Ctrl+D", "send"),
    ("Esc", "keep as draft"),
    ("Ctrl+O", "attach"),
    ("Ctrl+E", "editor"),
    ("Tab", "to the thread"),
)


class WritingScreen(TakingBackScreen):
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
        self.close_writing()
        panel = await self._mounted_panel()
        if ticket is not None:
            key = (ticket.number, kind)
            draft = await self.session.drafts.open(key)
            heading = _heading(kind, ticket, await self.recipients(kind, ticket.number))
            panel.start(ticket.number, kind, heading, draft.body, draft.version or ticket.version)
            self._show_files(panel, files_of(draft))
            self.session.drafts.begin(key, lambda: Draft(panel.text, files_field(panel.files), panel.version))

    async def recipients(self, kind: str, number: int) -> RecipientsRow:
        """Whom a reply would be mailed to; nobody gets a note."""
        from deskterm.engine.services.recipients import ListRecipients

        return await self.session.thread.ask(ListRecipients(number=number)) if kind == "reply" else RecipientsRow(())

    async def _mounted_panel(self) -> "WritingPanel":
        from deskterm.screens.widgets.writing_panel import WritingPanel

        for found in self.query(WritingPanel):
            return found
        panel = WritingPanel()
        await self.query_one("#panel").mount(panel)
        return panel

    @property
    def writing(self) -> Key:
        """What is being written, as drafts are kept; of no use while nothing is."""
        panel = self.panel
        return (panel.number, panel.kind) if panel is not None else (0, "")

    def close_writing(self) -> None:
        """Close the panel, keeping its text as a draft."""
        panel = self.panel
        if panel is not None:
            self.session.drafts.end(self.writing)
            if panel.has_focus_within:
                self.set_focus(self.query_one("#thread", LineView))
            panel.stop()

    def on_screen_suspend(self) -> None:
        """Another screen is shown over this one."""
        self.close_writing()

    @on(Written)
    def _written(self, event: Written) -> None:
        event.stop()
        if self.panel is not None:
            self.session.drafts.touch(self.writing)

    @on(PutAway)
    def _put_away(self, event: PutAway) -> None:
        event.stop()
        self.begin_held("act", self.put_writing_away)

    async def put_writing_away(self) -> None:
        """Close the panel and say how one goes on with it."""
        panel = self.panel
        if panel is not None and await self.settled(panel):
            kept, key = bool(panel.text.strip()), "R" if panel.kind == "reply" else "N"
            self.close_writing()
            self.tell(f"Draft kept; {key} goes on with it." if kept else "")

    @on(EditorWanted)
    def _editor_wanted(self, event: EditorWanted) -> None:
        event.stop()
        self.begin_held("act", self._edit_outside)

    async def _edit_outside(self) -> None:
        from deskterm.screens.outside_editor import edit_outside

        if self.panel is not None:
            edit_outside(self, self.writing, self.panel.area)

    @on(FileWanted)
    def _file_wanted(self, event: FileWanted) -> None:
        event.stop()
        self.begin_held("act", self._choose_files)

    async def _choose_files(self) -> None:
        """Files are read where programs may be started; what was attached elsewhere can be taken off anywhere."""
        from deskterm.screens.attaching import choose_files

        panel, refusal = self.panel, self.session.machine.refusal
        if panel is None:
            return
        if refusal:
            self._show_files(panel, ())
            self.tell(refusal, "error")
        else:
            self._show_files(panel, await choose_files(self, panel.files))
        self.session.drafts.touch(self.writing)
        self.set_focus(panel.area)

    def _show_files(self, panel: "WritingPanel", files: tuple[str, ...]) -> None:
        if files or panel.files:
            from deskterm.screens.attaching import file_words

            panel.attach(files, file_words(files))

    async def settled(self, panel: "WritingPanel") -> str:
        """Which of two sessions' texts is gone on with; nothing when none was chosen."""
        return await self.settle(self.writing, lambda draft: panel.show(draft.body))


def _heading(kind: str, ticket: TicketRow, recipients: RecipientsRow) -> Part:
    if kind == "note":
        return " INTERNAL note: only agents read this", "internal-bar"
    if ticket.level < Level.WORK:
        return f" TO THE DESK about #{ticket.number}", "public-bar"
    return f" PUBLIC to {everybody(ticket, recipients)}", "public-bar"


def everybody(ticket: TicketRow, recipients: RecipientsRow) -> str:
    """Who gets a public reply, the number first: `eva@x.example and 2 in Cc: tom@x.example, ann@y.example`."""
    copied = recipients.cc
    named = f" and {len(copied)} in Cc: {', '.join(one_line(email) for email in copied)}" if copied else ""
    return f"{requester(ticket, recipients)}{named}"


def requester(ticket: TicketRow, recipients: RecipientsRow) -> str:
    """Who gets it first, in words."""
    return one_line(", ".join(recipients.to)) or f"{one_line(ticket.requester.name) or 'somebody'} without an address"
