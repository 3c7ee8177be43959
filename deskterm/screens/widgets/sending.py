"""What a panel that is written in says when the writer is done; light, so that screens need not load the panels."""

from textual.message import Message


class SendWanted(Message):
    """What was written is to be sent."""


class PutAway(Message):
    """What was written is to be kept, and the panel closed."""


class Written(Message):
    """Something was typed that is not saved yet."""


class EditorWanted(Message):
    """The text is to be gone on with in the writer's own editor."""


class FileWanted(Message):
    """A file is to go with the text, or not any more."""
