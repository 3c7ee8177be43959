"""Every command explains itself with one example."""

from collections.abc import Iterator
from typing import Any

import pytest

from deskterm.cli import main
from deskterm.cli.groups import LazyCommands
from tests.cli.driver import Cli

FIRST_STEP = {
    "init", "demo", "status", "check", "worker", "status list", "type list", "ticket new", "ticket list",
    "ticket show", "ticket reply", "ticket unsend", "ticket undo", "ticket note", "ticket set", "ticket take",
    "ticket assign", "ticket release", "ticket tag", "ticket history", "ticket why", "ticket attachment",
    "mail receive", "mail quarantine list",
    "mail quarantine show", "mail quarantine retry", "mail quarantine drop", "rule list", "rule show",
    "rule test", "rule enable", "rule disable", "user add", "user list", "user show", "user set", "user disable",
    "user permissions", "role list", "role show", "role set", "queue add", "queue list", "queue show",
    "queue set", "queue disable", "org add", "org list", "org show", "org set", "job list", "job run",
    "job history", "audit log", "audit verify", "view list", "view add", "view set", "view remove",
}  # fmt: skip


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, command in group.items():
        if hasattr(command, "commands"):
            yield from commands(command.commands, (*path, name))
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield " ".join((*path, name)), command


ALL = dict(commands(LazyCommands(main._GROUPS, main._COMMANDS)))


def test_every_command_of_the_first_step_is_there() -> None:
    """No command is missing or unknown to this list."""
    assert set(ALL) == FIRST_STEP


@pytest.mark.parametrize("path", ALL)
def test_command_explains_itself(path: str, cli: Cli) -> None:
    """`--help` answers 0 on stdout with a summary, and an example that begins with the command itself."""
    answer = cli(*path.split(), "--help")
    assert (answer.code, answer.err) == (0, "")
    (example,) = [line.strip() for line in answer.lines if "Example: " in line]
    assert "deskterm" in example
    assert path in example
    assert ALL[path].help.strip()


@pytest.mark.parametrize("path", [path for path in ALL if path not in ("worker", "demo", "mail quarantine retry",
                                                                       "mail quarantine drop", "mail receive",
                                                                       "ticket attachment")])  # fmt: skip
def test_every_command_that_answers_has_json(path: str) -> None:
    """`--json` is there wherever there is an answer that is not bytes or a promised line."""
    assert any("--json" in param.opts for param in ALL[path].params)


def test_options_before_the_command_only(cli: Cli) -> None:
    """--desk and --as stand before the command; behind it they are unknown."""
    assert cli("ticket", "show", "1001", "--as", "ann").code == 2


def test_a_group_without_a_command_shows_what_there_is(cli: Cli) -> None:
    """`deskterm ticket` lists the commands on stderr and answers 2."""
    answer = cli("ticket")
    assert (answer.code, answer.out) == (2, "")
    assert "history" in answer.err


def test_nearly_right_is_understood_as_a_question(cli: Cli) -> None:
    """A slip of the finger is answered with what was meant."""
    assert "'ticket'" in cli("tikcet").err


def test_version(cli: Cli) -> None:
    """`--version` names program and version."""
    answer = cli("--version")
    assert answer.out.split()[0] == "deskterm"
    assert answer.code == 0


def test_help_is_plain_text() -> None:
    """No command has its help drawn by rich, which would cost every start."""
    assert all(command.rich_markup_mode is None for command in ALL.values())
