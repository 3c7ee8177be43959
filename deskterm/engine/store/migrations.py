"""Numbered, append-only steps from an empty file to today's schema.

Each step runs in one transaction and copies nothing from `model`; a test compares the outcome with the models.
`PRAGMA user_version` holds the number of the last step, so that a reader can tell a newer desk from its own
without loading anything.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 4
"""The step this program knows as the newest."""


def migrate(database: "Database") -> None:
    """Bring a desk's file up to today's schema, step by step, each in a transaction of its own."""
    from sqlite_utils import Migrations

    from deskterm.engine.store import schema_1, schema_2, schema_3, schema_4

    steps = Migrations("deskterm")
    steps(name="0001_the_desk")(_step(schema_1.SCRIPT, 1))
    steps(name="0002_drafts_and_presence")(_step(schema_2.SCRIPT, 2))
    steps(name="0003_people_by_name")(_step(schema_3.SCRIPT, 3))
    steps(name="0004_people_by_arrival")(_step(schema_4.SCRIPT, 4))
    steps.apply(database)


def _step(script: str, number: int) -> "Callable[[Database], None]":
    def run(database: "Database") -> None:
        for statement in statements(script):
            database.conn.execute(statement)
        database.conn.execute(f"PRAGMA user_version = {number}")

    return run


def statements(script: str) -> list[str]:
    """Split a script at the semicolons that end a statement: `executescript` would commit on its way."""
    from pysqlite3 import dbapi2

    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if pending.strip() and dbapi2.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found
