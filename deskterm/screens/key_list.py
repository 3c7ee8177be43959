"""Keys as people read them: the key line, and the list of those that work where the focus is."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.dom import DOMNode
from textual.screen import Screen

from deskterm.screens.keymap import shown_key
from deskterm.screens.widgets.cells import cell_len
from deskterm.screens.widgets.inks import Part, Parts


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
        """Letters before named keys: `j Down`."""
        return " ".join(sorted(self.names, key=len))

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
            found.setdefault((id(node), binding.action), fresh).names.append(shown_key(key))
    for here in found.values():
        here.refused = refusal(here.action) if here.node is screen else ""
    return list(found.values())
