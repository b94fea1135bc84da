"""Whether each line stands at the end where a case says, to the last unit."""

from collections.abc import Iterator
from fractions import Fraction

from aiguillage.acceptance.case import Case, Standing
from aiguillage.acceptance.playing import Played
from chassis.rulebook.document import Where
from chassis.rulebook.faults import Fault
from flux.ledger import YearLedger
from flux.units import DWELLING

Wrong = tuple[Where, str, str]
"""What is not so: where in the count, what it wants, what was found."""


def miscounted(case: Case, played: Played) -> Iterator[Fault]:
    """Every figure of `counts` that is not so, at its line of the case."""
    ledger = played.ledger(case)
    for place, standing in enumerate(case.said.counts):
        year = ledger.year(standing.year or case.said.given[0].at.year)
        for where, wanted, found in (*_counters(standing, year), *_accounts(standing, year)):
            message = f"Attendu : {standing.line}, {wanted}."
            yield case.document.fault(("counts", place, *where), message, found)


def _counters(standing: Standing, year: YearLedger) -> Iterator[Wrong]:
    counts = year.counts.get(standing.line, {})
    for name, wanted in standing.counters.items():
        found = counts.get(name, 0)
        if found != wanted:
            yield (name,), f"{name} {wanted}", str(found)


def _accounts(standing: Standing, year: YearLedger) -> Iterator[Wrong]:
    accounts = (
        ("units", standing.units, year.counted),
        ("credit", standing.credit, year.credit),
        ("engaged", standing.engaged, year.engaged),
        ("carry", standing.carry, year.carry),
    )
    for name, wanted, account in accounts:
        found = Fraction(account.get(standing.line, 0), DWELLING)
        if wanted is not None and found != wanted:
            yield (name,), f"{name} {wanted}", str(found)
    for key, wanted in standing.mix.items():
        found = Fraction(year.mix.get(f"{standing.line}|{key}", 0), DWELLING)
        if found != wanted:
            yield ("mix", key), f"{key} {wanted}", str(found)
