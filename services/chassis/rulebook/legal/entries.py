"""Entries of law as rules of the innermost layer: asked with the others, before any of them."""

from collections.abc import Iterator

from chassis.rulebook.conditions import Comparison
from chassis.rulebook.rule import Layer, Room, Rule
from flux.law import Entry, Exclusion, Law, StockException

OWNER = "loi"
"""Who answers for an entry of law: no office of the parties does."""
_STOCK_FIRST, _THEN_EXCLUSIONS = 50, 100


def rules_of(law: Law) -> Iterator[Rule]:
    """The exclusions and stock exceptions of a law as rules of `assiette`; caps and days are asked of the law."""
    for entry in law.entries:
        if isinstance(entry, Exclusion):
            yield _rule(entry, "vacancy.purpose", entry.purpose, "outside_flux", _THEN_EXCLUSIONS)
        elif isinstance(entry, StockException):
            yield _rule(entry, "vacancy.stock_reservation", entry.reservation, "stock", _STOCK_FIRST)


def _rule(entry: Entry, fact: str, value: str, key: str, priority: int) -> Rule:
    return Rule(
        path=f"loi/{entry.id}",
        room=Room(Layer.LAW, "", "assiette"),
        id=entry.id,
        title=entry.title,
        references=({"title": entry.article, "href": entry.href},),
        owner=OWNER,
        first_day=entry.since,
        last_day=entry.until,
        replaces=entry.follows,
        regulatory=True,
        active=True,
        priority=priority,
        when=Comparison(fact, "is", value),
        then={key: value},
        because=entry.because,
    )
