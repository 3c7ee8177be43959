"""Taking and leaving the focus without a repaint: Textual repaints the whole widget, which here looks the same."""

from textual import events
from textual.widget import Widget


def take_focus(widget: Widget, event: events.Focus) -> None:
    """What a widget does when it gets the focus, but for the repaint."""
    event.prevent_default()
    widget.has_focus = True
    _tell_parent(widget, events.DescendantFocus(widget))


def leave_focus(widget: Widget, event: events.Blur) -> None:
    """What a widget does when it loses the focus, but for the repaint."""
    event.prevent_default()
    widget.has_focus = False
    _tell_parent(widget, events.DescendantBlur(widget))


def _tell_parent(widget: Widget, event: events.Event) -> None:
    if widget.parent is not None:
        widget.parent.post_message(event)
