"""The JSON keys are a promise: exactly these, in every state of the desk."""

from pathlib import Path
from typing import Any

from tests.cli.conftest import VPN
from tests.cli.driver import Cli

TICKET = {
    "number", "subject", "type", "status", "status_category", "priority", "impact", "urgency", "queue",
    "assignee", "requester", "organization", "tags", "channel", "created_at", "updated_at",
    "first_response_due", "next_response_due", "resolution_due", "next_due", "sla", "first_response_at",
    "resolved_at", "closed_at", "snoozed_until", "custom", "merged_into", "version",
}  # fmt: skip
DETAIL = TICKET | {"messages", "links", "checklist", "time_minutes"}
MESSAGE = {"id", "kind", "author", "at", "body", "visible_reply", "attachments"}
EVENT = {"id", "at", "actor", "action", "subject", "field", "old", "new", "cause", "hash"}


def keys_of(documents: list[dict[str, Any]]) -> set[str]:
    assert documents
    assert len({frozenset(document) for document in documents}) == 1
    return set(documents[0])


def test_tickets(cli: Cli) -> None:
    """A list has the ticket keys; absent values are null, never missing."""
    tickets = cli("ticket", "list", "--json").json
    assert keys_of(tickets) == TICKET
    assert set(tickets[0]["requester"]) == {"name", "email"}
    assert set(tickets[0]["sla"]) == {"policy", "state"}
    assert tickets[0]["assignee"] is None
    assert isinstance(tickets[0]["number"], int)


def test_ticket_with_its_thread(cli: Cli, tmp_path: Path) -> None:
    """A shown ticket adds messages, links, checklist and time."""
    (tmp_path / "a.txt").write_text("x")
    cli("ticket", "note", str(VPN), "--body", "x", "--attach", str(tmp_path / "a.txt"))
    ticket = cli.ticket(VPN)
    assert set(ticket) == DETAIL
    assert keys_of(ticket["messages"]) == MESSAGE
    assert {message["kind"] for message in ticket["messages"]} <= {"reply", "note", "system"}
    assert set(ticket["messages"][-1]["attachments"][0]) == {"name", "type", "bytes", "sha256"}


def test_commands_that_change_a_ticket_answer_with_it(cli: Cli) -> None:
    """new, reply, note, set, take, assign, release and tag print the ticket."""
    number = str(VPN)
    for words in (
        ["new", "--subject", "x"],
        ["reply", number, "--body", "x"],
        ["note", number, "--body", "x"],
        ["set", number, "priority=low"],
        ["take", number],
        ["assign", number, "ann"],
        ["release", number],
        ["tag", number, "x"],
    ):
        assert set(cli("ticket", *words, "--json").json) == TICKET, words


def test_events(cli: Cli) -> None:
    """History and audit log have the same keys."""
    assert keys_of(cli("ticket", "history", str(VPN), "--json").json) == EVENT
    assert keys_of(cli("audit", "log", "--json").json) == EVENT


def test_job_run(cli: Cli) -> None:
    """A job run by hand answers with name, outcome, seconds and what it did."""
    assert set(cli("job", "run", "routing", "--json").json) == {"name", "outcome", "seconds", "did"}


def test_times_are_iso_8601_in_utc(cli: Cli) -> None:
    """Every time ends in Z and has whole seconds."""
    for key in ("created_at", "updated_at"):
        time = cli.ticket(VPN)[key]
        assert len(time) == len("2026-03-01T10:00:00Z")
        assert time.endswith("Z")
