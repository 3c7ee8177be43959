"""Keys as people read them: the key line, the list behind `?`, and the palette."""

from dataclasses import dataclass

from textual.dom import DOMNode
from textual.screen import Screen

from deskterm.engine.services.rows import Actor, TicketRow
from deskterm.screens.ticket_actions import ACTIONS, refusal
from deskterm.screens.widgets.cells import cell_len
from deskterm.screens.widgets.inks import Part, Parts
from deskterm.screens.widgets.picker import Choice

_SHOWN = {
    "plus": "+",
    "full_stop": ".",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "asterisk": "*",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "up": "Up",
    "down": "Down",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "f1": "F1",
}


def shown_key(key: str) -> str:
    """A key as people write it: `plus` is `+`, `ctrl+d` stays."""
    return _SHOWN.get(key, key)


def key_line(width: int, *keys: tuple[str, str]) -> Parts:
    """As many `(key, label)` pairs as fit; the last one always stands, for it leads to the rest."""
    parts: list[Part] = []
    *first, last = keys
    left = width - _width(last)
    for pair in first:
        left -= _width(pair)
        if left < 0:
            break
        parts.extend(_pair(pair))
    return (*parts, *_pair(last))


def _pair(pair: tuple[str, str]) -> Parts:
    key, label = pair
    return (f" {key}", "key"), (f" {label} ", "plain")


def _width(pair: tuple[str, str]) -> int:
    return cell_len(pair[0]) + cell_len(pair[1]) + 3


@dataclass(slots=True)
class KeyHere:
    """What some keys do where the focus is: the action, of which part of the screen, and its words."""

    node: DOMNode
    action: str
    label: str
    summary: str
    names: list[str]

    @property
    def keys(self) -> str:
        """Letters before named keys: `j Down`."""
        return " ".join(sorted(self.names, key=len))


def bindings_here(screen: Screen[None]) -> list[KeyHere]:
    """The keys that work where the focus is, those of the focused part first, one entry per action."""
    found: dict[tuple[int, str], KeyHere] = {}
    for key, (node, binding, _, tooltip) in screen.active_bindings.items():
        if tooltip:
            fresh = KeyHere(node, binding.action, binding.description, tooltip, [])
            found.setdefault((id(node), binding.action), fresh).names.append(shown_key(key))
    return list(found.values())


def action_choices(screen: Screen[None], actor: Actor, ticket: TicketRow | None) -> list[Choice]:
    """The palette: actions on the ticket, with the reason where one is not allowed, then what the screen does."""
    on_ticket = [
        Choice(action.action, action.label, _hint(action.shown, action.summary), refusal(action, actor, ticket) or "")
        for action in ACTIONS
    ]
    done = {action.action for action in ACTIONS} | {"palette"}
    own = [
        Choice(found.action, found.label, _hint(found.keys, found.summary))
        for found in bindings_here(screen)
        if found.node is screen and found.action not in done
    ]
    colours = Choice("theme", "colours", _hint("", "Dark, light, high contrast, or the terminal's own"))
    return [*on_ticket, *own, colours]


def _hint(keys: str, summary: str) -> str:
    return f"{keys:<6} {summary}"
