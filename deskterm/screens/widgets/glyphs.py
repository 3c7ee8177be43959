"""The signs that are not letters, once as Unicode and once as plain ASCII (`--ascii`)."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Glyphs:
    """One sign per meaning; every one is a single cell unless its comment says otherwise.

    Who draws keeps the signs of the session, which change in place when the setting does.
    """

    ellipsis: str = "…"
    mark: str = "✓"
    unread: str = "●"
    draft: str = "✎"
    dot: str = "·"
    new: str = "▲"
    gone: str = "▼"
    requester: str = "│"
    agent: str = "┃"
    note: str = "░"
    folded: str = "▸"
    arrow: str = "→"
    dash: str = "–"
    clip: str = "+"

    def take(self, other: "Glyphs") -> None:
        """Be drawn as another set of signs from now on."""
        for field in fields(self):
            setattr(self, field.name, getattr(other, field.name))


UNICODE = Glyphs()
ASCII = Glyphs(
    ellipsis="~",
    mark="*",
    unread="o",
    draft="d",
    dot="-",
    new="^",
    gone="v",
    requester="|",
    agent="#",
    note=":",
    folded=">",
    arrow="->",  # two cells
    dash="-",
)
