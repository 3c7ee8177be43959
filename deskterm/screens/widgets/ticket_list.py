"""The list of tickets: a virtual list in which hits can be gone to."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from deskterm.screens.widgets.virtual_list import VirtualList


class TicketList(VirtualList):
    """While something is looked for (`has_hits`), `N` is the hit before; else it is left to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "hit(1)", "next hit", id="list.next_hit", tooltip="Next hit of f, or the next unread ticket"),
        Binding("N", "hit_before", "hit before", id="list.hit_before", tooltip="Go to the hit before"),
    ]

    class HitWanted(Message):
        """Another hit is to be gone to: the next one, or with -1 the one before."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    has_hits = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The hit before is there to go to only while something is looked for."""
        return action != "hit_before" or self.has_hits

    def action_hit(self, by: int) -> None:
        """Go to another hit."""
        self.post_message(self.HitWanted(by))

    def action_hit_before(self) -> None:
        """Go to the hit before."""
        self.action_hit(-1)
