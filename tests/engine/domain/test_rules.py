"""What a rule is, when it matches, and what it says about it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskterm.engine.domain.conditions import (
    FIELDS,
    MAX_DEPTH,
    MAX_TESTS,
    OPPOSITES,
    All,
    AnyOf,
    Condition,
    NoneOf,
    RuleInvalid,
    Test,
    condition_to_data,
    describe,
    explain,
    holds,
    parse_condition,
)
from deskterm.engine.domain.errors import Invalid
from deskterm.engine.domain.rules import (
    Action,
    Definition,
    Reference,
    Rule,
    RuleParts,
    dump_definition,
    examine,
    facts_after,
    fires,
    in_words,
    load_definition,
    parse_rule,
    references,
    rehearse,
    rule_to_data,
)

VPN = {"field": "subject", "op": "contains", "value": "vpn"}
PRIORITIES = ("low", "normal", "high", "urgent")


def rule(name: str = "A rule", position: int = 1, **parts) -> Rule:
    """A rule for every new ticket, with whatever else a test cares about."""
    return Rule(**{"id": position, "name": name, "position": position, "condition": All(), **parts})


# Strategies

words = st.text(st.sampled_from("abAB üÜßéñç漢ﾌﾟ.@\n"), min_size=1, max_size=6).filter(str.strip)
facts_of_tickets = st.dictionaries(
    st.sampled_from(FIELDS), st.none() | words | st.just("") | st.lists(words, max_size=3), max_size=8
) | st.fixed_dictionaries({"priority": st.sampled_from(PRIORITIES), "subject": words})
fields_of_text = st.sampled_from([field for field in FIELDS if field != "priority"])
tests = st.one_of(
    st.builds(
        Test,
        fields_of_text,
        st.sampled_from(["contains", "not_contains", "equals", "is_not", "starts_with", "ends_with"]),
        words,
    ),
    st.builds(
        Test,
        fields_of_text,
        st.sampled_from(["one_of", "not_one_of"]),
        st.tuples(words) | st.tuples(words, words),
    ),
    st.builds(
        Test,
        fields_of_text,
        st.sampled_from(["matches", "not_matches"]),
        st.sampled_from(["a+b", "^ü", "ß$"]),
    ),
    st.builds(Test, st.sampled_from(FIELDS), st.sampled_from(["is_empty", "is_not_empty"])),
    st.builds(
        Test,
        st.just("priority"),
        st.sampled_from(["at_least", "at_most", "equals", "is_not"]),
        st.sampled_from(PRIORITIES),
    ),
)
conditions = st.recursive(
    tests,
    lambda part: (
        st.builds(All, st.lists(part, max_size=3).map(tuple))
        | st.builds(NoneOf, st.lists(part, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(part, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
lines = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
actions = st.one_of(
    st.builds(Action, st.just("set"), st.sampled_from(["queue", "type", "status", "assignee"]), lines),
    st.builds(Action, st.just("set"), st.just("priority"), st.sampled_from(PRIORITIES)),
    st.builds(Action, st.sampled_from(["tag", "untag"]), st.just("tags"), lines),
    st.builds(Action, st.just("note"), st.just("note"), lines),
)
events = st.lists(st.sampled_from(["created", "message", "updated"]), min_size=1, unique=True).map(tuple)
rules_as_written = st.builds(
    RuleParts,
    name=lines,
    enabled=st.booleans(),
    stop=st.booleans(),
    queue=st.none() | lines,
    when=events,
    condition=conditions,
    actions=st.lists(actions, max_size=3).map(tuple),
)


# Tests of one field


@pytest.mark.parametrize(
    ("field", "op", "value", "found", "expected"),
    [
        ("subject", "contains", "VPN", "my vpn is slow", True),
        ("subject", "contains", "STRASSE", "Neue Straße", True),
        ("subject", "contains", "vpn", "ＶＰＮに接続できません", True),
        ("subject", "contains", "プリンタ", "ﾌﾟﾘﾝﾀが動かない", True),
        ("subject", "contains", "über", "U\u0308BER alles", True),
        ("subject", "not_contains", "vpn", None, True),
        ("subject", "equals", "Hello", "  hello ", True),
        ("subject", "equals", " hello ", "hello", True),
        ("subject", "equals", "hello", "hello world", False),
        ("subject", "is_not", "hello", None, True),
        ("subject", "is_not", "hello", "   ", True),
        ("subject", "is_not", "hello", "HELLO", False),
        ("subject", "starts_with", "re:", "RE: help", True),
        ("subject", "starts_with", "re:", "help re: you", False),
        ("body", "ends_with", "thanks", "do it.\nThanks\n", True),
        ("type", "one_of", ("Bug", "Incident"), "incident", True),
        ("type", "one_of", ("Bug", "Incident"), "Request", False),
        ("type", "not_one_of", ("Bug",), None, True),
        ("subject", "matches", "^wlan|wi-?fi$", "No WIFI", True),
        ("subject", "matches", "^über", "ÜBERLAUF", True),
        ("subject", "matches", "(?-i)DOWN", "is down", False),
        ("subject", "not_matches", "a+", "bbb", True),
        ("organization", "is_empty", "", " \t", True),
        ("organization", "is_not_empty", "", "Acme", True),
        ("recipient", "equals", "vip@example.org", ["help@example.org", "VIP@example.org"], True),
        ("recipient", "is_not", "vip@example.org", ["help@example.org", "VIP@example.org"], False),
        ("tags", "not_contains", "vpn", ["mail", "vpn-user"], False),
        ("tags", "is_empty", "", [], True),
        ("priority", "at_least", "high", "Urgent", True),
        ("priority", "at_least", "high", "normal", False),
        ("priority", "at_most", "normal", "low", True),
        ("priority", "at_most", "urgent", None, False),
        ("priority", "at_least", "low", "sometime", False),
        ("priority", "at_most", "urgent", "sometime", False),
    ],
)
def test_an_operator_decides(field, op, value, found, expected):
    """Each operator compares without regard to case, and any of several values satisfies a positive one."""
    assert holds(Test(field, op, value), {field: found}) is expected


def test_text_is_subject_and_body():
    """`text` looks at subject and body together, but never across a word that only their joint would make."""
    facts = {"subject": "Printer", "body": "Toner is empty"}
    assert holds(Test("text", "contains", "printer"), facts)
    assert holds(Test("text", "contains", "toner"), facts)
    assert not holds(Test("text", "contains", "printertoner"), facts)


def test_the_domain_follows_from_the_sender():
    """The sender's domain need not be given apart."""
    assert holds(Test("sender_domain", "equals", "example.org"), {"sender": "Ann@Example.ORG"})
    assert holds(Test("sender_domain", "is_empty"), {"sender": "MAILER-DAEMON"})


@given(tests, facts_of_tickets)
def test_a_negative_operator_is_the_exact_opposite(test, facts):
    """For every field, value and ticket, not_X says the contrary of X."""
    opposite = {**OPPOSITES, **{positive: negative for negative, positive in OPPOSITES.items()}}
    assume(test.op in opposite)
    assert holds(replace(test, op=opposite[test.op]), facts) is not holds(test, facts)


@given(st.lists(conditions, min_size=1, max_size=3).map(tuple), facts_of_tickets)
def test_none_of_is_not_any_of(parts, facts):
    """None of some conditions holds exactly when not any of them does, and both follow from the parts."""
    each = [holds(part, facts) for part in parts]
    assert holds(AnyOf(parts), facts) is any(each)
    assert holds(NoneOf(parts), facts) is (not any(each))
    assert holds(All(parts), facts) is all(each)


# Patterns


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(\w+\s?)*$", r"(a|aa)+$", r"(.*a){20}$"])
def test_an_evil_pattern_takes_linear_time(pattern):
    """Patterns that take a backtracking engine for ever are done within a second on the longest text."""
    started = perf_counter()
    holds(Test("body", "matches", pattern), {"body": "a" * 65_535 + "!"})
    assert perf_counter() - started < 1


def test_an_evil_text_takes_linear_time():
    """Two million combining marks, whose normal form is quadratic to find, hold nothing up."""
    marks = "a" + "\u0315\u0300\u0328" * 700_000
    started = perf_counter()
    assert not holds(Test("body", "contains", "vpn"), {"body": marks})
    assert not holds(Test("body", "matches", "vpn"), {"body": "\uff9e\u0334" * 50_000})
    assert perf_counter() - started < 1


def test_a_text_that_is_no_unicode_is_still_examined():
    """A lone surrogate, as a broken mail can leave one, does not stop a pattern."""
    assert holds(Test("subject", "matches", "vpn$"), {"subject": "\udcff vpn"})


def test_only_the_beginning_of_a_long_text_is_examined():
    """A pattern is run over the first 64 KB of UTF-8 and over no half a letter."""
    assert holds(Test("body", "matches", "^ü+$"), {"body": "ü" * 40_000 + "!"})


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "missing )"),
        ("a(?=b)", "lookahead"),
        ("a(?!b)", "not_matches"),
        ("(?<=a)b", "lookbehind"),
        (r"(a)\1", "backreferences"),
        (r"a\Z", r"\z"),
        ("a{1001}", "1000"),
        (r"\pL{1000}", "shorter"),
        ("a" * 501, "at most 500"),
        ("\ud800", "no text"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_when_it_is_written(pattern, said):
    """The complaint names the place and what RE2 lacks, before any ticket comes."""
    with pytest.raises(RuleInvalid) as refused:
        parse_condition({"all": [VPN, {"field": "subject", "op": "matches", "value": pattern}]})
    assert refused.value.path == "if.all[1].value"
    assert said in refused.value.reason


def test_a_bad_pattern_prints_nothing(capfd):
    """RE2 does not write its own complaint over the screen."""
    with pytest.raises(RuleInvalid):
        Test("subject", "matches", "(unclosed")
    assert capfd.readouterr() == ("", "")


def test_rules_without_patterns_do_not_load_re2():
    """A desk that has no pattern does not pay for RE2."""
    code = (
        "import sys; from deskterm.engine.domain.rules import parse_rule;"
        "parse_rule({'name': 'a', 'if': {'field': 'subject', 'op': 'contains', 'value': 'b'}});"
        "sys.exit('re2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0


# Examining


def test_a_match_says_what_was_checked():
    """Every condition is reported with its path, words and what the ticket had."""
    verdict = examine(rule(condition=parse_condition({"all": [VPN]})), {"subject": "VPN is slow"})
    (check,) = verdict.checks
    assert verdict.matched and verdict.failed is None
    assert (check.path, check.words, check.passed) == ("if.all[0]", 'subject contains "vpn"', True)
    assert check.saw == "VPN is slow"


def test_a_miss_names_the_first_condition_that_failed():
    """Later conditions are still reported, but the first failure is the answer."""
    condition = parse_condition(
        {
            "all": [
                VPN,
                {"field": "type", "op": "is_not", "value": "Bug"},
                {"field": "sender", "op": "is_empty"},
            ]
        }
    )
    verdict = examine(rule(condition=condition), {"subject": "VPN", "type": "Bug", "sender": "a@b.example"})
    assert not verdict.matched
    assert verdict.failed == verdict.checks[1]
    assert verdict.failed.words == 'type is not "Bug"'
    assert [check.passed for check in verdict.checks] == [True, False, False]


def test_inside_none_the_words_turn_round():
    """What a `none` needs is said as it is needed, so that a passed check reads as true."""
    condition = parse_condition({"none": [VPN, {"any": [VPN, {"field": "tags", "op": "is_empty"}]}]})
    verdict = examine(rule(condition=condition), {"subject": "my VPN", "tags": ["x"]})
    assert verdict.failed.words == 'subject does not contain "vpn"'
    assert verdict.checks[-1].words == "tags is not empty"
    assert verdict.checks[-1].passed


def test_where_one_of_several_would_do_the_group_failed():
    """When no alternative holds, no single one is blamed."""
    condition = parse_condition({"any": [VPN, {"field": "subject", "op": "contains", "value": "wifi"}]})
    verdict = examine(rule(condition=condition), {"subject": "mail"})
    assert verdict.failed.path == "if.any"
    assert verdict.failed.words == '(subject contains "vpn" or subject contains "wifi")'


def test_a_single_alternative_is_blamed_itself():
    """A group of one reads as the one condition it is."""
    verdict = examine(rule(condition=AnyOf((parse_condition(VPN),))), {"subject": "mail"})
    assert [check.path for check in verdict.checks] == ["if.any[0]"]
    assert verdict.failed.words == 'subject contains "vpn"'


def test_the_queue_of_a_rule_is_its_first_condition():
    """A rule of one queue passes over tickets that are elsewhere at that moment."""
    scoped = rule(queue="Network")
    assert examine(scoped, {"queue": "network"}).matched
    elsewhere = examine(scoped, {"queue": "Accounts"})
    assert (elsewhere.failed.path, elsewhere.failed.saw) == ("queue", "Accounts")


def test_a_long_value_is_cut_to_one_line():
    """What was found is shown on one line of 80 characters."""
    verdict = examine(rule(condition=Test("body", "contains", "vpn")), {"body": "one\ntwo  three " * 100_000})
    assert len(verdict.failed.saw) <= 80
    assert verdict.failed.saw.startswith("one two three one") and verdict.failed.saw.endswith("…")


@given(conditions, facts_of_tickets)
def test_explaining_and_deciding_agree(condition, facts):
    """The explanation fails exactly when the condition does, and blames a check that it shows."""
    found = explain(condition, facts)
    assert (found.failed is None) is holds(condition, facts)
    assert found.failed is None or (found.failed in found.checks and not found.failed.passed)


def test_a_condition_reads_as_a_sentence():
    """Whole trees are put in words for lists and screens."""
    condition = parse_condition(
        {
            "all": [
                {"field": "sender_domain", "op": "one_of", "value": ["a.example", "b.example"]},
                {"none": [VPN]},
            ]
        }
    )
    expected = '(sender domain is one of "a.example", "b.example" and subject does not contain "vpn")'
    assert describe(condition) == expected
    assert describe(All()) == "always"


# Running


def test_each_rule_sees_what_the_former_did_until_one_stops():
    """Rules run by position and id, on the facts as they have become; a match that stops ends the run."""
    typed = rule("typed", 1, actions=(Action("set", "type", "Bug"), Action("tag", "tags", "bug")))
    routed = rule(
        "routed",
        2,
        condition=Test("type", "equals", "bug"),
        actions=(Action("set", "queue", "Apps"),),
        stop=True,
    )
    never = rule("never", 3, actions=(Action("set", "queue", "Elsewhere"),))
    run = rehearse([never, routed, typed], {"subject": "crash", "tags": ["old"]})
    assert [one.name for one in run.matched] == ["typed", "routed"]
    assert (run.facts["queue"], run.facts["tags"]) == ("Apps", ("old", "bug"))


def test_a_rule_that_does_not_match_stops_nothing():
    """Stop-after needs a match."""
    passed_over = rule("passed over", 1, condition=Test("subject", "contains", "vpn"), stop=True)
    run = rehearse([passed_over, rule("last", 2)], {"subject": "mail"})
    assert [one.name for one in run.matched] == ["last"]
    assert [step.rule.name for step in run.steps] == ["passed over", "last"]


def test_only_enabled_rules_for_the_event_are_looked_at():
    """A disabled rule and a rule that waits for something else stay out."""
    assert fires(rule(when=("message",)), "message")
    assert not fires(rule(when=("message",)), "created")
    assert not fires(rule(enabled=False), "created")


def test_actions_change_the_facts():
    """Tags come once whatever their case, go again, and a note changes nothing."""
    done = [
        Action("tag", "tags", "VPN"),
        Action("untag", "tags", "Old"),
        Action("note", "note", "Look\nhere"),
    ]
    assert facts_after(done, {"tags": ["vpn", "old"]}) == {"tags": ("VPN",)}
    assert in_words(done) == ('add tag "VPN"', 'remove tag "Old"', 'note "Look\nhere"')


# Writing and reading


@given(conditions)
def test_a_condition_survives_being_written(condition: Condition):
    """A condition written as data and read again is the same."""
    assert parse_condition(condition_to_data(condition)) == condition


@given(rules_as_written)
def test_a_rule_survives_being_written(written):
    """A rule written as a table, or its definition as JSON, reads back the same."""
    assert parse_rule(rule_to_data(written)) == written
    definition = Definition(when=written.when, condition=written.condition, actions=written.actions)
    assert load_definition(dump_definition(written)) == definition


def test_a_kept_rule_writes_like_a_new_one():
    """Id, position and version are the desk's and stay out of the written form."""
    assert sorted(rule_to_data(rule())) == ["enabled", "if", "name", "stop", "then", "when"]


def nested(depth: int) -> dict:
    """A test inside so many groups."""
    return {"all": [nested(depth - 1)]} if depth else VPN


@pytest.mark.parametrize(
    ("part", "path", "said"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "two\nlines"}, "name", "one line"),
        ({"name": 7}, "name", "text"),
        ({"colour": "red"}, "colour", "name, enabled, stop"),
        ({"stop": "yes"}, "stop", "true or false"),
        ({"when": []}, "when", "created"),
        ({"when": ["created", "deleted"]}, "when[1]", "created, message, updated"),
        ({"when": "created"}, "when", "list"),
        ({"queue": ""}, "queue", "empty"),
        ({"if": "subject contains vpn"}, "if", "table"),
        ({"if": {}}, "if", "exactly one"),
        ({"if": {"all": [], "any": [VPN]}}, "if", "exactly one"),
        ({"if": {"any": []}}, "if.any", "never match"),
        ({"if": {"all": [{"any": []}]}}, "if.all[0].any", "never match"),
        ({"if": {"all": VPN}}, "if.all", "list"),
        ({"if": {"some": [VPN]}}, "if.some", "all, any, none"),
        ({"if": {**VPN, "all": []}}, "if.all", "field, op, value"),
        ({"if": {"all": [VPN, {**VPN, "field": "subjekt"}]}}, "if.all[1].field", "subject, body"),
        ({"if": {"none": [{**VPN, "op": "contain"}]}}, "if.none[0].op", "contains, equals"),
        ({"if": {"field": "subject", "op": "contains"}}, "if.value", "empty"),
        ({"if": {**VPN, "value": 3}}, "if.value", "list"),
        ({"if": {**VPN, "value": ["a"]}}, "if.value", "one_of"),
        ({"if": {**VPN, "op": "one_of"}}, "if.value", "list"),
        ({"if": {**VPN, "op": "one_of", "value": ["a", 3]}}, "if.value[1]", "text"),
        ({"if": {**VPN, "op": "is_empty"}}, "if.value", "no value"),
        ({"if": {**VPN, "op": "at_least", "value": "high"}}, "if.op", "priorities"),
        ({"if": {"field": "priority", "op": "at_least", "value": "P1"}}, "if.value", "low, normal"),
        ({"if": {"field": "priority", "op": "one_of", "value": ["low", "P1"]}}, "if.value[1]", "low, normal"),
        ({"if": {**VPN, "value": "a\0b"}}, "if.value", "no text"),
        ({"if": nested(MAX_DEPTH)}, "if" + ".all[0]" * MAX_DEPTH, "deeper"),
        ({"if": {"all": [VPN] * (MAX_TESTS + 1)}}, "if", "at most 200"),
        ({"then": [{"set": "colour", "value": "red"}]}, "then[0].set", "queue, type"),
        ({"then": [{"set": "queue"}]}, "then[0].value", "missing"),
        ({"then": [{"set": "priority", "value": "P1"}]}, "then[0].value", "low, normal"),
        ({"then": [{"tag": "a"}, {"tag": "a", "note": "b"}]}, "then[1]", "exactly one"),
        ({"then": [{"tag": "a", "value": "b"}]}, "then[0].value", "belongs to set"),
        ({"then": [{"tag": "a\nb"}]}, "then[0].tag", "one line"),
        ({"then": [{"run": "rm"}]}, "then[0].run", "set, tag, untag, note"),
        ({"then": {"tag": "a"}}, "then", "list"),
    ],
)
def test_a_mistake_is_named_with_its_place(part, path, said):
    """What cannot be read is refused with the path of the part and what would be right."""
    with pytest.raises(RuleInvalid) as refused:
        parse_rule({"name": "A rule", "if": VPN, **part})
    assert (refused.value.path, said in refused.value.reason) == (path, True), str(refused.value)


@pytest.mark.parametrize("missing", ["name", "if"])
def test_a_rule_has_a_name_and_says_when_it_applies(missing):
    """Neither is guessed."""
    data = {"name": "A rule", "if": VPN}
    del data[missing]
    with pytest.raises(RuleInvalid, match=f"^{missing}: is missing"):
        parse_rule(data)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "7", "[]", '{"if": {"all": []}, "name": "x"}', '{"when": ["created"]}']
)
def test_a_damaged_definition_is_refused(text):
    """Whatever stands in the store, reading it either gives a definition or says why not."""
    with pytest.raises(RuleInvalid):
        load_definition(text)


def test_a_refusal_is_one_of_the_desk():
    """A rule that cannot be used is an invalid request like any other, with one sentence."""
    with pytest.raises(Invalid, match=r'^if\.op: "has" is no operator; write one of contains, '):
        parse_rule({"name": "A rule", "if": {**VPN, "op": "has"}})


def test_references_are_all_the_names_a_rule_relies_on():
    """Queues, types, statuses and logins are listed with where they stand; patterns and tags are no names."""
    written = parse_rule(
        {
            "name": "A rule",
            "queue": "Service Desk",
            "if": {
                "any": [
                    {"field": "type", "op": "not_one_of", "value": ["Bug", "Change"]},
                    {"field": "status", "op": "matches", "value": "^Wait"},
                    {"field": "tags", "op": "equals", "value": "vpn"},
                ]
            },
            "then": [{"tag": "x"}, {"set": "assignee", "value": "ann"}, {"set": "priority", "value": "low"}],
        }
    )
    assert references(written) == (
        Reference("queue", "Service Desk", "queue"),
        Reference("type", "Bug", "if.any[0].value"),
        Reference("type", "Change", "if.any[0].value"),
        Reference("assignee", "ann", "then[1].value"),
    )
