"""Fixed vocabularies of the desk. Importing this module costs nothing: no table is loaded."""

from enum import IntEnum, StrEnum


class Category(IntEnum):
    """The fixed categories a desk's own statuses live in (SEMANTICS: tickets)."""

    NEW = 1
    OPEN = 2
    PENDING = 3
    RESOLVED = 4
    CLOSED = 5
    MERGED = 6

    @property
    def label(self) -> str:
        """The word used in queries and JSON, e.g. `open`."""
        return self.name.lower()

    @property
    def is_open(self) -> bool:
        """Whether a ticket in this category still needs work."""
        return self <= Category.PENDING


class Priority(IntEnum):
    """How soon; higher is sooner."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4

    @property
    def label(self) -> str:
        """The word used in queries and JSON, e.g. `urgent`."""
        return self.name.lower()


class MessageKind(IntEnum):
    """Who may read a message: replies are public, notes are for agents, system lines are the desk's own."""

    REPLY = 1
    NOTE = 2
    SYSTEM = 3

    @property
    def label(self) -> str:
        """The word used in JSON, e.g. `note`."""
        return self.name.lower()


class SlaState(IntEnum):
    """Where a ticket stands against its SLA policy."""

    NONE = 0
    OK = 1
    AT_RISK = 2
    BREACHED = 3
    PAUSED = 4
    MET = 5

    @property
    def label(self) -> str:
        """The word used in queries and JSON, e.g. `at_risk`."""
        return self.name.lower()


class MailState(StrEnum):
    """What became of a raw mail after it was stored."""

    RECEIVED = "received"
    CREATED = "created"
    APPENDED = "appended"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"


class Level(IntEnum):
    """What a person may do in one queue; OWN is a requester with a ticket of their own."""

    NONE = 0
    OWN = 1
    READ = 2
    WORK = 3
    FULL = 4

    @property
    def label(self) -> str:
        """The word used on the command line, e.g. `work`."""
        return self.name.lower()
