"""Whether some ways cover another one entirely: exact, within a stated number of cases."""

from collections.abc import Callable, Sequence

from chassis.rulebook.extent import Way, Ways, met

MOST_CASES = 20_000
"""Pieces of a condition looked at for one question; beyond, the question is given up and a warning says so."""


class TooManyCasesError(Exception):
    """A question that would take more than `MOST_CASES` pieces to answer."""


class Cover:
    """Answers what is left of a way once others are taken away; `every` gives all the cases of a fact."""

    def __init__(self, every: Callable[[str], int], most: int = MOST_CASES) -> None:
        self._every = every
        self._most = most
        self._left = most

    def covered(self, way: Way, others: Sequence[Way]) -> bool:
        """Whether whatever is in a way is in one of the others; raises `TooManyCasesError`."""
        self._left = self._most
        return self._remains(way, others) is None

    def _remains(self, way: Way, others: Sequence[Way]) -> Way | None:
        """A piece of a way that is in none of the others, None when there is none."""
        self._left -= 1 + len(others) // 8
        if self._left < 0:
            raise TooManyCasesError
        near = [other for other in others if met(way, other) is not None]
        if not near:
            return way
        first = min(near, key=len)
        rest = [other for other in near if other is not first]
        piece = dict(way)
        for fact, bits in first.items():
            mine = piece.get(fact, self._every(fact))
            if mine & ~bits:
                found = self._remains({**piece, fact: mine & ~bits}, rest)
                if found is not None:
                    return found
            piece[fact] = mine & bits
        return None


def present_only(way: Way, facts: Sequence[str], every: Callable[[str], int]) -> Way:
    """A way in which some facts are not missing (bit 0 is the missing case of a fact of the catalogue)."""
    return {**way, **{fact: way.get(fact, every(fact)) & ~1 for fact in facts}}


def narrowed(ways: Ways, way: Way) -> list[Way]:
    """Some ways within another one; what does not meet it is left out."""
    return [both for one in ways if (both := met(one, way)) is not None]
