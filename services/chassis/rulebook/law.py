"""Where rules contradict the law: what it puts outside the flux stays out, whoever writes locally.

CCH art. R.441-5 lists five exclusions from the flux and three reservations kept in stock; art. R.441-5-2
counts the State's agents within the State's share. Dated rules say what may change; these do not.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from chassis.rulebook.faults import Fault
from chassis.rulebook.reach import Reach, TooManyComparisonsError, too_many
from chassis.rulebook.rule import Layer, Rule
from chassis.rulebook.standing import precedence

LEGAL_EXCLUSIONS = (
    "mutation_interne",
    "relogement_renouvellement_urbain",
    "relogement_copropriete_degradee",
    "relogement_habitat_indigne",
    "vente",
)
"""The only purposes the law puts outside the flux (CCH art. R.441-5)."""


def against_the_law(rules: Iterable[Rule], reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """Every rule that contradicts the law, or a local one that undoes a legal one."""
    ours = list(rules)
    legal = [rule for rule in ours if rule.room.layer is Layer.DEFAULT and rule.regulatory]
    yield from _switched_off(ours, {rule.id for rule in legal})
    for rule in ours:
        yield from _claims(rule)
        yield from _caps(rule)
    exclusions = [rule for rule in legal if _excludes(rule) and rule.active]
    for rule in ours:
        if rule.room.family == "assiette" and rule.active:
            try:
                yield from _undoes(rule, exclusions, reach["assiette"])
            except TooManyComparisonsError:
                yield too_many(rule)
                return


def _switched_off(rules: Iterable[Rule], legal: set[str]) -> Iterator[Fault]:
    message = "Une règle issue de la loi ne se désactive pas localement."
    for rule in rules:
        if rule.room.layer is not Layer.DEFAULT and rule.id in legal and not rule.active:
            yield rule.fault("active", message, "non", "oui", "Retirez ce fichier.")


def _claims(rule: Rule) -> Iterator[Fault]:
    """An exclusion said to be the law's that is not."""
    reason = rule.then.get("outside_flux") if rule.room.family == "assiette" else None
    if rule.regulatory and reason is not None and reason not in LEGAL_EXCLUSIONS:
        message = "Cette exclusion n'est pas dans la loi, qui n'en connaît que cinq (CCH art. R.441-5)."
        remedy = "Écrivez « regulatory: non » : c'est un accord local, et il est montré comme tel."
        yield rule.fault("regulatory", message, str(reason), ", ".join(LEGAL_EXCLUSIONS), remedy)


def _caps(rule: Rule) -> Iterator[Fault]:
    caps = rule.then.get("caps")
    if caps is not None and Decimal(caps["etat_agents"]) > Decimal(caps["etat"]):
        message = "La part des agents de l'État est comprise dans celle de l'État (CCH art. R.441-5-2)."
        found, allowed = f"etat_agents: {caps['etat_agents']}", f"{caps['etat']} au plus"
        yield rule.fault("then", message, found, allowed, "Abaissez « etat_agents ».")


def _excludes(rule: Rule) -> bool:
    return rule.room.family == "assiette" and "in_flux" not in rule.then


def _undoes(rule: Rule, exclusions: Iterable[Rule], reach: Reach) -> Iterator[Fault]:
    """A rule that puts back into the flux what a legal exclusion takes out, or that takes its name."""
    for legal in exclusions:
        if rule is legal or not rule.shares_a_day_with(legal):
            continue
        if rule.id == legal.id:
            if rule.then != legal.then or not reach.covers(rule, legal):
                message = f"Cette règle prend la place de {legal.path}, issue de la loi, et en dit moins."
                remedy = "Retirez ce fichier, ou gardez le même « then » et un « when » au moins aussi large."
                yield rule.fault("when", message, remedy=remedy)
        elif "in_flux" in rule.then and precedence(rule) < precedence(legal) and reach.overlap(rule, legal):
            message = f"Cette règle remet dans le flux un logement que la loi en sort : {legal.path}."
            remedy = "Resserrez « when », ou donnez-lui une priorité plus grande dans le même dossier."
            yield rule.fault("then", message, "in_flux", "outside_flux, stock", remedy)
            return
