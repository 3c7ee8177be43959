"""Rules at work: order, stop, cause, the savepoint round each, and the sweep."""

import json

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.errors import Invalid, NotFound
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.audit import VerifyAudit
from deskterm.engine.services.routing import RouteTicket, UnroutedTickets
from deskterm.engine.services.rules import ChangeRule, ListRules, ShowRule, TestRule
from deskterm.engine.services.ticket_reading import ShowTicket, TicketHistory, WhyTicket
from deskterm.engine.services.tickets import ChangeTickets, NewTicket, ReplyTicket

VPN = "VPN and working from afar"


def plant(desk: Desk, name: str, definition: object, *, position: int = 1, stop: bool = False) -> None:
    """Put a rule into the file as an older or newer program might have left it."""
    with desk.backend.writing() as writer:
        writer.execute(
            "INSERT INTO rule (name, position, stop, definition) VALUES (?, ?, ?, ?)",
            (name, position, stop, json.dumps(definition)),
        )


def then(*actions: dict[str, str]) -> dict[str, object]:
    """A rule for every new ticket."""
    return {"when": ["created"], "if": {"all": []}, "then": list(actions)}


def test_new_ticket_is_routed_with_cause(admin: Seat) -> None:
    """The ticket stands where the rule sent it, and the event names the rule."""
    number = admin.do(NewTicket(subject="VPN does not connect", body="It is down")).number
    detail = admin.ask(ShowTicket(number=number))
    assert (detail.ticket.queue, detail.ticket.tags) == ("Network", ("vpn",))
    moved = next(event for event in admin.ask(TicketHistory(number=number)) if event.field == "queue")
    assert (moved.actor, moved.cause, moved.old, moved.new) == ("system", f"rule {VPN}", "Service Desk", "Network")


def test_why_names_what_matched_and_what_did_not(admin: Seat) -> None:
    """Every rule that was looked at is told, those that did not match with the condition that failed."""
    number = admin.do(NewTicket(subject="VPN does not connect")).number
    why = admin.ask(WhyTicket(number=number, field="queue"))
    assert [effect.cause for effect in why.effects] == [f"rule {VPN}"]
    traces = {trace.rule: trace for trace in why.rules}
    assert traces[VPN].matched
    failed = [trace for trace in why.rules if not trace.matched]
    assert failed and all(trace.words for trace in failed)
    assert any("but it was" in trace.words for trace in failed)


def test_each_rule_sees_what_the_former_did_and_stop_stops(desk: Desk, admin: Seat) -> None:
    """The second rule matches only because of the first; the third is never looked at."""
    plant(desk, "one", then({"tag": "first"}))
    second = then({"tag": "second"}, {"set": "priority", "value": "urgent"})
    second["if"] = {"field": "tags", "op": "equals", "value": "first"}
    plant(desk, "two", second, position=2, stop=True)
    plant(desk, "three", then({"tag": "third"}), position=3)
    row = admin.do(NewTicket(subject="Anything"))
    assert (row.tags, row.priority.label) == (("first", "second"), "urgent")
    assert [trace.rule for trace in admin.ask(WhyTicket(number=row.number)).rules] == ["one", "two"]


def test_failing_rule_is_taken_back_alone_and_flagged(desk: Desk, admin: Seat) -> None:
    """Half of what it did is undone, the ticket still comes in, the next rule runs, and the rule says why."""
    plant(desk, "broken", then({"tag": "half"}, {"set": "priority", "value": "low"}, {"set": "queue", "value": "Gone"}))
    plant(desk, "sound", then({"tag": "whole"}), position=2)
    row = admin.do(NewTicket(subject="Anything"))
    assert (row.tags, row.priority.label, row.queue) == (("whole",), "normal", "Service Desk")
    assert "Gone" in admin.ask(ShowRule(name="broken")).problem
    history = admin.ask(TicketHistory(number=row.number))
    assert not any(event.cause == "rule broken" for event in history)
    assert admin.ask(VerifyAudit()).ok


def test_unreadable_rule_matches_nothing_and_is_flagged(desk: Desk, admin: Seat) -> None:
    """A rule that this program cannot read is flagged and holds up nothing."""
    plant(desk, "alien", {"when": ["created"], "if": {"field": "mood", "op": "equals", "value": "x"}, "then": []})
    number = admin.do(NewTicket(subject="VPN does not connect")).number
    assert admin.ask(ShowTicket(number=number)).ticket.queue == "Network"
    assert "mood" in admin.ask(ShowRule(name="alien")).problem


def test_mended_rule_runs_over_what_it_held_up(desk: Desk, admin: Seat) -> None:
    """Switching a mended rule on lets the sweep route the tickets it failed on, and nothing fires twice."""
    plant(desk, "broken", then({"set": "queue", "value": "Gone"}, {"note": "moved"}))
    plant(desk, "noting", then({"note": "once"}), position=2)
    number = admin.do(NewTicket(subject="Anything")).number
    assert admin.ask(UnroutedTickets()) == ()
    with desk.backend.writing() as writer:
        text = json.dumps(then({"set": "queue", "value": "Network"}, {"note": "moved"}))
        writer.execute("UPDATE rule SET definition = ? WHERE name = 'broken'", (text,))
    admin.do(ChangeRule(name="broken", enabled=True))
    assert admin.ask(UnroutedTickets()) == (number,)
    assert admin.do(RouteTicket(number=number)) is True
    assert admin.do(RouteTicket(number=number)) is False
    detail = admin.ask(ShowTicket(number=number))
    assert detail.ticket.queue == "Network"
    assert sorted(message.body for message in detail.messages) == ["moved", "once"]


def test_switched_off_rule_does_nothing(admin: Seat) -> None:
    """Off means off, and can still be tried."""
    admin.do(ChangeRule(name=VPN, enabled=False))
    number = admin.do(NewTicket(subject="VPN does not connect")).number
    assert admin.ask(ShowTicket(number=number)).ticket.queue == "Service Desk"
    tried = admin.ask(TestRule(name=VPN, number=number))
    assert (tried.matched, tried.enabled) == (True, False)


def test_trying_a_rule_tells_condition_by_condition(admin: Seat) -> None:
    """Each condition with whether it held and what it saw; nothing is written."""
    number = admin.do(NewTicket(subject="Printer is out of paper")).number
    before = admin.ask(VerifyAudit())
    tried = admin.ask(TestRule(name=VPN, number=number))
    assert not tried.matched
    assert any(not check.passed and check.words for check in tried.checks)
    assert tried.actions
    assert admin.ask(VerifyAudit()) == before
    with pytest.raises(Invalid, match="say which"):
        admin.ask(TestRule(name=VPN))
    with pytest.raises(NotFound, match="no rule"):
        admin.ask(TestRule(name="nope", number=number))


def test_matches_are_counted(admin: Seat) -> None:
    """The list of rules tells how often each matched."""
    for _ in range(3):
        admin.do(NewTicket(subject="VPN does not connect"))
    assert next(rule.matches for rule in admin.ask(ListRules()) if rule.name == VPN) == 3


def test_hand_has_the_last_word(admin: Seat) -> None:
    """What was chosen when a ticket was opened stands against the rules."""
    row = admin.do(NewTicket(subject="VPN does not connect", queue="Accounts", priority="low", tags=("mine",)))
    assert (row.queue, row.priority.label, "mine" in row.tags) == ("Accounts", "low", True)


@pytest.fixture
def asked(desk: Desk, rita: Seat) -> int:
    """A ticket of a requester with a login, and a rule that waits for answers about money."""
    refund = {
        "when": ["message"],
        "if": {"all": [{"field": "body", "op": "contains", "value": "refund"}]},
        "then": [{"tag": "money"}, {"set": "queue", "value": "Accounts"}],
    }
    plant(desk, "Refunds", refund)
    return rita.do(NewTicket(subject="Chair", body="It broke.")).number


def test_answer_at_a_seat_runs_the_rules_that_one_by_mail_runs(admin: Seat, rita: Seat, asked: int) -> None:
    """The desk acts for the requester, the rule is the cause, and the trace says what was looked at."""
    row = rita.do(ReplyTicket(number=asked, body="I want a refund."))
    assert (row.queue, row.tags) == ("Accounts", ("money",))
    moved = [event for event in admin.ask(TicketHistory(number=asked)) if event.field == "queue"][-1]
    assert (moved.actor, moved.cause) == ("system", "rule Refunds")
    assert [trace.outcome for trace in admin.ask(WhyTicket(number=asked)).rules if trace.rule == "Refunds"] == [
        "matched"
    ]


def test_answer_at_a_seat_wakes_and_a_bare_thanks_does_not(admin: Seat, rita: Seat, asked: int) -> None:
    """As by mail: thanks are appended, change nothing and set off no rule."""
    admin.do(ChangeTickets(numbers=(asked,), changes={"status": "Resolved"}))
    assert rita.do(ReplyTicket(number=asked, body="Thank you!")).status == "Resolved"
    assert "Refunds" not in [trace.rule for trace in admin.ask(WhyTicket(number=asked)).rules]
    assert rita.do(ReplyTicket(number=asked, body="It broke again.")).status == "Open"


def test_agents_answer_runs_no_rule_for_answers(admin: Seat, asked: int) -> None:
    """What the desk writes is no message that came."""
    assert admin.do(ReplyTicket(number=asked, body="You get a refund.")).tags == ()
