"""The State's caps as the rules in force say them: a value of the law is dated, so it lives in the rules."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from chassis.rulebook import Rulebook
from flux.conversion import StateCaps

WHOLE = "100"


@dataclass(frozen=True, slots=True)
class CapsSource:
    """Where the State's caps were read: the rule (None: no rule caps anything), the digest of its rulebook."""

    rule: str | None
    rulebook: str


def caps_in_force(book: Rulebook, year: int, departement: str, bailleur: str) -> tuple[StateCaps, CapsSource]:
    """Caps on the first day of a year, in a département and for a bailleur (empty: the default rules)."""
    verdict = book.verdict(
        "rotation", date(year, 1, 1), departement, bailleur, {"vacancy.bailleur": bailleur or None}
    )
    said, rule = verdict.value("caps") or {}, verdict.rule_for("caps")
    caps = StateCaps(state=_share(said.get("etat") or WHOLE), agents=_share(said.get("etat_agents") or WHOLE))
    return caps, CapsSource(None if rule is None else rule.id, book.digest)


def _share(percent: str) -> Fraction:
    return Fraction(str(percent)) / 100
