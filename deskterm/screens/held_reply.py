"""The reply sent last, as long as it can be taken back."""

import math
import time
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class HeldReply:
    """`sent`: what is said of it, without the full stop; `until`: on the monotonic clock, in seconds."""

    number: int
    sent: str
    until: float
    files: tuple[str, ...] = ()
    since: float = field(default_factory=time.monotonic)
    told: str = ""
    """What the status line was told last."""

    @property
    def left(self) -> int:
        """Whole seconds that it is still held."""
        return max(0, math.ceil(self.until - time.monotonic()))

    @property
    def words(self) -> str:
        """What to tell now."""
        return f"{self.sent}; u takes it back ({self.left} s)." if self.left else f"{self.sent}."
