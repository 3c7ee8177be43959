"""The first three things a newcomer does, told one after the other in a line that is gone when they are done."""

from collections.abc import Callable

from deskterm.engine.services.rows import Actor, Permission
from deskterm.screens.preferences import Preferences

OPEN, ANSWER, FIND = "open", "answer", "find"

_STEPS = (OPEN, ANSWER, FIND)


class FirstSteps:
    """How far somebody has come; what was done once is never told again."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._done: set[str] = set()

    @property
    def step(self) -> str:
        """What is to be tried now; nothing when all was."""
        count = self._count
        return _STEPS[count] if count < len(_STEPS) else ""

    @property
    def _count(self) -> int:
        return min(self._preferences.number("hints"), len(_STEPS))

    def do(self, step: str) -> str:
        """It was done, in its turn or before; what is to be kept of that, when another step is told now."""
        self._done.add(step)
        before = count = self._count
        while count < len(_STEPS) and _STEPS[count] in self._done:
            count += 1
        return self._preferences.take("hints", str(count)) if count != before else ""


def words_of(step: str, actor: Actor, key: Callable[[str], str]) -> str:
    """What to tell; `key` is the key of a binding as it is now."""
    if step == OPEN:
        return "1/3  Enter opens the ticket under the cursor, Esc leads back."
    if step == ANSWER:
        return f"2/3  {_answering(actor, key)}; {key('desk.keys')} lists every key."
    return f"3/3  {key('desk.filter')} finds tickets, 1-9 show views, {key('desk.palette')} finds any command."


def _answering(actor: Actor, key: Callable[[str], str]) -> str:
    if Permission.REPLY not in actor.permissions:
        return f"{key('ticket.copy_number')} copies the number"
    taking = f", {key('ticket.take')} makes it yours" if Permission.WORK in actor.permissions else ""
    return f"{key('ticket.reply')} answers the ticket{taking}"
