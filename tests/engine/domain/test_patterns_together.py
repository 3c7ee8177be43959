"""Patterns run together give what each gives alone."""

from itertools import product

import pytest

from deskterm.engine.domain import conditions
from deskterm.engine.domain.conditions import Test, holds

PATTERNS = ("vpn", r"^re:", r"drucker|printer", r"\pL+ung\b", r"(a+)+$", "日本", r"code \d{3}", "never-there")
TEXTS = (
    "VPN is down",
    "RE: Störung",
    "Der Drucker aaaa",
    "日本語のメール",
    "error code 451",
    "",
    "Lösung für alle",
    "xxx",
)


def decide() -> list[bool]:
    """Every pattern over every text."""
    return [holds(Test("subject", "matches", one), {"subject": text}) for one, text in product(PATTERNS, TEXTS)]


def test_together_decides_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The set that a busy process builds changes no answer, nor does a pattern that comes later."""
    monkeypatch.setattr(conditions, "_together", conditions._Together())
    monkeypatch.setattr(conditions, "_LOOKUPS_BEFORE_SET", 10**9)
    alone = decide()
    assert any(alone) and not all(alone)
    monkeypatch.setattr(conditions, "_LOOKUPS_BEFORE_SET", 3)
    assert decide() == alone
    assert conditions._together._set is not None
    assert decide() == alone
    late = Test("subject", "matches", "LATE")
    assert [holds(late, {"subject": text}) for text in ("too late", "early")] == [True, False]
