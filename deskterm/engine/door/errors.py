"""The errors that leave the door; see `domain.errors` for what each means."""

from deskterm.engine.domain.errors import (
    BadQuery,
    Busy,
    Conflict,
    Denied,
    DeskError,
    DeskMissing,
    DeskUnsafe,
    Invalid,
    LeaseLost,
    NotFound,
    Outdated,
    ReadOnly,
)

__all__ = [
    "BadQuery",
    "Busy",
    "Conflict",
    "Denied",
    "DeskError",
    "DeskMissing",
    "DeskUnsafe",
    "Invalid",
    "LeaseLost",
    "NotFound",
    "Outdated",
    "ReadOnly",
]
