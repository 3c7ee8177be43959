"""Rules at work: on a new ticket or message they run in order, each in a savepoint, each seeing what the former did.

Whatever a rule does carries its name as cause; which rules matched and the first condition that failed of those
that did not are kept as one event, so that `why` tells what was true then, not what would be true now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deskterm.engine.domain.conditions import GROUPS, RuleInvalid
from deskterm.engine.domain.errors import DeskError
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import EventRow
from deskterm.engine.domain.rules import (
    Action,
    Rule,
    examine,
    failure,
    fires,
    load_definition,
)
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.model.enums import MessageKind, Priority
from deskterm.engine.services import working

if TYPE_CHECKING:
    from deskterm.engine.domain.rows import RuleRow
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx
    from deskterm.engine.model.tickets import Ticket
    from deskterm.engine.store.words_sql import RuleText

MATCHED, NOT_MATCHED, FAILING = "matched", "not matched", "failed"
"""What a rule decided about a ticket."""

ROUTED, FAILED = 1, 2
"""What a ticket's `routed` says: every rule ran, or one of them failed and may be mended."""

Facts = Mapping[str, str | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What rules may know of the message that set them off, beyond its ticket."""

    body: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()


@lru_cache(maxsize=2000)
def _compiled(text: str, rule_id: int, name: str, position: int, stop: bool, queue: str | None) -> Rule:
    """Compiled once for as long as the text stays the same."""
    definition = load_definition(text)
    return Rule(
        id=rule_id,
        name=name,
        position=position,
        stop=stop,
        queue=queue,
        when=definition.when,
        condition=definition.condition,
        actions=definition.actions,
    )


def _rule_of(text: "RuleText") -> Rule:
    return _compiled(text.definition, text.id, text.name, text.position, text.stop, text.queue)


def compiled_rule(row: "RuleRow") -> Rule:
    """A stored rule, ready to be examined.

    Raises:
        RuleInvalid: it cannot run, naming the part.
    """
    from deskterm.engine.domain.audit import value_text

    text = value_text(row.definition) or "{}"
    return _compiled(text, row.id, row.name, row.position, row.stop, row.queue)


def facts_of(tx: "ReadTx", number: int, arrival: Arrival) -> Facts:
    """A ticket and the message that arrived, as rules see them."""
    row = tx.ticket_row(number)
    return {
        **_of_arrival(arrival),
        "subject": row.subject,
        "organization": row.organization,
        "type": row.type,
        "priority": row.priority.label,
        "queue": row.queue,
        "channel": row.channel,
        "tags": row.tags,
        "status": row.status,
    }


def _of_arrival(arrival: Arrival) -> dict[str, str | Sequence[str] | None]:
    return {
        "body": arrival.body,
        "sender": arrival.sender,
        "sender_name": arrival.sender_name,
        "recipient": arrival.recipients,
    }


def _facts_now(tx: "WriteTx", ticket: "Ticket", arrival: Arrival) -> Facts:
    """The same of a ticket in hand, between two rules, without asking the database for its row."""
    words = tx.words
    return {
        **_of_arrival(arrival),
        "subject": ticket.subject,
        "text": f"{ticket.subject}\n{arrival.body}",
        "organization": tx.organization_name(ticket.organization_id),
        "type": words.type_name(ticket.type_id),
        "priority": Priority(ticket.priority).label,
        "queue": words.queue_name(ticket.queue_id),
        "channel": ticket.channel,
        "tags": tx.tags_of(ticket),
        "status": words.status_name(ticket.status_id),
    }


def route(tx: "WriteTx", ticket: "Ticket", arrival: Arrival, event: str = "created", *, again: bool = False) -> None:
    """Run the rules that wait for this event over a ticket; a failing one is recorded and taken back alone.

    `again`: the rules ran before, and those that matched then do not act a second time.
    """
    fired = tx.rules_fired(ticket.id or 0) if again else frozenset()
    facts = _facts_now(tx, ticket, arrival)
    trace: list[list[object]] = []
    for text in tx.rule_texts():
        if text.id in fired and text.stop:
            break
        if not text.enabled or text.id in fired:
            continue
        outcome = _run(tx, ticket, text, facts, event)
        if outcome is None:
            continue
        trace.append([text.id, text.fingerprint, *outcome])
        if outcome[0] != MATCHED:
            continue
        if text.stop:
            break
        facts = _facts_now(tx, ticket, arrival)
    if event == "created":
        ticket.routed = FAILED if any(entry[2] == FAILING for entry in trace) else ROUTED
    tx.record_ticket(ticket, "rules", None, {"event": event, "trace": trace}, "", "ticket.route")


def _run(tx: "WriteTx", ticket: "Ticket", text: "RuleText", facts: Facts, event: str) -> tuple[str, str, str] | None:
    """One rule: matched; not matched, with the place of the condition that failed and what it saw; failed, and why."""
    try:
        rule = _rule_of(text)
        if not fires(rule, event):
            return None
        failed = failure(rule, facts)
        if failed is not None:
            return (NOT_MATCHED, failed.path, failed.saw)
        with tx.part():
            _act(tx, ticket, rule.actions, f"rule {text.name}")
            tx.record("rule", text.id, "ticket", None, ticket.id, "", "rule.match")
        return (MATCHED, "", "")
    except (RuleInvalid, DeskError) as error:
        flag_rule(tx, text, str(error))
        return (FAILING, "", str(error))


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What one rule decided about a ticket at one moment. `outcome`: matched, not matched, failed."""

    rule: str
    outcome: str
    words: str
    at: EventRow

    @property
    def matched(self) -> bool:
        """Whether it acted."""
        return self.outcome == MATCHED


def rule_traces(tx: "ReadTx", events: Iterable[EventRow]) -> tuple[RuleTrace, ...]:
    """What every rule decided, from what routing wrote down: where a condition failed, and what it saw then."""
    known = {text.id: text for text in tx.rule_texts()}
    return tuple(
        _trace(known.get(rule_id), rule_id, fingerprint, (outcome, path, saw), event)
        for event in events
        if event.field == "rules" and isinstance(event.new, dict)
        for rule_id, fingerprint, outcome, path, saw in event.new["trace"]
    )


def _trace(
    text: "RuleText | None", rule_id: int, fingerprint: int, decided: tuple[str, str, str], event: EventRow
) -> RuleTrace:
    outcome, path, saw = decided
    name = text.name if text else f"number {rule_id}, which is gone"
    if outcome != NOT_MATCHED:
        return RuleTrace(name, outcome, saw, event)
    if text is None or text.fingerprint != fingerprint:
        return RuleTrace(
            name, outcome, f"the rule has been changed since; {path} failed, seeing {saw or 'nothing'}", event
        )
    return RuleTrace(name, outcome, _words_of(text, path, saw), event)


def _words_of(text: "RuleText", path: str, saw: str) -> str:
    """What kept a rule from matching; of one of several that would do, there is nothing single that was seen."""
    checks = examine(_rule_of(text), {}).checks
    words = next((check.words for check in checks if check.path == path), path)
    return words if path.rpartition(".")[2] in GROUPS else f"{words}, but it was {saw or 'empty'}"


def flag_rule(tx: "WriteTx", text: "RuleText", problem: str) -> None:
    """Note on a rule why it could not run, once, for whoever looks at the rules."""
    if text.problem != problem:
        tx.change_entity("rule", tx.rule(text.name), problem=problem)
        tx.flush()


def _act(tx: "WriteTx", ticket: "Ticket", actions: Iterable[Action], cause: str) -> None:
    for deed in actions:
        if deed.kind == "set":
            working.set_field(tx, ticket, deed.field, deed.value, cause)
        elif deed.kind == "tag":
            tx.tag(ticket, deed.value, cause=cause)
        elif deed.kind == "untag":
            tx.untag(ticket, deed.value, cause=cause)
        else:
            note = working.Saying(MessageKind.NOTE, tx.actor.person_id, deed.value, automatic=True)
            working.say(tx, ticket, note, cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnroutedTickets(Query[tuple[int, ...]]):
    """Numbers of tickets that the rules have not seen, or that were held up by a rule mended since."""

    limit: int = 500


@action("ticket.unrouted", needs=Permission.RUN_JOBS)
def unrouted_tickets(tx: "ReadTx", query: UnroutedTickets) -> tuple[int, ...]:
    """Lowest number first."""
    return tx.unrouted(query.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTicket(Command[bool]):
    """Run the rules over a ticket that they have not seen; answers whether they ran."""

    number: int


@action("ticket.route", needs=Permission.RUN_JOBS)
def route_ticket(tx: "WriteTx", command: RouteTicket) -> bool:
    """Doing it twice is doing it once."""
    ticket = tx.ticket(command.number, needs=Permission.READ)
    if ticket.routed:
        return False
    arrival = first_arrival(tx, command.number)
    with tx.as_desk():
        route(tx, ticket, arrival, again=True)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipTicket(Command[None]):
    """Put a ticket aside that the rules could not be run over, until one of them is mended."""

    number: int


@action("ticket.skip", needs=Permission.RUN_JOBS)
def skip_ticket(tx: "WriteTx", command: SkipTicket) -> None:
    """It stays where it stands."""
    ticket = tx.ticket(command.number, needs=Permission.READ)
    ticket.routed = FAILED
    tx.record_ticket(ticket, "routed", None, "failed", "", "ticket.skip")


def first_arrival(tx: "ReadTx", number: int) -> Arrival:
    """What opened a ticket, as rules see it."""
    first = next((message for message in tx.thread(number) if message.inbound), None)
    requester = tx.ticket_row(number).requester
    return Arrival(first.body if first else "", requester.email, requester.name)
