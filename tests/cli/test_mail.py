"""`deskterm mail …`: what mail servers and admins rely on."""

from pathlib import Path

import pytest

from deskterm.engine.door.errors import Busy, DeskMissing
from tests.cli import driver
from tests.cli.driver import Cli

MAIL = (
    b"From: Rita <rita@firm.example>\nTo: desk@desk.example\nSubject: Screen flickers\n"
    b"Message-ID: <%d@firm.example>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nIt flickers.\n"
)


def mail(number: int) -> bytes:
    return MAIL % number


def file(folder: Path, number: int) -> str:
    path = folder / f"mail {number}.eml"
    path.write_bytes(mail(number))
    return str(path)


def test_stdin_becomes_a_ticket(cli: Cli) -> None:
    """One raw mail on stdin prints `created N -`."""
    answer = cli("mail", "receive", "-", stdin=mail(1))
    verb, number, name = answer.out.split()
    assert (answer.code, verb, name) == (0, "created", "-")
    assert cli.ticket(int(number))["subject"] == "Screen flickers"
    assert cli("mail", "receive", stdin=mail(2)).out.startswith("created ")


def test_files_answer_in_order(cli: Cli, tmp_path: Path) -> None:
    """One line a mail, in the order given, with the file's own name."""
    files = [file(tmp_path, number) for number in (3, 1, 2)]
    answer = cli("mail", "receive", *files)
    assert [line.split(" ", 2)[2] for line in answer.lines] == files
    assert [line.split(" ", 2)[0] for line in answer.lines] == ["created"] * 3


def test_the_same_mail_comes_in_once(cli: Cli) -> None:
    """A mail server that tries again is told so, and exit is 0."""
    cli("mail", "receive", "-", stdin=mail(1))
    tickets = len(cli("ticket", "list", "--json").json)
    again = cli("mail", "receive", "-", stdin=mail(1))
    assert (again.code, again.out) == (0, "ignored duplicate -\n")
    assert len(cli("ticket", "list", "--json").json) == tickets


def test_an_answer_is_appended(cli: Cli) -> None:
    """A follow-up of the requester joins its ticket."""
    number = cli("mail", "receive", "-", stdin=mail(1)).out.split()[1]
    answer = mail(2).replace(b"Subject: Screen", f"Subject: Re: [#{number}] Screen".encode())
    assert cli("mail", "receive", "-", stdin=answer).out == f"appended {number} -\n"


def test_mbox_is_taken_in_mail_by_mail(cli: Cli, tmp_path: Path) -> None:
    """`--mbox` prints a line for each mail in the file."""
    separator = b"From rita@firm.example Mon Mar  2 10:00:00 2026\n"
    (tmp_path / "box").write_bytes(b"".join(separator + mail(n) + b"\n" for n in range(3)))
    answer = cli("mail", "receive", "--mbox", str(tmp_path / "box"))
    assert answer.code == 0
    assert [line.split()[0] for line in answer.lines] == ["created"] * 3


def test_queue_decides_where_new_tickets_go(cli: Cli) -> None:
    """`--queue` is where a new ticket starts; an unknown queue is refused before anything is stored."""
    before = cli.events()
    refused = cli("mail", "receive", "-", "--queue", "Nowhere", stdin=mail(1))
    assert (refused.code, refused.out, cli.events()) == (1, "", before)
    assert cli("mail", "receive", "-", "--queue", "Security", stdin=mail(1)).code == 0


def test_a_missing_file_does_not_hold_up_the_others(cli: Cli, tmp_path: Path) -> None:
    """It is named on stderr with exit 1, and the others come in."""
    missing = str(tmp_path / "missing.eml")
    answer = cli("mail", "receive", file(tmp_path, 1), missing, str(tmp_path), file(tmp_path, 2))
    assert answer.code == 1
    assert [line.split()[0] for line in answer.lines] == ["created", "created"]
    assert f"deskterm: {missing} cannot be read: no such file or directory.\n" in answer.err
    assert f"deskterm: {tmp_path} cannot be read: is a directory.\n" in answer.err


def test_what_is_no_mbox_is_refused(cli: Cli, tmp_path: Path) -> None:
    """A plain mail given as an mbox comes in as nothing."""
    answer = cli("mail", "receive", "--mbox", file(tmp_path, 1))
    assert (answer.code, answer.out) == (1, "")
    assert "is no mbox" in answer.err


@pytest.mark.parametrize("trouble", [Busy("The desk is busy."), DeskMissing("No desk."), ValueError("a mistake")])
def test_whatever_keeps_the_desk_from_storing_asks_to_try_again(
    cli: Cli, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy or missing desk, or a mistake of the program, answers 75 and prints no acknowledgement."""

    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(driver.Sitting, "receive_mail", fail)
    answer = cli("mail", "receive", "-", stdin=mail(1))
    assert (answer.code, answer.out) == (75, "")
    assert answer.err.startswith("deskterm: ")
    assert "Traceback" not in answer.err


def test_a_desk_that_is_not_there_asks_to_try_again(cli: Cli, tmp_path: Path) -> None:
    """A disk that is not mounted yet must not bounce mail."""
    answer = cli("mail", "receive", "-", stdin=mail(1), desk=tmp_path / "nothing")
    assert (answer.code, answer.out) == (75, "")


def test_who_may_not_hand_in_mail_is_refused(cli: Cli) -> None:
    """A plain agent cannot inject mail."""
    assert cli("mail", "receive", "-", stdin=mail(1), who="bo").code == 1


BROKEN = b"From: x@firm.example\nSubject: nested\nMIME-Version: 1.0\n" + b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400)
)


def test_quarantine_can_be_listed_shown_retried_and_dropped(cli: Cli) -> None:
    """A mail that cannot be read is quarantined with an id that the other commands take."""
    verb, number, _ = cli("mail", "receive", "-", stdin=BROKEN).out.split()
    assert verb == "quarantined"
    assert [row["id"] for row in cli("mail", "quarantine", "list", "--json").json] == [int(number)]
    assert cli("mail", "quarantine", "show", number, "--raw").raw == BROKEN
    assert "Subject: nested" in cli("mail", "quarantine", "show", number).out
    assert cli("mail", "quarantine", "retry", number).out.startswith("quarantined ")
    assert cli("mail", "quarantine", "drop", number).out == f"dropped {number}\n"
    assert cli("mail", "quarantine", "list", "--json").json == []
    assert cli("mail", "quarantine", "drop", number).code == 1
