"""What an unaudited command's handler may do: change what is its actor's own, and keep the timetable.

Plain statements, without models: the first reading mark of a session must not load them. There is no way here to
change a ticket, so there is nothing to write down either.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deskterm.engine.domain.permissions import Actor
from deskterm.engine.door.actions import Action
from deskterm.engine.door.read_tx import ReadTx
from deskterm.engine.store import personal_sql, search_upkeep
from deskterm.engine.store.backend import Writer
from deskterm.engine.store.words_sql import Stamps

if TYPE_CHECKING:
    from deskterm.engine.door.desk import Desk


class PlainTx(ReadTx):
    """An open write transaction of one actor. Only the door builds one."""

    def __init__(self, desk: "Desk", writer: Writer, actor: Actor, action: Action, source: str, stamps: Stamps) -> None:
        super().__init__(desk, writer, actor, action.needs, stamps)
        self._writer = writer
        self.action = action.name
        self.source = source

    def finish(self) -> None:
        """Nothing is left to write down."""

    # One's own

    def mark_seen(self, number: int, message_id: int | None) -> None:
        """Remember that the actor has read the ticket up to a message, or up to its last one."""
        personal_sql.mark_seen(self._writer, self.actor.person_id, number, message_id)

    def keep_preference(self, key: str, value: str) -> None:
        """Keep a setting of the actor; an empty one is forgotten."""
        personal_sql.keep_preference(self._writer, self.actor.person_id, key, value)

    def keep_draft(self, number: int, kind: str, body: str, fields: Mapping[str, str], version: int | None) -> None:
        """Keep a text that the actor has begun; `number` 0 is a new ticket."""
        draft = personal_sql.Draft(number, kind, body, fields, version)
        personal_sql.keep_draft(self._writer, self.actor.person_id, draft, self.now)

    def forget_draft(self, number: int, kind: str) -> None:
        """Forget a text that the actor has begun, if there is one."""
        personal_sql.forget_draft(self._writer, self.actor.person_id, number, kind)

    def forget_sent_draft(self, number: int, kind: str) -> None:
        """Forget the draft of what is being sent from the screens; what a script sends leaves theirs alone."""
        if self.source.startswith("screen"):
            self.forget_draft(number, kind)

    def keep_presence(self, place: str, number: int, doing: str) -> None:
        """Note at which ticket one of the actor's programs is, and what is done there."""
        personal_sql.keep_presence(self._writer, self.actor.person_id, place, number, doing, self.now)

    def forget_presence(self, place: str) -> None:
        """Note that one of the actor's programs is at no ticket any more."""
        personal_sql.forget_presence(self._writer, self.actor.person_id, place, self.now)

    # The timetable

    def merge_search(self, pages: int, *, into_one: bool) -> bool:
        """Merge a few pages of the search indexes; whether there was anything to merge."""
        return search_upkeep.merge(self._writer, pages, into_one=into_one)

    def keep_lease(self, name: str, holder: str, epoch: int, expires_at: int) -> None:
        """Give a lease to a holder."""
        self._writer.execute(
            "INSERT INTO job_lease VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET holder = excluded.holder, "
            "epoch = excluded.epoch, expires_at = excluded.expires_at",
            (name, holder, epoch, expires_at),
        )

    def start_run(self, name: str, holder: str, epoch: int) -> int:
        """Write down that a job began; what a lost leader left running is abandoned, old runs are forgotten."""
        self._writer.execute(
            "UPDATE job_run SET outcome = 'abandoned', ended_at = ? "
            "WHERE name = ? AND outcome = 'running' AND (epoch BETWEEN 1 AND ? OR started_at < ?)",
            (self.now, name, epoch - 1, self.now - 24 * 3_600_000),
        )
        run = self._writer.execute(
            "INSERT INTO job_run (name, started_at, holder, epoch) VALUES (?, ?, ?, ?)", (name, self.now, holder, epoch)
        )
        self._writer.execute("DELETE FROM job_run WHERE name = ? AND id < ?", (name, run - 5000))
        return run

    def end_run(self, run: int, outcome: str, did: str) -> None:
        """Write down how a job ended."""
        self._writer.execute(
            "UPDATE job_run SET ended_at = ?, outcome = ?, did = ? WHERE id = ?", (self.now, outcome, did, run)
        )
