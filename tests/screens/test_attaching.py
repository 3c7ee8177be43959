"""Files of this machine go with a reply or a note, where the session may read them."""

import os
from pathlib import Path

import pytest

from deskterm.engine.door.seat import Seat
from deskterm.engine.services.rows import MessageRow
from deskterm.engine.services.ticket_reading import ReadAttachment, ShowTicket
from deskterm.screens.machine import Machine
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import Person, sitting

HERE = Machine(refusal="")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory with files of every kind."""
    place = tmp_path / "home"
    (place / "papers").mkdir(parents=True)
    (place / "papers" / "offer.pdf").write_bytes(b"%PDF offer")
    (place / "plan.png").write_bytes(b"png")
    (place / "re: [/").write_bytes(b"x")
    (place / "\x1b]0;evil\x07").write_bytes(b"x")
    os.mkfifo(place / "pipe")
    (place / "huge.iso").touch()
    os.truncate(place / "huge.iso", 26 * 1024 * 1024)
    return place


async def writing(person: Person, home: Path, key: str = "R") -> None:
    """Begin to write, with the files at hand."""
    person.app.session.files.directory = str(home)
    await person.press(key)
    await person.until(lambda: person.screen is not person.desk and person.ticket.panel is not None, "the panel")


def last(seat: Seat, number: int) -> MessageRow:
    """The newest message."""
    return seat.ask(ShowTicket(number=number)).messages[-1]


async def test_chosen_by_name_and_sent(ann: Seat, opens: Opener, home: Path) -> None:
    """Letters find a directory and a file in it; the heading names it, and it goes with the reply."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home)
        await person.press("text:Here it is.", "ctrl+o")
        await person.sees("Attach from", "papers/", "plan.png", "../")
        await person.press("text:papers", "enter")
        await person.sees("offer.pdf")
        await person.press("text:offer", "enter")
        await person.sees("PUBLIC to rosa@customer.example", " + offer.pdf")
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.until(lambda: person.ticket.panel is None, "the sending")
        await person.sees("offer.pdf (application/pdf, 10 B)")
        await person.rests()
    assert [file.name for file in last(ann, number).attachments] == ["offer.pdf"]
    assert ann.ask(ReadAttachment(number=number, name="offer.pdf")).content == b"%PDF offer"


async def test_typed_path_kept_with_the_draft_and_taken_off(ann: Seat, again: Seat, opens: Opener, home: Path) -> None:
    """A whole path can be typed; the draft keeps it; it can be taken off again."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home, "N")
        await person.press("text:See", "ctrl+o")
        await person.sees("Attach from")
        await person.press(f"text:{home}/plan.png", "enter")
        await person.sees("+ plan.png")
        await person.press("escape")
        await person.sees("Draft kept")
    async with sitting(again, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home, "N")
        await person.sees("INTERNAL note: only agents read this", " + plan.png")
        await person.press("ctrl+o")
        await person.sees("take off plan.png")
        await person.press("text:take", "enter")
        await person.sees_no("+ plan.png")
        await person.press("ctrl+d")
        await person.sees("Note added")
        await person.rests()
    assert last(ann, number).attachments == ()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pipe", "is no file that can be attached"),
        ("huge.iso", "is larger than 25.0 MB"),
        ("none.txt", "cannot be read: no such file"),
    ],
)
async def test_what_cannot_be_attached(ann: Seat, opens: Opener, home: Path, path: str, words: str) -> None:
    """One sentence, and one goes on writing; a pipe does not hold the session up."""
    opens("Printer")
    async with sitting(ann, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home)
        await person.press("text:x", "ctrl+o")
        await person.sees("Attach from")
        person.screen.query_one("#picker-filter").value = f"{home}/{path}"  # type: ignore[attr-defined]
        await person.pilot.pause()
        await person.press("enter")
        await person.until(lambda: words in person.ticket.status.message)
        assert person.ticket.panel is not None and person.ticket.panel.text == "x"


async def test_gone_before_it_was_sent(ann: Seat, opens: Opener, home: Path) -> None:
    """A file that is no longer there when the reply goes keeps it from going."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home)
        await person.press("text:Here", "ctrl+o")
        await person.sees("Attach from")
        await person.press("text:plan", "enter")
        await person.sees("+ plan.png")
        (home / "plan.png").unlink()
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.until(lambda: "cannot be read" in person.ticket.status.message)
        await person.rests()
        assert person.ticket.panel is not None and person.ticket.panel.text == "Here"
    assert last(ann, number).body == "Please help."


async def test_taken_back_with_its_files(again: Seat, ann: Seat, opens: Opener, home: Path) -> None:
    """A reply taken back has its files again."""
    number = opens("Printer")
    async with sitting(again, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home)
        await person.press("text:Here", "ctrl+o")
        await person.sees("Attach from")
        await person.press("text:plan", "enter")
        await person.sees("+ plan.png")
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.until(lambda: person.ticket.panel is None, "the sending")
        await person.press("u")
        await person.sees("+ plan.png", "Here")
        await person.rests()
        assert person.app.session.drafts.other((number, "reply")) is None
    assert last(ann, number).body == "Please help."


async def test_never_where_files_are_not_read(ann: Seat, opens: Opener, home: Path) -> None:
    """Over SSH the desk's machine stays closed: no file is offered, and none of an older draft is sent."""
    number = opens("Printer")
    async with sitting(ann, view=EVERYTHING, machine=HERE) as person:
        await writing(person, home)
        await person.press("text:Here", "ctrl+o")
        await person.sees("Attach from")
        await person.press("text:plan", "enter")
        await person.sees("+ plan.png")
        await person.press("escape")
        await person.sees("Draft kept")
    async with sitting(ann, view=EVERYTHING, machine=Machine(refusal="No file is read here.")) as person:
        await writing(person, home)
        await person.press("ctrl+d")
        await person.sees("Send to")
        await person.press("y")
        await person.sees("No file is read here. Ctrl+O takes the attached files off.")
        await person.rests()
        assert last(ann, number).body == "Please help."
        await person.press("ctrl+o")
        await person.sees_no("+ plan.png")
        assert "Attach from" not in person.text
