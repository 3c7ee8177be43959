"""The demo desk: the demo mailbox through the real intake and rules, worked on by the demo people.

Every step happens at its own time, so that history, ages and reports look as if two weeks had passed.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.threads import our_message_id
from deskterm.engine.door.desk import Clock, Desk
from deskterm.engine.door.seat import Seat, seat_for_login, system_seat
from deskterm.engine.formats.mail_process import MailReader
from deskterm.engine.services.desk_setup import DeskPlan, create_desk, read_starter
from deskterm.engine.services.intake import receive_mail
from deskterm.engine.services.outgoing import subject_tag
from deskterm.engine.services.people import AddOrganization, AddPerson, ChangeOrganization
from deskterm.engine.services.rows import MessageKind
from deskterm.engine.services.ticket_lists import CountTickets
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import (
    AssignTicket,
    ChangeTickets,
    NoteTicket,
    ReleaseTicket,
    ReplyTicket,
    TakeTicket,
)

Progress = Callable[[int, int], None]

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000}


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What demo desk to make. `tickets`: generate more until there are so many; 0 for the mailbox alone."""

    root: Path
    starter: Path
    mailbox: Path
    os_login: str
    tickets: int = 0
    seed: int = 1


class _SteppingClock:
    """A clock that stands where the story is."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


def fill_demo(plan: DemoPlan, clock: Clock, progress: Progress) -> None:
    """Make and fill a demo desk in a directory that has none.

    Raises:
        Conflict: there is a desk already.
    """
    story = tomllib.loads((plan.mailbox / "timeline.toml").read_text(encoding="utf-8"))
    end = clock()
    steps = [(end - age(step["age"]), step) for step in story["step"]]
    stepping = _SteppingClock(min(at for at, _ in steps) - _UNITS["d"])
    desk = create_desk(plan.root, _desk_plan(plan, story), stepping)
    try:
        with MailReader() as reader:
            telling = _Telling(desk, plan.mailbox, reader)
            telling.seat_people(story)
            mails = sum("mail" in step for _, step in steps)
            _generate(desk, plan.tickets - mails, plan.seed, stepping.at, progress)
            for number, (at, step) in enumerate(steps, 1):
                stepping.at = at
                telling.tell(step)
                progress(number, len(steps))
        _generate(desk, plan.tickets - _tickets(desk), plan.seed + 1, stepping.at - 15 * _UNITS["d"], progress)
    finally:
        desk.close()


def _generate(desk: Desk, count: int, seed: int, until: int, progress: Progress) -> None:
    """Add generated tickets that are older than the story."""
    if count > 0:
        from deskterm.engine.services.generation import generate_history
        from deskterm.engine.services.upkeep import tidy

        generate_history(desk, count, seed, until, progress)
        tidy(system_seat(desk, "demo"), into_one=True)


def _tickets(desk: Desk) -> int:
    return system_seat(desk, "demo").ask(CountTickets(at_most=1 << 40)).n


def _desk_plan(plan: DemoPlan, story: Mapping[str, Any]) -> DeskPlan:
    admin = next(person for person in story["person"] if person["role"] == "admin")
    return DeskPlan(
        admin_email=admin["email"],
        admin_login=admin["login"],
        admin_name=admin["name"],
        os_login=plan.os_login,
        name=story.get("name", "Brightwater IT"),
        starter=read_starter(plan.starter),
    )


def age(text: str) -> int:
    """An age like `13d4h20m` in milliseconds.

    Raises:
        Invalid: it is none.
    """
    total, digits = 0, ""
    for character in text:
        if character.isdigit():
            digits += character
        elif character in _UNITS and digits:
            total += int(digits) * _UNITS[character]
            digits = ""
        else:
            raise Invalid(f'"{text}" is not an age like 13d4h20m.')
    return total


class _Telling:
    """Plays the timeline: mails come in as mails, people act through their own seats."""

    def __init__(self, desk: Desk, mailbox: Path, reader: MailReader) -> None:
        self._desk = desk
        self._mails = mailbox / "mails"
        self._reader = reader
        self._seats: dict[str, Seat] = {}
        self._numbers: dict[str, int] = {}

    def seat_people(self, story: Mapping[str, Any]) -> None:
        """Make the accounts and organizations of the story."""
        admin = next(person["login"] for person in story["person"] if person["role"] == "admin")
        seat = self._seat(admin)
        for one in story.get("organization", ()):
            seat.do(AddOrganization(name=one["name"], domains=tuple(one.get("domains", ()))))
            if one.get("shared"):
                seat.do(ChangeOrganization(name=one["name"], changes={"shared": "yes"}))
        for person in story["person"]:
            if person["login"] != admin:
                seat.do(
                    AddPerson(
                        login=person["login"],
                        email=person["email"],
                        name=person["name"],
                        role=person["role"],
                        levels=dict(person.get("queues", {})),
                    )
                )

    def tell(self, step: Mapping[str, Any]) -> None:
        """One step: a mail comes in, or somebody does something."""
        if "mail" in step:
            self._receive(step["mail"], step.get("on", ""))
        else:
            self._act(step)

    def _seat(self, login: str) -> Seat:
        if login not in self._seats:
            self._seats[login] = seat_for_login(self._desk, login, "demo")
        return self._seats[login]

    def _receive(self, name: str, answers: str) -> None:
        raw = (self._mails / name).read_bytes().replace(b"@DATE@", _rfc_date(self._desk.now()))
        if answers:
            raw = self._with_thread(self._numbers[answers], raw)
        outcome = receive_mail(self._seat("admin"), raw, queue=None, reader=self._reader)
        if outcome.number is not None:
            self._numbers[name] = outcome.number

    def _with_thread(self, number: int, raw: bytes) -> bytes:
        """Put the ticket's tag and the Message-ID of our last reply in place of the placeholders."""
        settings = self._desk.settings
        thread = self._seat("admin").ask(ShowTicket(number=number)).messages
        replies = [message for message in thread if message.kind is MessageKind.REPLY and not message.inbound]
        last = replies[-1].id if replies else 0
        reply_id = f"<{our_message_id(self._desk.key, number, last, settings.mail_domain).strip('<>')}>"
        raw = raw.replace(b"@TAG@", subject_tag(settings.prefix, number).encode())
        return raw.replace(b"@REPLY-ID@", reply_id.encode())

    def _act(self, step: Mapping[str, Any]) -> None:
        seat, number = self._seat(step["by"]), self._numbers[step["on"]]
        changes = {key: str(value) for key, value in step.get("set", {}).items()}
        kind = step["do"]
        if kind == "reply":
            seat.do(ReplyTicket(number=number, body=step["text"]))
        elif kind == "note":
            seat.do(NoteTicket(number=number, body=step["text"]))
        elif kind == "take":
            seat.do(TakeTicket(number=number))
        elif kind == "release":
            seat.do(ReleaseTicket(number=number))
        elif kind == "assign":
            seat.do(AssignTicket(number=number, to=step["to"]))
        tags = tuple(step.get("tags", ()))
        if changes or tags:
            seat.do(ChangeTickets(numbers=(number,), changes=changes, add_tags=tags))


def _rfc_date(at: int) -> bytes:
    return format_datetime(datetime.fromtimestamp(at // 1000, UTC)).encode()
