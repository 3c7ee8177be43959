"""How the actions on tickets go: what is asked first, which command is sent, what is said after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from deskterm.engine.door.actions import Command
from deskterm.engine.door.errors import Outdated
from deskterm.engine.services.rows import Category, NamedRow, PersonRow, Priority, TicketRow
from deskterm.screens.done import Done
from deskterm.screens.session import Session
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.picker import Choice, Offer

NOBODY = "none"
"""As the desk's commands spell a ticket without an assignee."""


class Counter(Protocol):
    """The screen an action is taken at: it asks, and it shows what came of it."""

    session: Session

    async def pick(
        self, title: str, choices: Sequence[Choice], *, offer: Offer | None = None, current: str = ""
    ) -> str | None:
        """The value chosen, or None."""

    async def confirm(self, question: str) -> bool:
        """Whether the answer was yes."""

    async def overrides(self, number: int, version: int, words: str) -> bool:
        """Whether to do it although the ticket changed since `version`; `words` say what: `Set status Open`."""

    async def acted(self, rows: Sequence[TicketRow], words: str) -> None:
        """These tickets were changed; `words` say how."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The tickets an action is about, and those left out with the reason of the first."""

    tickets: tuple[TicketRow, ...]
    skipped: int = 0
    reason: str = ""
    hidden: int = 0
    """How many of the tickets the list does not show."""

    @property
    def words(self) -> str:
        """`#12`, or `5 tickets`."""
        return f"#{self.tickets[0].number}" if len(self.tickets) == 1 else f"{len(self.tickets):,} tickets"

    def shared(self, read: Callable[[TicketRow], str]) -> str:
        """What they all have, or nothing."""
        values = {read(ticket) for ticket in self.tickets}
        return values.pop() if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class Change:
    """Fields and tags to set, and how it reads: `status Open`."""

    words: str
    fields: dict[str, str]
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


class TicketDeeds:
    """The actions, each a method of the name that `ticket_actions` gives it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._session = counter.session

    async def take(self, meant: Meant) -> None:
        """One ticket at once, unless somebody else has it; several after a question."""
        me = self._session.actor.login
        if len(meant.tickets) == 1 and not meant.skipped and not meant.hidden:
            await self._take_one(meant.tickets[0])
        else:
            await self._change(meant, Change(f"assignee {me}", {"assignee": me}))

    async def assign(self, meant: Meant) -> None:
        """Choose among those who can be given the tickets."""
        people = await self._assignees(meant)
        current = meant.shared(lambda ticket: ticket.assignee or NOBODY)
        nobody = Choice(NOBODY, "nobody", "back to the queue")
        choices = [nobody, *(_person_choice(person) for person in people if person.login)]
        chosen = await self._counter.pick(f"Assign {meant.words} to", choices, current=current)
        if chosen is not None:
            await self._change(meant, Change(f"assignee {_shown(chosen)}", {"assignee": chosen}))

    async def status(self, meant: Meant) -> None:
        """Choose among the desk's statuses."""
        choices = [_status_choice(row) for row in await self._statuses()]
        await self._choose_field(meant, "status", choices, meant.shared(lambda ticket: ticket.status))

    async def resolve(self, meant: Meant) -> None:
        """The desk's first status of the category resolved."""
        for row in await self._statuses():
            if row.category is Category.RESOLVED:
                await self._change(meant, Change(f"status {row.name}", {"status": row.name}))
                return

    async def priority(self, meant: Meant) -> None:
        """Choose among the four, most urgent first."""
        choices = [Choice(priority.label, priority.label) for priority in reversed(Priority)]
        await self._choose_field(meant, "priority", choices, meant.shared(lambda ticket: ticket.priority.label))

    async def type(self, meant: Meant) -> None:
        """Choose among the desk's types."""
        from deskterm.engine.services.vocabulary import ListTypes

        rows = await self._session.thread.ask(ListTypes())
        choices = [Choice(row.name, row.name, row.description) for row in rows]
        await self._choose_field(meant, "type", choices, meant.shared(lambda ticket: ticket.type))

    async def move(self, meant: Meant) -> None:
        """Choose among the queues that the actor sees."""
        from deskterm.engine.services.vocabulary import ListQueues

        rows = await self._session.thread.ask(ListQueues())
        choices = [Choice(row.name, row.name, row.description) for row in rows if row.active]
        await self._choose_field(meant, "queue", choices, meant.shared(lambda ticket: ticket.queue))

    async def tag(self, meant: Meant) -> None:
        """Take off a tag that is there, or add one: known, or new as typed."""
        from deskterm.engine.services.vocabulary import ListTags

        known = await self._session.thread.ask(ListTags())
        there = sorted({tag for ticket in meant.tickets for tag in ticket.tags})
        choices = [Choice(f"-{tag}", tag, "take off") for tag in there]
        choices += [Choice(f"+{tag}", tag, "add") for tag in known if tag not in there]
        chosen = await self._counter.pick(f"Tag {meant.words}", choices, offer=_new_tag(known))
        if chosen is not None:
            await self._change(meant, _tag_change(chosen))

    async def _take_one(self, ticket: TicketRow) -> None:
        def take() -> Command[TicketRow]:
            from deskterm.engine.services.tickets import TakeTicket

            # Without a version: it is refused anyway where somebody has the ticket.
            return TakeTicket(number=ticket.number)

        row = await self._session.thread.do(take)
        await self._done((row,), {ticket.number: ticket.version}, f"#{row.number} is yours")

    async def _choose_field(self, meant: Meant, field: str, choices: Sequence[Choice], current: str) -> None:
        title = f"{field.capitalize()} of {meant.words}"
        chosen = await self._counter.pick(title, choices, current=current)
        if chosen is not None:
            await self._change(meant, Change(f"{field} {one_line(chosen)}", {field: chosen}))

    async def _change(self, meant: Meant, change: Change) -> None:
        """Send it: at once for one ticket, after a question for several or when some are left out."""
        several = len(meant.tickets) > 1 or meant.skipped or meant.hidden
        if several and not await self._counter.confirm(_question(meant, change)):
            return
        rows = await self._changed(meant, change)
        if rows:
            versions = {ticket.number: ticket.version for ticket in meant.tickets}
            await self._done(rows, versions, f"{meant.words}: {change.words}")

    async def _done(self, rows: tuple[TicketRow, ...], versions: dict[int, int], words: str) -> None:
        """Say it and show it; what changed anything can be undone."""
        changed = next((row for row in rows if row.version != versions[row.number]), None)
        if changed is not None:
            self._session.done.add(Done(changed.version, words))
        await self._counter.acted(rows, f"{words}; u undoes it." if changed is not None else f"{words}.")

    async def _changed(self, meant: Meant, change: Change) -> tuple[TicketRow, ...]:
        """The rows after it; none when somebody else was quicker and it is left at that."""
        versions = {ticket.number: ticket.version for ticket in meant.tickets}
        while True:
            try:
                return await self._session.thread.do(lambda: _command(change, versions))
            except Outdated as error:
                shown = versions[error.number]
                if not await self._counter.overrides(error.number, shown, f"Set {change.words}"):
                    return ()
                versions[error.number] = error.version

    async def _statuses(self) -> Sequence[NamedRow]:
        from deskterm.engine.services.vocabulary import ListStatuses

        rows = await self._session.thread.ask(ListStatuses())
        return [row for row in rows if row.category is not Category.MERGED]

    async def _assignees(self, meant: Meant) -> Sequence[PersonRow]:
        from deskterm.engine.services.people import ListAssignees

        return await self._session.thread.ask(ListAssignees(number=meant.tickets[0].number))


def _command(change: Change, versions: dict[int, int]) -> Command[tuple[TicketRow, ...]]:
    from deskterm.engine.services.tickets import ChangeTickets

    return ChangeTickets(
        numbers=tuple(versions),
        changes=change.fields,
        add_tags=change.add_tags,
        remove_tags=change.remove_tags,
        versions=dict(versions),
    )


def _question(meant: Meant, change: Change) -> str:
    hidden = f" ({meant.hidden:,} not shown)" if meant.hidden else ""
    left_out = f"; {meant.skipped:,} skipped ({meant.reason})" if meant.skipped else ""
    return f"Set {change.words} on {meant.words}{hidden}{left_out}? y/n"


def _shown(login: str) -> str:
    return "nobody" if login == NOBODY else login


def _person_choice(person: PersonRow) -> Choice:
    login = person.login or ""
    return Choice(login, login, person.name)


def _status_choice(row: NamedRow) -> Choice:
    category = row.category.label if row.category is not None else ""
    return Choice(row.name, row.name, "" if category == row.name.lower() else category)


def _new_tag(known: Sequence[str]) -> Offer:
    names = {tag.casefold() for tag in known}

    def offer(text: str) -> Choice | None:
        return None if text.casefold() in names else Choice(f"+{text}", text, "add as a new tag")

    return offer


def _tag_change(chosen: str) -> Change:
    sign, tag = chosen[0], chosen[1:]
    if sign == "-":
        return Change(f"tag {one_line(tag)} taken off", {}, remove_tags=(tag,))
    return Change(f"tag {one_line(tag)}", {}, add_tags=(tag,))
