"""Rules as data: list them, switch them, try one on a ticket or a mail without writing anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.engine.domain.conditions import RuleInvalid
from deskterm.engine.domain.errors import Invalid, NotFound
from deskterm.engine.domain.permissions import Permission
from deskterm.engine.domain.rows import RuleRow
from deskterm.engine.domain.rules import examine, in_words
from deskterm.engine.door.actions import Command, Query, action
from deskterm.engine.services.routing import Facts, compiled_rule, facts_of, first_arrival

if TYPE_CHECKING:
    from deskterm.engine.door.read_tx import ReadTx
    from deskterm.engine.door.write_tx import WriteTx


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules(Query[tuple[RuleRow, ...]]):
    """The rules in the order they run."""


@action("rule.list", needs=Permission.SEE_RULES)
def list_rules(tx: "ReadTx", query: ListRules) -> tuple[RuleRow, ...]:
    """With how often each matched."""
    return tx.rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRule(Query[RuleRow]):
    """One rule by name."""

    name: str


@action("rule.show", needs=Permission.SEE_RULES)
def show_rule(tx: "ReadTx", query: ShowRule) -> RuleRow:
    """With its definition as data."""
    return rule_by_name(tx, query.name)


def rule_by_name(tx: "ReadTx", name: str) -> RuleRow:
    """A rule by its name or number.

    Raises:
        NotFound: there is none.
    """
    for row in tx.rules():
        if name.casefold() == row.name.casefold() or name == str(row.id):
            return row
    raise NotFound(f'There is no rule "{name}"; `rule list` shows them.')


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule(Command[RuleRow]):
    """Switch a rule on or off."""

    name: str
    enabled: bool


@action("rule.change", needs=Permission.MANAGE_RULES)
def change_rule(tx: "WriteTx", command: ChangeRule) -> RuleRow:
    """Switching it on clears a problem that may have been mended meanwhile."""
    row = rule_by_name(tx, command.name)
    rule = tx.rule(row.name)
    mended = command.enabled and bool(rule.problem)
    tx.change_entity("rule", rule, enabled=command.enabled, problem="" if mended else rule.problem)
    tx.flush()
    if mended:
        tx.route_again()
    return rule_by_name(tx, row.name)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One condition in words, whether it held, and what it looked at."""

    words: str
    passed: bool
    saw: str


@dataclass(frozen=True, slots=True)
class RuleTest:
    """Whether a rule would match, condition by condition, and what it would do."""

    rule: str
    matched: bool
    checks: tuple[CheckLine, ...]
    actions: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRule(Query[RuleTest]):
    """Whether a rule would match a ticket or a mail; nothing is written.

    Either `number`, or the facts of a mail as `facts_of_mail` gives them.
    """

    __test__ = False

    name: str
    number: int | None = None
    facts: Mapping[str, str | tuple[str, ...] | None] | None = None


@action("rule.test", needs=Permission.SEE_RULES)
def test_rule(tx: "ReadTx", query: TestRule) -> RuleTest:
    """The same evaluator as in routing; a switched-off rule can be tried too."""
    row = rule_by_name(tx, query.name)
    facts: Facts = query.facts if query.facts is not None else _facts_of_ticket(tx, query.number)
    try:
        rule = compiled_rule(row)
    except RuleInvalid as error:
        raise Invalid(f"Rule {row.name} cannot run: {error}") from error
    verdict = examine(rule, facts)
    checks = tuple(CheckLine(check.words, check.passed, check.saw) for check in verdict.checks)
    return RuleTest(row.name, verdict.matched, checks, in_words(rule.actions), row.enabled)


def _facts_of_ticket(tx: "ReadTx", number: int | None) -> Facts:
    if number is None:
        raise Invalid("A rule is tried on a ticket or on a mail; say which.")
    return facts_of(tx, number, first_arrival(tx, number))
