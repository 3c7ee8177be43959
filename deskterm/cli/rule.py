"""`deskterm rule …`: which rules there are, whether one would match, switching them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.console import Console, console_of
from deskterm.cli.groups import command, command_group
from deskterm.cli.json_keys import rule_json
from deskterm.cli.options import AsJson, ticket_number

if TYPE_CHECKING:
    from deskterm.engine.services.rules import RuleTest

app = command_group("Rules: list, read, try, switch on and off.")

RuleArgument = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")]


@command(app, "list", example="deskterm rule list")
def list_rules(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the rules in the order in which they run."""
    from deskterm.engine.services.rules import ListRules

    console = console_of(ctx)
    with console.seat() as seat:
        rules = seat.ask(ListRules())
        if as_json:
            console.out.json([rule_json(rule) for rule in rules])
            return
        console.out.table(
            ("position", "name", "enabled", "queue", "matches", "problem"),
            ([r.position, r.name, r.enabled, r.queue, r.matches, r.problem] for r in rules),
        )


@command(app, "show", example="deskterm rule show 'VPN to Network'")
def show_rule(ctx: typer.Context, rule: RuleArgument, as_json: AsJson = False) -> None:
    """Show one rule: when, if, then."""
    from deskterm.engine.services.rules import ShowRule

    console = console_of(ctx)
    with console.seat() as seat:
        document = rule_json(seat.ask(ShowRule(name=rule)))
        if as_json:
            console.out.json(document)
            return
        definition = document.pop("definition")
        console.out.fields([*document.items(), *definition.items()])


@command(app, "test", example="deskterm rule test 'VPN to Network' --ticket 1042")
def test_rule(
    ctx: typer.Context,
    rule: RuleArgument,
    ticket: Annotated[str | None, typer.Option(metavar="N", help="Try it on this ticket.")] = None,
    mail: Annotated[Path | None, typer.Option(metavar="FILE", help="Try it on this raw mail; - is stdin.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say condition by condition whether a rule would match; changes nothing."""
    from deskterm.cli.files import read_bytes
    from deskterm.cli.mail_intake import LARGEST_MAIL
    from deskterm.engine.services.rules import TestRule

    console = console_of(ctx)
    if (ticket is None) == (mail is None):
        raise typer.BadParameter("Give either --ticket N or --mail FILE.")
    number = None if ticket is None else ticket_number(ticket)
    raw = None if mail is None else read_bytes(console, mail, LARGEST_MAIL)
    with console.seat() as seat:
        facts = None if raw is None else console.runtime.mail_facts(raw)
        answer = seat.ask(TestRule(name=rule, number=number, facts=facts))
        if as_json:
            console.out.json(_test_json(answer))
        else:
            _print_test(console, answer)


def _test_json(test: "RuleTest") -> dict[str, object]:
    return {
        "rule": test.rule,
        "matched": test.matched,
        "enabled": test.enabled,
        "checks": [{"words": c.words, "passed": c.passed, "saw": c.saw} for c in test.checks],
        "actions": list(test.actions),
    }


def _print_test(console: Console, test: "RuleTest") -> None:
    off = "" if test.enabled else ", but is disabled"
    console.out.line(f"{test.rule} {'would match' if test.matched else 'would not match'}{off}.")
    for check in test.checks:
        words, saw = console.out.in_short(check.words), check.saw or "nothing"
        console.out.line(f"  {'yes' if check.passed else 'no '}  {words} (saw {saw})")
    for words in test.actions if test.matched else ():
        console.out.line(f"  would {words}")


@command(app, "enable", example="deskterm rule enable 'VPN to Network'")
def enable_rule(ctx: typer.Context, rule: RuleArgument, as_json: AsJson = False) -> None:
    """Switch a rule on."""
    _switch(console_of(ctx), rule, True, as_json)


@command(app, "disable", example="deskterm rule disable 'VPN to Network'")
def disable_rule(ctx: typer.Context, rule: RuleArgument, as_json: AsJson = False) -> None:
    """Switch a rule off."""
    _switch(console_of(ctx), rule, False, as_json)


def _switch(console: Console, name: str, enabled: bool, as_json: bool) -> None:
    from deskterm.engine.services.rules import ChangeRule

    with console.seat() as seat:
        rule = seat.do(ChangeRule(name=name, enabled=enabled))
        if as_json:
            console.out.json(rule_json(rule))
        else:
            console.out.line(f"{rule.name} is {'enabled' if rule.enabled else 'disabled'}.")
