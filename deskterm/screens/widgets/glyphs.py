"""The signs that are not letters, once as Unicode and once as plain ASCII (`--ascii`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One sign per meaning; every one is a single cell unless its comment says otherwise."""

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
