"""The settings a person may keep, and what each may be."""

import json
import re
from collections.abc import Callable

from deskterm.engine.domain.errors import Invalid

Check = Callable[[str], str]
"""Gives the value as it is kept, or raises `ValueError` with what would be right."""

LONGEST = 40_000
"""Characters of one setting."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_BINDING = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def checked(key: str, value: str) -> str:
    """The value as it is kept; an empty one is always right and forgets the setting.

    Raises:
        Invalid: no such setting, or it cannot be this; the sentence says what it can be.
    """
    if key not in PREFERENCES:
        raise Invalid(f'There is no setting "{key[:60]}"; there is: {", ".join(PREFERENCES)}.')
    if not value:
        return ""
    try:
        if len(value) > LONGEST:
            raise ValueError(f"at most {LONGEST:,} characters")
        return PREFERENCES[key](value)
    except (ValueError, RecursionError) as error:
        wanted = "valid JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else error
        raise Invalid(f"The setting {key} is {wanted}.") from None


def _one_of(*words: str) -> Check:
    def check(value: str) -> str:
        if value not in words:
            raise ValueError(" or ".join(words))
        return value

    return check


def _word(value: str) -> str:
    if not _WORD.fullmatch(value):
        raise ValueError("one word of small letters, digits and hyphens")
    return value


def _whole_number(least: int, most: int) -> Check:
    def check(value: str) -> str:
        if not value.isascii() or not value.isdecimal() or len(value) > 9 or not least <= int(value) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return str(int(value))

    return check


def _list_of(kind: type, most: int, longest: int, wanted: str) -> Check:
    def check(value: str) -> str:
        found = json.loads(value)
        if not isinstance(found, list) or len(found) > most or not all(type(one) is kind for one in found):
            raise ValueError(f"a JSON list of at most {most} {wanted}")
        if any(len(str(one)) > longest for one in found):
            raise ValueError(f"a JSON list of {wanted}, none longer than {longest} characters")
        return _as_json(found)

    return check


def _keymap(value: str) -> str:
    found = json.loads(value)
    if not isinstance(found, dict) or len(found) > 300 or not all(_is_binding(*pair) for pair in found.items()):
        raise ValueError('a JSON object from the id of a binding to its keys, e.g. {"desk.take": "t,ctrl+t"}')
    return _as_json(found)


def _is_binding(name: str, keys: object) -> bool:
    return _BINDING.fullmatch(name) is not None and isinstance(keys, str) and 0 < len(keys) <= 120


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


PREFERENCES: dict[str, Check] = {
    "theme": _word,
    "ascii": _one_of("yes", "no"),
    "keymap": _keymap,
    "columns": _list_of(str, 30, 40, "names of columns"),
    "density": _one_of("compact", "comfortable"),
    "preview": _one_of("auto", "right", "below", "off"),
    "hints": _whole_number(0, 3),
    "undo_seconds": _whole_number(0, 120),
    "line": _one_of("auto", "ssh", "local"),
    "output": _one_of("diff", "plain"),
    "query_history": _list_of(str, 50, 500, "queries"),
    "views_order": _list_of(int, 200, 18, "numbers of views"),
    "recent": _list_of(int, 20, 18, "ticket numbers"),
}
"""Every setting by its key."""
