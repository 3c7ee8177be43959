"""Before a public reply goes one sees who gets it."""

from deskterm.engine.door.seat import Seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services.intake import receive_mail
from deskterm.engine.services.people import ChangePerson
from tests.screens.conftest import EVERYTHING, Opener
from tests.screens.driver import sitting

_COPIED = ", ".join(f"tom{place}@c.example" for place in range(5))


async def test_copies_are_named_and_counted(admin: Seat, lea: Seat, reader: MailReader) -> None:
    """The heading names To and Cc and counts what does not fit; question and answer count the copies."""
    raw = f"From: eva@c.example\r\nCc: {_COPIED}\r\nSubject: Cable\r\nMessage-ID: <1@c.example>\r\n\r\nCut.\r\n"
    number = receive_mail(admin, raw.encode(), queue="Network", reader=reader).number
    assert number is not None
    async with sitting(lea, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("R")
        await person.sees("PUBLIC to eva@c.example and 5 in Cc: tom0@c.example, tom1@c.example, ")
        await person.press("text:On our way.", "ctrl+d")
        await person.sees("Send to eva@c.example and 5 in Cc? y,")
        await person.press("y")
        await person.sees("Reply to eva@c.example and 5 in Cc sent; u takes it back")


async def test_nobody_to_mail_to(admin: Seat, ann: Seat, opens: Opener) -> None:
    """A requester without an address is said to have none, and nothing is held."""
    number = opens("Printer", requester_email="walk.in@customer.example", requester_name="Walk In")
    admin.do(ChangePerson(who="walk.in@customer.example", changes={"active": "no"}))
    with admin.desk.backend.writing() as writer:
        writer.execute("UPDATE person SET email = '' WHERE name = 'Walk In'")
    async with sitting(ann, view=EVERYTHING) as person:
        await person.opens(number)
        await person.press("R")
        await person.sees("PUBLIC to Walk In without an address")
        await person.press("text:Come in.", "ctrl+d")
        await person.sees("Send to Walk In without an address? y")
        await person.press("y")
        await person.sees("sent.")
        assert "takes it back" not in person.text
