"""Keys that come while something opens."""

import pytest
from textual import events

from deskterm.screens import type_ahead
from deskterm.screens.type_ahead import TypeAhead


def held(*keys: str) -> tuple[TypeAhead, list[str]]:
    """A hold with these keys in it, and what it gives back."""
    typing, given = TypeAhead(), []

    def replay(event: events.Key | events.Paste) -> None:
        assert not typing.takes(event)
        given.append(event.key if isinstance(event, events.Key) else event.text)

    typing.replay = replay
    typing.hold()
    for key in keys:
        assert typing.takes(events.Key(key, key))
    return typing, given


def test_keys_come_back_in_order() -> None:
    """Nothing is given while it holds, everything in order when it ends."""
    typing, given = held("a", "b")
    assert given == []
    typing.release()
    assert given == ["a", "b"] and not typing.takes(events.Key("c", "c"))


def test_order_is_that_of_typing() -> None:
    """A key that took the way over a widget comes later, but was typed before."""
    typing, given = held()
    first, second = events.Key("a", "a"), events.Key("b", "b")
    first.time, second.time = 1.0, 2.0
    typing.takes(second)
    typing.takes(first)
    typing.release()
    assert given == ["a", "b"]


def test_what_comes_while_others_come_back_waits() -> None:
    """A key that was sent before those given back have come in again was still typed after them."""
    typing, back = TypeAhead(), []
    typing.replay = back.append
    typing.hold()
    first, second, third = (events.Key(key, key) for key in "abc")
    for place, key in enumerate((first, second, third)):
        key.time = float(place)
    assert typing.takes(first) and typing.takes(second)
    typing.release()
    assert typing.takes(third)
    assert [event.key for event in back] == ["a", "b"]
    assert not typing.takes(back[0]) and not typing.takes(back[1])
    assert [event.key for event in back] == ["a", "b", "c"]
    assert not typing.takes(back[2])


def test_older_hold_does_not_end_a_newer_one() -> None:
    """Each hold is ended by whoever began it."""
    typing, given = held("a")
    typing.hold()
    typing.release(1)
    assert given == []
    typing.release(2)
    assert given == ["a"]


def test_pastes_wait_too() -> None:
    """A paste is input like any other."""
    typing, given = held()
    assert typing.takes(events.Paste("text"))
    typing.release()
    assert given == ["text"]


def test_no_hold_lasts_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that does not answer does not take the keyboard away."""
    monkeypatch.setattr(type_ahead, "_LONGEST_HOLD_SECONDS", -1.0)
    typing, given = TypeAhead(), []
    typing.replay = given.append
    typing.hold()
    assert not typing.takes(events.Key("a", "a"))
