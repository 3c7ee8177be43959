"""Attachments from the ticket screen: saved where this session may write files, else the command that fetches them."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from deskterm.engine.services.rows import AttachmentRow, MessageRow
from deskterm.engine.services.thread_reading import TicketThread
from deskterm.engine.services.ticket_reading import ReadAttachment
from deskterm.screens.fetching import fetch_command, name_for_desk
from deskterm.screens.session import Session
from deskterm.screens.widgets.ages import size
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.message_lines import Reading
from deskterm.screens.widgets.page import Line, Page, page_of
from deskterm.screens.widgets.picker import Choice
from deskterm.screens.widgets.side_lines import attachments


class Counter(Protocol):
    """The screen where attachments are asked for."""

    session: Session

    def reading(self) -> Reading:
        """How times and signs are drawn now."""

    def tell(self, text: str, ink: str = "plain") -> None:
        """Say something in the status line."""

    async def pick(self, title: str, choices: Sequence[Choice]) -> str | None:
        """One of several, or None."""

    async def ask_text(self, title: str, value: str = "") -> str | None:
        """A line of text, or None."""

    def show_command(self, page: Page, command: str) -> None:
        """Show how a file is fetched, in place of the thread."""


class TicketFiles:
    """Fetching the files of one ticket."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._session = counter.session

    async def fetch(self, read: TicketThread) -> None:
        """Choose one, then save it or tell how it is fetched."""
        files = attachments(read)
        if not files:
            self._counter.tell("There is no attachment.")
            return
        reading = self._counter.reading()
        hints = [_hint(file, by, reading) for file, by in files]
        choices = [Choice(str(at), one_line(file.name), hints[at]) for at, (file, _) in enumerate(files)]
        chosen = await self._counter.pick("Attachment", choices)
        if chosen is None:
            return
        file, number = files[int(chosen)][0], read.detail.ticket.number
        name = name_for_desk(file, [other for other, _ in files])
        if self._session.files.may_write:
            await self._save(number, file, name)
        else:
            self._show_command(number, file, name)

    async def _save(self, number: int, file: AttachmentRow, name: str) -> None:
        """Into a directory that is asked for; what is there already is never touched."""
        from deskterm.new_files import new_file_in

        place = await self._counter.ask_text("Save into", self._session.files.directory)
        if place is None or not place.strip():
            return
        found = await self._session.thread.ask(ReadAttachment(number=number, name=name))
        path = await asyncio.to_thread(partial(new_file_in, Path(place.strip()), file.name, found.content))
        self._session.files.directory = place.strip()
        self._counter.tell(f"Saved {path} ({size(len(found.content))}).", "good")

    def _show_command(self, number: int, file: AttachmentRow, name: str) -> None:
        command = fetch_command(self._session.files, number, name, file.name)
        facts = f"{one_line(file.name)} ({one_line(file.type)}, {size(file.bytes)})"
        page = page_of(
            [
                Line(((f" {facts}", "strong"),), wraps=False),
                Line(()),
                Line(((" This session writes no files. On your own machine, in a shell:", "plain"),)),
                Line(()),
                Line(((command, "accent"),), ((" ", "plain"),)),
                Line(()),
                Line(((" y copies the command, Esc goes back.", "dim"),)),
            ]
        )
        self._counter.show_command(page, command)


def _hint(file: AttachmentRow, by: MessageRow, reading: Reading) -> str:
    who = one_line(by.author or by.author_email)
    return f"{one_line(file.type)}, {size(file.bytes)}, {who}, {reading.time(by.at)}"
