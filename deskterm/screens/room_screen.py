"""A room over the ticket list: a title, its own lines, and the way back."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from deskterm.screens.keyed_screen import KeyedScreen
from deskterm.screens.widgets.cells import one_line


class RoomScreen(KeyedScreen):
    """Subclasses compose a line `title`, an `overlay`, the lines `status` and `keys`, and what is theirs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="room.back", tooltip="One level back"),
        Binding("q", "close", "close", id="room.close", tooltip="Leave this room"),
    ]

    def show_title(self, words: str, right: str = "") -> None:
        """Name the room, or what is shown of it."""
        title = (f" {words} ", "title"), (f"{self.session.glyphs.dot} {one_line(self.session.seat.desk.name)}", "title")
        self.show_line("title", title, ((f"{right} ", "title"),) if right else ())

    def action_back(self) -> None:
        """One level back; a room with levels of its own says which."""
        self.action_close()

    def action_close(self) -> None:
        """Back to where one came from."""
        self.put_away()
        self.dismiss()
