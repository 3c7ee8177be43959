"""Reading an mbox file mail by mail (RFC 4155, with the `>From ` quoting of mboxrd)."""

import re
from collections.abc import Iterable, Iterator

_SEPARATOR = re.compile(rb"From [^\r\n]*\d{1,2}:\d{2}[^\r\n]*\d{4}[^\r\n]*\r?\n?")
_QUOTED_SEPARATOR = re.compile(rb">+From ")
_EMPTY_LINES = (b"\n", b"\r\n")


class NotAnMbox(Exception):
    """The first line that is not empty does not separate mails."""


def split_mbox(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The raw mails of an mbox, one at a time; only one is held in memory.

    A line separates mails when it begins with `From `, carries a time and a year, and is the first or follows
    an empty line: a sentence that merely begins with "From " stays in its mail.

    Raises:
        NotAnMbox: before the first mail.
    """
    mail: list[bytes] = []
    is_inside, follows_empty_line = False, True
    for line in lines:
        if follows_empty_line and _SEPARATOR.fullmatch(line):
            if is_inside:
                yield _joined(mail)
            mail, is_inside = [], True
        elif is_inside:
            mail.append(line[1:] if _QUOTED_SEPARATOR.match(line) else line)
        elif line not in _EMPTY_LINES:
            raise NotAnMbox
        follows_empty_line = line in _EMPTY_LINES
    if is_inside:
        yield _joined(mail)


def _joined(mail: list[bytes]) -> bytes:
    """The mail without the empty line that the mbox puts behind it."""
    return b"".join(mail[:-1] if mail and mail[-1] in _EMPTY_LINES else mail)
