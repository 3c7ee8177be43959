"""Text made to hurt goes through every screen: nothing crashes, nothing of it is obeyed."""

import re

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.tickets import NewAttachment, NewTicket, NoteTicket
from deskterm.screens.widgets.cells import STEERING
from tests.screens.driver import Person, sitting
from tests.screens.hostile import NASTY, HostileSeat

_UNSEEN = re.compile(STEERING.pattern)


async def goes_everywhere(person: Person) -> None:
    """Through list, preview, query, pickers, help, palette, ticket, history, why and the panels."""
    for key in ("j", "space", "escape", "a", "escape", "s", "escape", "m", "escape", "+", "text:[/", "escape"):
        await person.press(key)
        await person.rests_or_asks()
        assert not _UNSEEN.search(person.text.replace("\n", ""))
    for key in (":", "text:[/", "escape", "?", "escape", "/", "text:[b", "escape", "c", "escape"):
        await person.press(key)
        await person.rests_or_asks()
    await person.press("enter")
    await person.until(lambda: person.screen is not person.desk)
    for key in ("o", "e", "h", "escape", "W", "escape", "R", "text:[/", "ctrl+d", "escape", "escape", "t", "x", "y"):
        await person.press(key)
        await person.rests_or_asks()
        assert not _UNSEEN.search(person.text.replace("\n", ""))


@pytest.mark.parametrize("start", [0, 7, 13])
@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_every_answer_is_hostile(admin: Seat, start: int, size: tuple[int, int]) -> None:
    """With every text of every answer replaced, all screens still work and draw nothing that steers."""
    file = NewAttachment(name="a.txt", media_type="text/plain", content=b"x")
    for subject in ("One", "Two", "Three"):
        number = admin.do(NewTicket(subject=subject, body="Body")).number
        admin.do(NoteTicket(number=number, body="Note", attachments=(file,)))
    async with sitting(HostileSeat(admin, start=start), size=size, view=6) as person:
        await goes_everywhere(person)


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()])
async def test_text_that_came_in_is_shown(admin: Seat, text: str) -> None:
    """A ticket with this subject, body and tag name in the real desk is listed and opened."""
    clean = text.encode("utf-8", "replace").decode()
    number = admin.do(NewTicket(subject=f"S {clean}", body=f"B {clean}")).number
    async with sitting(admin, view=6) as person:
        await person.sees(f"#{number}")
        await person.press("enter")
        await person.until(lambda: person.screen is not person.desk)
        await person.rests()
        assert not _UNSEEN.search(person.text.replace("\n", ""))


async def test_what_is_copied_is_harmless(admin: Seat) -> None:
    """The clipboard gets no steering characters, and opening a link copies it instead."""
    async with sitting(admin) as person:
        person.app.copy_to_clipboard("a\x1b]52;c;x\x07b")
        assert person.app.clipboard == "a\ufffd]52;c;x\ufffdb"
        person.app.open_url("https://x.example")
        assert person.app.clipboard == "https://x.example"
