"""One's own keys: which binding listens to which, what stays whatever was kept, and what no binding may have."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

LIFELINES: Mapping[str, tuple[str, ...]] = {
    "app.leave": ("ctrl+q",),
    "ask.cancel": ("escape",),
    "desk.keys": ("f1",),
    "desk.palette": ("ctrl+p",),
    "desk.back": ("escape",),
    "list.choose": ("enter",),
    "new.put_away": ("escape",),
    "picker.cancel": ("escape",),
    "query.leave": ("escape",),
    "room.back": ("escape",),
    "ticket.back": ("escape",),
    "ticket.follow": ("enter",),
    "write.put_away": ("escape",),
}
"""Keys that stay with their bindings, whatever a keymap says: the way out, and the way to the settings."""

_TAKEN = frozenset({"escape", "enter", "f1", "ctrl+p", "ctrl+q", "ctrl+c"})

_REASONS = {
    "ctrl+a": "it is the key of screen, and of tmux for many",
    "ctrl+b": "it is the key of tmux",
    "ctrl+s": "many terminals stop at it until Ctrl+Q",
    "ctrl+z": "it is the shell's own",
    "ctrl+j": "terminals send it for Enter",
    "ctrl+m": "terminals send it for Enter",
    "ctrl+h": "terminals send it for Backspace",
    "ctrl+i": "terminals send it for Tab",
    "ctrl+left_square_bracket": "terminals send it for Esc",
}
_MODIFIERS = {
    "alt": "Alt arrives as Esc and a letter over many lines",
    "super": "no terminal but a few sends it",
    "hyper": "no terminal but a few sends it",
    "meta": "no terminal but a few sends it",
}

_SHOWN = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "underscore": "_",
}


def shown_key(key: str) -> str:
    """A key as people write it: `plus` is `+`, `ctrl+d` is `Ctrl+D`."""
    *modifiers, last = key.split("+")
    name = _SHOWN.get(last) or _character(last) or last.title()
    if not modifiers:
        return name
    return "+".join((*(word.title() for word in modifiers), name.upper() if len(name) == 1 else name))


def _character(key: str) -> str:
    """What the key writes, if it writes something."""
    if key in _SHOWN:
        return _SHOWN[key] if len(_SHOWN[key]) == 1 else ""
    character = key if len(key) == 1 else key_to_character(key)
    return character if character and character.isprintable() else ""


def is_letter(key: str) -> bool:
    """Whether the key is one that writes something, so that a line of text would take it."""
    return bool(_character(key)) or key == "space"


def forbidden(key: str) -> str:
    """Why no binding may have this key; empty when one may."""
    modifiers = key.split("+")[:-1]
    if key in _TAKEN:
        return f"{shown_key(key)} stays what it is: it leads out, or to the settings"
    if key in _REASONS:
        return f"{shown_key(key)} cannot be used: {_REASONS[key]}"
    if "ctrl" in modifiers and "shift" in modifiers:
        return f"{shown_key(key)} cannot be used: most terminals send the same without Shift"
    reason = next((_MODIFIERS[word] for word in modifiers if word in _MODIFIERS), "")
    return f"{shown_key(key)} cannot be used: {reason}" if reason else ""


class Keymap:
    """The bindings that listen to other keys than they come with: ids and their keys, the first one shown first."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        """Take what was kept; what no binding may have is left out, and so is what is left empty by that."""
        cleaned = {name: _cleaned(name, keys) for name, keys in (kept or {}).items()}
        self.entries: Mapping[str, str] = {name: ",".join(keys) for name, keys in cleaned.items() if keys}

    def keys(self, binding: Binding) -> tuple[str, ...]:
        """The keys a binding listens to."""
        return _split(self.entries.get(binding.id or "") or binding.key)

    def renamed(self, shown: str, known: Sequence[Mapping[str, Binding]]) -> str:
        """A key as people write it, as the first of the bindings that comes with it has it now."""
        for bindings in known:
            for binding in bindings.values():
                if shown in map(shown_key, _split(binding.key)):
                    return shown_key(self.keys(binding)[0]) if binding.id in self.entries else shown
        return shown

    def having(self, name: str, keys: Iterable[str]) -> "Keymap":
        """This keymap with other keys for a binding; without any it goes back to its own."""
        return Keymap({**self.entries, name: ",".join(keys)})


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())


def _cleaned(name: str, keys: str) -> tuple[str, ...]:
    found = tuple(key for key in _split(keys) if not forbidden(key))
    return (*found, *LIFELINES.get(name, ())) if found else ()


@lru_cache(256)
def bindings_of(node: type[DOMNode]) -> Mapping[str, Binding]:
    """The bindings with an id that a kind of widget or screen has or inherits, by id."""
    found: dict[str, Binding] = {}
    for kind in reversed(node.__mro__):
        for binding in kind.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                found[binding.id] = binding
    return found
