"""CSV that leaves the desk can be opened in any spreadsheet without running anything."""

import csv
import io

import pytest

from deskterm.cli.spreadsheet import without_formula, write_csv

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"]
IN_FRONT = ["", " ", "\u00a0", "\ufeff", "\u200b", '"', "'", ' "', "\ufeff ", "\n"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("front", IN_FRONT)
def test_a_cell_that_might_be_a_formula_is_marked(front: str, sign: str) -> None:
    """Whatever stands in front of it, a sign that starts a formula is disarmed and nothing is lost."""
    cell = f"{front}{sign}cmd|'/c calc'!A1"
    assert without_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "1-2", "Re: -- hello", "(+43) 1", "#1042", " text "])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    """Signs that are not in front start no formula."""
    assert without_formula(cell) == cell


def test_lines_and_quotes_are_as_rfc_4180_wants_them() -> None:
    """Lines end in CR LF; commas, quotes and line breaks are quoted; a reader gets the same cells back."""
    rows = [["a", 'say "hi"', "x,y"], ["line\nbreak", "", "ü"]]
    stream = io.StringIO()
    write_csv(stream, rows)
    assert stream.getvalue() == 'a,"say ""hi""","x,y"\r\n"line\nbreak",,ü\r\n'
    assert list(csv.reader(io.StringIO(stream.getvalue(), newline=""))) == rows
