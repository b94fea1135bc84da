"""« Pourquoi pas moi ? »: whether it is a réservataire's turn, and what would have to change first."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiguillage.explanation.hearing import Hearing
from aiguillage.explanation.obstacles import (
    LineReading,
    Obstacle,
    line_reading,
    rule_reading,
    turn_reading,
)
from chassis.rulebook.faults import did_you_mean
from chassis.rulebook.wording import listed_words
from flux.units import BAILLEUR


@dataclass(frozen=True, slots=True)
class Answer:
    """A réservataire's answer: that of its line that came nearest, and every line's own."""

    reservataire: str
    obstacle: Obstacle
    first_change: str
    lines: tuple[LineReading, ...]

    @property
    def is_chosen(self) -> bool:
        """Whether the dwelling goes to it."""
        return self.obstacle is Obstacle.NONE


def answer(hearing: Hearing, reservataire: str) -> Answer:
    """What keeps a réservataire (or ``BAILLEUR``) from the dwelling; obstacles met by all come first."""
    readings = tuple(_readings(hearing, reservataire))
    order = list(Obstacle)
    nearest = max(readings, key=lambda reading: order.index(reading.obstacle))
    return Answer(reservataire, nearest.obstacle, nearest.first_change, readings)


def _readings(hearing: Hearing, reservataire: str) -> Iterable[LineReading]:
    settled = _for_all(hearing, reservataire)
    if settled is not None:
        return (settled,)
    if reservataire == BAILLEUR:
        return (_bailleur(hearing),)
    conventions = [
        convention
        for _, convention in sorted(hearing.state.conventions.items())
        if convention.reservataire == reservataire
    ]
    if not conventions:
        return (_no_convention(hearing, reservataire),)
    return (
        line_reading(hearing, convention, line) for convention in conventions for line in convention.lines
    )


def _for_all(hearing: Hearing, reservataire: str) -> LineReading | None:
    """What settles a dwelling before any turn: it leaves the flux, or its programme's concertation decides."""
    decision = hearing.decision
    if decision["outcome"] == "outside_flux":
        rule = hearing.place.matched("assiette", hearing.facts)[0]
        return rule_reading(hearing, Obstacle.OUTSIDE_FLUX, rule, (reservataire, None))
    if hearing.is_settled_by_concertation:
        return _by_concertation(hearing, reservataire)
    return None


def _by_concertation(hearing: Hearing, reservataire: str) -> LineReading:
    """A first letting that waits for its programme's conclusion, or that the split gives for one turn."""
    decision, programme = hearing.decision, hearing.facts["vacancy.programme_id"]
    sentences = tuple(decision["because"])
    own = [row["because"] for row in decision["alternatives"] if row["reservataire"] == reservataire]
    if decision["outcome"] == "concertation":
        change = f"que la concertation sur le programme {programme} soit conclue"
        return LineReading(reservataire, None, Obstacle.CONCERTATION, sentences, change)
    if decision["reservataire"] == reservataire:
        return LineReading(reservataire, decision["convention_id"], Obstacle.NONE, sentences)
    change = f"un engagement envers {reservataire} que ce logement honore, dans le programme {programme}"
    return LineReading(reservataire, None, Obstacle.CONCERTATION, (*sentences, *own), change)


def _bailleur(hearing: Hearing) -> LineReading:
    party = hearing.party(BAILLEUR)
    if party is not None and hearing.decision["alternatives"]:
        return turn_reading(hearing, party)
    said = "Les parts des réservataires prennent tout le logement, ou aucune convention n'est encore connue."
    return LineReading(
        BAILLEUR, None, Obstacle.NO_SHARE, (said,), "des parts qui laissent un reste au bailleur"
    )


def _no_convention(hearing: Hearing, reservataire: str) -> LineReading:
    scope = hearing.place.scope
    known = sorted({convention.reservataire for convention in hearing.state.conventions.values()})
    said = (
        f"Aucune convention de {reservataire} n'est connue pour le bailleur {scope.bailleur} "
        f"dans le département {scope.departement} (connus : {listed_words(known) or 'aucun'})."
    )
    hint = did_you_mean(reservataire, known)
    sentences = (f"{said} {hint}".strip(),)
    change = "une convention signée (convention.signed)"
    return LineReading(reservataire, None, Obstacle.NO_CONVENTION, sentences, change)
