"""A person's own settings: looks, keys, columns, and what the screens remember for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Permission
from deskterm.engine.door.actions import Command, Query, action

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.read_tx import ReadTx


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPreferences(Query[dict[str, str]]):
    """My own settings by key; those never set are absent."""


@action("preference.list", needs=Permission.READ)
def read_preferences(tx: "ReadTx", query: ReadPreferences) -> dict[str, str]:
    """As text, JSON where a setting has parts."""
    return tx.preferences()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPreference(Command[None]):
    """Keep a setting of my own; an empty value forgets it."""

    key: str
    value: str


@action("preference.set", needs=Permission.READ, audited=False, quiet=True)
def set_preference(tx: "PlainTx", command: SetPreference) -> None:
    """Checked by what stands in `domain/preferences.py`."""
    from deskterm.engine.domain.preferences import checked

    tx.keep_preference(command.key, checked(command.key, command.value))
