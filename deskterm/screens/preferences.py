"""One's own settings as the screens read them. What is kept is text; what makes no sense counts as never set."""

import json
from collections.abc import Mapping

from deskterm.engine.door.actions import Command
from deskterm.engine.door.errors import DeskError
from deskterm.screens.desk_thread import DeskThread, ScreenSeat

DEFAULTS: Mapping[str, str] = {
    "theme": "auto",
    "ascii": "auto",
    "density": "compact",
    "preview": "auto",
    "line": "auto",
    "output": "auto",
    "undo_seconds": "10",
    "hints": "0",
}
"""What holds where nothing was set, for the settings that are words or numbers."""

Value = str | list[int] | list[str] | Mapping[str, str]
"""Of a setting, before it is written as text."""


def stored(seat: ScreenSeat) -> dict[str, str]:
    """What the desk keeps for the person at this seat; nothing where it cannot be read: nobody is kept out by it."""
    try:
        return seat.settings()
    except DeskError:
        return {}


class Preferences:
    """The settings of the person at the screens: read at the start, changed here and in the desk together."""

    def __init__(self, kept: Mapping[str, str], thread: DeskThread) -> None:
        self._kept = dict(kept)
        self._thread = thread

    def word(self, key: str) -> str:
        """A setting that is a word, or its default."""
        return self._kept.get(key) or DEFAULTS.get(key, "")

    def number(self, key: str) -> int:
        """A setting that is a whole number, or its default."""
        kept = self.word(key)
        return int(kept if kept.isascii() and kept.isdecimal() and len(kept) < 10 else DEFAULTS[key])

    def numbers(self, key: str) -> list[int]:
        """A setting that is a list of whole numbers."""
        return [one for one in self._list(key) if type(one) is int]

    def words(self, key: str) -> list[str]:
        """A setting that is a list of words."""
        return [one for one in self._list(key) if isinstance(one, str)]

    def table(self, key: str) -> dict[str, str]:
        """A setting that gives words to words."""
        found = self._parsed(key)
        kept = found if isinstance(found, dict) else {}
        return {one: other for one, other in kept.items() if isinstance(other, str)}

    async def read(self) -> None:
        """Hear of what the same person has changed in another session."""
        from deskterm.engine.services.preferences import ReadPreferences

        kept: dict[str, str] = await self._thread.ask(ReadPreferences())
        self._kept = dict(kept)

    async def keep(self, key: str, value: Value) -> None:
        """Change a setting, here at once and in the desk; an empty one goes back to its default.

        Raises:
            DeskError: the desk did not take it; it holds for this session.
        """
        text = self.take(key, value)
        await self._thread.do(lambda: command(key, text))

    def take(self, key: str, value: Value) -> str:
        """Change a setting here alone; as what it is to be kept."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""
        self._kept[key] = text
        return text

    def _list(self, key: str) -> list[object]:
        found = self._parsed(key)
        return found if isinstance(found, list) else []

    def _parsed(self, key: str) -> object:
        try:
            return json.loads(self._kept.get(key) or "null")
        except (ValueError, RecursionError):
            return None


def command(key: str, value: str) -> Command[None]:
    """Keeps a setting in the desk; one that is as it comes is not kept."""
    from deskterm.engine.services.preferences import SetPreference

    return SetPreference(key=key, value="" if value == DEFAULTS.get(key) else value)
