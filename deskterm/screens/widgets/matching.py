"""How well words that were typed find a line: the beginning of its label first, letters here and there last."""

LABEL, WORD, INSIDE, LETTERS = 4, 3, 2, 1
"""Beginning of the label, of a word in it, inside a word, letters in order. The whole label is one better."""

_LOOSEST = 2
"""Letters in order may be spread over so many times their number."""


def rank(text: str, label: str) -> int:
    """How well a label answers what was typed: higher is better, 0 not at all. Letter case does not count.

    Several words all have to be found, in any order; the one found worst counts.
    """
    typed, label = text.casefold().split(), label.casefold()
    if not typed:
        return LABEL
    if " ".join(typed) == label:
        return LABEL + 1
    if label.startswith(" ".join(typed)):
        return LABEL
    return min(_word_rank(word, label) for word in typed)


def rank_with_hint(text: str, label: str, hint: str) -> int:
    """By label first; the hint counts less, and only where it has what was typed as it was typed."""
    by_label, by_hint = rank(text, label), rank(text, hint)
    if by_label > LETTERS:
        return by_label + LABEL
    if by_hint > LETTERS:
        return by_hint
    return by_label or _spread(text, label, hint)


def _spread(text: str, label: str, hint: str) -> int:
    """Words that are partly in the label and partly in the hint."""
    words = text.casefold().split()
    return min((_word_rank(word, f"{label} {hint}".casefold()) for word in words), default=0) if len(words) > 1 else 0


def _word_rank(word: str, label: str) -> int:
    if label.startswith(word):
        return LABEL
    if any(part.startswith(word) for part in _words(label)):
        return WORD
    if word in label:
        return INSIDE
    return LETTERS if _are_initials(word, label) or _are_close(word, label) else 0


def _words(label: str) -> list[str]:
    return label.replace("-", " ").split()


def _are_initials(letters: str, label: str) -> bool:
    """Whether each letter begins a word, in order."""
    beginnings = iter(part[0] for part in _words(label))
    return all(letter in beginnings for letter in letters)


def _are_close(letters: str, label: str) -> bool:
    """Whether the letters stand in order from the beginning of a word, not far from each other."""
    return any(_is_close(letters, part) for part in _words(label))


def _is_close(letters: str, word: str) -> bool:
    if not word.startswith(letters[0]):
        return False
    place = 0
    for letter in letters[1:]:
        place = word.find(letter, place + 1)
        if place < 0:
            return False
    return place < _LOOSEST * len(letters)
