"""Keys as people read them: the key line, and the list of those that work where the focus is."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from deskterm.screens.keymap import Keymap, bindings_of, shown_key
from deskterm.screens.widgets.cells import cell_len
from deskterm.screens.widgets.inks import Part, Parts

ABOUT_KEYS = frozenset({"palette", "keys", "go"})
"""Actions that only lead to others."""


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
    refused: str = ""
    """Why it is not allowed now; empty when it is."""

    @property
    def keys(self) -> str:
        """Letters before named keys: `j Down`; digits in a row as `1-9`."""
        names = sorted(self.names, key=len)
        if len(names) > 2 and all(name.isdigit() for name in names):
            return f"{names[0]}-{names[-1]}"
        return " ".join(names)

    def run(self) -> None:
        """Do what the keys do, once the panel it was chosen from has closed."""
        self.node.call_later(self.node.app.run_action, self.action, self.node)


def bindings_here(screen: Screen[None], refusal: Callable[[str], str]) -> list[KeyHere]:
    """The keys that work where the focus is, those of the focused part first, one entry per action.

    `refusal` says of an action of the screen why it is not allowed, or nothing.
    """
    found: dict[tuple[int, str], KeyHere] = {}
    for key, (node, binding, _, tooltip) in screen.active_bindings.items():
        if tooltip:
            fresh = KeyHere(node, binding.action, binding.description, tooltip, [])
            found.setdefault((id(node), _subject(binding)), fresh).names.append(shown_key(key))
    for here in found.values():
        here.refused = refusal(here.action) if here.node is screen else ""
    return sorted(found.values(), key=lambda here: _place(screen, here))


def screen_keys(screen: Screen[None], keymap: Keymap, refusal: Callable[[str], str]) -> list[KeyHere]:
    """What the keys of a screen do when its lists have the focus, wherever the focus is now."""
    return [
        KeyHere(
            screen,
            binding.action,
            binding.description,
            binding.tooltip,
            [shown_key(key) for key in keymap.keys(binding)],
            refusal(binding.action),
        )
        for binding in bindings_of(type(screen)).values()
    ]


def _subject(binding: Binding) -> str:
    """What the binding is one of: `desk.view` of the nine that show a view."""
    return (binding.id or binding.action).rstrip("0123456789").rstrip("_")


def _place(screen: Screen[None], here: KeyHere) -> tuple[int, int]:
    """From the focus outwards, and in each part as it declares them; what leads to other keys last."""
    nodes = [*(screen.focused.ancestors_with_self if screen.focused else (screen,)), screen.app]
    actions = [binding.action for binding in bindings_of(type(here.node)).values()]
    is_about_keys = here.node is screen and here.action in ABOUT_KEYS
    return nodes.index(here.node), len(actions) if is_about_keys else actions.index(here.action)
