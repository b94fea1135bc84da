"""An explanation as French text, line by line: the decision, the answer, then the rules step by step."""

from collections.abc import Iterable, Iterator

from aiguillage.explanation.answer import Answer
from aiguillage.explanation.consultation import MATCHED, UNMATCHED, FamilyReading, RuleReading
from aiguillage.explanation.explaining import Explanation
from aiguillage.explanation.obstacles import LineReading
from aiguillage.explanation.party_form import PartyExplanation
from chassis.rulebook.wording import listed_words
from orientation.domain.instants import spoken_date

FAMILY_TITLES = {
    "assiette": "le logement est-il dans le flux ?",
    "neuf": "est-ce une première mise en location ?",
    "echelle": "quelles conventions le couvrent ?",
    "criteres": "convient-il à ces conventions ?",
    "rotation": "comment le tour est-il donné ?",
    "gestion": "qui désigne, qui confirme ?",
    "delais": "sous quels délais ?",
    "decompte": "quand compte-t-il ?",
}
"""What each family answers, in the order of the decision's steps."""


def heading(explanation: Explanation | PartyExplanation) -> str:
    """Which vacancy, where, on which day, under which rulebook."""
    dwelling = explanation.dwelling
    what = f"{dwelling['typologie']} {dwelling['financement']}, commune {dwelling['commune']}"
    return (
        f"{explanation.vacancy_id} : {what}, périmètre {explanation.scope}, "
        f"règles du {spoken_date(explanation.on)}, recueil {explanation.rulebook[:12]}"
    )


def told_answer(said: Answer) -> Iterator[str]:
    """The réservataire's answer: each line's sentences, then what would have to change first."""
    verdict = "oui, c'est son tour" if said.is_chosen else "non"
    yield f"{said.reservataire} : {verdict}."
    for line in said.lines:
        yield from (f"  {sentence}" for sentence in _line(line, alone=len(said.lines) == 1))
    if said.first_change:
        yield f"  Ce qui devrait changer d'abord : {said.first_change}."


def told_party(said: PartyExplanation) -> Iterator[str]:
    """The answer to one party, which may be handed to it as it is."""
    verdict = "oui, c'est son tour" if said.is_chosen else "non"
    yield f"{said.reservataire} : {verdict}."
    for line in said.lines:
        if len(said.lines) > 1:
            yield f"  Ligne {line.line} :"
        yield from (f"  {sentence}" for sentence in line.sentences)
    if said.first_change:
        yield f"  Ce qui devrait changer d'abord : {said.first_change}."


def told_steps(steps: Iterable[FamilyReading]) -> Iterator[str]:
    """Every family: what is answered and by which rule, the rules that hold, those that do not, those not asked."""
    number, before = 0, ""
    for reading in steps:
        if reading.family != before:
            number, before = number + 1, reading.family
            yield f"{number}. {reading.family} : {FAMILY_TITLES[reading.family]}"
        if reading.parties:
            yield f"   Pour {listed_words(reading.parties)} :"
        yield from (f"   {sentence}" for sentence in _family(reading))


def _line(line: LineReading, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"Ligne {line.line} :"
    yield from line.sentences


def _family(reading: FamilyReading) -> Iterator[str]:
    for key in reading.keys:
        source = key.why if key.rule is None else f"{key.rule} ({key.why})"
        yield f"→ {key.label} : {key.value} — {source}"
    if not reading.keys:
        yield "→ aucune règle ne s'applique : le comportement par défaut demeure"
    for rule in reading.rules:
        if rule.status == MATCHED:
            yield f"✓ {rule.id} ({rule.origin}) : {rule.because}"
            yield from (f"    {test}" for test in rule.tests)
    for rule in reading.rules:
        if rule.status == UNMATCHED:
            yield f"✗ {rule.id} : {' ; '.join(rule.tests)}"
    yield from (f"· {_not_asked(rule)}" for rule in reading.rules if rule.status not in {MATCHED, UNMATCHED})


def _not_asked(rule: RuleReading) -> str:
    return f"{rule.id} : {rule.tests[0]}"
