"""Who else is at the ticket: said in the title line within a second, and before a second reply is begun."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from textual import events

from deskterm.engine.services.rows import Permission, PresenceRow
from deskterm.screens.session import Session
from deskterm.screens.widgets.ages import span
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.inks import Part
from deskterm.screens.writing import WritingScreen

_SETTLE_SECONDS = 0.3
"""Who leafs through tickets is at none of them."""

_ASK_SECONDS = 15.0
"""Asked again after so long even if nothing was committed: a colleague who was killed says nothing."""

_DOING = {"replying": "is replying", "noting": "is writing a note", "reading": "reads this"}

_INKS = {"replying": "public-bar", "noting": "internal-bar", "reading": "title"}


class CompanyScreen(WritingScreen):
    """Tells that somebody is here, and shows who else is. Nothing is sent or painted while nothing changes."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._company: tuple[PresenceRow, ...] = ()
        self._attended = 0
        self._heard_commit: int | None = None
        self._heard_at = 0.0
        self._said: Part = ("", "title")

    @property
    def company(self) -> Part:
        """Who else is here, as it was said last."""
        return self._said

    def show_company(self) -> None:
        """Others are here than before, or do something else."""
        raise NotImplementedError

    def attend(self) -> None:
        """Be at the ticket shown, doing what is done, and see who else is there."""
        number = self.current.number if self.current is not None else 0
        if number != self._attended:
            self._attended, self._company, self._said = number, (), ("", "title")
        if Permission.SEE_DESK in self.session.actor.permissions:
            self.begin("presence", partial(self._attend, 0.0 if self.panel else _SETTLE_SECONDS))

    async def _attend(self, pause: float) -> None:
        await asyncio.sleep(pause)
        ticket, panel = self.current, self.panel
        if ticket is None or not self.is_current:
            self.session.presence.leave()
            return
        doing = {"reply": "replying", "note": "noting"}.get(panel.kind if panel else "", "reading")
        await self.session.presence.come(ticket.number, doing)
        self._heard_commit, self._heard_at = self.session.thread.commits(), time.monotonic()
        company = await self.session.presence.others(ticket.number)
        if self.current is not None and self.current.number == ticket.number:
            self._see(company)

    def _see(self, company: tuple[PresenceRow, ...]) -> None:
        """On a slow line how long they have been at it is said anew only when something else changes."""
        if company == self._company and self.session.over_ssh:
            return
        self._company = company
        said = _words(company, self.session.now(), self.session.actor.login)
        if said != self._said:
            self._said = said
            self.show_company()

    def part(self) -> None:
        """Be here no more."""
        self._attended = 0
        self.session.presence.leave()

    def on_screen_suspend(self) -> None:
        """And nobody is at this ticket."""
        super().on_screen_suspend()
        self.part()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Back at it."""
        super().on_screen_resume(event)
        self.attend()

    def look(self) -> None:
        """And who else is here, when anything was committed, and now and then when nothing was."""
        super().look()
        if self.is_current and Permission.SEE_DESK in self.session.actor.permissions and self._is_time:
            self.begin("presence", partial(self._attend, 0.0))

    @property
    def _is_time(self) -> bool:
        commits = self.session.thread.commits()
        if commits is None:
            return False
        is_late = time.monotonic() - self._heard_at >= _ASK_SECONDS
        return commits != self._heard_commit or is_late or self.session.presence.is_due

    async def start_writing(self, kind: str) -> None:
        """Say first when somebody else is replying."""
        if kind == "reply" and self.panel is None and not await self._replies_beside_others():
            return
        await super().start_writing(kind)
        self.attend()

    async def _replies_beside_others(self) -> bool:
        ticket = self.current
        if ticket is None or Permission.SEE_DESK not in self.session.actor.permissions:
            return True
        company = await self.session.presence.others(ticket.number)
        me = self.session.actor.login
        replying = [row for row in company if row.doing == "replying" and row.login != me]
        if not replying:
            return True
        words, _ = _words(replying, self.session.now(), me)
        return await self.confirm(f"{words.strip()}. Write a reply too? y/n")

    def close_writing(self) -> None:
        """Only read from now on."""
        was_writing = self.panel is not None
        super().close_writing()
        if was_writing:
            self.attend()


def _words(company: Sequence[PresenceRow], now: datetime, me: str) -> Part:
    """`bo is replying, 2 min; lea reads this`: whoever writes first."""
    if not company:
        return "", "title"
    said = "; ".join(_one(row, now, me) for row in company)
    return f" {said} ", _INKS.get(company[0].doing, "title")


def _one(row: PresenceRow, now: datetime, me: str) -> str:
    who = "your other session" if row.login == me else one_line(row.login or row.name)
    return f"{who} {_DOING.get(row.doing, one_line(row.doing))}{_since((now - row.since).total_seconds())}"


def _since(seconds: float) -> str:
    if seconds < 60:
        return ""
    return f", {int(seconds // 60)} min" if seconds < 3600 else f", {span(seconds)}"
