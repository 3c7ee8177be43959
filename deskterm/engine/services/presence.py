"""Who else is at a ticket now, so that two do not answer at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import PresenceRow
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.model.enums import Level

if TYPE_CHECKING:
    from deskterm.engine.door.plain_tx import PlainTx
    from deskterm.engine.door.read_tx import ReadTx

DOING = ("reading", "replying", "noting")
LONGEST_PLACE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPresence(Query[tuple[PresenceRow, ...]]):
    """Colleagues at a ticket now, each once: whoever writes first, then whoever came first.

    `besides`: my own place; with it, another place of mine is listed too.
    """

    number: int
    besides: str = ""


@action("presence.list", needs=Permission.SEE_DESK)
def list_presence(tx: "ReadTx", query: ListPresence) -> tuple[PresenceRow, ...]:
    """For those who read the ticket's queue; on a ticket that is only mine, nobody is shown."""
    if tx.require_level(query.number, Permission.READ) < Level.READ:
        return ()
    return tx.presence(query.number, query.besides)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPresence(Command[None]):
    """Say at which ticket I am and what I do there; to be said again within 90 seconds.

    `place`: an id of the running program; `number`: None when it is at no ticket any more; `doing`: reading,
    replying or noting.
    """

    place: str
    number: int | None
    doing: str = "reading"


@action("presence.tell", needs=Permission.SEE_DESK, audited=False, quiet=True)
def tell_presence(tx: "PlainTx", command: TellPresence) -> None:
    """What has shown no sign of life for too long is swept out on the way."""
    if not 1 <= len(command.place) <= LONGEST_PLACE:
        raise Invalid(f"A place has a name of up to {LONGEST_PLACE} characters.")
    if command.doing not in DOING:
        raise Invalid(f"One is {', '.join(DOING)} at a ticket.")
    if command.number is None or tx.require_level(command.number, Permission.READ) < Level.READ:
        tx.forget_presence(command.place)
    else:
        tx.keep_presence(command.place, command.number, command.doing)
