"""Routing rules as data: what a rule is, how it is written, whether it matches a ticket and what it would do.

Nothing here writes: the same `examine` answers for the desk at work, a trial, a backtest and `ticket why`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deskterm.engine.domain.conditions import (
    Check,
    Condition,
    Facts,
    RuleInvalid,
    condition_to_data,
    explain,
    first_failure,
    parse_condition,
    require_known,
    require_list,
    require_priority,
    require_table,
    require_text,
    shortened,
    tests_of,
    values_of,
)

EVENTS = ("created", "message", "updated")
"""What a rule can wait for."""

KINDS = ("set", "tag", "untag", "note")
SETTABLE = ("queue", "type", "priority", "status", "assignee")
"""Fields a rule can set; an assignee is a login."""

REFERENCED = ("queue", "type", "status", "assignee")
"""Fields whose values are names of things the desk keeps."""

MAX_NAME = 100
"""Characters in the name of a rule, a tag, or anything set."""
MAX_NOTE = 10_000
"""Characters in a note."""

_FIELD_OF_KIND = {"tag": "tags", "untag": "tags", "note": "note"}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a rule does: set `field` to `value`, add or remove the tag `value`, or leave it as a note.

    `field` is one of SETTABLE for `set`, `tags` for `tag` and `untag`, `note` for `note`.
    """

    kind: str
    field: str
    value: str

    def __post_init__(self) -> None:
        require_known("kind", self.kind, KINDS, "kind of action")
        fields = SETTABLE if self.kind == "set" else (_FIELD_OF_KIND[self.kind],)
        require_known("field", self.field, fields, "field to set")
        if self.kind == "note":
            require_text("value", self.value, MAX_NOTE)
        else:
            _require_line("value", self.value)
        if self.field == "priority":
            require_priority("value", self.value)


def _require_line(path: str, value: object) -> str:
    line = require_text(path, value, MAX_NAME)
    if any(character < " " for character in line):
        raise RuleInvalid(path, "must be one line.")
    return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """When a rule is looked at, if it applies, and what it then does."""

    when: tuple[str, ...] = ("created",)
    condition: Condition
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParts(Definition):
    """A rule as somebody writes it, before the desk gives it a place.

    `queue` limits the rule to tickets in that queue at that moment; `stop` ends the run after a match.
    """

    name: str
    enabled: bool = True
    stop: bool = False
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(RuleParts):
    """A rule the desk keeps; rules run by `position`, those with the same one by `id`."""

    id: int
    position: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule matches, every check in reading order, and the first that kept it from matching."""

    matched: bool
    checks: tuple[Check, ...]
    failed: Check | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule of a run decided."""

    rule: Rule
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A run of rules that wrote nothing: every rule looked at, and the ticket's facts after the last."""

    steps: tuple[Step, ...]
    facts: Facts

    @property
    def matched(self) -> tuple[Rule, ...]:
        """The rules that matched, in the order they ran."""
        return tuple(step.rule for step in self.steps if step.verdict.matched)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that a rule relies on: `kind` is one of REFERENCED, `path` is where the rule says it."""

    kind: str
    name: str
    path: str


# Deciding


def fires(rule: Rule, event: str) -> bool:
    """Whether `rule` is looked at when `event` happens."""
    return rule.enabled and event in rule.when


def examine(rule: RuleParts, facts: Facts) -> Verdict:
    """Whether `rule` matches a ticket with these facts, and why, condition by condition.

    Whether the rule is enabled and waits for this event is not asked: see `fires`.
    """
    scope = _scope_checks(rule, facts)
    found = explain(rule.condition, facts)
    failed = next((check for check in scope if not check.passed), found.failed)
    return Verdict(failed is None, scope + found.checks, failed)


def failure(rule: RuleParts, facts: Facts) -> Check | None:
    """The check that keeps `rule` from matching, or None when it matches; what routing asks of every rule."""
    outside = next((check for check in _scope_checks(rule, facts) if not check.passed), None)
    return outside or first_failure(rule.condition, facts)


def _scope_checks(rule: RuleParts, facts: Facts) -> tuple[Check, ...]:
    if rule.queue is None:
        return ()
    saw = values_of(facts, "queue")
    inside = any(_same(queue, rule.queue) for queue in saw)
    return (Check("queue", f'ticket is in queue "{rule.queue}"', inside, shortened(saw)),)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """`rules` in the order they run."""
    return sorted(rules, key=lambda rule: (rule.position, rule.id))


def rehearse(rules: Iterable[Rule], facts: Facts, event: str = "created") -> Rehearsal:
    """Run `rules` over `facts` in order, each seeing what the former did, up to a match that stops."""
    steps = []
    for rule in in_order(rule for rule in rules if fires(rule, event)):
        verdict = examine(rule, facts)
        steps.append(Step(rule, verdict))
        if not verdict.matched:
            continue
        facts = facts_after(rule.actions, facts)
        if rule.stop:
            break
    return Rehearsal(tuple(steps), facts)


def facts_after(actions: Iterable[Action], facts: Facts) -> Facts:
    """`facts` as they are once `actions` are done; a note changes none of them."""
    for action in actions:
        facts = _after(action, facts)
    return facts


def _after(action: Action, facts: Facts) -> Facts:
    if action.kind == "set":
        return {**facts, action.field: action.value}
    if action.kind == "note":
        return facts
    others = tuple(tag for tag in values_of(facts, "tags") if not _same(tag, action.value))
    return {**facts, "tags": (*others, action.value) if action.kind == "tag" else others}


# Names that must exist


def references(rule: Definition) -> tuple[Reference, ...]:
    """Every queue, type, status and login that `rule` names, with the place where it does."""
    return tuple(_references(rule))


def _references(rule: Definition) -> Iterator[Reference]:
    if isinstance(rule, RuleParts) and rule.queue is not None:
        yield Reference("queue", rule.queue, "queue")
    for path, test in tests_of(rule.condition):
        if test.field in REFERENCED and test.positive in ("equals", "one_of"):
            for name in test.wanted:
                yield Reference(test.field, name, f"{path}.value")
    for number, action in enumerate(rule.actions):
        if action.field in REFERENCED:
            yield Reference(action.field, action.value, f"then[{number}].value")


# Rules as data


def parse_rule(data: object) -> RuleParts:
    """The rule written as `{name, enabled, stop, queue, when, if, then}`; RuleInvalid names the wrong part.

    `name` and `if` must be there; a rule for every ticket says `if = { all = [] }`.
    """
    table = require_table("", data, ("name", "enabled", "stop", "queue", "when", "if", "then"))
    definition = _parse_definition(table)
    return RuleParts(
        name=_require_line("name", _given(table, "name")),
        enabled=_switch(table, "enabled", True),
        stop=_switch(table, "stop", False),
        queue=_require_line("queue", table["queue"]) if "queue" in table else None,
        when=definition.when,
        condition=definition.condition,
        actions=definition.actions,
    )


def _given(table: Mapping[str, object], key: str, path: str = "") -> object:
    if key not in table:
        raise RuleInvalid(path or key, "is missing.")
    return table[key]


def _switch(table: Mapping[str, object], key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise RuleInvalid(key, "must be true or false.")
    return value


def _parse_definition(table: Mapping[str, object]) -> Definition:
    if "if" not in table:
        raise RuleInvalid("if", "is missing; a rule for every ticket says { all = [] }.")
    return Definition(
        when=_parse_when(table.get("when", ["created"])),
        condition=parse_condition(table["if"]),
        actions=_parse_actions(table.get("then", [])),
    )


def _parse_when(data: object) -> tuple[str, ...]:
    events = enumerate(require_list("when", data))
    when = tuple(require_known(f"when[{number}]", event, EVENTS, "event") for number, event in events)
    if not when:
        raise RuleInvalid("when", f"is empty; write at least one of {', '.join(EVENTS)}.")
    return tuple(dict.fromkeys(when))


def _parse_actions(data: object) -> tuple[Action, ...]:
    listed = enumerate(require_list("then", data))
    return tuple(_parse_action(one, f"then[{number}]") for number, one in listed)


def _parse_action(data: object, path: str) -> Action:
    table = require_table(path, data, (*KINDS, "value"))
    kinds = [kind for kind in KINDS if kind in table]
    if len(kinds) != 1:
        raise RuleInvalid(path, f"must have exactly one of {', '.join(KINDS)}.")
    kind = kinds[0]
    return _parse_set(table, path) if kind == "set" else _parse_other(kind, table, path)


def _parse_set(table: Mapping[str, object], path: str) -> Action:
    field = require_known(f"{path}.set", table["set"], SETTABLE, "field to set")
    return _action("set", field, _given(table, "value", f"{path}.value"), path, "value")


def _parse_other(kind: str, table: Mapping[str, object], path: str) -> Action:
    if "value" in table:
        raise RuleInvalid(f"{path}.value", f"belongs to set; {kind} takes its text itself.")
    return _action(kind, _FIELD_OF_KIND[kind], table[kind], path, kind)


def _action(kind: str, field: str, value: object, path: str, key: str) -> Action:
    text = require_text(f"{path}.{key}", value, MAX_NOTE)
    try:
        return Action(kind, field, text)
    except RuleInvalid as error:
        raise RuleInvalid(f"{path}.{key}", error.reason) from None


def rule_to_data(rule: RuleParts) -> dict[str, object]:
    """`rule` as `parse_rule` reads it; the place it has in the desk (id, position, version) is left out."""
    scope = {} if rule.queue is None else {"queue": rule.queue}
    named = {"name": rule.name, "enabled": rule.enabled, "stop": rule.stop}
    return {**named, **scope, **_definition_to_data(rule)}


def _definition_to_data(definition: Definition) -> dict[str, object]:
    return {
        "when": list(definition.when),
        "if": condition_to_data(definition.condition),
        "then": [_action_to_data(action) for action in definition.actions],
    }


def _action_to_data(action: Action) -> dict[str, str]:
    if action.kind == "set":
        return {"set": action.field, "value": action.value}
    return {action.kind: action.value}


def load_definition(text: str) -> Definition:
    """The definition kept as JSON text `{"when": [...], "if": {...}, "then": [...]}`, else RuleInvalid."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise RuleInvalid("definition", "is not JSON.") from None
    return _parse_definition(require_table("", data, ("when", "if", "then")))


def dump_definition(definition: Definition) -> str:
    """`definition` as one line of JSON that `load_definition` reads."""
    return json.dumps(_definition_to_data(definition), ensure_ascii=False, separators=(",", ":"))


def in_words(actions: Sequence[Action]) -> tuple[str, ...]:
    """What each action does, as a phrase: `set queue to "Network"`, `add tag "vpn"`."""
    return tuple(_phrase(action) for action in actions)


def _phrase(action: Action) -> str:
    phrases = {"set": f"set {action.field} to", "tag": "add tag", "untag": "remove tag", "note": "note"}
    return f'{phrases[action.kind]} "{action.value}"'
