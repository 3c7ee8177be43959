"""People, words, rules, jobs, audit and health from the command line."""

import sqlite3
from pathlib import Path

from tests.cli.conftest import VPN
from tests.cli.driver import Cli


def test_init_makes_a_desk_that_answers(tmp_path: Path) -> None:
    """`init` prints the place, makes it private, and the account that made it is its admin."""
    cli = Cli(tmp_path / "new")
    answer = cli("init", str(tmp_path / "new"), "--admin", "root@desk.example", "--name", "Gamma")
    assert (answer.code, answer.out) == (0, f"{tmp_path / 'new'}\n")
    made = (tmp_path / "new", tmp_path / "new" / "desk.db")
    assert [path.stat().st_mode & 0o077 for path in made] == [0, 0]
    assert cli("status", "--json").json["name"] == "Gamma"
    assert cli("user", "show", "admin", "--json").json["role"] == "admin"


def test_empty_desk_has_roles_alone(tmp_path: Path) -> None:
    """`init --empty` leaves out queues and types."""
    cli = Cli(tmp_path / "new")
    assert cli("init", "--admin", "root@desk.example", "--empty").code == 0
    assert cli("queue", "list", "--json").json == []
    assert {role["key"] for role in cli("role", "list", "--json").json} >= {"admin", "agent", "requester"}


def test_user_from_add_to_disable(cli: Cli) -> None:
    """An account is added, changed, shown and shut; a shut one cannot act."""
    added = cli("user", "add", "eve", "--email", "eve@desk.example", "--queue", "Network=read", "--json").json
    assert (added["login"], added["queues"]) == ("eve", {"Network": "read"})
    changed = cli("user", "set", "eve", "role=lead", "name=Eve E", "--queue", "Network=work", "--json").json
    assert (changed["role"], changed["name"], changed["queues"]) == ("lead", "Eve E", {"Network": "work"})
    assert cli("ticket", "list", who="eve").code == 0
    assert cli("user", "disable", "eve", "--json").json["active"] is False
    assert cli("ticket", "list", who="eve").code == 1
    assert "eve" not in cli("user", "list").out
    assert "eve" in cli("user", "list", "--all").out


def test_long_list_of_people_says_that_it_was_cut(cli: Cli) -> None:
    """The first ones by login, then name; stderr tells of the others, stdout stays data."""
    cut = cli("user", "list", "--limit", "2", "--json")
    assert ([person["login"] for person in cut.json], "--limit" in cut.err) == (["ada", "admin"], True)
    assert cli("user", "list").err == ""
    assert cli("user", "list", "PAUL firm", "--json").json[0]["email"] == "paul@firm.example"


def test_permissions_are_explained(cli: Cli) -> None:
    """`user permissions` says by which role or queue, in words and in data."""
    lines = cli("user", "permissions", "bo", "--on", str(VPN), "--json").json
    assert {"permission": "work", "allowed": True, "why": "level work on queue Network"} in lines
    assert "level work on queue Network" in cli("user", "permissions", "bo", "--on", str(VPN)).out


def test_role_can_be_granted_and_revoked(cli: Cli) -> None:
    """A role change works from the next request on."""
    assert cli("job", "list", who="bo").code == 1
    assert "see_jobs" in cli("role", "set", "agent", "--grant", "see_jobs", "--json").json["permissions"]
    assert cli("job", "list", who="bo").code == 0
    cli("role", "set", "agent", "--revoke", "see_jobs")
    assert cli("job", "list", who="bo").code == 1


def test_queue_from_add_to_disable(cli: Cli) -> None:
    """A queue is added, renamed and disabled; a disabled one takes nothing in."""
    assert cli("queue", "add", "Print", "--description", "Paper", "--json").json["name"] == "Print"
    assert cli("queue", "set", "Print", "name=Printing", "--json").json["name"] == "Printing"
    assert cli("queue", "disable", "printing").code == 0
    assert cli("ticket", "set", str(VPN), "queue=Printing").code == 1


def test_organizations(cli: Cli) -> None:
    """An organization is added with its domains and changed."""
    added = cli("org", "add", "Acme", "--domain", "acme.example", "--json").json
    assert (added["name"], added["domains"], added["shared"]) == ("Acme", ["acme.example"], False)
    assert cli("org", "set", "Acme", "shared=yes", "--json").json["shared"] is True
    assert "acme.example" in cli("org", "list").out


def test_types_and_statuses(cli: Cli) -> None:
    """The words of a ticket can be listed."""
    assert {"Incident", "Request"} <= {named["name"] for named in cli("type", "list", "--json").json}
    assert "new" in {named["category"] for named in cli("status", "list", "--json").json}


def test_rule_is_tried_without_writing(cli: Cli) -> None:
    """`rule test` answers condition by condition and leaves no trace."""
    rule = cli("rule", "list", "--json").json[0]["name"]
    before = cli.events()
    answer = cli("rule", "test", rule, "--ticket", str(VPN), "--json").json
    assert (answer["rule"], type(answer["matched"])) == (rule, bool)
    assert {"words", "passed", "saw"} == set(answer["checks"][0])
    mail = b"From: x@firm.example\nSubject: hello\n\nhello\n"
    assert cli("rule", "test", rule, "--mail", "-", stdin=mail).code == 0
    assert cli.events() == before


def test_rule_is_switched(cli: Cli) -> None:
    """A rule goes off and on again."""
    rule = cli("rule", "list", "--json").json[0]["name"]
    assert cli("rule", "disable", rule, "--json").json["enabled"] is False
    assert cli("rule", "show", rule, "--json").json["enabled"] is False
    assert cli("rule", "enable", rule, "--json").json["enabled"] is True


def test_jobs_run_and_are_remembered(cli: Cli) -> None:
    """A job run by hand is in the history."""
    run = cli("job", "run", "routing", "--json").json
    assert (run["name"], run["outcome"]) == ("routing", "ok")
    assert cli("job", "history", "routing", "--json").json[0]["name"] == "routing"
    assert "routing" in cli("job", "list").out


def test_audit_log_can_be_narrowed(cli: Cli) -> None:
    """By actor, by action, by time."""
    cli("ticket", "set", str(VPN), "priority=high", who="bo")
    events = cli("audit", "log", "--actor", "bo", "--action", "ticket.change", "--since", "-1h", "--json").json
    assert [(event["field"], event["new"]) for event in events] == [("priority", "high")]
    assert cli("audit", "log", "--since", "2100-01-01", "--json").json == []


def test_broken_audit_chain_answers_3(cli: Cli) -> None:
    """A changed event is named, and the exit code is that of something critical."""
    assert cli("audit", "verify").code == 0
    file = sqlite3.connect(cli.desk / "desk.db")
    for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f'DROP TRIGGER "{trigger}"')
    file.execute("UPDATE event SET action = 'ticket.steal' WHERE id = 5")
    file.commit()
    file.close()
    answer = cli("audit", "verify")
    assert (answer.code, "5" in answer.out) == (3, True)
    assert cli("check", "--deep").code == 3


def test_sound_desk_passes_its_check(cli: Cli) -> None:
    """Every invariant holds on a fresh desk, and status has a page."""
    assert all(result["ok"] for result in cli("check", "--deep", "--json").json)
    assert cli("status").code == 0
    assert cli("status", "--json").json["tickets"] == 2


def test_without_a_terminal_the_desk_is_printed(cli: Cli) -> None:
    """`deskterm` alone in a pipe prints views and open tickets."""
    answer = cli()
    assert answer.code == 0
    assert "VPN is down" in answer.out
