"""Settings of one's own: kept as they were meant, refused in a sentence, nobody else's business."""

import pytest

from deskterm.engine.domain.preferences import PREFERENCES
from deskterm.engine.door.errors import Invalid
from deskterm.engine.door.seat import Seat
from deskterm.engine.services.preferences import ReadPreferences, SetPreference

GOOD = {
    "theme": "high-contrast",
    "ascii": "yes",
    "keymap": '{"desk.take":"t,ctrl+t"}',
    "columns": '["number","subject"]',
    "density": "compact",
    "preview": "below",
    "hints": "3",
    "undo_seconds": "120",
    "line": "ssh",
    "output": "plain",
    "query_history": '["is:open","naïve \\"x\\""]',
    "views_order": "[3,1]",
    "recent": "[1001]",
}

BAD = [
    ("theme", "Dark Theme"),
    ("theme", "x" * 61),
    ("ascii", "true"),
    ("keymap", "[]"),
    ("keymap", '{"a b":"t"}'),
    ("keymap", '{"a":""}'),
    ("keymap", '{"a":1}'),
    ("columns", "number"),
    ("columns", "[1]"),
    ("columns", "[" * 5000),
    ("density", "Compact"),
    ("preview", "left"),
    ("hints", "4"),
    ("hints", "-1"),
    ("hints", "٣"),
    ("undo_seconds", "121"),
    ("undo_seconds", "1e2"),
    ("line", "fast"),
    ("output", "html"),
    ("query_history", "[" + ",".join(['"q"'] * 51) + "]"),
    ("query_history", '["' + "q" * 501 + '"]'),
    ("views_order", "[true]"),
    ("views_order", '["1"]'),
    ("recent", "[" + ",".join(["1"] * 21) + "]"),
    ("recent", "[1.5]"),
    ("nonsense", "x"),
]


def test_every_setting_is_kept_and_forgotten(bo: Seat, admin: Seat) -> None:
    """What was set is read, by its owner alone, and an empty value ends it."""
    assert set(GOOD) == set(PREFERENCES)
    for key, value in GOOD.items():
        bo.do(SetPreference(key=key, value=value))
    assert bo.ask(ReadPreferences()) == GOOD
    assert admin.ask(ReadPreferences()) == {}
    for key in GOOD:
        bo.do(SetPreference(key=key, value=""))
    assert bo.ask(ReadPreferences()) == {}


@pytest.mark.parametrize(("key", "value"), BAD)
def test_wrong_value_is_refused_in_one_sentence(bo: Seat, key: str, value: str) -> None:
    """The sentence names the setting, or those there are; what was set before stays."""
    with pytest.raises(Invalid, match=r"^(The setting|There is no setting) [^\n]*\.$") as refusal:
        bo.do(SetPreference(key=key, value=value))
    assert key in str(refusal.value)
    assert bo.ask(ReadPreferences()) == {}


def test_requesters_have_settings_too(rita: Seat) -> None:
    """Whoever may read has looks of their own."""
    rita.do(SetPreference(key="theme", value="dark"))
    assert rita.ask(ReadPreferences()) == {"theme": "dark"}
