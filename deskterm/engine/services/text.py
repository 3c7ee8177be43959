"""Text from outside made safe to show: what screens and the command line pass every string through."""

from deskterm.engine.domain.quotes import fold
from deskterm.engine.domain.text import one_line, visible

__all__ = ["fold", "one_line", "visible"]
