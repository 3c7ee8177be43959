"""Every action of the desk as one page, for docs/actions.md and for whoever writes a script."""

import importlib
import pkgutil

from deskterm.engine import services
from deskterm.engine.door.actions import Action, registered_actions

_HEAD = """# Actions

Everything anyone does to the desk is one of these. A query looks at it; a command changes it and is audited, unless
what it changes is one's own (reading marks, drafts, settings, where one is at work) or the timetable.
`needs` is the permission that a role must have; read, reply, work and full also depend on the ticket's queue.

| action | kind | needs | what it does |
|---|---|---|---|
"""


def all_actions() -> list[Action]:
    """The actions of every service module, by name."""
    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"{services.__name__}.{module.name}")
    return [found for found in registered_actions() if found.request.__module__.startswith(services.__name__)]


def actions_page() -> str:
    """docs/actions.md as it must be."""
    return _HEAD + "".join(_line(found) for found in all_actions())


def _line(found: Action) -> str:
    kind = "query" if not found.changes else "command" if found.audited else "command, not audited"
    return f"| `{found.name}` | {kind} | {found.needs} | {found.summary} |\n"
