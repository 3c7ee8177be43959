"""deskterm's side of the comparison: desks of a given size, made by `deskterm demo` and kept between runs."""

import json
import shutil
import sys
from functools import cache
from pathlib import Path

from benchmarks.measure import HOME, output
from deskterm.engine.store.migrations import SCHEMA_VERSION

DESKTERM = Path(sys.executable).with_name("deskterm")


@cache
def filled_desk(tickets: int) -> Path:
    """A desk of so many tickets, generated with their history; made once for each version of the schema."""
    desk = HOME / f"desk-{tickets}-schema-{SCHEMA_VERSION}"
    stamp = desk / "filled"
    if not stamp.exists():
        shutil.rmtree(desk, ignore_errors=True)
        output([DESKTERM, "demo", "--dir", desk, "--tickets", str(tickets), "--fill-only"])
        stamp.touch()
    return desk


def measure(what: str, desk: Path, **options: object) -> dict[str, float]:
    """Run one measurement of `desk_side.py` in a process of its own; its JSON object."""
    flags = [f"--{name}={value}" for name, value in options.items()]
    figures: dict[str, float] = json.loads(
        output([sys.executable, "-m", "benchmarks.desk_side", what, "--desk", desk, *flags])
    )
    return figures
