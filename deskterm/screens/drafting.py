"""A screen on which something is written that is kept as a draft."""

from collections.abc import Callable

from deskterm.screens.acting_screen import ActingScreen
from deskterm.screens.drafts import NEW_TICKET, Draft, Key
from deskterm.screens.palette import Entry, entry
from deskterm.screens.widgets.cells import one_line
from deskterm.screens.widgets.picker import Choice

_CHOICES = {"m": "mine", "o": "other", "b": "both"}


class DraftingScreen(ActingScreen):
    """Offers the drafts to go on with, and asks where two sessions of one person wrote on the same one."""

    def go_on_writing(self, key: Key) -> None:
        """Open the panel of a draft."""
        number, kind = key
        self.open_ticket(number, write=kind)

    def palette_entries(self) -> list[Entry]:
        """And the drafts."""
        count = len(self.session.drafts)
        words = f"{count} draft{'s' if count != 1 else ''}"
        refused = "" if count else "nothing was begun"
        offered = entry("go on writing", self._offer_drafts, summary=words, refused=refused)
        return [offered, *super().palette_entries()] if count else [*super().palette_entries(), offered]

    def _offer_drafts(self) -> None:
        self.begin_held("act", self._choose_draft)

    async def _choose_draft(self) -> None:
        await self.session.drafts.load()
        found = dict(self.session.drafts)
        choices = [Choice(draft_words(key), draft_words(key), one_line(draft.body)) for key, draft in found.items()]
        chosen = await self.pick("Go on writing", choices)
        for key in found:
            if draft_words(key) == chosen:
                self.call_later(self.go_on_writing, key)

    async def settle(self, key: Key, show: Callable[[Draft], object]) -> str:
        """Which text is gone on with: `mine`, `other` or `both`; nothing when none was chosen.

        `show` is given it, if it is not the one that stands there.
        """
        drafts = self.session.drafts
        if drafts.other(key) is None:
            return "mine"
        question = "You wrote on this in another session too. Keep: m mine, o the other, b both"
        choice = _CHOICES.get(await self.ask(question, "mob"), "")
        if choice:
            draft = drafts.settle(key, choice)
            drafts.touch(key)
            if choice != "mine":
                show(draft)
        return choice


def draft_words(key: Key) -> str:
    """What a draft is: `reply on #1042`."""
    number, kind = key
    return "a new ticket" if key == NEW_TICKET else f"{kind} on #{number}"
