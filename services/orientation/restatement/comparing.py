"""Comparison of what an input caused with what it causes now: facts by facts, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from contracts.canonical import decode, encode

Kind = Literal["refused", "wait_gone", "wait_new", "facts"]
"""An input that is refused now · a wait that ends no more · a wait that ends only now · other facts than before."""
Fact = tuple[str, Mapping[str, object]]
"""A fact: short type and data (JSON values)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An input that came to something else.

    `version` is that of the input's row in the older journal, 0 of a wait that is new. `fields` are those that
    differ, as `type.field`; `type` alone where the fact itself came or went. `said` is a refusal's explanation.
    """

    scope: str
    version: int
    kind: Kind
    type: str
    subject: str
    fields: tuple[str, ...] = ()
    said: str = ""

    @property
    def is_of_a_decision(self) -> bool:
        """Whether what follows in the scope may come out otherwise for it."""
        return self.kind != "facts" or any(field in _DECIDING for field in self.fields)


_DECIDING = frozenset(
    {
        "orientation.decided",
        "orientation.decided.due",
        "orientation.decided.outcome",
        "orientation.decided.reservataire",
        "orientation.decided.convention_id",
        "orientation.decided.ledger",
        "outcome.recorded.ledger",
        "outcome.recorded.status",
        "proposal.issued",
        "proposal.expired",
        "proposal.withdrawn",
    }
)
"""What moves a turn, a count or a wait."""


def fields_that_differ(before: Sequence[Fact], now: Sequence[Fact]) -> tuple[str, ...]:
    """Every field that is not the same, in order; facts are compared in theirs."""
    return tuple(dict.fromkeys(_fields(before, now)))


def _fields(before: Sequence[Fact], now: Sequence[Fact]) -> Iterator[str]:
    for was, is_ in zip_longest(before, now):
        if was is None or is_ is None or was[0] != is_[0]:
            yield from (fact[0] for fact in (was, is_) if fact is not None)
            continue
        kind, old, new = was[0], was[1], is_[1]
        yield from (
            f"{kind}.{name}" for name in sorted({*old, *new}) if _differs(old.get(name), new.get(name))
        )


def _differs(before: object, now: object) -> bool:
    return before is not now and encode(before) != encode(now)


def fact_of(kind: str, data: bytes) -> Fact:
    """A journalled fact, decoded."""
    body = decode(data)
    assert isinstance(body, Mapping)  # noqa: S101 - facts are objects
    return kind, body
