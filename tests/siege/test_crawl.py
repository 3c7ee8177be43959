"""Every screen, panel and dialog with nothing but hostile text in it: it works, fits, and nothing of it is obeyed."""

import asyncio

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewAttachment, NewTicket, NoteTicket
from tests.screens.conftest import EVERYTHING
from tests.screens.driver import Person, sitting
from tests.screens.hostile import HostileSeat
from tests.siege.corpus import TEXTS
from tests.siege.crawler import WAYS, Crawler, Way, every_screen, every_widget
from tests.siege.sight import looks_right

HALFWAY = len(TEXTS) // 2

_ELSEWHERE = {"ChangesPanel"}
"""Widgets that no key alone brings up: they take somebody else's change. Tests of their own show them."""


@pytest.fixture
def filled(admin: Seat) -> Seat:
    """A desk of thirty tickets with a note and a file each."""
    file = NewAttachment(name="a.txt", media_type="text/plain", content=b"x")
    for place in range(30):
        number = admin.do(NewTicket(subject=f"Thing {place}", body="Body", tags=("one", "two"))).number
        admin.do(NoteTicket(number=number, body="Note", attachments=(file,)))
    return admin


def look_away(person: Person) -> None:
    """Whatever stands there."""


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_every_text_is_hostile(filled: Seat, way: Way) -> None:
    """With every text of every answer replaced, all keys still work, lines fit and nothing on them steers."""
    async with sitting(HostileSeat(filled), view=EVERYTHING) as person:
        await Crawler(person, looks_right).crawl(way)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_ascii_stays_ascii(filled: Seat, way: Way) -> None:
    """A terminal that reads no UTF-8 gets none, whatever the data is."""
    async with sitting(HostileSeat(filled, start=HALFWAY), view=EVERYTHING, ascii=True, size=(110, 30)) as person:
        await Crawler(person, looks_right).crawl(way)


async def test_nothing_is_left_out(filled: Seat) -> None:
    """The crawlers reach every screen and every widget: a new screen takes one line in `WAYS`, a room none."""
    async with sitting(filled, view=EVERYTHING, size=(130, 40)) as person:
        crawler = Crawler(person, look_away, pokes=())
        for way in WAYS:
            await crawler.crawl(way)
    assert every_screen() <= crawler.seen
    assert every_widget() - _ELSEWHERE <= crawler.seen


async def test_changes_by_others(filled: Seat, elsewhere: Seat) -> None:
    """What somebody else did meanwhile, with hostile texts in it, is shown before one's own is laid over it."""
    number = 1030
    async with sitting(HostileSeat(filled), view=EVERYTHING) as person:
        crawler = Crawler(person, looks_right)
        await crawler.step("enter")
        await crawler.step("N")
        await crawler.step("x")
        elsewhere.do(NoteTicket(number=number, body="Wait"))
        await crawler.step("ctrl+d")
        assert "ChangesPanel" in crawler.seen
        await crawler.leave()


async def test_completions(filled: Seat) -> None:
    """What completes a query, hostile as the values are, fits and can be taken."""
    async with sitting(HostileSeat(filled), view=EVERYTHING) as person:
        crawler = Crawler(person, looks_right)
        for field in ("queue", "tag", "assignee", "status"):
            for key in ("/", "ctrl+u", *f"{field}:", "down", "tab", "escape", "escape"):
                await crawler.step(key)
        await crawler.leave()
    assert crawler.proposed


async def test_what_is_copied_is_harmless(admin: Seat) -> None:
    """The clipboard gets no steering characters, and opening a link copies it instead."""
    async with sitting(admin) as person:
        person.app.copy_to_clipboard("a\x1b]52;c;x\x07b")
        assert person.app.clipboard == "a\ufffd]52;c;x\ufffdb"
        person.app.open_url("https://x.example")
        assert person.app.clipboard == "https://x.example"


async def test_words_of_the_status_line(admin: Seat) -> None:
    """Every text as a message in the status line."""
    async with sitting(admin) as person:
        for text in TEXTS:
            person.screen.tell(text, "error")
            await person.settles()
            looks_right(person)


async def test_questions(admin: Seat) -> None:
    """Texts of each kind as a question, which Esc answers."""
    async with sitting(admin) as person:
        for text in TEXTS[::5]:
            asked = asyncio.create_task(person.screen.status.ask(text, "yn", ready=lambda: None))
            await person.until(lambda: person.screen.status.is_asking)
            await person.settles()
            looks_right(person)
            await person.strike("escape")
            assert await asked == ""
