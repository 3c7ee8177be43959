"""What can be done with tickets: each action once, with its key, its words, and the right it needs."""

from dataclasses import dataclass

from textual.binding import Binding

from deskterm.engine.services.rows import Actor, Category, Level, Permission, TicketRow
from deskterm.screens.widgets.cells import one_line


@dataclass(frozen=True, slots=True)
class TicketAction:
    """One action: `key` as Textual spells it, `shown` as people do.

    `asks`: it begins with a question to the desk or the user, and is a method of `TicketDeeds`; the others are
    methods of the screen.
    """

    name: str
    key: str
    shown: str
    label: str
    summary: str
    needs: Permission | None
    asks: bool = True

    @property
    def id(self) -> str:
        """As the keymap names it."""
        return f"ticket.{self.name}"

    @property
    def action(self) -> str:
        """As Textual runs it."""
        return f"act('{self.name}')" if self.asks else self.name

    @property
    def binding(self) -> Binding:
        """The key of this action, as a screen declares it."""
        return Binding(self.key, self.action, self.label, id=self.id, tooltip=self.summary)


ACTIONS = (
    TicketAction("reply", "R", "R", "reply", "Write a public reply to the requester", Permission.REPLY, asks=False),
    TicketAction("note", "N", "N", "note", "Write an internal note for agents", Permission.WORK, asks=False),
    TicketAction("assign", "a", "a", "assign", "Give to a colleague, or back to nobody", Permission.WORK),
    TicketAction("take", "t", "t", "take", "Become the assignee", Permission.WORK),
    TicketAction("status", "s", "s", "status", "Set the status", Permission.WORK),
    TicketAction("resolve", "x", "x", "resolve", "Set the status to resolved", Permission.WORK),
    TicketAction("priority", "p", "p", "priority", "Set the priority", Permission.WORK),
    TicketAction("type", "T", "T", "type", "Set the type", Permission.WORK),
    TicketAction("move", "m", "m", "move", "Move to another queue", Permission.WORK),
    TicketAction("tag", "plus", "+", "tag", "Add a tag, or take one off", Permission.WORK),
    TicketAction("copy_number", "y", "y", "copy number", "Copy the ticket number", None, asks=False),
    TicketAction("likely", "full_stop", ".", "likely next", "Do what is most likely next", None, asks=False),
)

_OVER = frozenset({Category.CLOSED, Category.MERGED})
_LEVELS = {
    Permission.REPLY: frozenset({Level.OWN, Level.WORK, Level.FULL}),
    Permission.WORK: frozenset({Level.WORK, Level.FULL}),
}


def find(name: str) -> TicketAction:
    """The action of a name."""
    return next(action for action in ACTIONS if action.name == name)


def refusal(action: TicketAction, actor: Actor, ticket: TicketRow | None) -> str | None:
    """Why not, in words: `needs work on queue Network`; None when nothing stands against it.

    The door decides; this says beforehand what it will say.
    """
    if action.needs is None:
        return None if ticket is not None else "no ticket here"
    if action.needs not in actor.permissions:
        return f"needs the permission {action.needs}, which the role {actor.role} has not"
    if ticket is None:
        return "no ticket here"
    if ticket.level not in _LEVELS[action.needs]:
        return f"needs work on queue {one_line(ticket.queue)}"
    if ticket.category in _OVER:
        return f"#{ticket.number} is {ticket.category.label}"
    return None


def permitted(actor: Actor, ticket: TicketRow | None) -> tuple[TicketAction, ...]:
    """The actions that nothing stands against."""
    return tuple(action for action in ACTIONS if refusal(action, actor, ticket) is None)


def likely(actor: Actor, ticket: TicketRow) -> str:
    """The name of the most likely next action: take what nobody has, answer what is mine, else look at the status."""
    if ticket.assignee is None:
        return "take"
    if ticket.assignee == actor.login and ticket.category in (Category.NEW, Category.OPEN):
        return "reply"
    return "note" if ticket.category.is_open else "status"
