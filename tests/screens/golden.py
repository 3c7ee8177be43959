"""Whole screens as plain text in files: what a change does to the looks shows in the difference.

`DESKTERM_GOLDEN=write make test` writes them anew; look at the difference before you commit it.
"""

import os
from difflib import unified_diff
from pathlib import Path

from tests.screens.driver import Person

_FILES = Path(__file__).parent / "golden"


def looks_as(person: Person, name: str) -> None:
    """The terminal shows what the file of this name holds."""
    path, shown = _FILES / f"{name}.txt", f"{person.text}\n"
    if os.environ.get("DESKTERM_GOLDEN") == "write":
        _FILES.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    wanted = path.read_text(encoding="utf-8")
    difference = unified_diff(wanted.splitlines(), shown.splitlines(), "wanted", "shown", lineterm="")
    assert shown == wanted, "\n".join(difference)
