"""Rule files that would lift the law, claim it or take its place: each is refused at its line.

The law is not written in files (`flux.law`): whatever a file omits, ends, switches off or deletes, it stands. What
is left to refuse is what a file says and will not obtain, so that its author knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from chassis.rulebook.faults import Fault, listed
from chassis.rulebook.legal.entries import rules_of
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.reach import Reach, TooManyComparisonsError, too_many
from chassis.rulebook.rule import Layer, Rule
from flux.law import Cap, Entry, Law
from flux.units import share_of_percent

_SHOWN = "« aiguillage rules show » la montre."
_HOLDERS = {"etat": "de l'État", "etat_agents": "des agents de l'État"}


def against_the_law(
    rules: Iterable[Rule], lists: DatedLists, reach: Mapping[str, Reach], law: Law
) -> Iterator[Fault]:
    """Every rule that contradicts the law, claims it, or takes an entry's name."""
    ours = list(rules)
    entries = {entry.id: entry for entry in law.entries}
    for rule in ours:
        if rule.id in entries:
            yield _named_after(rule, entries[rule.id])
            continue
        yield from _caps(rule, law)
        if rule.room.family == "assiette":
            yield from _claims(rule, lists, law)
    excluding = [rule for rule in ours if rule.room.family == "assiette" and rule.active]
    try:
        for rule in excluding:
            yield from _puts_back(rule, law, reach["assiette"])
    except TooManyComparisonsError:
        yield too_many(excluding[-1])


def _named_after(rule: Rule, entry: Entry) -> Fault:
    """A file that bears the name of an entry of law: it would end it, switch it off, or only repeat it."""
    message = f"« {entry.id} » est dans la loi ({entry.article}) : elle tient tous les jours, sans fichier."
    if not rule.active:
        return rule.fault("active", message, "non", remedy=_without(rule))
    if rule.last_day is not None:
        return rule.fault("effective", message, f"until: {rule.last_day}", remedy=_without(rule))
    return rule.fault("id", message, rule.id, remedy=_without(rule))


def _without(rule: Rule) -> str:
    return f"Retirez {rule.path.rsplit('/', 1)[-1]} ; {_SHOWN}"


def _claims(rule: Rule, lists: DatedLists, law: Law) -> Iterator[Fault]:
    """An exclusion or a reservation told as the law's."""
    if "stock" in rule.then:
        message = "Ce qui reste en stock est dans la loi (CCH art. R.441-5) ; aucun fichier n'y ajoute."
        remedy = f"Retirez cette règle : la loi lit « vacancy.stock_reservation ». {_SHOWN}"
        yield rule.fault("then.stock", message, f"stock: {rule.then['stock']}", remedy=remedy)
    reason = rule.then.get("outside_flux")
    if reason is None:
        return
    if rule.regulatory:
        message = "Une exclusion « regulatory: oui » n'appartient qu'à la loi, qui en connaît cinq (CCH art. R.441-5)."
        remedy = "Écrivez « regulatory: non » : c'est un accord local, et il est montré comme tel."
        yield rule.fault("regulatory", message, "oui", "non", remedy)
    if reason in law.purposes():
        message = "Ce motif est celui d'une exclusion de la loi, qui s'applique sans fichier et à nul autre logement."
        remedy = "Choisissez un motif de referentiels/motifs-exclusion.yaml, ou retirez cette règle."
        known = listed(lists.on(rule.first_day).exclusions)
        yield rule.fault("then.outside_flux", message, f"outside_flux: {reason}", known, remedy)


def _caps(rule: Rule, law: Law) -> Iterator[Fault]:
    """A cap above the law's on a day the rule is in force: it would not be obtained."""
    caps = rule.then.get("caps")
    if caps is None:
        return
    for cap in law.of(Cap):
        if _meet(rule, cap) and share_of_percent(caps[cap.holder]) > share_of_percent(cap.percent):
            whose = _HOLDERS[cap.holder]
            message = f"Le plafond légal {whose} est de {cap.percent} % ({cap.article})."
            found = f"{cap.holder}: {caps[cap.holder]}"
            yield rule.fault(
                "then.caps", message, found, f"{cap.percent} au plus", "Une règle ne peut que l'abaisser."
            )
    if share_of_percent(caps["etat_agents"]) > share_of_percent(caps["etat"]):
        message = "La part des agents de l'État est comprise dans celle de l'État (CCH art. R.441-5-2)."
        found, allowed = f"etat_agents: {caps['etat_agents']}", f"{caps['etat']} au plus"
        yield rule.fault("then.caps", message, found, allowed, "Abaissez « etat_agents ».")


def _meet(rule: Rule, entry: Entry) -> bool:
    ends = [end for end in (rule.last_day, entry.until) if end is not None]
    return max(rule.first_day, entry.since) <= min(ends, default=date.max)


def _puts_back(rule: Rule, law: Law, reach: Reach) -> Iterator[Fault]:
    """A rule that says in the flux, before the others of its layer, what the law takes out."""
    if "in_flux" not in rule.then:
        return
    for legal in rules_of(law):
        is_before = rule.room.layer is not Layer.DEFAULT or rule.priority < legal.priority
        if is_before and rule.shares_a_day_with(legal) and reach.overlap(rule, legal):
            article = legal.references[0]["title"]
            message = (
                f"Cette règle dit dans le flux un logement que la loi en sort : {legal.title} ({article})."
            )
            remedy = f"Resserrez « when » : la loi l'emporte sur tout fichier. {_SHOWN}"
            yield rule.fault("then.in_flux", message, "in_flux", "outside_flux", remedy)
            return
