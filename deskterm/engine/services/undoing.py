"""Taking back what one did to a ticket, or to many at once, while nothing that came later depends on it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Conflict, Invalid, NotFound
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import TicketRow
from deskterm.engine.door.actions import Command, action
from deskterm.engine.services import working
from deskterm.engine.store.undo_sql import UNDO_OF, Deed, Step

if TYPE_CHECKING:
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket

_FIELDS = frozenset({"subject", "type", "status", "priority", "queue", "assignee", "tag"})
"""What can be put back. A message stays, and a ticket that was opened exists."""

_MINE_TO_UNDO = frozenset({"ticket.change", "ticket.take", "ticket.assign", "ticket.release"})

_ALSO_SPOILS = {"queue": frozenset({"assignee"})}
"""Later changes that depend on a field without being the field: whoever has the ticket has it in its queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoChange(Command[tuple[TicketRow, ...]]):
    """Take back my last change of a ticket, or the one that an event belongs to: on every ticket it changed.

    `number`: the ticket; `event`: any event of the change. One of the two.
    """

    number: int | None = None
    event: int | None = None


@action("ticket.undo", needs=Permission.WORK)
def undo_change(tx: "WriteTx", command: UndoChange) -> tuple[TicketRow, ...]:
    """All of it or nothing; what has changed again since is named and stays."""
    command_id = _command_of_event(tx, command.event) if command.event is not None else _last_on(tx, command.number)
    steps = tx.steps(command_id)
    _require_undoable(steps)
    numbers = tuple(dict.fromkeys(step.number for step in steps))
    for number in numbers:
        ticket = tx.ticket(number)
        _require_untouched(tx, number, command_id, [step for step in steps if step.number == number])
        for step in _backwards(steps, number):
            _put_back(tx, ticket, step, f"{UNDO_OF}{command_id}")
            tx.flush()
    return tx.ticket_rows(numbers)


def _backwards(steps: Sequence[Step], number: int) -> list[Step]:
    """The queue first: who may have the ticket depends on it."""
    on_ticket = [step for step in reversed(steps) if step.number == number]
    return sorted(on_ticket, key=lambda step: step.field != "queue")


def _command_of_event(tx: "WriteTx", event: int) -> int:
    found = tx.own_command(event)
    if found is None:
        raise NotFound(f"There is no event {event} of yours.")
    return found


def _last_on(tx: "WriteTx", number: int | None) -> int:
    """My newest change of the ticket that I have not taken back yet."""
    if number is None:
        raise Invalid("Say which ticket, or which event.")
    tx.require_level(number)
    deeds = tx.deeds(number, 0)
    undone = _undone(deeds)
    mine = [deed.command_id for deed in deeds if deed.actor_id == tx.actor.person_id and deed.action in _MINE_TO_UNDO]
    for command_id in reversed(mine):
        if command_id not in undone:
            return command_id
    raise Conflict(f"There is nothing of yours to undo on ticket {number}.")


def _undone(deeds: Iterable[Deed]) -> frozenset[int]:
    return frozenset(deed.takes_back for deed in deeds if deed.takes_back is not None)


def _require_undoable(steps: Sequence[Step]) -> None:
    for step in steps:
        if step.action == "ticket.undo":
            raise Conflict("That was an undo itself; do the change again instead.")
        if step.kind != "ticket" or step.field not in _FIELDS:
            what = "A message went with it" if step.field == "message" else f"{step.action} cannot be taken back"
            raise Conflict(f"{what}; change the fields by hand instead.")


def _require_untouched(tx: "WriteTx", number: int, command_id: int, steps: Sequence[Step]) -> None:
    """Refuse when a later change, itself not taken back, touched what would be put back."""
    deeds = tx.deeds(number, command_id)
    undone = _undone(deeds)
    if command_id in undone:
        raise Conflict(f"That was taken back already on ticket {number}.")
    later = [deed for deed in deeds if deed.command_id != command_id and _still_stands(deed, undone)]
    for step in steps:
        for deed in later:
            if _spoils(deed, step):
                raise Conflict(f"{deed.who} has changed the {deed.field} of ticket {number} since.")


def _still_stands(deed: Deed, undone: frozenset[int]) -> bool:
    return deed.command_id not in undone and deed.takes_back is None


def _spoils(deed: Deed, step: Step) -> bool:
    if step.field == "tag":
        return deed.field == "tag" and _tag(deed) == _tag(step)
    return deed.field == step.field or deed.field in _ALSO_SPOILS.get(step.field, frozenset())


def _tag(change: Deed | Step) -> object:
    return change.new if change.new is not None else change.old


def _put_back(tx: "WriteTx", ticket: "Ticket", step: Step, cause: str) -> None:
    setters: dict[str, Callable[[], object]] = {
        "subject": lambda: working.set_subject(tx, ticket, step.old, cause),
        "type": lambda: tx.change(ticket, type=step.old, cause=cause),
        "priority": lambda: tx.change(ticket, priority=step.old, cause=cause),
        "status": lambda: _put_status_back(tx, ticket, step, cause),
        "queue": lambda: _put_queue_back(tx, ticket, step.old, cause),
        "assignee": lambda: _give_back(tx, ticket, step.old, cause),
        "tag": lambda: _put_tag_back(tx, ticket, step, cause),
    }
    setters[step.field]()


def _put_status_back(tx: "WriteTx", ticket: "Ticket", step: Step, cause: str) -> None:
    """With the times of resolving and closing that the ticket had in the status of before."""
    steps = tx.status_steps(ticket.id or 0)
    place = next(place for place, one in enumerate(steps) if one.event_id == step.event_id)
    working.put_back(tx, ticket, steps[place - 1], cause)


def _put_queue_back(tx: "WriteTx", ticket: "Ticket", queue_id: int, cause: str) -> None:
    name = tx.words.queue_name(queue_id)
    tx.queue(name)
    working.move_queue(tx, ticket, name, cause)


def _give_back(tx: "WriteTx", ticket: "Ticket", person_id: int | None, cause: str) -> None:
    """To whoever had it, if they may still have it and I may still give it."""
    who = "none" if person_id is None else tx.person_key(person_id).login or ""
    working.require_assigning(tx, ticket, who)
    working.assign(tx, ticket, who, cause)


def _put_tag_back(tx: "WriteTx", ticket: "Ticket", step: Step, cause: str) -> None:
    if step.new is None:
        tx.tag(ticket, str(step.old), cause=cause)
    else:
        tx.untag(ticket, str(step.new), cause=cause)
