"""Imports go down, the engine knows no screen, and a list in a script pays for nothing it does not use."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "deskterm"
SCREEN_LIBRARIES = {"textual", "rich", "typer"}
HEAVY_LIBRARIES = {"textual", "sqlmodel", "pydantic", "sqlalchemy"}

LOAD_THE_ENGINE = """
import importlib, json, pkgutil, sys
import deskterm.engine
for module in pkgutil.walk_packages(deskterm.engine.__path__, "deskterm.engine."):
    importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

RUN_A_COMMAND = """
import json, sys
from deskterm.bootstrap import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The top-level packages that were loaded when the code had run."""
    answer = python(code, *arguments)
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.splitlines()[-1]))


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_imports_go_down() -> None:
    """Every import-linter contract is kept."""
    answer = tool("lint-imports", "--no-cache")
    assert answer.returncode == 0, answer.stdout


def test_engine_loads_no_screen_library() -> None:
    """Importing the whole engine loads neither Textual nor Rich nor Typer."""
    assert not loaded_by(LOAD_THE_ENGINE) & SCREEN_LIBRARIES


def test_ticket_list_loads_nothing_heavy(tmp_path: Path) -> None:
    """`ticket list` answers without loading Textual, SQLModel, pydantic or SQLAlchemy."""
    desk = str(tmp_path / "desk")
    loaded_by(RUN_A_COMMAND, "init", desk, "--admin", "admin@example.org")
    assert not loaded_by(RUN_A_COMMAND, "--desk", desk, "ticket", "list", "--json") & HEAVY_LIBRARIES


def test_bootstrap_alone_reads_clock_and_environment(tmp_path: Path) -> None:
    """No module but bootstrap, the store and the door included, reads the wall clock or the environment."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]
    banned = settings["lint"]["flake8-tidy-imports"]["banned-api"]
    everywhere = [name for name in banned if not name.endswith((".select", ".text"))]
    tables = [f'[lint.flake8-tidy-imports.banned-api."{name}"]\nmsg = "banned"' for name in everywhere]
    (tmp_path / "ruff.toml").write_text("\n".join(tables))
    strict = ["--config", str(tmp_path / "ruff.toml"), "--select", "TID251", "--ignore-noqa", "--no-cache"]
    answer = tool("ruff", "check", *strict, "--exclude", "deskterm/bootstrap.py", "deskterm")
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("mark", [r"#\s*noqa: [A-Z0-9, ]+$", r"#\s*type: ignore\[[\w, -]+\]\s*$", r"#\s*noqa\s*$"])
def test_every_silenced_warning_has_a_reason(mark: str) -> None:
    """A suppressed warning in the package says why on its own line."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PACKAGE.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(mark, line)
    ]
    assert not bare
