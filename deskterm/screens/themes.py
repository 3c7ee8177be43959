"""Dark, light, high contrast (7:1 and more, nothing dim), and the terminal's own palette."""

from textual.theme import Theme


def _theme(
    name: str,
    *,
    dark: bool,
    ground: str,
    ink: str,
    inks: dict[str, str],
    ansi: bool = False,
    more: dict[str, str] | None = None,
) -> Theme:
    """A theme of Textual's with our inks as variables; `more` are variables of its own widgets."""
    return Theme(
        name=name,
        primary=inks["accent"],
        foreground=ink,
        background=ground,
        surface=ground,
        panel=ground,
        boost=ground,
        secondary=inks["accent"],
        warning=inks["warn"],
        error=inks["urgent"],
        success=inks["good"],
        accent=inks["accent"],
        dark=dark,
        ansi=ansi,
        variables={**(more or {}), **{f"desk-{key}": value for key, value in inks.items()}},
    )


DARK = _theme(
    "deskterm-dark",
    dark=True,
    ground="#16191d",
    ink="#d6dae0",
    inks={
        "dim": "#8b949f",
        "accent": "#6cb6ff",
        "urgent": "#ff7b72",
        "warn": "#e3b341",
        "good": "#6bc46d",
        "public": "#6bc46d",
        "internal": "#e3b341",
        "title": "#16191d",
        "title-ground": "#9fb4cc",
        "title-style": "bold",
        "cursor": "#ffffff",
        "cursor-ground": "#2f4a66",
        "cursor-style": "bold",
        "field": "#20262d",
        "word": "#6cb6ff",
        "word-style": "bold",
    },
)
LIGHT = _theme(
    "deskterm-light",
    dark=False,
    ground="#fbfbf9",
    ink="#1d2126",
    inks={
        "dim": "#5c6570",
        "accent": "#0a56a8",
        "urgent": "#b3201a",
        "warn": "#8a5a00",
        "good": "#1f6f2b",
        "public": "#1f6f2b",
        "internal": "#8a5a00",
        "title": "#ffffff",
        "title-ground": "#34495e",
        "title-style": "bold",
        "cursor": "#000000",
        "cursor-ground": "#c3dcf5",
        "cursor-style": "bold",
        "field": "#eceff2",
        "word": "#0a56a8",
        "word-style": "bold",
    },
)
CONTRAST = _theme(
    "deskterm-contrast",
    dark=True,
    ground="#000000",
    ink="#ffffff",
    inks={
        "dim": "#dddddd",
        "accent": "#7fd4ff",
        "urgent": "#ff9d94",
        "warn": "#ffdd55",
        "good": "#8aff8a",
        "public": "#8aff8a",
        "internal": "#ffdd55",
        "title": "#000000",
        "title-ground": "#ffffff",
        "title-style": "bold",
        "cursor": "#000000",
        "cursor-ground": "#ffff66",
        "cursor-style": "bold",
        "field": "#222222",
        "word": "#7fd4ff",
        "word-style": "bold",
    },
)
ANSI = _theme(
    "deskterm-ansi",
    dark=True,
    ground="ansi_default",
    ink="ansi_default",
    ansi=True,
    more={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_black",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
        "screen-selection-background": "ansi_blue",
        "screen-selection-foreground": "ansi_white",
    },
    inks={
        "dim": "ansi_default",
        "accent": "ansi_cyan",
        "urgent": "ansi_red",
        "warn": "ansi_yellow",
        "good": "ansi_green",
        "public": "ansi_green",
        "internal": "ansi_yellow",
        "title": "ansi_default",
        "title-ground": "ansi_default",
        "title-style": "reverse",
        "cursor": "ansi_default",
        "cursor-ground": "ansi_default",
        "cursor-style": "reverse",
        "field": "ansi_default",
        "word": "ansi_default",
        "word-style": "none",
    },
)
THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "ansi": ANSI}
"""By the words of the setting `theme`."""


def theme_for(wanted: str, *, over_ssh: bool, few_colors: bool, no_color: bool) -> Theme:
    """The theme to draw with. The terminal's own colours where there are no others, or where others cost too much.

    `wanted` is the setting; anything that names no theme leaves the choice to the terminal: its own colours over SSH,
    dark else. `few_colors`: the terminal has sixteen, so that ours would come out as some of them, and the cursor row
    as none. `no_color`: nobody wants any; in that theme the cursor row is in reverse video.
    """
    if no_color or few_colors:
        return ANSI
    return THEMES.get(wanted, ANSI if over_ssh else DARK)
