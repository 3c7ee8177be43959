"""The least that a Textual program can be: what the start of deskterm is held against."""

from textual.app import App, ComposeResult
from textual.widgets import Static

READY = "ready"


class EmptyApp(App[None]):
    """One line of text."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static(READY)


if __name__ == "__main__":
    EmptyApp().run()
