"""CSV that starts no formula (RFC 4180; OWASP's rules on CSV injection, full-width signs included)."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

_STARTS_A_FORMULA = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
_STARTS_A_FORMULA_ANYWHERE_IN_FRONT = frozenset("\t\r")
_OVERLOOKED_IN_FRONT = frozenset("\"'\ufeff\u200b\u200c\u200d\u2060")


def without_formula(cell: str) -> str:
    """The cell, with a `'` in front where a spreadsheet might take it for a formula."""
    for character in cell:
        if character in _STARTS_A_FORMULA or character in _STARTS_A_FORMULA_ANYWHERE_IN_FRONT:
            return f"'{cell}"
        if not character.isspace() and character not in _OVERLOOKED_IN_FRONT:
            return cell
    return cell


def write_csv(stream: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text, lines ended by CR LF, quoted where needed."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([without_formula(cell) for cell in row] for row in rows)
