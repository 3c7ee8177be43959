"""Run the performance bars: all of them, or those that are named. `make bench`; exit 1 when one is missed."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from benchmarks import command_start, create_rate, list_page, screen_start
from benchmarks.measure import HOME, Bar, Row

BARS: dict[str, Bar] = {
    "create": create_rate.rows,
    "list": list_page.rows,
    "command": command_start.rows,
    "start": screen_start.rows,
}
HEADER = ("bar", "figure", "unit", "against", "its figure", "ratio", "demanded", "")


def cells(row: Row) -> tuple[str, ...]:
    """One line of the table."""
    verdict = "ok" if row.ok else "MISSED"
    numbers = (f"{row.figure:,.2f}", row.unit, row.against, f"{row.other:,.2f}")
    return (row.name, *numbers, f"{row.ratio:.2f}×", f"≥ {row.demanded:g}×", verdict)


def table(rows: Iterable[Row]) -> str:
    """The rows aligned under the header."""
    lines = [HEADER, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def record(rows: Iterable[Row]) -> None:
    """Write the rows to .bench/results.json."""
    found = [{**asdict(row), "ratio": row.ratio, "ok": row.ok} for row in rows]
    HOME.mkdir(exist_ok=True)
    (HOME / "results.json").write_text(json.dumps(found, indent=2) + "\n")


def main() -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("bars", nargs="*", metavar="BAR", help=f"one or more of: {', '.join(BARS)}")
    chosen = parser.parse_args().bars or list(BARS)
    if unknown := set(chosen) - set(BARS):
        parser.error(f"no such bar: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    for name in chosen:
        print(f"measuring {name} …", file=sys.stderr)
        rows += BARS[name]()
    record(rows)
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
