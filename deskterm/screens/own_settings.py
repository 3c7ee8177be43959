"""One's own settings: what each is for, which values it has, and how it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from deskterm.screens.session import Session
from deskterm.screens.widgets.picker import Choice


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values of a setting: as it is kept, as it is called, what it does."""

    word: str
    label: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that is chosen from a few values. `at_start`: it takes effect when deskterm is opened next."""

    key: str
    label: str
    summary: str
    values: tuple[Value, ...]
    at_start: bool = False

    def value(self, word: str) -> Value:
        """The value that is kept as this word; one that is not among them is called as it is kept."""
        return next((value for value in self.values if value.word == word), Value(word, word))

    def after(self, word: str) -> Value:
        """The value that comes after, in a circle."""
        words = [value.word for value in self.values]
        place = words.index(word) if word in words else -1
        return self.values[(place + 1) % len(words)]


DENSITY = Setting(
    "density",
    "Rows",
    "How many lines each ticket has in the list",
    (
        Value("compact", "one line", "as many tickets as there is room for"),
        Value("comfortable", "two lines", "the whole subject, and who asked below it"),
    ),
)

PREVIEW = Setting(
    "preview",
    "Preview",
    "Where the ticket under the cursor is shown",
    (
        Value("auto", "by itself", "right from 100 columns, below from 40 lines"),
        Value("right", "right", "beside the list"),
        Value("below", "below", "below the list"),
        Value("off", "off", "nowhere"),
    ),
)

SETTINGS = (
    Setting(
        "theme",
        "Theme",
        "Colours of the screens",
        (
            Value("auto", "by terminal", "dark; over SSH the terminal's own colours"),
            Value("dark", "dark"),
            Value("light", "light"),
            Value("contrast", "high contrast", "7:1 and more, nothing dim"),
            Value("ansi", "terminal's own", "its palette of sixteen; the fewest bytes"),
        ),
    ),
    Setting(
        "ascii",
        "Signs",
        "Signs beside the words",
        (
            Value("auto", "by terminal", "Unicode where its character set has it"),
            Value("no", "Unicode", "one cell each, no emoji"),
            Value("yes", "ASCII", "nothing that is not on a typewriter"),
        ),
    ),
    Setting(
        "line",
        "Line",
        "How much is sent to the terminal",
        (
            Value("auto", "by connection", "spare the line when it is SSH"),
            Value("ssh", "spare the line", "no mouse, the terminal's own colours"),
            Value("local", "no need to spare", "mouse and colours also over SSH"),
        ),
        at_start=True,
    ),
    Setting(
        "output",
        "Output",
        "What is sent when something changes",
        (
            Value("auto", "by connection", "only what changed when it is SSH"),
            Value("diff", "what changed", "cell by cell"),
            Value("plain", "everything", "as Textual paints it"),
        ),
        at_start=True,
    ),
    Setting(
        "undo_seconds",
        "Undo send",
        "How long a reply waits before it leaves",
        (
            Value("0", "not at all", "what is sent is sent"),
            Value("5", "5 seconds"),
            Value("10", "10 seconds"),
            Value("20", "20 seconds"),
            Value("30", "30 seconds"),
            Value("60", "a minute"),
            Value("120", "two minutes"),
        ),
    ),
    DENSITY,
    PREVIEW,
    Setting(
        "hints",
        "First steps",
        "A line that tells the first keys",
        (
            Value("0", "from the first", "opening, answering, finding"),
            Value("1", "from the second", "answering, finding"),
            Value("2", "from the third", "finding"),
            Value("3", "done", "no line"),
        ),
    ),
)


class Changer(Protocol):
    """The screen a setting is changed at."""

    session: Session

    async def pick(self, title: str, choices: Sequence[Choice], *, current: str = "") -> str | None:
        """The value chosen, or None."""

    def tell(self, text: str, ink: str = "plain") -> None:
        """One sentence in the status line."""


async def choose(screen: Changer, setting: Setting) -> None:
    """Choose a value and keep it."""
    current = screen.session.preferences.word(setting.key)
    choices = [Choice(value.word, value.label, value.summary) for value in setting.values]
    word = await screen.pick(setting.label, choices, current=current)
    if word is not None:
        await change(screen, setting, word)


async def change(screen: Changer, setting: Setting, word: str) -> None:
    """Keep a value: at once on these screens, then in the desk."""
    session = screen.session
    before = session.over_ssh, session.preferences.word("output")
    try:
        await session.preferences.keep(setting.key, word)
    finally:
        session.apply_settings()
    when = (
        " from the next start on"
        if setting.at_start and (session.over_ssh, session.preferences.word("output")) != before
        else ""
    )
    screen.tell(f"{setting.label}: {setting.value(word).label}{when}.", "good")
