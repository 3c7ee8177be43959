"""`deskterm ticket …` as people and scripts use it."""

import csv
import hashlib
import io
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import PRINTER, VPN
from tests.cli.driver import Cli


def numbers(cli: Cli, *query: str) -> list[int]:
    return [ticket["number"] for ticket in cli("ticket", "list", *query, "--json").json]


def test_new_prints_the_number_alone(cli: Cli) -> None:
    """`ticket new` prints the number, and the ticket holds what was said."""
    answer = cli(
        "ticket", "new", "--subject", "Fan is loud", "--from", "Paul Doe <Paul@Firm.example>", "--body", "-",
        "--priority", "urgent", "--queue", "Network", "--type", "Bug", "--tag", "fan", "--tag", "noise",
        stdin="Brumm\nBrumm ü\n".encode(),
    )  # fmt: skip
    ticket = cli.ticket(int(answer.out))
    assert (answer.code, answer.err) == (0, "")
    assert ticket["requester"]["email"] == "paul@firm.example"
    assert (ticket["priority"], ticket["queue"], ticket["type"]) == ("urgent", "Network", "Bug")
    assert {"fan", "noise"} <= set(ticket["tags"])
    assert ticket["messages"][0]["body"] == "Brumm\nBrumm ü"


def test_list_shows_the_last_changed_first_in_a_pipe(cli: Cli) -> None:
    """Tab-separated with a header, uncoloured, times in UTC."""
    answer = cli("ticket", "list")
    header, first, second = (line.split("\t") for line in answer.lines)
    assert header[0] == "number"
    assert (first[0], second[0]) == (str(PRINTER), str(VPN))
    assert first[header.index("updated_at")].endswith("Z")
    assert "\x1b" not in answer.out


def test_list_is_aligned_and_cut_on_a_terminal(cli: Cli) -> None:
    """On a terminal no line is longer than the screen."""
    cli("ticket", "new", "--subject", "long " * 40)
    answer = cli("ticket", "list", is_terminal=True)
    assert max(len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) for line in answer.lines) <= 100
    assert "…" in answer.out


def test_words_of_a_query_are_joined(cli: Cli) -> None:
    """A query may be one argument or many, and may begin with a minus."""
    assert numbers(cli, "queue:Network") == [VPN]
    assert numbers(cli, "-queue:Network") == [PRINTER]
    assert numbers(cli, "priority:high", "queue:Network") == []
    assert numbers(cli, "vpn", "-status:closed") == [VPN]


def test_limit_sort_and_columns(cli: Cli) -> None:
    """The list can be ordered, cut and reduced to some columns."""
    answer = cli("ticket", "list", "--sort", "number", "--limit", "1", "--columns", "number,subject,custom.site")
    assert answer.lines == ["number\tsubject\tcustom.site", f"{VPN}\tVPN is down\t"]


def test_csv_holds_every_column_and_starts_no_formula(cli: Cli) -> None:
    """`--csv` is RFC 4180 with a header; a subject that looks like a formula is disarmed."""
    cli("ticket", "new", "--subject", "=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(cli("ticket", "list", "--csv").raw.decode(), newline="")))
    assert [row["subject"] for row in rows] == ["'=HYPERLINK(1)", "Printer on fire", "VPN is down"]
    assert rows[1]["requester.email"] == "paul@firm.example"


def test_control_characters_of_a_ticket_never_reach_stdout(cli: Cli) -> None:
    """An escape sequence in a subject and a body is shown, in text and in JSON, in pipes and on terminals."""
    number = cli("ticket", "new", "--subject", "a\x1b]0;t\x07b", "--body", "x\x9b2Jy\u202ez").out.strip()
    for words in (
        ["list"],
        ["list", "--json"],
        ["list", "--csv"],
        ["show", number],
        ["show", number, "--json"],
    ):
        for is_terminal in (False, True):
            out = cli("ticket", *words, is_terminal=is_terminal).out.replace("\x1b[1m", "").replace("\x1b[0m", "")
            assert not set(out) & set("\x1b\x07\x9b\u202e"), words


def test_show_has_the_thread(cli: Cli) -> None:
    """`ticket show` prints fields and messages, notes marked as internal."""
    cli("ticket", "note", str(VPN), "--body", "Router rebooted.")
    out = cli("ticket", "show", f"#{VPN}").out
    assert out.startswith(f"#{VPN} VPN is down\n")
    assert "status\t" in out
    assert "Since nine." in out
    assert "internal note" in out


def test_show_as_it_was(cli: Cli) -> None:
    """`--at` shows the ticket before a later change."""
    before = cli.ticket(PRINTER)["updated_at"]
    cli("ticket", "set", str(PRINTER), "priority=low")
    moved = cli("ticket", "history", str(PRINTER), "--json").json[-1]["at"]
    assert cli.ticket(PRINTER)["priority"] == "low"
    if moved != before:
        assert cli("ticket", "show", str(PRINTER), "--at", before, "--json").code in (0, 1)
    assert cli("ticket", "show", str(PRINTER), "--at", "2001-01-01").code == 1


def test_set_changes_many_tickets_in_one_go(cli: Cli) -> None:
    """Many tickets, many fields; `tag=-x` takes a tag away; --json answers with all of them."""
    cli("ticket", "tag", str(VPN), "old")
    answer = cli("ticket", "set", str(VPN), f"#{PRINTER}", "priority=urgent", "tag=both", "tag=-old", "--json")
    assert [ticket["priority"] for ticket in answer.json] == ["urgent", "urgent"]
    assert "both" in answer.json[0]["tags"]
    assert "old" not in answer.json[0]["tags"]


def test_set_is_all_or_nothing(cli: Cli) -> None:
    """One ticket that does not exist keeps the others from changing."""
    before = cli.events()
    answer = cli("ticket", "set", str(VPN), "9999", "priority=low")
    assert answer.code == 1
    assert "9999" in answer.err
    assert (cli.ticket(VPN)["priority"], cli.events()) == ("normal", before)


def test_tag_adds_and_removes(cli: Cli) -> None:
    """`+x` and `x` add, `-x` removes."""
    assert {"vpn", "wan"} <= set(cli("ticket", "tag", str(VPN), "+vpn", "wan", "--json").json["tags"])
    tags = cli("ticket", "tag", str(VPN), "-vpn", "--json").json["tags"]
    assert "vpn" not in tags
    assert "wan" in tags


def test_take_assign_and_release(cli: Cli) -> None:
    """A ticket gets an owner, another owner, and none."""
    assert cli("ticket", "take", str(VPN), "--json", who="bo").json["assignee"] == "bo"
    assert cli("ticket", "assign", str(VPN), "ann", "--json").json["assignee"] == "ann"
    assert cli("ticket", "release", str(VPN), "--json").json["assignee"] is None
    assert cli("ticket", "set", str(VPN), "assignee=ann", "--json").json["assignee"] == "ann"
    assert cli("ticket", "set", str(VPN), "assignee=none", "--json").json["assignee"] is None


def test_reply_opens_a_new_ticket_and_can_set_its_status(cli: Cli) -> None:
    """A public reply moves new to open; `--status` moves it further in the same step."""
    assert cli("ticket", "reply", str(VPN), "--body", "On it.", "--json").json["status_category"] == "open"
    answer = cli("ticket", "reply", str(VPN), "--body", "-", "--status", "Resolved", "--json", stdin=b"Done.\n")
    assert answer.json["status_category"] == "resolved"
    assert [message["kind"] for message in cli.ticket(VPN)["messages"]].count("reply") == 3


def test_body_that_is_no_utf8_is_kept_visible(cli: Cli) -> None:
    """Bytes that are no UTF-8 are shown as what they are."""
    cli("ticket", "note", str(VPN), "--body", "-", stdin=b"caf\xe9")
    assert cli.ticket(VPN)["messages"][-1]["body"] == "caf\\xe9"


@pytest.mark.parametrize("body", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_empty_body_is_refused(cli: Cli, body: bytes) -> None:
    """A reply without a word is refused in one sentence."""
    answer = cli("ticket", "reply", str(VPN), "--body", "-", stdin=body)
    assert (answer.code, answer.out) == (1, "")
    assert "empty" in answer.err


def test_attachment_goes_in_and_comes_out_unchanged(cli: Cli, tmp_path: Path) -> None:
    """An attached file comes back byte for byte, through stdout and into a new file of mode 0600."""
    content = bytes(range(256)) * 100
    (tmp_path / "dump.bin").write_bytes(content)
    cli("ticket", "note", str(VPN), "--body", "See file.", "--attach", str(tmp_path / "dump.bin"))
    stored = cli.ticket(VPN)["messages"][-1]["attachments"]
    assert stored == [
        {
            "name": "dump.bin",
            "type": "application/octet-stream",
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    ]
    assert cli("ticket", "attachment", str(VPN), "dump.bin").raw == content
    saved = tmp_path / "saved"
    assert cli("ticket", "attachment", str(VPN), "dump.bin", "-o", str(saved)).code == 0
    assert saved.read_bytes() == content
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_attachment_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    """An existing file and a link are left alone, a directory gets the file under its own name."""
    source, taken, link, folder = (tmp_path / name for name in ("a.txt", "taken", "link", "folder"))
    source.write_text("hello")
    taken.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    folder.mkdir()
    cli("ticket", "note", str(VPN), "--body", "x", "--attach", str(source))
    for target in (taken, link):
        answer = cli("ticket", "attachment", str(VPN), "a.txt", "-o", str(target))
        assert (answer.code, "cannot be written" in answer.err) == (1, True)
    assert taken.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
    cli("ticket", "attachment", str(VPN), "a.txt", "-o", str(folder))
    assert (folder / "a.txt").read_text() == "hello"


def test_attachment_does_not_go_to_a_terminal(cli: Cli, tmp_path: Path) -> None:
    """Bytes from outside are not written onto a terminal."""
    (tmp_path / "a.txt").write_text("\x1b[2J")
    cli("ticket", "note", str(VPN), "--body", "x", "--attach", str(tmp_path / "a.txt"))
    answer = cli("ticket", "attachment", str(VPN), "a.txt", is_terminal=True)
    assert (answer.code, answer.out) == (2, "")
    assert "-o" in answer.err


def test_history_and_why_name_who_did_it(cli: Cli) -> None:
    """Every change is there with its actor, and `why` narrows to one field."""
    cli("ticket", "set", str(VPN), "priority=high", who="bo")
    last = cli("ticket", "history", str(VPN), "--json").json[-1]
    assert (last["field"], last["old"], last["new"], last["actor"]) == ("priority", "normal", "high", "bo")
    why = cli("ticket", "why", str(VPN), "priority", "--json").json
    assert {effect["field"] for effect in why["effects"]} == {"priority"}
    assert "priority: normal → high, by bo" in cli("ticket", "why", str(VPN), "priority").out


def test_agent_sees_only_their_queues(cli: Cli) -> None:
    """Lists and single tickets are those of the actor."""
    listed = [ticket["number"] for ticket in cli("ticket", "list", "--json", who="bo").json]
    assert listed == [VPN]
    assert cli("ticket", "show", str(PRINTER), who="bo").code == 1


def test_reply_can_be_held_and_taken_back(cli: Cli) -> None:
    """`--hold` lets it wait, `unsend` prints it and takes it out; once it has left, it stays."""
    before = cli.ticket(VPN)["messages"]
    cli("ticket", "reply", str(VPN), "--body", "Too early.", "--hold", "600")
    assert cli("ticket", "unsend", str(VPN), "--json").json["body"] == "Too early."
    assert cli.ticket(VPN)["messages"] == before
    cli("ticket", "reply", str(VPN), "--body", "Too early.", "--hold", "600")
    assert cli("ticket", "unsend", str(VPN)).out == "Too early.\n"
    cli("ticket", "reply", str(VPN), "--body", "Gone.")
    refused = cli("ticket", "unsend", str(VPN))
    assert (refused.code, "no longer held" in refused.err) == (1, True)
    assert cli("ticket", "reply", str(VPN), "--body", "x", "--hold", "-1").code == 2


def test_undo_by_ticket_and_by_event(cli: Cli) -> None:
    """`ticket undo N` takes back one's last change on all its tickets; an event of the history names another one."""
    assert cli("ticket", "set", str(VPN), str(PRINTER), "priority=low").code == 0
    cli("ticket", "set", str(VPN), "type=Bug")
    event = cli("ticket", "history", str(PRINTER), "--json").json[-1]["id"]
    assert {ticket["number"] for ticket in cli("ticket", "undo", f"e{event}", "--json").json} == {VPN, PRINTER}
    assert (cli.ticket(VPN)["priority"], cli.ticket(PRINTER)["priority"]) == ("normal", "high")
    assert cli("ticket", "undo", str(VPN), "--json").json["type"] != "Bug"
    again = next(answer for answer in (cli("ticket", "undo", str(VPN)) for _ in range(9)) if answer.code)
    assert (again.code, again.err) == (1, f"deskterm: There is nothing of yours to undo on ticket {VPN}.\n")
    assert cli("ticket", "undo", "e999999999").code == 1
    assert cli("ticket", "undo", "yesterday").code == 2


def test_undo_takes_a_bare_event_where_no_ticket_has_the_number(cli: Cli) -> None:
    """The id of an event works as it stands in the history, unless a ticket has that number."""
    cli("ticket", "set", str(VPN), "priority=low")
    event = cli("ticket", "history", str(VPN), "--json").json[-1]["id"]
    answer = cli("ticket", "undo", str(event), "--json")
    assert answer.code == 0
    assert cli.ticket(VPN)["priority"] != "low"
