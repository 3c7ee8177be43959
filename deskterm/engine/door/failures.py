"""What is kept of a mistake of the program: where it happened, never what a variable held."""

import json
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskterm.engine.door.desk import Desk


def record_failure(desk: "Desk", error: BaseException) -> str:
    """Add one JSON line to the desk's log; its path, or nothing where the log cannot be written."""
    path = desk.paths.log / "errors.log"
    line = {"at": desk.now(), "error": type(error).__name__, "trace": traceback.format_exception(error)}
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(line) + "\n")
    except OSError:
        return ""
    return str(path)
