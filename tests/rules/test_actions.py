"""What holds for every registered action, whoever wrote it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from deskterm.data_files import data_path
from deskterm.engine.domain.audit import AuditVerdict
from deskterm.engine.door.actions import Action
from deskterm.engine.door.desk import Desk
from deskterm.engine.door.errors import Denied
from deskterm.engine.door.seat import Seat, seat_for_login
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services import (
    audit,
    completing,
    drafts,
    generation,
    health,
    intake,
    jobs,
    outgoing,
    people,
    preferences,
    presence,
    recipients,
    roles,
    routing,
    rules,
    thread_reading,
    ticket_lists,
    ticket_reading,
    ticket_windows,
    tickets,
    undoing,
    upkeep,
    views,
    vocabulary,
)
from deskterm.engine.services.catalogue import actions_page, all_actions
from deskterm.engine.services.desk_setup import FillDesk
from deskterm.engine.services.rows import Permission
from tests.conftest import plan, seat

RULE = "VPN and working from afar"

MAIL = (
    b"From: eva@customer.example\r\nTo: help@desk.example\r\nSubject: VPN\r\nMessage-ID: <1@c>\r\n\r\nIt is down.\r\n"
)

EXAMPLES: dict[type, Callable[[int], Any]] = {
    audit.AuditLog: lambda n: audit.AuditLog(),
    audit.FindEvents: lambda n: audit.FindEvents(),
    audit.VerifyAudit: lambda n: audit.VerifyAudit(),
    drafts.ListDrafts: lambda n: drafts.ListDrafts(),
    drafts.SaveDraft: lambda n: drafts.SaveDraft(number=n, kind="reply", body="Dear"),
    generation.GenerateTickets: lambda n: generation.GenerateTickets(
        count=2, seed=1, first=0, of=2, until=1_700_000_000_000
    ),
    health.CheckDesk: lambda n: health.CheckDesk(),
    health.DeskStatus: lambda n: health.DeskStatus(),
    intake.DropMail: lambda n: intake.DropMail(id=2),
    intake.FileMail: lambda n: intake.FileMail(id=2, mail=_parsed()),
    intake.ListMail: lambda n: intake.ListMail(),
    intake.QuarantineMail: lambda n: intake.QuarantineMail(id=2, reason="unreadable"),
    intake.ShowMail: lambda n: intake.ShowMail(id=1),
    intake.StoreMail: lambda n: intake.StoreMail(sha256="0" * 64, bytes=1, dedup="x"),
    jobs.EndRun: lambda n: jobs.EndRun(run=1, name="routing", outcome="ok", did=""),
    jobs.GiveUpLease: lambda n: jobs.GiveUpLease(holder="me"),
    jobs.HoldLease: lambda n: jobs.HoldLease(holder="me"),
    jobs.JobHistory: lambda n: jobs.JobHistory(),
    jobs.ListJobs: lambda n: jobs.ListJobs(),
    jobs.ShowLeader: lambda n: jobs.ShowLeader(),
    jobs.StartRun: lambda n: jobs.StartRun(name="routing", holder="me"),
    outgoing.UnsendReply: lambda n: outgoing.UnsendReply(number=n),
    people.AddOrganization: lambda n: people.AddOrganization(name="Acme", domains=("acme.example",)),
    people.AddPerson: lambda n: people.AddPerson(login="zoe", email="zoe@desk.example"),
    people.ChangeOrganization: lambda n: people.ChangeOrganization(name="Known", changes={"shared": "yes"}),
    people.ChangePerson: lambda n: people.ChangePerson(who="bo", changes={"name": "Bob"}),
    roles.ChangeRole: lambda n: roles.ChangeRole(key="agent", grant=("see_jobs",)),
    roles.ExplainPermissions: lambda n: roles.ExplainPermissions(who="bo", on=n),
    people.FindPeople: lambda n: people.FindPeople(),
    people.ListAssignees: lambda n: people.ListAssignees(number=n),
    people.ListOrganizations: lambda n: people.ListOrganizations(),
    people.ListPeople: lambda n: people.ListPeople(),
    roles.ListRoles: lambda n: roles.ListRoles(),
    people.ShowPerson: lambda n: people.ShowPerson(who="bo"),
    roles.ShowRole: lambda n: roles.ShowRole(key="agent"),
    preferences.ReadPreferences: lambda n: preferences.ReadPreferences(),
    preferences.SetPreference: lambda n: preferences.SetPreference(key="theme", value="dark"),
    recipients.ListRecipients: lambda n: recipients.ListRecipients(number=n),
    presence.ListPresence: lambda n: presence.ListPresence(number=n),
    presence.TellPresence: lambda n: presence.TellPresence(place="here", number=n),
    routing.RouteTicket: lambda n: routing.RouteTicket(number=n),
    routing.SkipTicket: lambda n: routing.SkipTicket(number=n),
    routing.UnroutedTickets: lambda n: routing.UnroutedTickets(),
    rules.ChangeRule: lambda n: rules.ChangeRule(name=RULE, enabled=False),
    rules.ListRules: lambda n: rules.ListRules(),
    rules.ShowRule: lambda n: rules.ShowRule(name=RULE),
    rules.TestRule: lambda n: rules.TestRule(name=RULE, number=n),
    completing.CompleteQuery: lambda n: completing.CompleteQuery(text="st", cursor=2),
    thread_reading.ReadContext: lambda n: thread_reading.ReadContext(number=n),
    thread_reading.ReadThread: lambda n: thread_reading.ReadThread(number=n),
    ticket_lists.CountTickets: lambda n: ticket_lists.CountTickets(),
    ticket_lists.ListTicketNumbers: lambda n: ticket_lists.ListTicketNumbers(),
    ticket_lists.ListTickets: lambda n: ticket_lists.ListTickets(),
    ticket_lists.ReadTicketRows: lambda n: ticket_lists.ReadTicketRows(numbers=(n,)),
    ticket_reading.MarkSeen: lambda n: ticket_reading.MarkSeen(number=n),
    ticket_reading.ReadAttachment: lambda n: ticket_reading.ReadAttachment(number=n, name="log.txt"),
    ticket_reading.ShowTicket: lambda n: ticket_reading.ShowTicket(number=n),
    ticket_reading.TicketHistory: lambda n: ticket_reading.TicketHistory(number=n),
    ticket_reading.WhyTicket: lambda n: ticket_reading.WhyTicket(number=n),
    ticket_windows.ListChanges: lambda n: ticket_windows.ListChanges(since=0),
    ticket_windows.PlaceTickets: lambda n: ticket_windows.PlaceTickets(numbers=(n,)),
    ticket_windows.ReadWindow: lambda n: ticket_windows.ReadWindow(),
    tickets.AssignTicket: lambda n: tickets.AssignTicket(number=n, to="bo"),
    tickets.ChangeTickets: lambda n: tickets.ChangeTickets(numbers=(n,), changes={"priority": "high"}),
    tickets.NewTicket: lambda n: tickets.NewTicket(subject="A new one"),
    tickets.NoteTicket: lambda n: tickets.NoteTicket(number=n, body="For us only."),
    tickets.ReleaseTicket: lambda n: tickets.ReleaseTicket(number=n),
    tickets.ReplyTicket: lambda n: tickets.ReplyTicket(number=n, body="For you."),
    tickets.TakeTicket: lambda n: tickets.TakeTicket(number=n),
    undoing.UndoChange: lambda n: undoing.UndoChange(number=n),
    upkeep.TidySearch: lambda n: upkeep.TidySearch(),
    views.CountViews: lambda n: views.CountViews(),
    views.DeleteView: lambda n: views.DeleteView(id=1),
    views.ListViews: lambda n: views.ListViews(),
    views.SaveView: lambda n: views.SaveView(name="Mine", query="is:mine"),
    vocabulary.AddQueue: lambda n: vocabulary.AddQueue(name="Facilities"),
    vocabulary.ChangeQueue: lambda n: vocabulary.ChangeQueue(name="Network", changes={"description": "Cables"}),
    vocabulary.ListQueues: lambda n: vocabulary.ListQueues(),
    vocabulary.ListStatuses: lambda n: vocabulary.ListStatuses(),
    vocabulary.ListTags: lambda n: vocabulary.ListTags(),
    vocabulary.ListTypes: lambda n: vocabulary.ListTypes(),
}
"""One request of every type that an admin may make at the prepared desk, given a ticket's number."""

ACTIONS = [found for found in all_actions() if found.request is not FillDesk]


def _parsed() -> Any:
    from deskterm.engine.formats.mail import parse_mail

    return parse_mail(MAIL)


@pytest.fixture
def number(admin: Seat, bo: Seat, reader: MailReader) -> int:
    """A ticket with an attachment, taken by nobody, in a desk with two mails, one of them in quarantine."""
    intake.receive_mail(admin, MAIL, queue=None, reader=reader)
    held = MAIL.replace(b"<1@c>", b"<2@c>")
    system = admin.as_system("mail")
    sha256 = admin.desk.blobs.put(held)
    stored = system.do(intake.StoreMail(sha256=sha256, bytes=len(held), dedup="held"))
    system.do(intake.QuarantineMail(id=stored.id, reason="planted"))
    admin.do(people.AddOrganization(name="Known"))
    admin.do(jobs.StartRun(name="routing", holder="test"))
    row = admin.do(tickets.NewTicket(subject="VPN is down", body="It is down."))
    file = tickets.NewAttachment(name="log.txt", media_type="text/plain", content=b"x")
    admin.do(tickets.NoteTicket(number=row.number, body="With a file", attachments=(file,)))
    admin.do(tickets.ChangeTickets(numbers=(row.number,), changes={"priority": "low"}))
    admin.do(tickets.ReplyTicket(number=row.number, body="Held for a while.", hold_seconds=60))
    return row.number


def head(desk: Desk) -> AuditVerdict:
    """Length and head of the audit chain."""
    from deskterm.engine.door.seat import system_seat

    return system_seat(desk, "cli").ask(audit.VerifyAudit())


def test_every_action_has_an_example() -> None:
    """A new action cannot go untested: it needs an example here."""
    assert {found.request for found in ACTIONS} == set(EXAMPLES)


@pytest.mark.parametrize("found", ACTIONS, ids=lambda found: found.name)
def test_action_is_refused_without_its_permission(found: Action, admin: Seat, number: int) -> None:
    """A role with every permission but the one needed is refused, and nothing changes."""
    others = tuple(one for one in Permission if one != found.needs)
    admin.do(roles.ChangeRole(key="auditor", grant=others, revoke=(found.needs,)))
    without = seat(admin, "eve", role="auditor")
    before = head(admin.desk)
    with pytest.raises(Denied, match=found.needs):
        without.do(EXAMPLES[found.request](number)) if found.changes else without.ask(EXAMPLES[found.request](number))
    assert head(admin.desk) == before


@pytest.mark.parametrize("found", [one for one in ACTIONS if not one.changes], ids=lambda found: found.name)
def test_query_changes_nothing(found: Action, admin: Seat, number: int) -> None:
    """Looking leaves no trace in the chain."""
    before = head(admin.desk)
    admin.ask(EXAMPLES[found.request](number))
    assert head(admin.desk) == before


AUDITED = [one for one in ACTIONS if one.changes and one.audited]
QUIET_WHEN_DONE = {"ticket.release", "ticket.route"}
"""Commands whose example finds nothing left to do at the prepared desk."""


@pytest.mark.parametrize("found", AUDITED, ids=lambda found: found.name)
def test_command_is_audited(found: Action, admin: Seat, number: int) -> None:
    """What a command changed stands in the chain, under one command, and the chain holds."""
    before = head(admin.desk)
    admin.do(EXAMPLES[found.request](number))
    after = head(admin.desk)
    assert after.ok
    assert (after.events > before.events) == (found.name not in QUIET_WHEN_DONE)


QUIET = {"desk.tidy", "draft.save", "preference.set", "presence.tell"}
UNAUDITED = {"ticket.see", "job.lead", "job.resign", "job.start", "job.end"} | QUIET


def test_only_what_is_ones_own_and_the_timetable_are_unaudited() -> None:
    """An exception to the audit is a decision, made here; so is what no list has to look again for."""
    assert {one.name for one in ACTIONS if one.changes and not one.audited} == UNAUDITED
    assert {one.name for one in ACTIONS if one.quiet} == QUIET


PLAIN = [one for one in ACTIONS if one.changes and not one.audited]


@pytest.mark.parametrize("found", PLAIN, ids=lambda found: found.name)
def test_unaudited_command_leaves_the_chain_alone(found: Action, admin: Seat, number: int) -> None:
    """Nothing is recorded, and only a quiet one leaves everybody's lists as they are."""
    before, version = head(admin.desk), admin.data_version()
    admin.do(EXAMPLES[found.request](number))
    assert head(admin.desk) == before
    assert (admin.data_version() == version) is (found.name in QUIET)


@pytest.mark.parametrize("found", PLAIN, ids=lambda found: found.name)
def test_unaudited_command_loads_no_models(found: Action, admin: Seat, number: int) -> None:
    """The first reading mark of a session costs no SQLAlchemy."""
    call = EXAMPLES[found.request](number)
    module, name = type(call).__module__, type(call).__name__
    words = {one.name: getattr(call, one.name) for one in fields(call)}
    program = (
        f"import sys; from pathlib import Path; from {module} import {name}\n"
        "from deskterm.engine.door.desk import open_desk\n"
        "from deskterm.engine.door.seat import seat_for_login\n"
        f"desk = open_desk(Path({str(admin.desk.path)!r}), lambda: {admin.desk.now()})\n"
        f"seat_for_login(desk, 'admin', 'cli').do({name}(**{words!r}))\n"
        "assert not {'sqlalchemy', 'sqlmodel', 'pydantic'} & set(sys.modules)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr


def test_a_filled_desk_cannot_be_filled_again(desk: Desk) -> None:
    """The one seat without an account ends with the first person."""
    from deskterm.engine.door.seat import unseated

    first = unseated(desk.paths, desk.now, desk.settings)
    with pytest.raises(Denied):
        first.do(FillDesk(plan=plan()))
    first.close()


def test_docs_list_every_action() -> None:
    """docs/actions.md is what the registry says; `make docs` writes it."""
    page = Path(__file__).parents[2] / "docs" / "actions.md"
    assert page.read_text(encoding="utf-8") == actions_page()


def test_starter_rule_exists() -> None:
    """The rule that the examples name is one of the starter's."""
    assert RULE in data_path("starter", "desk.toml").read_text(encoding="utf-8")


def test_disabled_people_are_refused(admin: Seat, bo: Seat, number: int) -> None:
    """An account that was disabled is refused at its next request, even in a running session."""
    admin.do(people.ChangePerson(who="bo", changes={"active": "no"}))
    with pytest.raises(Denied):
        bo.ask(vocabulary.ListTypes())
    with pytest.raises(Denied):
        seat_for_login(admin.desk, "bo", "cli")
