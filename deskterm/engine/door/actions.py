"""The registry: every command and query of the desk, with its name and the permission it needs.

A command changes the desk, a query looks at it. Both are small frozen dataclasses; the handler stands beside
its request and is registered by `@action`. An action without a declared permission cannot be registered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from deskterm.engine.domain.permissions import Permission

T = TypeVar("T")


class Command(Generic[T]):
    """A request that changes the desk and answers with `T`."""

    __slots__ = ()


class Query(Generic[T]):
    """A request that looks at the desk and answers with `T`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One registered action."""

    name: str
    needs: Permission
    request: type
    handler: Callable[[Any, Any], Any]
    summary: str
    audited: bool = True
    prepare: Callable[[Any, Any], Any] | None = None
    quiet: bool = False

    @property
    def changes(self) -> bool:
        """Whether it is a command."""
        return issubclass(self.request, Command)


_by_request: dict[type, Action] = {}

Handler = TypeVar("Handler", bound=Callable[..., Any])


def action(
    name: str,
    *,
    needs: Permission,
    audited: bool = True,
    quiet: bool = False,
    prepare: Callable[[Any, Any], Any] | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated handler for the request type its second parameter is annotated with.

    `prepare(seat, command)` runs before the transaction and gives back the command to handle: what is slow
    (storing files, hashing) belongs there.

    `audited=False` is for what is a person's own (reading marks, drafts, settings) and for the timetable: its handler
    gets a `PlainTx`, which can change nothing else. `quiet`: no list shows it, so nobody has to look again.

    Raises:
        TypeError: the name is not `noun.verb`, the request has no docstring or is registered already, or what is
            audited would be quiet.
    """

    def register(handler: Handler) -> Handler:
        request = _request_type(handler)
        summary = (request.__doc__ or "").strip().split("\n")[0]
        if name.count(".") != 1 or not summary or request in _by_request:
            raise TypeError(f"{name}: needs a noun.verb name, a summary and a request of its own.")
        if quiet and audited:
            raise TypeError(f"{name}: what is audited is never quiet.")
        _by_request[request] = Action(name, needs, request, handler, summary, audited, prepare, quiet)
        return handler

    return register


def _request_type(handler: Callable[..., Any]) -> type:
    code = handler.__code__
    parameter = code.co_varnames[1]
    annotation = handler.__annotations__[parameter]
    found = annotation if isinstance(annotation, type) else get_type_hints(handler)[parameter]
    if not issubclass(found, Command | Query):
        raise TypeError(f"{handler.__name__}: its second parameter must be a Command or a Query.")
    return found


def find_action(request: object) -> Action:
    """The action registered for this request's type.

    Raises:
        TypeError: nothing is registered; a mistake of the program, never of a user.
    """
    return action_of(type(request))


def action_of(request: type) -> Action:
    """The action registered for a request type.

    Raises:
        TypeError: nothing is registered; a mistake of the program, never of a user.
    """
    try:
        return _by_request[request]
    except KeyError:
        raise TypeError(f"{request.__name__} is not a registered action.") from None


def registered_actions() -> Iterator[Action]:
    """All actions of the modules loaded so far, by name."""
    return iter(sorted(_by_request.values(), key=lambda found: found.name))
