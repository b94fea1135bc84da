"""The State's caps in force: the law's, or lower ones of the rules."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from chassis.rulebook import Rulebook
from flux.conversion import StateCaps
from flux.units import DWELLING


@dataclass(frozen=True, slots=True)
class CapsSource:
    """Where the State's cap was read: the entry of law or the rule that lowers it, the digest of its rulebook."""

    rule: str
    rulebook: str


def caps_in_force(book: Rulebook, year: int, departement: str, bailleur: str) -> tuple[StateCaps, CapsSource]:
    """Caps on the first day of a year, in a département and for a bailleur (empty: the default rules)."""
    verdict = book.verdict(
        "rotation", date(year, 1, 1), departement, bailleur, {"vacancy.bailleur": bailleur or None}
    )
    said, rule = verdict.value("caps"), verdict.rule_for("caps")
    caps = book.law.caps(date(year, 1, 1)).lowered(said, "" if rule is None else rule.id)
    shares = StateCaps(
        state=Fraction(caps.etat.units, DWELLING), agents=Fraction(caps.etat_agents.units, DWELLING)
    )
    return shares, CapsSource(caps.etat.by, book.digest)
