"""The schema that the migrations make is the one the models describe."""

from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlite_utils import Database
from sqlmodel import SQLModel

from deskterm.engine.model import desk, messages, people, personal, queues, tickets
from deskterm.engine.store import schema_1
from deskterm.engine.store.migrations import SCHEMA_VERSION, migrate, statements

MODELS = [
    model
    for module in (desk, messages, people, personal, queues, tickets)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, SQLModel) and model is not SQLModel
]

WITHOUT_MODEL = {"stamp", "ticket_counter", "_sqlite_migrations", "sqlite_sequence", "ticket_search", "message_search"}
"""Kept by triggers or by SQLite itself; no command writes them."""


@pytest.fixture
def migrated(tmp_path: Path) -> Database:
    """A file that the migrations made."""
    database = Database(dbapi2.connect(str(tmp_path / "m.db"), isolation_level=None))
    migrate(database)
    return database


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_table_has_the_columns_of_its_model(migrated: Database, model: type[SQLModel]) -> None:
    """The same columns in the same order, and NOT NULL where the model knows no None."""
    table = model.__table__  # type: ignore[attr-defined]
    found = migrated.conn.execute(f'PRAGMA table_info("{table.name}")').fetchall()
    assert [row[1] for row in found] == [column.name for column in table.columns]
    for row, column in zip(found, table.columns, strict=True):
        if not column.primary_key:
            assert bool(row[3]) is not bool(column.nullable), column.name


def test_every_table_has_a_model(migrated: Database) -> None:
    """Nothing lives in the file that the models do not know."""
    known = {model.__table__.name for model in MODELS}  # type: ignore[attr-defined]
    tables = {name for name in migrated.table_names() if "_search_" not in name}
    assert tables - WITHOUT_MODEL == known


def test_migrating_twice_changes_nothing(migrated: Database) -> None:
    """The steps that were done are not done again, and the number of the last one is kept."""
    before = migrated.schema
    migrate(migrated)
    assert migrated.schema == before
    assert migrated.conn.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION


def test_a_step_is_done_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails half-way leaves an empty file, not half a schema."""
    broken = schema_1.SCRIPT + "\nCREATE TABLE meta (again TEXT);\n"
    monkeypatch.setattr(schema_1, "SCRIPT", broken)
    database = Database(dbapi2.connect(str(tmp_path / "m.db"), isolation_level=None))
    with pytest.raises(dbapi2.OperationalError, match="already exists"):
        migrate(database)
    assert "ticket" not in database.table_names()
    assert database.conn.execute("PRAGMA user_version").fetchone()[0] == 0


def test_scripts_are_split_at_statements() -> None:
    """Triggers hold semicolons of their own."""
    script = "CREATE TABLE a (b);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
    assert [one.split()[1] for one in statements(script)] == ["TABLE", "TRIGGER"]
