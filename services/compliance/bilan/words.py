"""The words of the two documents: how codes are told to a clerk."""

from flux.law import LAW
from flux.units import BAILLEUR

COUNTERS = {
    "proposed": "Proposés",
    "attributed": "Attribués",
    "leased": "Loués",
    "refused": "Refusés",
    "expired": "Sans réponse",
    "not_attributed": "Non attribués (CALEOL)",
    "withdrawn": "Repris",
    "open": "En cours",
    "overridden": "Réorientés par le bailleur",
    "annulled": "Annulés",
    "delegated": "Désignés en délégation",
    "refused_on_behalf": "Refusés par délégation",
}
"""The counters of `compliance.domain.tallies`, in the order of the columns."""
ENDS = ("leased", "refused", "expired", "not_attributed", "withdrawn", "open")
"""How a proposal ended, or that it has not: they add up to those proposed."""

DIMENSIONS = {
    "typologie": "Typologie",
    "financement": "Financement",
    "qpv": "Quartier prioritaire",
    "commune": "Commune",
    "construction_period": "Période de construction",
}
"""What the law breaks the bilan down by, with the heading of each."""

REGULATORY = {
    "mutation_interne": "Mutation interne au parc du bailleur",
    "relogement_renouvellement_urbain": "Relogement du renouvellement urbain (loi 2003-710)",
    "relogement_copropriete_degradee": "Relogement de copropriété dégradée (ORCOD)",
    "relogement_habitat_indigne": "Relogement d'habitat indigne",
    "vente": "Vente",
}
"""The exclusions of the law in full; any other is a local agreement."""
STOCK = {
    "defense": "Réservé à la défense nationale",
    "securite_interieure": "Réservé à la sécurité intérieure",
    "etablissement_sante": "Réservé à un établissement public de santé",
}
"""The reservations the law keeps in stock, in full."""
LOCAL = {
    "relogement_hors_renouvellement_urbain": "Relogement hors renouvellement urbain",
    "rehabilitation_lourde": "Réhabilitation lourde",
    "mutation_inter_bailleurs": "Mutation entre bailleurs",
}

KINDS = {
    "etat_prioritaires": "État, publics prioritaires",
    "etat_agents": "État, agents",
    "action_logement": "Action Logement",
    "commune": "Commune",
    "epci": "EPCI",
    "ept": "EPT",
    "departement": "Département",
    "region": "Région",
    "employeur": "Employeur",
    "autre": "Autre",
    "": "Sans convention",
}
STATES = {"open": "contestée", "answered": "répondue", "settled": "réglée"}
ENDINGS = {
    "": "",
    "contester": "la partie s'en satisfait",
    "amended": "vacance corrigée",
    "withdrawn": "vacance retirée",
    "adjusted": "convention modifiée",
    "ended": "convention arrêtée",
}
MATCHES = {"agreeing": "concordant", "differing": "différent", "unknown": "logement inconnu"}
STAGES = {
    "": "",
    "proposition": "proposé",
    "attribution": "attribué",
    "bail": "loué",
    "refus": "refusé",
}
REMEDIES = {
    "report": "report sur l'année suivante",
    "report_part": "report d'une partie",
    "etalement": "étalement",
    "remboursement": "remboursement",
    "allongement": "allongement de la durée de tirage",
}
FATES = {
    "carried": "reporté",
    "refunded": "remboursé",
    "extinguished": "éteint",
    "left": "laissé au réservataire",
    "nothing": "rien à rattraper",
}
CAUSES = {"flux": "flux", "refusals": "refus", "arbitration": "arbitrage"}


def reason(code: str) -> str:
    """Why a dwelling is outside the flux; "" for one that is in it."""
    return {**REGULATORY, **STOCK, **LOCAL}.get(code, code.replace("_", " "))


def nature(code: str) -> str:
    """What gives a reason its force: the law, the stock, or an agreement of the parties."""
    if code in LAW.purposes():
        return "réglementaire"
    return "réservation en stock" if code in LAW.reservations() else "accord local, non réglementaire"


def qpv(code: str) -> str:
    """Whether a dwelling stands in a priority neighbourhood."""
    return {"qpv": "En QPV", "hors_qpv": "Hors QPV"}.get(code, code)


def period(code: str) -> str:
    """A construction period: ``1949_1974`` is ``1949 à 1974``."""
    first, _, last = code.partition("_")
    if first.isdigit():
        return f"{first} à {last}" if last.isdigit() else code
    return f"{first.capitalize()} {last}".rstrip()


SEGMENTS = {"qpv": qpv, "construction_period": period}
"""How the values of a dimension are said; those of the others stand for themselves."""


def line(name: str) -> str:
    """A line of a convention, or the bailleur."""
    return "Bailleur" if name == BAILLEUR else name


def counted(number: int) -> str:
    """A whole number with thin groups, as a clerk reads it: ``9 375``."""
    return f"{number:,}".replace(",", "\u202f")
