"""Opening a ticket by hand under the list: the panel, the command, and what comes after."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from deskterm.engine.door.actions import Command
from deskterm.engine.services.rows import Permission, TicketRow
from deskterm.screens.drafts import NEW_TICKET, Draft, Key
from deskterm.screens.taking_back import TakingBackScreen
from deskterm.screens.widgets.sending import EditorWanted, PutAway, SendWanted, Written

if TYPE_CHECKING:
    from deskterm.screens.widgets.new_ticket_panel import NewTicketEntry, NewTicketPanel

NEW_TICKET_KEYS = (("Ctrl+D", "open it"), ("Tab", "next field"), ("Esc", "put away"))


class NewTicketScreen(TakingBackScreen):
    """A screen from which tickets are opened by hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "new_ticket", "new ticket", id="desk.new", tooltip="Open a new ticket"),
    ]

    @property
    def may_create(self) -> bool:
        """Whether the actor opens tickets at all."""
        return Permission.CREATE in self.session.actor.permissions

    @property
    def is_opening(self) -> bool:
        """Whether the focus is in a ticket being written."""
        panel = self._panel
        return panel is not None and panel.has_focus_within

    @property
    def _panel(self) -> "NewTicketPanel | None":
        """The panel, once something was written in it; it may be hidden."""
        for found in self.query("#new-ticket"):
            return cast("NewTicketPanel", found)
        return None

    @property
    def resting_place(self) -> Widget:
        """Where the focus goes when the panel closes."""
        raise NotImplementedError

    def created(self, row: TicketRow) -> None:
        """A ticket was opened."""
        raise NotImplementedError

    def go_on_writing(self, key: Key) -> None:
        """Of a new ticket too."""
        if key == NEW_TICKET:
            self.action_new_ticket()
        else:
            super().go_on_writing(key)

    def action_new_ticket(self) -> None:
        """Write a new ticket; one that was put away is gone on with."""
        if self.may_create:
            self.begin_held("act", self._open_panel)
        else:
            role = self.session.actor.role
            self.tell(f"New ticket: needs the permission create, which the role {role} has not.", "error")

    async def _open_panel(self) -> None:
        panel = self._panel or await self._mounted_panel()
        if not panel.display:
            draft = await self.session.drafts.open(NEW_TICKET)
            panel.show(_entry(draft))
            self.session.drafts.begin(NEW_TICKET, lambda: _draft(panel.entry))
        panel.begin()

    async def _mounted_panel(self) -> "NewTicketPanel":
        from deskterm.screens.widgets.new_ticket_panel import NewTicketPanel

        panel = NewTicketPanel(await self._queue_names())
        panel.display = False
        await self.query_one("#panel").mount(panel)
        return panel

    async def _queue_names(self) -> Sequence[str]:
        from deskterm.engine.services.vocabulary import ListQueues

        if Permission.SEE_DESK not in self.session.actor.permissions:
            return ()
        return [row.name for row in await self.session.thread.ask(ListQueues()) if row.active]

    @on(SendWanted)
    def _send_wanted(self, event: SendWanted) -> None:
        event.stop()
        self.begin_held("send", self._create)

    @on(Written)
    def _written(self, event: Written) -> None:
        event.stop()
        self.session.drafts.touch(NEW_TICKET)

    @on(EditorWanted)
    def _editor_wanted(self, event: EditorWanted) -> None:
        event.stop()
        self.begin_held("act", self._edit_outside)

    async def _edit_outside(self) -> None:
        from deskterm.screens.outside_editor import edit_outside

        if self._panel is not None:
            edit_outside(self, NEW_TICKET, self._panel.area)

    @on(PutAway)
    def _put_away(self, event: PutAway) -> None:
        event.stop()
        self.begin_held("act", self._put_panel_away)

    async def _put_panel_away(self) -> None:
        panel = self._panel
        if panel is not None and await self._settled(panel):
            kept = not _draft(panel.entry).is_empty
            self._close_panel(panel)
            if kept:
                self.tell("The new ticket is kept; c goes on with it.")

    async def _settled(self, panel: "NewTicketPanel") -> str:
        return await self.settle(NEW_TICKET, lambda draft: panel.show(_entry(draft)))

    def _close_panel(self, panel: "NewTicketPanel") -> None:
        self.session.drafts.end(NEW_TICKET)
        self.set_focus(self.resting_place)
        panel.display = False

    async def _create(self) -> None:
        """Open the ticket; when it is refused everything typed stays where it is."""
        panel = self._panel
        if panel is None:
            return
        await self.session.drafts.save()
        if await self._settled(panel) != "mine":
            return
        entry = panel.entry
        row = await self.session.thread.do(lambda: _command(entry))
        self.session.drafts.forget(NEW_TICKET)
        self._close_panel(panel)
        self.created(row)


def _draft(entry: "NewTicketEntry") -> Draft:
    return Draft(entry.body, {"subject": entry.subject, "requester": entry.requester, "queue": entry.queue})


def _entry(draft: Draft) -> "NewTicketEntry":
    from deskterm.screens.widgets.new_ticket_panel import NewTicketEntry

    subject, requester, queue = (draft.fields.get(name, "") for name in ("subject", "requester", "queue"))
    return NewTicketEntry(subject, requester, queue, draft.body)


def _command(entry: "NewTicketEntry") -> Command[TicketRow]:
    from deskterm.engine.services.tickets import NewTicket

    return NewTicket(
        subject=entry.subject,
        body=entry.body,
        requester_email=entry.requester or None,
        queue=entry.queue or None,
        channel="screen",
    )
