"""How commands and groups are declared: typer, kept quick and plain.

Values are read here and not by typer's own coercion, which loads pydantic: `ticket list` would wait for it.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

Function = TypeVar("Function", bound=Callable[..., Any])

# Where typer keeps the reader of a parameter once it has built one.
_READER = "_runtime_param"


def as_text(argument: str) -> str:
    """An argument whose undecodable bytes are made visible: it will be stored and shown."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _PlainReader:
    """Reads text, whole numbers and paths, single or as a list."""

    def __init__(self, read: Callable[[str], object], least: float | None, most: float | None) -> None:
        self._read = read
        self._least = least
        self._most = most

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as its parameter was annotated; None and () stand for an absent one."""
        if param.multiple or param.nargs == -1:
            return [self._one(item) for item in value or ()]
        return None if value is None else self._one(value)

    def _one(self, value: Any) -> object:
        found = self._read(value) if isinstance(value, str) else value
        if type(found) is int:
            self._refuse_out_of_range(found)
        return found

    def _refuse_out_of_range(self, number: int) -> None:
        if self._least is not None and number < self._least:
            raise typer.BadParameter(f"{number} is less than {self._least:g}.")
        if self._most is not None and number > self._most:
            raise typer.BadParameter(f"{number} is more than {self._most:g}.")


def _whole_number(argument: str) -> int:
    try:
        return int(argument)
    except ValueError:
        raise typer.BadParameter(f"{as_text(argument)!r} is not a whole number.") from None


_READERS: dict[object, Callable[[str], object]] = {
    bool: bool,
    str: as_text,
    int: _whole_number,
    Path: Path,
    list[str]: as_text,
    list[int]: _whole_number,
    list[Path]: Path,
}


def _with_readers(params: list[Any]) -> list[Any]:
    for param in params:
        described = param.type_descriptor
        read = _READERS.get(described.annotation)
        if read is not None:
            limits = described.parameter_info
            setattr(param, _READER, _PlainReader(read, limits.min, limits.max))
    return params


def _answered_by_console(help_option: Any) -> Any:
    if help_option is not None:
        help_option.callback = _show_help
    return help_option


def _show_help(ctx: Any, param: Any, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        ctx.obj.out.block(ctx.get_help())
        ctx.exit()


class PlainCommand(TyperCommand):
    """A command whose values are read without pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them, each with its reader."""
        return _with_readers(super().get_params(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, printed as every other answer is."""
        return _answered_by_console(super().get_help_option(ctx))


class PlainGroup(TyperGroup):
    """A group whose own options are read without pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them, each with its reader."""
        return _with_readers(super().get_params(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, printed as every other answer is."""
        return _answered_by_console(super().get_help_option(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names alone; nothing is loaded for them."""
        return list(self.commands)


class LazyCommands(Mapping[str, Any]):
    """Commands by name, each loaded from its module when it is first asked for.

    A module has an `app`; one listed in `groups` becomes a group even with a single command in it.
    """

    def __init__(self, groups: Mapping[str, str], commands: Mapping[str, str]) -> None:
        self._groups = groups
        self._modules = {**groups, **commands}

    def __getitem__(self, name: str) -> Any:
        app = import_module(self._modules[name]).app
        command = get_group(app) if name in self._groups else get_command(app)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def command_group(summary: str, *, works_alone: bool = False) -> typer.Typer:
    """An empty group. `works_alone`: its callback answers when no command follows."""
    return typer.Typer(
        cls=PlainGroup,
        help=summary,
        no_args_is_help=not works_alone,
        invoke_without_command=works_alone,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer, name: str, *, example: str, takes_dashed_words: bool = False
) -> Callable[[Function], Function]:
    """Declare a command with one example below its help.

    `takes_dashed_words`: words such as `-status:closed` are arguments; such a command has no short options.
    """
    settings = {"ignore_unknown_options": True} if takes_dashed_words else {}
    return app.command(name, cls=PlainCommand, epilog=f"\b\nExample: {example}", context_settings=settings)


def single_command() -> typer.Typer:
    """A place for one command that stands alone."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
