"""A question that takes too long can be given up from another thread."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from deskterm.engine.domain.errors import Busy
from deskterm.engine.door.seat import Seat

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_question_given_up(admin: Seat) -> None:
    """The question is refused in words, and the next one is answered."""
    begun = threading.Event()

    def ask() -> None:
        with admin.desk.backend.reading() as reader:
            begun.set()
            reader.row(_ENDLESS)

    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask)
        begun.wait(10)
        while not asked.done():
            admin.interrupt()
        with pytest.raises(Busy, match="given up"):
            asked.result(10)
    with admin.desk.backend.reading() as reader:
        assert reader.row("SELECT 1") == (1,)
