"""What can go wrong, as sentences a person can act on.

Every error carries the exit code the command line promises: 1 refused or not found, 75 try again.
"""


class DeskError(Exception):
    """The root of the tree; `str(error)` is one clear sentence."""

    exit_code = 1


class Denied(DeskError):
    """The actor may not do this; the sentence says which right is missing."""


class NotFound(DeskError):
    """No such thing, or none that the actor may see: both read the same."""


class Conflict(DeskError):
    """Something changed since the command was composed, or the change contradicts what is there."""


class Outdated(Conflict):
    """A ticket changed since the command was composed; `version` is the one it has now."""

    def __init__(self, sentence: str, number: int, version: int) -> None:
        super().__init__(sentence)
        self.number = number
        self.version = version


class Invalid(DeskError):
    """The request cannot be understood or is out of range."""


class BadQuery(Invalid):
    """A query that does not parse; `start` and `end` are character offsets of the offending word."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start = start
        self.end = end


class Busy(DeskError):
    """The desk could not be written in time; trying again is right."""

    exit_code = 75


class ReadOnly(DeskError):
    """The desk cannot be written now (file system, permissions, disk full)."""

    exit_code = 75


class DeskMissing(DeskError):
    """There is no desk at this place, or it is unreadable."""


class DeskUnsafe(DeskError):
    """Refusing to open: wrong SQLite, network file system, newer schema."""


class LeaseLost(DeskError):
    """A job's process is no longer the leader; its work was rolled back."""
