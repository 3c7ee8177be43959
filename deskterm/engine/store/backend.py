"""What the door asks of a database, whichever it is."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Parameters = Sequence[Any]


class Reader(Protocol):
    """Rows as tuples, from one consistent moment."""

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""

    def row(self, sql: str, parameters: Parameters = ()) -> tuple[Any, ...] | None:
        """The first row, if any."""


class Writer(Reader, Protocol):
    """A write transaction: everything in it is committed together or not at all."""

    @property
    def connection(self) -> "Connection":
        """SQLAlchemy's view of this transaction."""

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; the number of the row it inserted, where it did."""

    def execute_many(self, sql: str, parameters: Sequence[Parameters]) -> None:
        """Run one statement for each tuple of parameters."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that is taken back alone when its block raises."""


class Backend(Protocol):
    """A desk's database."""

    def reading(self) -> AbstractContextManager[Reader]:
        """A short read transaction."""

    def writing(self, *, entities: bool = True) -> AbstractContextManager[Writer]:
        """A short write transaction. `entities`: whether SQLAlchemy's view of it may be asked for."""

    def data_version(self) -> int:
        """Changes whenever anybody else has committed."""

    def interrupt(self) -> None:
        """Stop a read that is running in another thread; it raises there."""

    def close(self) -> None:
        """Let go of every connection."""
