"""Many processes at one desk: nothing lost, nobody locked out, whatever is killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from deskterm.engine.door.desk import Desk
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.drafts import ListDrafts
from deskterm.engine.services.health import CheckDesk
from deskterm.engine.services.ticket_reading import ShowTicket
from deskterm.engine.services.tickets import NewTicket
from tests.engine.store.writers import seat_at

WRITERS = [sys.executable, "-m", "tests.engine.store.writers"]
ROOT = Path(__file__).parents[3]


def start(*words: str) -> subprocess.Popen[bytes]:
    """A writer process."""
    return subprocess.Popen([*WRITERS, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_eight_processes_lose_no_update(admin: Seat) -> None:
    """8 processes each read and write back one number 100 times: the sum is exact and nobody met a lock."""
    number = admin.do(NewTicket(subject="0")).number
    writers = [start("count", str(admin.desk.path), str(number), "100") for _ in range(8)]
    ended = [(*writer.communicate(timeout=240), writer.returncode) for writer in writers]
    assert [(code, error.decode()[-500:]) for _, error, code in ended] == [(0, "")] * 8
    assert admin.ask(ShowTicket(number=number)).ticket.subject == "800"


class KilledWriter:
    """A writer of notes whose acknowledgements are kept, and that is killed without warning."""

    def __init__(self, desk: Path, number: int, what: str = "notes") -> None:
        self.acknowledged: list[str] = []
        self._process = start(what, str(desk), str(number))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.endswith(b"\n"):
                self.acknowledged.append(line.decode().strip())

    def wait_until_busy(self) -> None:
        """Until it has written for the first time, so that the kill meets it at work."""
        deadline = time.monotonic() + 60
        while not self.acknowledged:
            assert time.monotonic() < deadline
            time.sleep(0.002)

    def kill(self) -> None:
        """kill -9, then hear out what it had said."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._thread.join(timeout=10)


def kill_cycles(desk: Desk, number: int, cycles: int, writers: int, chance: random.Random) -> int:
    """Let writers run and kill one at a random moment, again and again; how many notes were acknowledged."""
    running = [KilledWriter(desk.path, number) for _ in range(writers)]
    ended: list[KilledWriter] = []
    for cycle in range(cycles):
        victim = cycle % writers
        running[victim].wait_until_busy()
        time.sleep(chance.uniform(0, 0.02))
        running[victim].kill()
        ended.append(running[victim])
        running[victim] = KilledWriter(desk.path, number)
    for writer in running:
        writer.kill()
    said = [text for writer in (*ended, *running) for text in writer.acknowledged]
    fresh = seat_at(str(desk.path))
    kept = {message.body for message in fresh.ask(ShowTicket(number=number)).messages}
    assert set(said) <= kept
    assert [check for check in fresh.ask(CheckDesk(deep=True)) if not check.ok] == []
    fresh.close()
    return len(said)


def test_killed_writers_lose_nothing(admin: Seat) -> None:
    """50 kills at random among 4 writers: every acknowledged note is there and every invariant holds."""
    number = admin.do(NewTicket(subject="Killed")).number
    assert kill_cycles(admin.desk, number, 50, 4, random.Random(1)) > 50


def test_text_survives_a_kill_between_draft_reply_and_draft(admin: Seat) -> None:
    """Killed anywhere between saving, sending and taking back, a text is there once: as a draft, or as a held reply."""
    number = admin.do(NewTicket(subject="Killed", requester_email="eva@customer.example")).number
    chance = random.Random(1)
    for _ in range(12):
        writer = KilledWriter(admin.desk.path, number, "unsend")
        writer.wait_until_busy()
        time.sleep(chance.uniform(0, 0.05))
        writer.kill()
        words, place = writer.acknowledged[-1].rsplit(" ", 1)
        last = {f"{words} {place}", f"{words} {int(place) + 1}"}  # the next one may have taken its place unheard
        drafts = [draft.body for draft in admin.ask(ListDrafts())]
        held = [message.body for message in admin.ask(ShowTicket(number=number)).messages]
        assert len([body for body in (*drafts, *held) if body in last]) == 1
        assert [check for check in admin.ask(CheckDesk(deep=True)) if not check.ok] == []
    with admin.desk.backend.reading() as reader:
        assert reader.rows("SELECT count(*) FROM presence")[0][0] <= 20


@pytest.mark.soak
def test_killed_writers_lose_nothing_for_long(admin: Seat) -> None:
    """The same a thousand times over."""
    number = admin.do(NewTicket(subject="Killed")).number
    assert sum(kill_cycles(admin.desk, number, 50, 4, random.Random(n)) for n in range(20)) > 1000
