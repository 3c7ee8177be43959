"""Whatever is wrong: one sentence that says what, the promised exit code, and nothing changed."""

from pathlib import Path

import pysqlite3.dbapi2 as pysqlite3
import pytest

from deskterm.engine.store import sqlite
from tests.cli.conftest import PRINTER, VPN
from tests.cli.driver import Cli

REFUSED, USAGE, TRY_AGAIN = 1, 2, 75

# who · words · exit code · what the sentence names
TABLE = [
    ("", "ticket show 9999", REFUSED, "9999"),
    ("", "ticket show 99999999999999999999999", REFUSED, "ticket"),
    ("", "ticket show 0", REFUSED, "0"),
    ("", "ticket show twelve", USAGE, "twelve"),
    ("", "ticket show", USAGE, "N"),
    ("", "ticket show 1001 --at soon", USAGE, "soon"),
    ("", "ticket list stauts:open", REFUSED, "stauts"),
    ("", "ticket list status:", REFUSED, "status"),
    ("", "ticket list vpn (down", REFUSED, "character 5"),
    ("", "ticket list created:>=notatime", REFUSED, "notatime"),
    ("", "ticket list --sort nonsense", REFUSED, "nonsense"),
    ("", "ticket list --columns number,colour", USAGE, "colour"),
    ("", "ticket list --limit 0", USAGE, "limit"),
    ("", "ticket list --limit many", USAGE, "many"),
    ("", "ticket list --csv --json", USAGE, "--csv"),
    ("", "ticket list --jsno", USAGE, "--jsno"),
    ("", "ticket set 1001 colour=red", REFUSED, "priority"),
    ("", "ticket set 1001 priority=sky", REFUSED, "sky"),
    ("", "ticket set 1001 status=Nowhere", REFUSED, "Nowhere"),
    ("", "ticket set 1001 queue=Nowhere", REFUSED, "Nowhere"),
    ("", "ticket set 1001 assignee=nobody", REFUSED, "nobody"),
    ("", "ticket set 1001 priority=low priority=high", USAGE, "priority"),
    ("", "ticket set 1001 nonsense", USAGE, "nonsense"),
    ("", "ticket set 1001", USAGE, "FIELD=VALUE"),
    ("", "ticket set priority=low", USAGE, "ticket number"),
    ("", "ticket tag 1001 +x -x", USAGE, "x"),
    ("", "ticket tag 1001 two,words", REFUSED, "two,words"),
    ("", "ticket assign 1001 nobody", REFUSED, "nobody"),
    ("", "ticket new", USAGE, "--subject"),
    ("", "ticket new --subject x --from nonsense", REFUSED, "nonsense"),
    ("", "ticket new --subject x --queue Nowhere", REFUSED, "Nowhere"),
    ("", "ticket new --subject x --body -", REFUSED, "empty"),
    ("", "ticket reply 1001", USAGE, "--body"),
    ("", "ticket note 1001 --body x --attach /nonexistent/a", REFUSED, "/nonexistent/a"),
    ("", "ticket note 1001 --body x --attach /dev/null", REFUSED, "/dev/null"),
    ("", "ticket attachment 1001 none.txt", REFUSED, "none.txt"),
    ("", "ticket frobnicate 1", USAGE, "frobnicate"),
    ("", "mail quarantine show 77", REFUSED, "77"),
    ("", "mail quarantine retry x", USAGE, "x"),
    ("", "rule show Nothing", REFUSED, "Nothing"),
    ("", "rule test Nothing", USAGE, "--ticket"),
    ("", "rule enable Nothing", REFUSED, "Nothing"),
    ("", "user add ann --email other@desk.example", REFUSED, "ann"),
    ("", "user add new --email nonsense", REFUSED, "nonsense"),
    ("", "user add new --email n@desk.example --role king", REFUSED, "king"),
    ("", "user add new --email n@desk.example --queue Network", USAGE, "NAME=LEVEL"),
    ("", "user add new --email n@desk.example --queue Network=god", REFUSED, "god"),
    ("", "user set ann", USAGE, "FIELD=VALUE"),
    ("", "user set ann shoe=42", REFUSED, "shoe"),
    ("", "user disable admin", REFUSED, "last admin"),
    ("", "user show nobody", REFUSED, "nobody"),
    ("", "role show king", REFUSED, "king"),
    ("", "queue show Nowhere", REFUSED, "Nowhere"),
    ("", "queue add Network", REFUSED, "Network"),
    ("", "queue set Network colour=red", REFUSED, "colour"),
    ("", "org show Nobody", REFUSED, "Nobody"),
    ("", "org add Acme --domain nonsense", REFUSED, "nonsense"),
    ("", "job run nonsense", REFUSED, "nonsense"),
    ("", "audit log --since soon", USAGE, "soon"),
    ("", "frobnicate", USAGE, "frobnicate"),
    ("", "--frobnicate", USAGE, "--frobnicate"),
    ("nobody", "ticket list", REFUSED, "nobody"),
    ("bo", f"ticket show {PRINTER}", REFUSED, str(PRINTER)),
    ("bo", f"ticket set {PRINTER} priority=low", REFUSED, str(PRINTER)),
    ("bo", f"ticket set {VPN} {PRINTER} priority=low", REFUSED, str(PRINTER)),
    ("bo", "user add new --email n@desk.example", REFUSED, "manage_users"),
    ("bo", "audit log", REFUSED, "see_audit"),
    ("bo", "job run routing", REFUSED, "run_jobs"),
    ("bo", "mail quarantine list", REFUSED, "quarantine"),
    ("ada", f"ticket take {VPN}", REFUSED, "work"),
    ("ada", f"ticket note {VPN} --body x", REFUSED, "work"),
    ("rita", "user list", REFUSED, "see_people"),
    ("rita", f"ticket history {VPN}", REFUSED, "see_desk"),
]


@pytest.mark.parametrize(("who", "words", "code", "named"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_refusal(cli: Cli, who: str, words: str, code: int, named: str) -> None:
    """One sentence on stderr, nothing on stdout, the promised exit code, and not one event more."""
    before = cli.events()
    answer = cli(*words.split(), who=who)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("deskterm: ")
    assert answer.err.count("\n") == 1
    assert answer.err.rstrip().endswith((".", "?", ")"))
    assert named in answer.err
    assert "Traceback" not in answer.err
    assert cli.events() == before


def test_hostile_arguments_do_not_reach_the_terminal(cli: Cli) -> None:
    """An argument quoted in an error is shown without its control characters."""
    escape = "\x1b]0;title\x07"
    for words in (
        ["ticket", "show", escape],
        ["ticket", "list", "--columns", escape],
        ["ticket", "list", f"--{escape}"],
        ["ticket", "note", "1001", "--body", "x", "--attach", f"/nonexistent/{escape}"],
        ["queue", "show", escape],
        [escape],
    ):
        answer = cli(*words)
        assert answer.code in (REFUSED, USAGE)
        assert not set(answer.err) & set("\x1b\x07"), words


def test_undecodable_arguments_are_stored_visibly(cli: Cli) -> None:
    """A byte that is no UTF-8 in an argument is no crash."""
    answer = cli("ticket", "new", "--subject", "caf\udce9", "--json")
    assert answer.json["subject"] == "caf\\xe9"


def test_missing_desk(cli: Cli, tmp_path: Path) -> None:
    """A desk that is not there is named, and not made."""
    answer = cli("ticket", "list", desk=tmp_path / "nothing")
    assert (answer.code, answer.out) == (REFUSED, "")
    assert str(tmp_path / "nothing") in answer.err
    assert not (tmp_path / "nothing").exists()


def test_locked_desk(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that somebody else is writing asks to try again, takes nothing in, and can still be read."""
    impatient = tuple(line.replace("busy_timeout=10000", "busy_timeout=100") for line in sqlite._EVERY_CONNECTION)
    monkeypatch.setattr(sqlite, "_EVERY_CONNECTION", impatient)
    before = cli.events()
    other = pysqlite3.connect(str(cli.desk / "desk.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for words in (["ticket", "set", str(VPN), "priority=low"], ["mail", "receive", "-"]):
        answer = cli(*words, stdin=b"From: a@firm.example\n\nhello\n")
        assert (answer.code, answer.out) == (TRY_AGAIN, "")
        assert "busy" in answer.err
    assert cli("ticket", "list").code == 0
    other.close()
    assert cli.events() == before


def test_broken_desk(cli: Cli) -> None:
    """A file that is no database is said to be damaged."""
    for path in cli.desk.glob("desk.db*"):
        path.write_bytes(b"this is no database" * 1000)
    answer = cli("ticket", "list")
    assert (answer.code, answer.out) == (REFUSED, "")
    assert answer.err.startswith("deskterm: ")
    assert "should not have happened" not in answer.err


def test_init_never_overwrites_a_desk(cli: Cli) -> None:
    """A second `init` is refused and the desk stays as it is."""
    before = cli.events()
    answer = cli("init", str(cli.desk), "--admin", "other@desk.example")
    assert answer.code == REFUSED
    assert str(cli.desk) in answer.err
    assert cli.events() == before
