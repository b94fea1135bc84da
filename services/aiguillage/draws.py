"""Draws that a key alone decides: the same on every machine and in every version of Python."""

from bisect import bisect_right
from collections.abc import Iterable
from hashlib import blake2b
from itertools import accumulate
from struct import unpack
from typing import Generic, TypeVar

Value = TypeVar("Value")

_WORDS_A_BLOCK = 16
_WORD_BITS = 32


class Draws:
    """An endless stream of draws derived from its key by BLAKE2b; two equal keys draw alike."""

    __slots__ = ("_blocks", "_key", "_words")

    def __init__(self, *key: str | int) -> None:
        self._key = "\x1f".join(map(str, key)).encode()
        self._blocks = 0
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """An integer from 0 to `bound` - 1; `bound` is at most 2**32."""
        if not self._words:
            block = blake2b(self._key, digest_size=4 * _WORDS_A_BLOCK, salt=self._blocks.to_bytes(16, "big"))
            self._words = list(unpack(f">{_WORDS_A_BLOCK}I", block.digest()))
            self._blocks += 1
        return self._words.pop() * bound >> _WORD_BITS

    def between(self, least: int, most: int) -> int:
        """An integer from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def happens(self, chances: int, among: int = 100) -> bool:
        """Whether something that has `chances` chances `among` as many happens."""
        return self.below(among) < chances


class Table(Generic[Value]):
    """Values with whole weights: each is picked as often as its weight says; a weight of 0 never."""

    __slots__ = ("_sums", "_values")

    def __init__(self, weights: Iterable[tuple[Value, int]]) -> None:
        kept = [(value, weight) for value, weight in weights if weight > 0]
        if not kept:
            raise ValueError("a table needs one value of positive weight")
        self._values = [value for value, _ in kept]
        self._sums = list(accumulate(weight for _, weight in kept))

    def pick(self, draws: Draws) -> Value:
        """The value the next draw falls on."""
        return self._values[bisect_right(self._sums, draws.below(self._sums[-1]))]
