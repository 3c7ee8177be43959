"""Conditions of rules: a tree of tests over the facts of a ticket, read from data, put in words, and decided.

Facts are keyed by the names in `FIELDS`. A field with several values (recipient, tags) passes a positive test
when any value does; a negative test is always the exact opposite of its positive one, so `is_not` is true of
an empty field.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import ClassVar, Protocol, TypeAlias, TypeVar

from deskterm.engine.domain.errors import Invalid
from deskterm.engine.model.enums import Priority

T = TypeVar("T")

Facts: TypeAlias = Mapping[str, str | Sequence[str] | None]

FIELDS = (
    "subject", "body", "text", "sender", "sender_domain", "sender_name", "recipient", "organization",
    "type", "priority", "queue", "channel", "tags", "status",
)  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {
    "contains": ("contains", "does not contain"),
    "equals": ("is", "is not"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
    "one_of": ("is one of", "is none of"),
    "matches": ("matches", "does not match"),
    "is_empty": ("is empty", "is not empty"),
    "at_least": ("is at least", "is not at least"),
    "at_most": ("is at most", "is not at most"),
}
"""Every positive operator, with how it reads when it must hold and when it must not."""

OPPOSITES: Mapping[str, str] = {
    "not_contains": "contains",
    "is_not": "equals",
    "not_one_of": "one_of",
    "not_matches": "matches",
    "is_not_empty": "is_empty",
}
"""Every negative operator and the positive one it is the exact opposite of."""

OPS = (*WORDS, *OPPOSITES)

MAX_PATTERN = 500
"""Characters in a pattern."""
MAX_VALUE = 1_000
"""Characters in any other value."""
MAX_EXAMINED = 64 * 1024
"""Characters of a fact that are looked at, and bytes of it that a pattern is run over."""
MAX_DEPTH = 10
"""Groups within groups."""
MAX_TESTS = 200
"""Tests in one condition."""
MAX_SAW = 80
"""Characters of a fact that a check shows."""

_SET_MEMORY = 16 << 20
_LOOKUPS_BEFORE_SET = 1_000
_LARGEST_SET = 1_000
_PATTERN_MEMORY = 1 << 20  # bytes RE2 may use for one pattern: program and state cache together
_RUN = r"[^\w\x00-\x7f]|[\uff9e\uff9f]"
_LONG_RUN = re.compile(rf"((?:{_RUN}){{30}})(?={_RUN})")
_JOINER = "\u034f"


class RuleInvalid(Invalid):
    """A rule that cannot be used: `path` names the part (`if.all[2].value`), `reason` says what is wrong."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def under(self, path: str) -> "RuleInvalid":
        """The same complaint about a part that lies at `path` of something larger."""
        return RuleInvalid(f"{path}.{self.path}", self.reason)


@dataclass(frozen=True, slots=True)
class Test:
    """One field compared with a value: a tuple for the `one_of` operators, "" for the `is_empty` ones."""

    __test__: ClassVar[bool] = False  # a condition, though test collectors go by the name

    field: str
    op: str
    value: str | tuple[str, ...] = ""

    def __post_init__(self) -> None:
        require_known("field", self.field, FIELDS, "field")
        require_known("op", self.op, OPS, "operator")
        _require_value(self)

    @property
    def positive(self) -> str:
        """The operator without its negation, e.g. `contains` of `not_contains`."""
        return OPPOSITES.get(self.op, self.op)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The value or values compared with, as written."""
        return (self.value,) if isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; of nothing, always."""

    of: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    of: tuple["Condition", ...]

    def __post_init__(self) -> None:
        if not self.of:
            raise RuleInvalid("any", "is empty, so the rule could never match.")


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds when no part holds."""

    of: tuple["Condition", ...]


Group: TypeAlias = All | AnyOf | NoneOf
Condition: TypeAlias = Group | Test

GROUPS: Mapping[str, type[All] | type[AnyOf] | type[NoneOf]] = {"all": All, "any": AnyOf, "none": NoneOf}


@dataclass(frozen=True, slots=True)
class Check:
    """One condition as it was decided: where it stands, what it asks, whether that holds, what was found."""

    path: str
    words: str
    passed: bool
    saw: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Every check of a condition in reading order, and the first that kept it from holding."""

    checks: tuple[Check, ...]
    failed: Check | None


# Reading values


def require_known(path: str, value: object, known: Sequence[str], noun: str) -> str:
    """`value` if it is one of `known`, else RuleInvalid listing them."""
    if isinstance(value, str) and value in known:
        return value
    shown = f'"{value}"' if isinstance(value, str) else "this"
    raise RuleInvalid(path, f"{shown} is no {noun}; write one of {', '.join(known)}.")


def require_text(path: str, value: object, longest: int = MAX_VALUE) -> str:
    """`value` if it is text that can be stored and compared, else RuleInvalid."""
    if not isinstance(value, str):
        raise RuleInvalid(path, "must be text in quotes.")
    if not value.strip():
        raise RuleInvalid(path, "is empty.")
    if len(value) > longest:
        raise RuleInvalid(path, f"is {len(value)} characters long; at most {longest} are allowed.")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise RuleInvalid(path, "holds a character that is no text.")
    return value


def require_list(path: str, value: object) -> Sequence[object]:
    """`value` if it is a list, else RuleInvalid."""
    if isinstance(value, list | tuple):
        return value
    raise RuleInvalid(path, "must be a list in square brackets.")


def require_table(path: str, value: object, keys: Sequence[str]) -> Mapping[str, object]:
    """`value` if it is a table with no key outside `keys`, else RuleInvalid naming the stranger."""
    if not isinstance(value, Mapping):
        raise RuleInvalid(path or "rule", f"must be a table with {', '.join(keys)}.")
    for key in value:
        require_known(f"{path}.{key}" if path else str(key), key, keys, "key here")
    return value


def _require_value(test: Test) -> None:
    if test.positive == "is_empty":
        _require_no_value(test)
    elif test.positive == "one_of":
        _require_values(test)
    else:
        _require_one_value(test)


def _require_no_value(test: Test) -> None:
    if test.value != "":
        raise RuleInvalid("value", f"{test.op} takes no value.")


def _require_values(test: Test) -> None:
    if isinstance(test.value, str) or not test.value:
        raise RuleInvalid("value", f"{test.op} takes a list of texts, with at least one.")
    for number, value in enumerate(test.value):
        _require_fitting(test, f"value[{number}]", value)


def _require_one_value(test: Test) -> None:
    if not isinstance(test.value, str):
        raise RuleInvalid("value", f"{test.op} takes one text; one_of takes a list.")
    if test.positive in ("at_least", "at_most") and test.field != "priority":
        raise RuleInvalid("op", f"{test.op} compares priorities; {test.field} has no order.")
    if test.positive == "matches":
        compile_pattern(require_text("value", test.value, MAX_PATTERN))
    else:
        _require_fitting(test, "value", test.value)


def _require_fitting(test: Test, path: str, value: object) -> None:
    text = require_text(path, value)
    if test.field == "priority" and test.positive in ("equals", "one_of", "at_least", "at_most"):
        require_priority(path, text)


def require_priority(path: str, value: str) -> str:
    """`value` if it names a priority, else RuleInvalid."""
    return require_known(path, value, tuple(priority.label for priority in Priority), "priority")


# Patterns


class Pattern(Protocol):
    """A compiled RE2 pattern."""

    def search(self, text: bytes) -> object | None:
        """The first match in `text`, which is UTF-8, or None."""


class _Set(Protocol):
    """A compiled set of RE2 patterns."""

    def Add(self, pattern: str) -> object: ...  # RE2's own name

    def Compile(self) -> None: ...  # RE2's own name

    def Match(self, text: bytes) -> list[int] | None: ...  # RE2's own name


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Pattern:
    """`pattern` ready for use by RE2: upper and lower case alike, bounded memory, linear time.

    RuleInvalid (path `value`) says what RE2 does not take. `\\w`, `\\d` and `\\b` know ASCII alone; `\\pL`
    and `\\pN` know every script.
    """
    import re2  # a desk without patterns need not load it

    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False  # RE2 would write over the screen
    options.max_mem = _PATTERN_MEMORY
    try:
        compiled: Pattern = re2.compile(_plain_pattern(pattern), options)
    except re2.error as error:
        raise RuleInvalid("value", _pattern_complaint(error)) from None
    return compiled


def _pattern_complaint(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    detail = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    hint = next((hint for sign, hint in _PATTERN_HINTS.items() if sign in detail), "")
    return f"is no pattern RE2 understands ({detail}).{hint}"


_PATTERN_HINTS = {
    "(?=": " It has no lookahead; use two conditions instead.",
    "(?!": " It has no lookahead; use a second condition with not_matches instead.",
    "(?<": " It has no lookbehind; use two conditions instead.",
    "\\Z": " Write \\z for the end of the text.",
    "escape sequence": " It has no backreferences; write \\\\ for a backslash.",
    "repetition size": " A repeat goes up to 1000, nested ones together.",
    "too large": " Make it shorter or repeat less.",
}


def _plain_pattern(pattern: str) -> str:
    """`pattern` with full-width letters made plain, as the text it runs over is; its signs stay."""
    return unicodedata.normalize("NFC", "".join(_plain_letter(character) for character in pattern))


def _plain_letter(character: str) -> str:
    plain = character.isalpha() or character.isdecimal()
    return unicodedata.normalize("NFKC", character) if plain else character


# Comparing


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """`text` in Unicode form NFKC: one spelling of an umlaut, full-width and half-width letters made plain.

    Normalizing takes quadratic time over a long run of combining marks (4 s for 64 KB), so such runs are
    broken after 30, as the stream-safe text format of Unicode Standard Annex 15 does.
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", _LONG_RUN.sub(rf"\1{_JOINER}", text))


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return _plain(text).casefold()


def values_of(facts: Facts, field: str) -> tuple[str, ...]:
    """What the ticket has in `field`, without empty values and surrounding space, each cut to MAX_EXAMINED.

    `text` is subject and body when the facts have no such entry; `sender_domain` follows from `sender`.
    """
    found = facts.get(field)
    if found is None:
        found = _derived(facts, field)
    several = (found,) if isinstance(found, str) else found
    return tuple(value.strip()[:MAX_EXAMINED] for value in several if value.strip())


def _derived(facts: Facts, field: str) -> Sequence[str]:
    if field == "text":
        return ("\n".join((*values_of(facts, "subject"), *values_of(facts, "body"))),)
    if field == "sender_domain":
        return tuple(sender.rpartition("@")[2] for sender in values_of(facts, "sender") if "@" in sender)
    return ()


def _contains(value: str, wanted: str) -> bool:
    return _folded(wanted) in _folded(value)


def _equals(value: str, wanted: str) -> bool:
    return _folded(value) == _folded(wanted.strip())


def _starts_with(value: str, wanted: str) -> bool:
    return _folded(value).startswith(_folded(wanted))


def _ends_with(value: str, wanted: str) -> bool:
    return _folded(value).endswith(_folded(wanted))


def _matches(value: str, wanted: str) -> bool:
    hits = _together.hits(_examined(value), wanted)
    return compile_pattern(wanted).search(_examined(value)) is not None if hits is None else hits


class _Together:
    """All patterns in use, run over a text at once: for 56 of them 7 µs instead of 230.

    Building the set takes longer than a few mails do, so it is built in processes that go on asking.
    """

    def __init__(self) -> None:
        self._asked: dict[str, None] = {}
        self._lookups = 0
        self._set: _Set | None = None
        self._places: dict[str, int] = {}
        self._lock = Lock()

    def hits(self, text: bytes, pattern: str) -> bool | None:
        """Whether the pattern matches; None where each has to be run by itself."""
        place = self._places.get(pattern)
        if place is not None:
            return place in self._found(text)
        self._asked[pattern] = None
        self._lookups += 1
        if self._lookups >= _LOOKUPS_BEFORE_SET and len(self._asked) <= _LARGEST_SET:
            with self._lock:
                self._build()
        return None

    def _build(self) -> None:
        patterns = [*self._places, *self._asked]
        built = _pattern_set(patterns)
        self._asked, self._lookups = {}, 0
        if built is not None:
            self._set, self._places = built, {pattern: place for place, pattern in enumerate(patterns)}
            self._found.cache_clear()

    @lru_cache(maxsize=64)  # noqa: B019  # there is one of these in a process
    def _found(self, text: bytes) -> frozenset[int]:
        return frozenset((self._set.Match(text) if self._set else None) or ())


def _pattern_set(patterns: list[str]) -> "_Set | None":
    """One automaton for many patterns, or None where it would need too much memory."""
    import re2  # a desk without patterns need not load it

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _SET_MEMORY
    built: _Set = re2.Set.SearchSet(options)
    try:
        for pattern in patterns:
            built.Add(_plain_pattern(pattern))
        built.Compile()
    except re2.error:
        return None
    return built


_together = _Together()


@lru_cache(maxsize=64)
def _examined(value: str) -> bytes:
    """What a pattern is run over: bytes, which RE2's own wrapper need not count characters of."""
    cut = _plain(value).encode("utf-8", "replace")[:MAX_EXAMINED]
    return cut if len(cut) < MAX_EXAMINED else cut.decode("utf-8", "ignore").encode("utf-8")


def _at_least(value: str, wanted: str) -> bool:
    return _rank(value) >= _rank(wanted)


def _at_most(value: str, wanted: str) -> bool:
    return 0 < _rank(value) <= _rank(wanted)


def _rank(priority: str) -> int:
    """Where a priority stands; 0 for a word that names none."""
    return Priority.__members__.get(priority.upper(), 0)


_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": _contains,
    "equals": _equals,
    "one_of": _equals,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "matches": _matches,
    "at_least": _at_least,
    "at_most": _at_most,
}


def _test_holds(test: Test, facts: Facts) -> bool:
    return _positive_holds(test, values_of(facts, test.field)) != (test.op in OPPOSITES)


def _positive_holds(test: Test, values: Sequence[str]) -> bool:
    if test.positive == "is_empty":
        return not values
    compare = _COMPARISONS[test.positive]
    return any(compare(value, wanted) for wanted in test.wanted for value in values)


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether `condition` is true of `facts`, looking no further than it must."""
    if isinstance(condition, Test):
        return _test_holds(condition, facts)
    decided = (holds(part, facts) for part in condition.of)
    if isinstance(condition, All):
        return all(decided)
    return any(decided) == isinstance(condition, AnyOf)


# In words


@lru_cache(maxsize=2048)
def describe(condition: Condition, wanted: bool = True) -> str:
    """`condition` in words (`subject contains "vpn"`), or its opposite when it is not `wanted`."""
    if isinstance(condition, Test):
        return _test_words(condition, wanted)
    parts = [describe(part, _wanted_of_parts(condition, wanted)) for part in condition.of]
    if not parts:
        return "always" if _needs_every_part(condition, wanted) else "never"
    if len(parts) == 1:
        return parts[0]
    return f"({(' and ' if _needs_every_part(condition, wanted) else ' or ').join(parts)})"


@lru_cache(maxsize=4096)
def _test_words(test: Test, wanted: bool) -> str:
    holds_word, fails_word = WORDS[test.positive]
    verb = holds_word if (test.op in OPPOSITES) != wanted else fails_word
    values = ", ".join(f'"{value}"' for value in test.wanted if value)
    return f"{test.field.replace('_', ' ')} {verb} {values}".rstrip()


def _wanted_of_parts(group: Group, wanted: bool) -> bool:
    return wanted != isinstance(group, NoneOf)


def _needs_every_part(group: Group, wanted: bool) -> bool:
    return wanted != isinstance(group, AnyOf)


def explain(condition: Condition, facts: Facts, path: str = "if") -> Findings:
    """Every test of `condition` decided and put in words.

    Inside a `none` the words turn into what the rule needs (`subject does not contain "test"`). Where one of
    several would do, one check for the group comes before those of its parts.
    """
    return _explain(condition, facts, path, wanted=True)


def _explain(condition: Condition, facts: Facts, path: str, wanted: bool) -> Findings:
    if isinstance(condition, Test):
        return _only(_test_check(condition, facts, path, wanted))
    parts = [
        _explain(part, facts, part_path, _wanted_of_parts(condition, wanted))
        for part_path, part in paths_of_parts(condition, path)
    ]
    checks = tuple(check for part in parts for check in part.checks)
    if _needs_every_part(condition, wanted) or len(parts) == 1:
        return Findings(checks, next((part.failed for part in parts if part.failed), None))
    passed = any(part.failed is None for part in parts)
    group = Check(f"{path}.{_key(condition)}", describe(condition, wanted), passed, "")
    return Findings((group, *checks), None if passed else group)


def first_failure(condition: Condition, facts: Facts, path: str = "if", wanted: bool = True) -> Check | None:
    """The check that `explain` would give as failed, or None, looking no further than it must."""
    if isinstance(condition, Test):
        return None if _test_holds(condition, facts) == wanted else _test_check(condition, facts, path, wanted)
    below = _wanted_of_parts(condition, wanted)
    if _needs_every_part(condition, wanted) or len(condition.of) == 1:
        parts = (first_failure(part, facts, place, below) for place, part in paths_of_parts(condition, path))
        return next((failed for failed in parts if failed), None)
    if any(holds(part, facts) == below for part in condition.of):
        return None
    return Check(f"{path}.{_key(condition)}", describe(condition, wanted), False, "")


def _only(check: Check) -> Findings:
    return Findings((check,), None if check.passed else check)


def _test_check(test: Test, facts: Facts, path: str, wanted: bool) -> Check:
    passed = _test_holds(test, facts) == wanted
    return Check(path, _test_words(test, wanted), passed, shortened(values_of(facts, test.field)))


def shortened(values: Sequence[str]) -> str:
    """`values` on one line of at most MAX_SAW characters."""
    line = " ".join(", ".join(value[: 2 * MAX_SAW] for value in values).split())
    return line if len(line) <= MAX_SAW else f"{line[: MAX_SAW - 1].rstrip()}…"


# The tree as data


def _key(group: Group) -> str:
    return next(key for key, kind in GROUPS.items() if isinstance(group, kind))


def paths_of_parts(group: Group, path: str) -> Iterator[tuple[str, Condition]]:
    """Each part of `group` with its path, e.g. `if.all[0]`."""
    for number, part in enumerate(group.of):
        yield f"{path}.{_key(group)}[{number}]", part


def tests_of(condition: Condition, path: str = "if") -> Iterator[tuple[str, Test]]:
    """Every test in `condition` with its path, in reading order."""
    if isinstance(condition, Test):
        yield path, condition
        return
    for part_path, part in paths_of_parts(condition, path):
        yield from tests_of(part, part_path)


def parse_condition(data: object, path: str = "if") -> Condition:
    """The condition written as `{field, op, value}` or `{all|any|none: [...]}`, else RuleInvalid."""
    condition = _parse(data, path, MAX_DEPTH)
    count = sum(1 for _ in tests_of(condition))
    if count > MAX_TESTS:
        raise RuleInvalid(path, f"has {count} tests; at most {MAX_TESTS} are allowed.")
    return condition


def _parse(data: object, path: str, depth: int) -> Condition:
    if depth == 0:
        raise RuleInvalid(path, f"is nested deeper than {MAX_DEPTH} groups.")
    table = require_table(path, data, ("field", "op", "value", *GROUPS))
    return _parse_test(table, path) if "field" in table or "op" in table else _parse_group(table, path, depth)


def _parse_group(table: Mapping[str, object], path: str, depth: int) -> Group:
    if len(table) != 1 or "value" in table:
        raise RuleInvalid(path, "must have exactly one of all, any, none, or else field, op and value.")
    key, parts = next(iter(table.items()))
    kind = GROUPS[key]
    listed = enumerate(require_list(f"{path}.{key}", parts))
    of = tuple(_parse(part, f"{path}.{key}[{number}]", depth - 1) for number, part in listed)
    return _placed(path, lambda: kind(of))


def _parse_test(table: Mapping[str, object], path: str) -> Test:
    require_table(path, table, ("field", "op", "value"))
    field = require_known(f"{path}.field", table.get("field"), FIELDS, "field")
    op = require_known(f"{path}.op", table.get("op"), OPS, "operator")
    value = _parse_value(table.get("value", ""), f"{path}.value")
    return _placed(path, lambda: Test(field, op, value))


def _parse_value(value: object, path: str) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    values = require_list(path, value)
    return tuple(require_text(f"{path}[{number}]", one) for number, one in enumerate(values))


def _placed(path: str, build: Callable[[], T]) -> T:
    try:
        return build()
    except RuleInvalid as error:
        raise error.under(path) from None


def condition_to_data(condition: Condition) -> dict[str, object]:
    """`condition` as `parse_condition` reads it."""
    if isinstance(condition, Test):
        return _test_to_data(condition)
    return {_key(condition): [condition_to_data(part) for part in condition.of]}


def _test_to_data(test: Test) -> dict[str, object]:
    data: dict[str, object] = {"field": test.field, "op": test.op}
    if test.value:
        data["value"] = test.value if isinstance(test.value, str) else list(test.value)
    return data
