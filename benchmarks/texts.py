"""Ticket texts for both sides of a comparison: the same seed gives the same words. Standard library only."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

_ONSETS = [*"bdfgklmnprstvw", "br", "dr", "kr", "pl", "st", "tr"]
_VOWELS = [*"aeiou", "ai", "ou"]
_SYLLABLES = ["".join(pair) for pair in product(_ONSETS, _VOWELS)]
_VOCABULARY_SIZE = 3000


@dataclass(frozen=True, slots=True)
class TicketText:
    """The subject (about 40 characters) and body (about 600) of one made-up ticket."""

    subject: str
    body: str


def _vocabulary(rng: random.Random) -> list[str]:
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(_VOCABULARY_SIZE)]


def ticket_texts(seed: int) -> Iterator[TicketText]:
    """Endless tickets; common words are as frequent as in a natural language (weight 1/rank)."""
    rng = random.Random(seed)
    words = _vocabulary(rng)
    weights = [1 / rank for rank in range(1, _VOCABULARY_SIZE + 1)]
    while True:
        drawn = rng.choices(words, weights, k=74)
        yield TicketText(subject=" ".join(drawn[:6]), body=" ".join(drawn))
