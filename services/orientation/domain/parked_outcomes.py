"""Parked outcomes of a scope, indexed by what they wait for and by who said them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Data = Mapping[str, Any]
Awaited = tuple[str, str]
"""What is waited for: ``("vacancy", id)``, or ``("party", id)`` whose convention is not known yet."""

FREE_OF_PROPOSALS = frozenset({"delegation.reported", "exclusion.contested", "contestation.answered"})
"""Outcomes that speak of no proposal: recorded for those who follow the stream."""


@dataclass(slots=True)
class ParkedOutcomes:
    """By identity, in order of arrival. `examined` counts the entries looked at to find those that need wait no more.

    What an entry costs inputs that do not concern it is nothing: only `awaiting` looks at any.
    """

    examined: int = 0
    _by_identity: dict[str, Data] = field(default_factory=dict)
    _by_awaited: dict[Awaited, dict[str, None]] = field(default_factory=dict)
    _by_speaker: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, data: Data) -> None:
        """Keep a parked `outcome.recorded`."""
        identity = data["cause"]
        self._by_identity[identity] = data
        self._by_awaited.setdefault(awaited_by(data), {})[identity] = None
        self._by_speaker.setdefault(data["spoken_by"], {})[identity] = data["at"]

    def pop(self, identity: str) -> None:
        """Forget one that waits no more, if it is there."""
        data = self._by_identity.pop(identity, None)
        if data is not None:
            _drop(self._by_awaited, awaited_by(data), identity)
            _drop(self._by_speaker, data["spoken_by"], identity)

    def awaiting(self, awaited: Awaited) -> Iterator[tuple[str, Data]]:
        """Those that wait for something, in order of arrival, with their identities."""
        for identity in self._by_awaited.get(awaited, {}):
            self.examined += 1
            yield identity, self._by_identity[identity]

    def number_of(self, speaker: str) -> int:
        """How many a party has waiting."""
        return len(self._by_speaker.get(speaker, ()))

    def parked_at(self, speaker: str, place: int) -> str | None:
        """When a party's outcome of that place (from 1, the oldest first) was parked, RFC 3339; None: it has fewer."""
        return next(islice(self._by_speaker.get(speaker, {}).values(), place - 1, None), None)

    def values(self) -> Iterator[Data]:
        """All of them, in order of arrival."""
        return iter(self._by_identity.values())

    def __getitem__(self, identity: str) -> Data:
        return self._by_identity[identity]

    def __contains__(self, identity: str) -> bool:
        return identity in self._by_identity

    def __len__(self) -> int:
        return len(self._by_identity)


def awaited_by(data: Data) -> Awaited:
    """What a parked outcome waits for."""
    if data["outcome"] in FREE_OF_PROPOSALS:
        return "party", str(data["by"])
    return "vacancy", str(data["vacancy_id"])


def _drop(index: dict[K, dict[str, V]], key: K, identity: str) -> None:
    entries = index[key]
    del entries[identity]
    if not entries:
        del index[key]
