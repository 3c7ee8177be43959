"""The command that brings an attachment to the reader's own machine, quoted for every shell on its way."""

import shlex
from collections.abc import Sequence

from deskterm.engine.services.rows import AttachmentRow
from deskterm.new_files import harmless_name
from deskterm.screens.session import FileWays

_DIGEST_SHOWN = 16
"""Characters of a digest that name a file as surely as all of them."""


def name_for_desk(file: AttachmentRow, others: Sequence[AttachmentRow]) -> str:
    """What the desk is asked for: the name where it means this file alone and can be typed, else its digest."""
    name = file.name
    same = [other for other in others if other.name.lower() == name.lower() and other.sha256 != file.sha256]
    digests = {other.sha256[: len(name)] for other in others}
    can_be_typed = bool(name) and name.isprintable() and name.isascii() and not name.startswith("-")
    is_sure = can_be_typed and not same and name.lower() not in digests
    return name if is_sure else file.sha256[:_DIGEST_SHOWN]


def fetch_command(ways: FileWays, number: int, wanted: str, name: str) -> str:
    """What is to be typed in a shell: the far shell reads its part once more, so that part is quoted twice."""
    far = shlex.join([*ways.program, "ticket", "attachment", str(number), wanted])
    return f"{shlex.join([*ways.reach, far])} > {shlex.quote(harmless_name(name))}"
