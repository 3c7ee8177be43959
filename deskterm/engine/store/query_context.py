"""Who asks, when and in whose words: what is visible to a query, and what its names mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from deskterm.engine.domain.permissions import Scope
from deskterm.engine.domain.query import QueryError, Text, Value
from deskterm.engine.model.enums import Category, MessageKind
from deskterm.engine.store.query_vocabulary import Vocabulary
from deskterm.engine.store.sql_pieces import TRUE, Sql, any_met, is_in

IS_REPLY: Final = f"m.kind = {MessageKind.REPLY.value}"
"""Whether message m may be read by everybody who may see its ticket."""


class Watch:
    """The moment of asking, in UTC milliseconds; it remembers whether a query had to look at it."""

    __slots__ = ("_now", "was_read")

    def __init__(self, now: int) -> None:
        self._now = now
        self.was_read = False

    def read(self) -> int:
        """The time."""
        self.was_read = True
        return self._now


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a query means something in: the time, `zone` an IANA name, `me` a person's id."""

    scope: Scope
    vocabulary: Vocabulary
    watch: Watch
    zone: str
    me: int | None

    @property
    def now(self) -> int:
        """The moment of asking, in UTC milliseconds."""
        return self.watch.read()

    @property
    def reads_no_queue(self) -> bool:
        """Whether only tickets of one's own and of one's organization are visible."""
        return not self.scope.everything and not self.scope.queue_ids

    def visible(self, ticket: str = "t") -> Sql:
        """Whether the ticket of this alias is in scope."""
        return TRUE if self.scope.everything else any_met([self.reads_queue(ticket), *self._owned(ticket)])

    def reads_queue(self, ticket: str = "t") -> Sql:
        """Whether its queue is, and so its notes are."""
        return TRUE if self.scope.everything else is_in(f"{ticket}.queue_id", self.scope.queue_ids)

    def reads_message(self) -> Sql:
        """Whether message m of ticket t may be read: replies with the ticket, notes and system lines with its queue."""
        if self.scope.everything:
            return TRUE
        return any_met([Sql(IS_REPLY), self.reads_queue()])

    def _owned(self, ticket: str) -> Iterator[Sql]:
        if self.scope.own:
            yield Sql(f"{ticket}.requester_id = ?", (self.scope.person_id,))
        if self.scope.organization_id is not None:
            yield Sql(f"{ticket}.organization_id = ?", (self.scope.organization_id,))

    def myself(self, value: Value) -> int:
        """The person that `me` means, or QueryError where nobody is logged in."""
        if self.me is None:
            raise QueryError("Nobody is logged in here: name the person instead.", *value.place)
        return self.me

    def found(self, what: str, names: Mapping[str, int], value: Value) -> int:
        """The id of a name of the vocabulary.

        Raises:
            QueryError: there is no such name; the sentence says which is near, or which there are.
        """
        assert isinstance(value, Text)
        wanted = value.text.casefold()
        for name, number in names.items():
            if name.casefold() == wanted:
                return number
        raise QueryError(no_such_name(what, value.text, list(names)), *value.place)

    def status_ids(self, value: Value) -> tuple[int, ...]:
        """The statuses of this name and those of the category of this name."""
        assert isinstance(value, Text)
        wanted = value.text.casefold()
        statuses = self.vocabulary.statuses
        ids = tuple(i for name, (i, category) in statuses.items() if wanted in (name.casefold(), category.label))
        if ids or wanted in (category.label for category in Category):
            return ids
        known = [*(category.label for category in Category), *statuses]
        raise QueryError(no_such_name("status", value.text, known), *value.place)


def no_such_name(what: str, wanted: str, known: list[str]) -> str:
    """The sentence of a refusal: which name is near, or which there are."""
    shown = wanted if len(wanted) <= 40 else wanted[:39] + "…"
    lower = {name.casefold(): name for name in known}
    near = get_close_matches(wanted.casefold(), list(lower), n=1)
    if near:
        return f'There is no {what} "{shown}". Did you mean "{lower[near[0]]}"?'
    some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f'There is no {what} "{shown}"; there is: {some or "none"}.'
