"""Keys as people read them: the key line, the list behind `?`, and the palette."""

from textual.binding import ActiveBinding
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


def bindings_here(screen: Screen[None]) -> list[ActiveBinding]:
    """What the keys do where the focus is: those of the focused widget first, one entry per action."""
    found: dict[tuple[int, str], ActiveBinding] = {}
    for active in screen.active_bindings.values():
        if active.binding.tooltip:
            found.setdefault((id(active.node), active.binding.action), active)
    return list(found.values())


def key_choice(screen: Screen[None], index: int, active: ActiveBinding) -> Choice:
    """One line of the key list; its value is the index it came with."""
    keys = [
        shown_key(key)
        for key, other in screen.active_bindings.items()
        if other.binding.action == active.binding.action and other.node is active.node
    ]
    return Choice(str(index), " ".join(keys), active.binding.tooltip)


def action_choices(screen: Screen[None], actor: Actor, ticket: TicketRow | None) -> list[Choice]:
    """The palette: actions on the ticket with the reason where one is not allowed, then what the screen itself does."""
    on_ticket = [
        Choice(action.action, action.summary, action.shown, refusal(action, actor, ticket) or "") for action in ACTIONS
    ]
    done = {action.action for action in ACTIONS}
    own = [
        Choice(active.binding.action, active.binding.tooltip, shown_key(active.binding.key))
        for active in bindings_here(screen)
        if active.node is screen and active.binding.action not in done
    ]
    return [*on_ticket, *own]
