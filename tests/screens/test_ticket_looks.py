"""How the ticket screen looks at 80×24, state by state."""

from collections.abc import Callable

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import ChangeTickets, NewAttachment, NoteTicket, ReplyTicket, TakeTicket
from tests.conftest import NOON, MovingClock, seat
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting
from tests.screens.files import write_into
from tests.screens.golden import looks_as

_MINUTE = 60_000

ASKED = """Hello,

the red printer on the third floor smokes whenever somebody prints more than ten pages at once, and then it stops.

Rosa
"""
ANSWERED = """It is the red one.

On Mon, 2 Mar 2026 at 12:05, Ann <ann@desk.example> wrote:
> Which printer is it?
> The red one or the blue one?
>
> Ann

-- \nRosa Customer
Accounts, room 3.14
"""


@pytest.fixture
def printer(admin: Seat, ann: Seat, opens: Opener, clock: MovingClock) -> int:
    """A ticket with question, reply, note, files, changes by people and by a rule."""
    number = opens("The printer smokes", ASKED, tags=("floor-3",))
    clock.move(hours=1)
    ann.do(TakeTicket(number=number))
    ann.do(ReplyTicket(number=number, body="Which printer is it?\nThe red one or the blue one?\n\nAnn"))
    clock.move(hours=2)
    ann.do(ChangeTickets(numbers=(number,), changes={"priority": "high", "status": "Waiting for requester"}))
    file = NewAttachment(name="smoke.png", media_type="image/png", content=b"x" * 3000)
    ann.do(NoteTicket(number=number, body="Third one this week, see the picture.", attachments=(file,)))
    clock.move(days=1)
    return number


Sets = Callable[..., None]


@pytest.fixture
def sets(desk: Desk) -> Sets:
    """Writes columns of a ticket past the door: what no command of today sets."""
    return lambda number, **columns: write_into(desk, number, **columns)


async def opened(person: Person, number: int, *keys: str) -> None:
    """Open the ticket, press keys, wait until all is drawn."""
    await person.opens(number)
    for key in keys:
        await person.press(key)
        await person.rests_or_asks()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("opened", ()),
        ("details", ("i",)),
        ("details_end", ("i", "G")),
        ("history", ("h",)),
        ("why", ("W",)),
        ("files", ("f",)),
        ("search_asked", ("/",)),
        ("search", ("/", "text:printer", "enter")),
        ("search_missed", ("/", "text:toaster", "enter")),
        ("changes", ("e",)),
    ],
)
async def test_states(ann: Seat, printer: int, name: str, keys: tuple[str, ...]) -> None:
    """What stands there after these keys."""
    async with sitting(ann, view=EVERYTHING) as person:
        await opened(person, printer, *keys)
        looks_as(person, f"ticket_{name}")


@pytest.mark.parametrize(("name", "keys"), [("folded", ()), ("unfolded", ("o",)), ("all_unfolded", ("O",))])
async def test_folding(ann: Seat, opens: Opener, name: str, keys: tuple[str, ...]) -> None:
    """Quotes and signatures, folded and not."""
    number = opens("The printer smokes", ANSWERED)
    async with sitting(ann, view=EVERYTHING) as person:
        await opened(person, number, *keys)
        looks_as(person, f"ticket_{name}")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("due", {"first_response_due": NOON + 43 * _MINUTE, "resolution_due": NOON + 300 * _MINUTE, "sla_state": 1}),
        ("paused", {"first_response_due": NOON + 43 * _MINUTE, "sla_state": 4}),
        ("overdue", {"first_response_at": NOON, "resolution_due": NOON - 119 * _MINUTE, "sla_state": 3}),
        ("merged", {"merged_into": 1001}),
        ("deleted", {"deleted_at": NOON}),
        ("snoozed", {"snoozed_until": NOON + 24 * 60 * _MINUTE}),
    ],
)
async def test_header(ann: Seat, opens: Opener, sets: Sets, name: str, columns: dict[str, int]) -> None:
    """What the lines above the thread say of clocks and of tickets that are not to be worked on."""
    opens("Another")
    number = opens("The printer smokes", "It smokes.")
    sets(number, **columns)
    async with sitting(ann, view=EVERYTHING) as person:
        await opened(person, number)
        looks_as(person, f"ticket_{name}")


async def test_read_only(admin: Seat, printer: int) -> None:
    """Who may only read is told so, and offered no key that is refused."""
    reader = seat(admin, "rea", Service_Desk="read")
    async with sitting(reader) as person:
        await opened(person, printer)
        looks_as(person, "ticket_read_only")


async def test_requester(admin: Seat, rita: Seat, printer: int, opens: Opener) -> None:
    """A requester sees neither notes nor what was changed."""
    number = opens("My phone", requester_email="rita@desk.example", requester_name="Rita")
    admin.do(NoteTicket(number=number, body="She drops it a lot."))
    admin.do(ChangeTickets(numbers=(number,), changes={"priority": "high"}))
    async with sitting(rita) as person:
        await opened(person, number)
        looks_as(person, "ticket_requester")


async def test_command_where_no_file_is_written(ann: Seat, printer: int) -> None:
    """Over SSH the command that fetches a file is shown."""
    from deskterm.screens.session import FileWays

    files = FileWays(reach=("ssh", "ann@10.0.0.1"), program=("deskterm", "--desk", "/srv/desk"))
    async with sitting(ann, view=EVERYTHING, files=files) as person:
        await opened(person, printer, "f", "enter")
        looks_as(person, "ticket_fetch")


async def test_gone(admin: Seat, bo: Seat, opens: Opener) -> None:
    """Of a ticket that one may no longer read nothing stays."""
    number = opens("Router", "Secret words", queue="Network")
    async with sitting(bo, view=EVERYTHING) as person:
        await opened(person, number)
        admin.do(ChangeTickets(numbers=(number,), changes={"queue": "Security"}))
        await person.sees("There is no ticket")
        await person.rests()
        looks_as(person, "ticket_gone")


async def test_new_below(ann: Seat, elsewhere: Seat, opens: Opener) -> None:
    """What came below what is read is counted."""
    number = opens("Printer", "first\n" * 30)
    async with sitting(ann, view=EVERYTHING) as person:
        await opened(person, number)
        elsewhere.do(NoteTicket(number=number, body="I am on it already."))
        await person.sees("new below")
        await person.rests()
        looks_as(person, "ticket_new_below")


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (120, 40)])
async def test_sizes(ann: Seat, printer: int, size: tuple[int, int]) -> None:
    """The header gives way on low terminals; the panel stands beside on wide ones."""
    async with sitting(ann, view=EVERYTHING, size=size) as person:
        await opened(person, printer)
        looks_as(person, f"ticket_{size[0]}x{size[1]}")


async def test_ascii(ann: Seat, printer: int) -> None:
    """The same with plain ASCII alone."""
    async with sitting(ann, view=EVERYTHING, ascii=True) as person:
        await opened(person, printer)
        looks_as(person, "ticket_ascii")
