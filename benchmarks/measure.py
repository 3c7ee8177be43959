"""How figures are taken and shown: rows, fair alternation, processes by the clock."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside what it is held against.

    `ratio` says how many times better the figure is than the other (2.0: half the time, or twice the rate);
    the bar is reached when it is at least `demanded`.
    """

    name: str
    figure: float
    unit: str
    against: str
    other: float
    demanded: float
    better: Literal["lower", "higher"] = "lower"

    @property
    def ratio(self) -> float:
        good, bad = (self.other, self.figure) if self.better == "lower" else (self.figure, self.other)
        return good / bad if bad else float("inf")

    @property
    def ok(self) -> bool:
        return self.ratio >= self.demanded


Bar = Callable[[], list[Row]]


def alternate(*measures: Callable[[], float], rounds: int) -> list[float]:
    """The median of each measure, taken in turn so that a busy minute falls on all of them."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a measured process: nothing of the caller's but the path and a home of its own."""
    home = HOME / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more}


def output(command: Sequence[str | Path]) -> str:
    """What a command prints; its error text is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=clean_environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def process_ms(command: Sequence[str | Path]) -> float:
    """Milliseconds from starting a process to its end."""
    return milliseconds(lambda: output(command))
