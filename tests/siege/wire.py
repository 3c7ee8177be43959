"""The bytes on the line to a terminal, taken apart: what steers, apart from what is written."""

import base64
import re

_TOKEN = re.compile(
    r"\x1b\[(?P<private>[<-?]?)(?P<parameters>[0-9:;]*)(?P<final>[ -/]*[@-~])"
    r"|\x1b[\]PX^_](?P<string>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b(?P<escape>[ -/]*[0-~]?)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200b\u200d-\u200f\u2028-\u202e\u2060-\u206f\ufeff\udc80-\udcff])"
)
_PLACES = frozenset("ABCDEFGHJKLMPSTXdfr@")
"""Moving, erasing, inserting, scrolling: how far depends on the length of a text."""
_ENDS = frozenset({"", "0", "39", "49", "59", *(str(number) for number in range(21, 30))})
"""The end of an attribute: whether it is sent by itself depends on what is written next."""


def controls(sent: bytes) -> set[str]:
    """The kinds of control sequences in what was sent.

    Numbers of places are left out; colours and attributes come one by one, since how they are joined depends on the
    text between them. Bytes that are no UTF-8 are a kind of their own.
    """
    found: set[str] = set()
    for token in _TOKEN.finditer(sent.decode("utf-8", "surrogateescape")):
        found |= _kinds(token)
    return found


def _kinds(token: re.Match[str]) -> set[str]:
    final = token["final"]
    if final is None:
        return {"a copied number" if _is_copied_number(token["string"] or "") else ascii(token[0])}
    if final == "m" and not token["private"]:
        return {f"SGR {part}" for part in _attributes(token["parameters"]) if part not in _ENDS}
    if final in _PLACES and not token["private"]:
        return {f"CSI {final}"}
    return {ascii(token[0])}


def _is_copied_number(string: str) -> bool:
    """Whether it puts the number of a ticket into the clipboard, as the key `y` does."""
    what, _, content = string.rpartition(";")
    return what == "52;c" and re.fullmatch(rb"#\d+", base64.b64decode(content)) is not None


def _attributes(parameters: str) -> list[str]:
    """`1;38;2;10;20;30` is bold, and one colour."""
    parts = parameters.split(";")
    found: list[str] = []
    while parts:
        size = {"2": 5, "5": 3}.get(parts[1] if len(parts) > 1 else "", 1) if parts[0] in ("38", "48", "58") else 1
        found.append(";".join(parts[:size]))
        del parts[:size]
    return found
