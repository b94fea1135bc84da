"""What keeps a line of a convention from a dwelling: the first obstacle on its way, in the order of the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aiguillage.explanation.consultation import Facts
from aiguillage.explanation.criterion_words import excluded_words, territory_words
from aiguillage.explanation.hearing import Hearing
from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.facts import EMPTY
from chassis.rulebook.rule import Rule
from chassis.rulebook.trace import trace
from chassis.rulebook.verdict import render
from chassis.rulebook.wording import listed_words, met_words, needed_words, origin_words
from flux.convention import Convention, Line
from flux.criteria import exclusion
from orientation.domain.because import percent
from orientation.domain.facts import of_line
from orientation.domain.instants import spoken_date
from orientation.domain.parties import Party


class Obstacle(StrEnum):
    """What stops a line, from the first step to the last; `NONE` is the chosen one."""

    OUTSIDE_FLUX = "outside_flux"
    CONCERTATION = "concertation"
    NO_CONVENTION = "no_convention"
    NOT_IN_FORCE = "not_in_force"
    OUTSIDE_TERRITORY = "outside_territory"
    SCALE_RULE = "scale_rule"
    NO_SHARE = "no_share"
    CRITERION = "criterion"
    CRITERIA_RULE = "criteria_rule"
    ANSWERED = "answered"
    CAP = "cap"
    NO_WEIGHT = "no_weight"
    NOT_ITS_TURN = "not_its_turn"
    HANDED_BACK = "handed_back"
    NONE = "none"


HANDED_BACK = "remise"
"""Reason of a decision that hands a dwelling back to the bailleur after its last proposal."""


@dataclass(frozen=True, slots=True)
class LineReading:
    """A line and its obstacle: what is so, in sentences, and the first thing that would have to change.

    `own` is what the party itself may read of it, where that is less: it speaks of nobody else.
    """

    line: str
    convention_id: str | None
    obstacle: Obstacle
    sentences: tuple[str, ...]
    first_change: str = ""
    own: tuple[str, ...] | None = None

    @property
    def own_sentences(self) -> tuple[str, ...]:
        """What the party itself may read."""
        return self.sentences if self.own is None else self.own


def line_reading(hearing: Hearing, convention: Convention, line: Line) -> LineReading:
    """The first obstacle of a line of a known convention, for a dwelling that follows the rotation."""
    if not hearing.is_in_force(convention):
        return _not_in_force(hearing, convention, line)
    line = hearing.settled(convention, line)
    if not hearing.covers(convention, line):
        reading = _scale_rule if hearing.is_inside(line) else _outside_territory
        return reading(hearing, convention, line)
    party = hearing.party(line.party)
    if party is None:
        said = f"Sa ligne {line.party} couvre le logement, mais sa part est nulle ou son objectif atteint."
        change = "une part du flux, ou un objectif plus élevé"
        return LineReading(line.party, convention.id, Obstacle.NO_SHARE, (said,), change)
    covered = _covered(hearing, convention, line, party)
    if party.obstacle is None:
        return turn_reading(hearing, party, (covered,))
    return _kept_out(hearing, convention, line, party, covered)


def turn_reading(hearing: Hearing, party: Party, before: Sequence[str] = ()) -> LineReading:
    """Where a party that may take the dwelling stands in the order of turn."""
    rows = [row for row in hearing.decision["alternatives"] if row["eligible"]]
    place = next(number for number, row in enumerate(rows) if row["line"] == party.name)
    own, ahead = rows[place], [row["reservataire"] for row in rows[:place]]
    convention_id = None if party.convention is None else party.convention.id
    if _weighs_nothing(hearing, party):
        said = "Son poids dans l'ordre fixe est nul : son tour ne vient jamais."
        change = "un poids (stock_weight_percent) supérieur à zéro dans la convention"
        return LineReading(party.name, convention_id, Obstacle.NO_WEIGHT, (*before, said), change)
    if not ahead and hearing.decision["reason"] == HANDED_BACK:
        said = "Les propositions prévues sont épuisées : le logement revient au bailleur pour un tour."
        change = "un nombre de propositions plus élevé (règles delais, attempts)"
        return LineReading(party.name, convention_id, Obstacle.HANDED_BACK, (*before, said), change)
    if not ahead:
        return LineReading(party.name, convention_id, Obstacle.NONE, (*before, own["because"]))
    said = (
        f"Rang {place + 1} sur {len(rows)} à pouvoir le recevoir ; "
        f"{'passe' if place == 1 else 'passent'} avant : {listed_words(ahead)}."
    )
    own_words = (*before, own["because"], *_cap_unchecked(hearing, party))
    sentences = (*before, said, *own_words[len(before) :])
    change = f"que soit d'abord servi {ahead[0]}{_turns(hearing, party)}"
    return LineReading(party.name, convention_id, Obstacle.NOT_ITS_TURN, sentences, change, own_words)


def rule_reading(
    hearing: Hearing, obstacle: Obstacle, rule: Rule, line: tuple[str, str | None], more: Facts = EMPTY
) -> LineReading:
    """A rule is the obstacle: its sentence, the tests that held, and those that would have to fail."""
    facts = hearing.facts
    tests = met_words(trace(rule.when, facts, more))
    origin = origin_words(rule)
    said = f"Règle {rule.id} ({origin}) : {render(rule.because, facts, more)}"
    held = f"Elle s'applique parce que : {' ; '.join(tests)}." if tests else "Elle s'applique toujours."
    turned = trace(rule.when, facts, more, wanted=False)
    change = needed_words(turned) if tests else f"que la règle {rule.id} soit remplacée par une autre"
    is_of_the_dwelling = not any(test.fact.startswith("convention.") for test in comparisons(rule.when))
    own = (said, held) if is_of_the_dwelling else (f"Une règle qui vise sa convention l'écarte ({origin}).",)
    return LineReading(*line, obstacle, (said, held), change, own)


def _turns(hearing: Hearing, party: Party) -> str:
    """How far the turn is, when the dwellings to come are like this one and everybody takes its own."""
    if party.convention is None or hearing.situation.decided is not None:
        return ""
    turns = hearing.situation.turns_until(party.reservataire)
    if turns is None:
        return " ; avec des logements tous semblables, son tour ne viendrait pas dans les 200 prochains"
    return f" ; avec des logements tous semblables et tous pris, son tour viendrait au {turns}e, celui-ci compris"


def _not_in_force(hearing: Hearing, convention: Convention, line: Line) -> LineReading:
    ended = hearing.state.ended.get(convention.id, date.max)
    last_day = min(convention.last_day, ended)
    until = "" if last_day == date.max else f" au {spoken_date(last_day)}"
    said = (
        f"La convention {convention.id} vaut du {spoken_date(convention.first_day)}{until} ; "
        f"le logement est déclaré le {spoken_date(hearing.declared_on)}."
    )
    change = f"une convention en vigueur le {spoken_date(hearing.declared_on)}"
    return LineReading(line.party, convention.id, Obstacle.NOT_IN_FORCE, (said,), change)


def _outside_territory(hearing: Hearing, convention: Convention, line: Line) -> LineReading:
    commune = hearing.facts["dwelling.commune"]
    where = _where(hearing, line)
    said = f"Sa ligne {line.party} porte sur {where} ; la commune {commune} n'en fait pas partie."
    change = f"que la commune {commune} soit dans le territoire de la convention"
    return LineReading(line.party, convention.id, Obstacle.OUTSIDE_TERRITORY, (said,), change)


def _scale_rule(hearing: Hearing, convention: Convention, line: Line) -> LineReading:
    more = of_line(convention, line, inside=True)
    rule = hearing.place.rule_for("echelle", "covers", hearing.facts, more)
    return rule_reading(hearing, Obstacle.SCALE_RULE, rule, (line.party, convention.id), more)


def _covered(hearing: Hearing, convention: Convention, line: Line, party: Party) -> str:
    is_only = line.party == convention.id
    whose = f"La convention {convention.id}" if is_only else f"La ligne {line.party} de {convention.id}"
    return f"{whose} couvre le logement ({_where(hearing, line)}), part {percent(party.share)}."


def _where(hearing: Hearing, line: Line) -> str:
    return territory_words(line.territory, hearing.place.scope.departement, hearing.place.lists)


def _kept_out(
    hearing: Hearing, convention: Convention, line: Line, party: Party, covered: str
) -> LineReading:
    whose = (party.name, convention.id)
    excluded = exclusion(party.criteria, hearing.dwelling, hearing.place.lists)
    if excluded is not None:
        words = excluded_words(excluded, hearing.dwelling, hearing.place.lists)
        change = f"que le critère « {excluded.key} » soit retiré de la convention"
        said = f"Un critère de la convention l'écarte : {words}."
        return LineReading(*whose, Obstacle.CRITERION, (covered, said), change)
    more = of_line(convention, line, inside=hearing.is_inside(line))
    verdict = hearing.work.verdict("criteres", hearing.facts, more)
    if not convention.has_own_criteria and verdict.value("exclude"):
        rule = hearing.place.rule_for("criteres", "exclude", hearing.facts, more)
        reading = rule_reading(hearing, Obstacle.CRITERIA_RULE, rule, whose, more)
        sentences, own = ((covered, *said) for said in (reading.sentences, reading.own_sentences))
        return LineReading(*whose, reading.obstacle, sentences, reading.first_change, own)
    if convention.reservataire in hearing.dossier.answered:
        said = "Il a déjà répondu non pour ce logement, ou n'a pas répondu à temps."
        return LineReading(*whose, Obstacle.ANSWERED, (covered, said), "une autre vacance")
    said = f"Une borne légale l'arrête : {party.obstacle}."
    change = (
        "qu'un logement déjà engagé au titre de ce plafond soit rendu, ou que la prévision du flux augmente"
    )
    return LineReading(*whose, Obstacle.CAP, (covered, said), change)


def _cap_unchecked(hearing: Hearing, party: Party) -> tuple[str, ...]:
    """A cap counts on the declared forecast: without one it stops nobody, and that is said."""
    year = hearing.place.on.year
    is_state = party.convention is not None and party.convention.is_state
    if not is_state or year in hearing.state.forecasts:
        return ()
    return (f"Le plafond de l'État n'est pas vérifié : aucune prévision du flux {year} n'est déclarée.",)


def _weighs_nothing(hearing: Hearing, party: Party) -> bool:
    rotation = hearing.work.verdict("rotation", hearing.facts)
    is_fixed = rotation.value("method") == "fixed_order"
    return is_fixed and party.convention is not None and party.convention.stock_weight == 0
