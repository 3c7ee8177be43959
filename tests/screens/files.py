"""Writing past the door, into the file itself: states that no command of today brings about."""

from pysqlite3 import dbapi2

from deskterm.engine.door.desk import Desk


def write_into(desk: Desk, number: int, **columns: int) -> None:
    """Set columns of a ticket."""
    connection = dbapi2.connect(desk.path / "desk.db")
    with connection:
        names = ", ".join(f"{name} = ?" for name in columns)
        connection.execute(f"UPDATE ticket SET {names} WHERE id = ?", (*columns.values(), number))
    connection.close()
