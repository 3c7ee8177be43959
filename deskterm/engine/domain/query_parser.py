"""From the tokens of a query to its tree."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NoReturn

from deskterm.engine.domain.query_tokens import Token, tokens_of
from deskterm.engine.domain.query_tree import Match, Node, Not, Query, QueryError, Sort, all_of, any_of

MAX_CHARACTERS: Final = 1_000
MAX_TERMS: Final = 64
MAX_NESTING: Final = 20


@lru_cache(maxsize=256)
def parse(text: str) -> Query:
    """Read a query; the same few are asked again and again, and what comes of one never changes.

    Raises:
        QueryError: it cannot be understood; the sentence says what would be right, the offsets where.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"A query has at most {MAX_CHARACTERS:,} characters.", MAX_CHARACTERS, len(text))
    tokens = list(tokens_of(text))
    _limit_terms(tokens)
    sort = _sorts(tokens)
    return Query(_Parser([token for token in tokens if not token.sorts]).query(), sort, text)


def _limit_terms(tokens: Iterable[Token]) -> None:
    """Every value counts, so that a list is no way around the limit."""
    count = 0
    for token in tokens:
        count += len(token.node.values) if isinstance(token.node, Match) else not token.mark
        if count > MAX_TERMS:
            raise QueryError(f"A query has at most {MAX_TERMS} terms.", *token.place)


def _sorts(tokens: list[Token]) -> tuple[Sort, ...]:
    """The keys of all sort terms; they order the whole list, so they stand outside parentheses."""
    depth = 0
    found: list[Sort] = []
    for index, token in enumerate(tokens):
        depth += (token.mark == "(") - (token.mark == ")")
        if token.sorts and depth:
            raise QueryError("sort orders the whole list: put it outside the parentheses.", *token.place)
        if token.sorts and index and tokens[index - 1].mark == "-":
            raise QueryError("Here the minus stands after the colon: sort:-updated.", *token.place)
        found.extend(token.sorts)
    _refuse_doubles(found)
    return tuple(found)


def _refuse_doubles(sorts: list[Sort]) -> None:
    seen: set[str] = set()
    for key in sorts:
        if key.field in seen:
            raise QueryError(f"The list is already sorted by {key.field}.", *key.place)
        seen.add(key.field)


class _Parser:
    """Recursive descent; `MAX_NESTING` bounds the recursion."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def query(self) -> Node | None:
        if not self._tokens:
            return None
        node = self._alternatives()
        left_over = self._peek()
        if left_over:
            raise QueryError("This parenthesis was never opened.", *left_over.place)
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, mark: str) -> Token | None:
        token = self._peek()
        if token is None or token.mark != mark:
            return None
        self._at += 1
        return token

    def _alternatives(self) -> Node:
        found = [self._chain(None)]
        while either := self._take("OR"):
            found.append(self._chain(either))
        return any_of(found)

    def _chain(self, either: Token | None) -> Node:
        """Terms side by side; `either` is the OR before them, which must not dangle."""
        found: list[Node] = []
        while (token := self._peek()) and token.mark not in ("OR", ")"):
            self._at += 1
            found.append(self._term(token))
        return all_of(found) if found else self._refuse_empty(either)

    def _refuse_empty(self, either: Token | None) -> NoReturn:
        dangling = either or self._peek()
        assert dangling
        if dangling.mark == "OR":
            raise QueryError('OR stands between two terms; for the word write "OR".', *dangling.place)
        if self._at and self._tokens[self._at - 1].mark == "(":
            opening = self._tokens[self._at - 1].place.start
            raise QueryError("There is nothing between these parentheses.", opening, dangling.place.end)
        raise QueryError("This parenthesis was never opened.", *dangling.place)

    def _term(self, token: Token) -> Node:
        if token.mark == "-":
            return self._opposite(token)
        if token.mark == "(":
            return self._group(token)
        assert token.node
        return token.node

    def _opposite(self, minus: Token) -> Node:
        following = self._peek()
        if following is None or following.mark == "OR":
            raise QueryError('A minus leaves out a term; for the word write -"OR".', *minus.place)
        self._at += 1
        return Not(self._term(following))

    def _group(self, opening: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise QueryError(f"Parentheses nest at most {MAX_NESTING} deep.", *opening.place)
        node = self._alternatives() if self._peek() else None
        if node is None or not self._take(")"):
            raise QueryError("This parenthesis is never closed.", *opening.place)
        self._depth -= 1
        return node
