"""An mbox comes apart into exactly the mails that went in."""

import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskterm.cli.mbox import NotAnMbox, split_mbox

SEPARATOR = b"From ann@example.org Sun Mar  1 10:00:00 2026\n"


def split(text: bytes) -> list[bytes]:
    return list(split_mbox(text.splitlines(keepends=True)))


def test_mails_come_in_order_without_their_separators() -> None:
    """Each mail is what stands between two separator lines, without the empty line the mbox adds."""
    mbox = SEPARATOR + b"Subject: one\n\nfirst\n\n" + SEPARATOR + b"Subject: two\n\nsecond\n\n"
    assert split(mbox) == [b"Subject: one\n\nfirst\n", b"Subject: two\n\nsecond\n"]


def test_quoted_from_lines_lose_one_mark() -> None:
    """`>From ` becomes `From `, `>>From ` becomes `>From `, other quotes stay."""
    mbox = SEPARATOR + b"Subject: q\n\n>From here\n>>From there\n> From afar\n"
    assert split(mbox) == [b"Subject: q\n\nFrom here\n>From there\n> From afar\n"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"From now on we use the other printer.\n", id="a sentence after an empty line"),
        pytest.param(b"From 10:30 to 11:00 the line is down.\n", id="a sentence with a time"),
    ],
)
def test_a_sentence_that_begins_with_from_separates_nothing(line: bytes) -> None:
    """A body paragraph beginning with "From " stays in its mail."""
    assert split(SEPARATOR + b"Subject: s\n\nhello\n\n" + line) == [b"Subject: s\n\nhello\n\n" + line]


def test_a_separator_in_the_middle_of_a_paragraph_separates_nothing() -> None:
    """Without an empty line before it, even a perfect separator belongs to the body."""
    assert len(split(SEPARATOR + b"Subject: s\n\nforwarded:\n" + SEPARATOR + b"end\n")) == 1


def test_line_ends_of_windows_are_kept() -> None:
    """CR LF files come apart in the same places and keep their line ends."""
    mbox = (SEPARATOR + b"Subject: one\n\nfirst\n\n" + SEPARATOR + b"Subject: two\n\nx\n").replace(b"\n", b"\r\n")
    assert split(mbox) == [b"Subject: one\r\n\r\nfirst\r\n", b"Subject: two\r\n\r\nx\r\n"]


def test_what_is_no_mbox_is_refused_before_the_first_mail() -> None:
    """A plain mail handed in as an mbox is refused, an empty file holds no mail."""
    with pytest.raises(NotAnMbox):
        split(b"Subject: not an mbox\n\nhello\n")
    assert split(b"") == []


def test_only_one_mail_is_read_ahead() -> None:
    """The second mail is not touched before the first was handed out."""
    read: list[bytes] = []

    def lines() -> Iterator[bytes]:
        for line in [SEPARATOR, b"a: 1\n", b"\n", SEPARATOR, b"b: 2\n", b"\n", SEPARATOR, b"c: 3\n"]:
            read.append(line)
            yield line

    next(split_mbox(lines()))
    assert len(read) == 4


def test_agrees_with_the_standard_library(tmp_path: Path) -> None:
    """What Python's own mbox writer wrote comes back the same, mail for mail."""
    path = tmp_path / "box"
    box = mailbox.mbox(path)
    for number in range(20):
        mail = EmailMessage()
        mail["Subject"] = f"mail {number}"
        mail.set_content(f"From the beginning\n\nFrom line {number}\n>quoted\n")
        box.add(mail)
    box.flush()
    with path.open("rb") as stream:
        mails = list(split_mbox(stream))
    assert len(mails) == 20
    assert b"Subject: mail 7" in mails[7]
    assert b"\nFrom the beginning\n\nFrom line 7\n>quoted\n" in mails[7]
