"""The facts a rule may test: their names, kinds, values, and the families that know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import get_args

from contracts import vocabulary

FactValue = str | bool | int | Decimal | None
"""What a fact may be worth; None is missing."""

EMPTY: Mapping[str, FactValue] = MappingProxyType({})

FAMILIES = (
    "assiette",
    "echelle",
    "neuf",
    "criteres",
    "rotation",
    "decompte",
    "delais",
    "gestion",
    "conformite",
    "correction",
)
_ROUTING = frozenset(FAMILIES[:8])
_BY_CONVENTION = frozenset({"echelle", "criteres", "decompte", "delais", "gestion"})
_MONITORING = frozenset({"conformite", "correction"})
_WATCH = frozenset({"conformite"})


class Kind(StrEnum):
    """How a fact's values compare."""

    TEXT = "texte"
    FLAG = "oui ou non"
    WHOLE = "nombre entier"
    DECIMAL = "nombre"


@dataclass(frozen=True, slots=True)
class FactType:
    """One entry of the catalogue; `values` lists what a text may be, `pattern` how it is written.

    `low` and `high` bound a number whose values are bounded by what it is. One that is `windowed` is counted over the
    days that the rule itself says (`window_days`).
    """

    name: str
    kind: Kind
    label: str
    families: frozenset[str]
    values: tuple[str, ...] = ()
    pattern: str = ""
    low: int | None = None
    high: int | None = None
    windowed: bool = False


CAUSES: tuple[str, ...] = get_args(vocabulary.VacancyCause)
PURPOSES: tuple[str, ...] = get_args(vocabulary.Purpose)
STOCK_RESERVATIONS: tuple[str, ...] = get_args(vocabulary.StockReservation)
TYPOLOGIES: tuple[str, ...] = get_args(vocabulary.Typologie)
FINANCEMENTS: tuple[str, ...] = get_args(vocabulary.Financement)
KINDS_OF_RESERVATAIRE: tuple[str, ...] = get_args(vocabulary.ReservataireKind)
SCALES: tuple[str, ...] = get_args(vocabulary.Scale)
METHODS_OF_DECOMPTE: tuple[str, ...] = get_args(vocabulary.DecompteMethod)
MANAGEMENTS: tuple[str, ...] = get_args(vocabulary.Management)
OUTCOME_CAUSES = (
    "refus_candidat",
    "refus_motive",
    "refus_sans_motif",
    "sans_reponse",
    "sans_candidat",
    "non_attribution",
    "irrecevabilite",
    "bailleur",
)
ZONES_ABC = ("A", "Abis", "B1", "B2", "C")
COMMUNE = r"[0-9][0-9AB][0-9]{3}"
"""How an INSEE code is written."""
DEPARTEMENT = r"0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[4-8]"
"""The codes of départements and collectivities, as the contracts have them."""

_CATALOGUE = (
    FactType("vacancy.cause", Kind.TEXT, "cause de la libération", _ROUTING, CAUSES),
    FactType("vacancy.purpose", Kind.TEXT, "destination du logement libéré", _ROUTING, PURPOSES),
    FactType(
        "vacancy.stock_reservation", Kind.TEXT, "réservation restée en stock", _ROUTING, STOCK_RESERVATIONS
    ),
    FactType("vacancy.programme_id", Kind.TEXT, "programme neuf", _ROUTING),
    FactType("vacancy.first_letting", Kind.FLAG, "première mise en location", _ROUTING),
    FactType("vacancy.bailleur", Kind.TEXT, "SIREN du bailleur", _ROUTING | _MONITORING, pattern=r"[0-9]{9}"),
    FactType(
        "vacancy.departement",
        Kind.TEXT,
        "département",
        _ROUTING | _MONITORING,
        pattern=DEPARTEMENT,
    ),
    FactType("vacancy.month", Kind.WHOLE, "mois de disponibilité (1 à 12)", _ROUTING, low=1, high=12),
    FactType("dwelling.commune", Kind.TEXT, "code INSEE déclaré", _ROUTING, pattern=COMMUNE),
    FactType("dwelling.city", Kind.TEXT, "code INSEE, arrondissements réunis", _ROUTING, pattern=COMMUNE),
    FactType("dwelling.typologie", Kind.TEXT, "typologie (T1…)", _ROUTING, TYPOLOGIES),
    FactType("dwelling.financement", Kind.TEXT, "financement (PLAI, PLUS…)", _ROUTING, FINANCEMENTS),
    FactType("dwelling.qpv", Kind.FLAG, "en quartier prioritaire", _ROUTING),
    FactType("dwelling.qpv_code", Kind.TEXT, "code du quartier prioritaire", _ROUTING),
    FactType(
        "dwelling.construction_year", Kind.WHOLE, "année de construction", _ROUTING, low=1500, high=2100
    ),
    FactType("dwelling.construction_period", Kind.TEXT, "période de construction (segment)", _ROUTING),
    FactType("dwelling.surface_m2", Kind.DECIMAL, "surface en m²", _ROUTING, low=0, high=1_000_000),
    FactType("dwelling.floor", Kind.WHOLE, "étage", _ROUTING, low=-10, high=200),
    FactType("dwelling.lift", Kind.FLAG, "ascenseur", _ROUTING),
    FactType("dwelling.accessible", Kind.FLAG, "accessible", _ROUTING),
    FactType("dwelling.rent_eur", Kind.DECIMAL, "loyer mensuel en euros", _ROUTING, low=0, high=1_000_000),
    FactType(
        "dwelling.charges_eur", Kind.DECIMAL, "charges mensuelles en euros", _ROUTING, low=0, high=1_000_000
    ),
    FactType("dwelling.conventionne", Kind.FLAG, "conventionné", _ROUTING),
    FactType("dwelling.zone_abc", Kind.TEXT, "zone ABC de la commune", _ROUTING, ZONES_ABC),
    FactType("convention.id", Kind.TEXT, "convention", _BY_CONVENTION | _MONITORING),
    FactType("convention.reservataire", Kind.TEXT, "réservataire", _BY_CONVENTION | _MONITORING),
    FactType(
        "convention.kind",
        Kind.TEXT,
        "type de réservataire",
        _BY_CONVENTION | _MONITORING,
        KINDS_OF_RESERVATAIRE,
    ),
    FactType("convention.scale", Kind.TEXT, "échelle de la convention", _BY_CONVENTION | _MONITORING, SCALES),
    FactType("convention.management", Kind.TEXT, "gestion écrite", _BY_CONVENTION | _MONITORING, MANAGEMENTS),
    FactType(
        "convention.year",
        Kind.WHOLE,
        "année de la convention",
        _BY_CONVENTION | _MONITORING,
        low=2000,
        high=2100,
    ),
    FactType(
        "convention.decompte", Kind.TEXT, "décompte écrit", _BY_CONVENTION | _MONITORING, METHODS_OF_DECOMPTE
    ),
    FactType("territory.contains", Kind.FLAG, "la commune est dans le territoire", _BY_CONVENTION),
    FactType("attempt", Kind.WHOLE, "rang de la proposition (1, 2…)", _ROUTING, low=1),
    FactType("outcome.cause", Kind.TEXT, "fin de la proposition", frozenset({"rotation"}), OUTCOME_CAUSES),
    FactType("progress.units", Kind.DECIMAL, "logements décomptés", _MONITORING),
    FactType("progress.expected", Kind.DECIMAL, "logements attendus à ce jour", _MONITORING),
    FactType("progress.gap", Kind.DECIMAL, "retard en logements (attendu − décompté)", _MONITORING),
    FactType("progress.gap_percent", Kind.DECIMAL, "retard en % de l'attendu", _MONITORING),
    FactType("progress.share_percent", Kind.DECIMAL, "part obtenue, en %", _MONITORING, low=0),
    FactType(
        "progress.refused_percent", Kind.DECIMAL, "refus, en % des propositions", _MONITORING, low=0, high=100
    ),
    FactType("progress.month", Kind.WHOLE, "mois de l'année suivie", _MONITORING, low=1, high=12),
    FactType(
        "progress.late_percent",
        Kind.DECIMAL,
        "retard, réponses attendues déduites, en % de l'attendu",
        _WATCH,
    ),
    FactType("progress.ahead_percent", Kind.DECIMAL, "avance en % de l'attendu", _WATCH),
    FactType(
        "progress.shortfall_percent",
        Kind.DECIMAL,
        "part de l'engagement de l'année que manque même la prévision haute, en %",
        _WATCH,
    ),
    FactType("commitment.in_number", Kind.FLAG, "engagement écrit en nombre de logements", _WATCH),
    FactType(
        "commitment.to_date",
        Kind.DECIMAL,
        "engagement de l'année pour les jours écoulés, en logements (au centième)",
        _WATCH,
    ),
    FactType(
        "commitment.missing_percent",
        Kind.DECIMAL,
        "ce qui manque à l'engagement à ce jour, réponses attendues déduites, en %",
        _WATCH,
    ),
    FactType(
        "answers.window_days", Kind.WHOLE, "jours que la règle regarde (`window_days`)", _WATCH, windowed=True
    ),
    FactType(
        "answers.issued",
        Kind.WHOLE,
        "propositions reçues dans les jours que la règle regarde",
        _WATCH,
        windowed=True,
    ),
    FactType(
        "answers.fitting_refusals",
        Kind.WHOLE,
        "refus et silences sur des logements conformes à ses critères, dans les jours que la règle regarde",
        _WATCH,
        windowed=True,
    ),
    FactType(
        "answers.fitting_refusals_percent",
        Kind.DECIMAL,
        "refus et silences, en % des propositions conformes à ses critères, dans les jours que la règle regarde",
        _WATCH,
        low=0,
        high=100,
        windowed=True,
    ),
    FactType(
        "answers.refusal_months",
        Kind.WHOLE,
        "mois où il y eut de tels refus, dans les jours que la règle regarde",
        _WATCH,
        windowed=True,
    ),
    FactType(
        "answers.without_reason",
        Kind.WHOLE,
        "refus sans motif dans les jours que la règle regarde",
        _WATCH,
        windowed=True,
    ),
    FactType(
        "answers.expired",
        Kind.WHOLE,
        "propositions restées sans réponse dans les jours que la règle regarde",
        _WATCH,
        windowed=True,
    ),
    FactType(
        "answers.days_overdue",
        Kind.WHOLE,
        "jours depuis la fin du délai de la plus ancienne proposition sans décision",
        _WATCH,
    ),
    FactType("criteria.dwellings", Kind.DECIMAL, "logements engagés sous des parts visées", _WATCH),
    FactType(
        "criteria.shortfall_points", Kind.DECIMAL, "plus grand manque à une part visée, en points", _WATCH
    ),
    FactType(
        "criteria.qpv_excess_points",
        Kind.DECIMAL,
        "part en QPV de ses propositions moins celle du flux, en points",
        _WATCH,
    ),
    FactType("report.days_late", Kind.WHOLE, "jours de retard du compte rendu de gestion déléguée", _WATCH),
    FactType("publics.known", Kind.WHOLE, "attributions dont le public est dit", _WATCH, low=0),
    FactType(
        "publics.priority_percent",
        Kind.DECIMAL,
        "attributions à des ménages prioritaires, en % de celles dont le public est dit",
        _WATCH,
        low=0,
        high=100,
    ),
    FactType(
        "credits.dwellings",
        Kind.WHOLE,
        "logements attribués par le bailleur sur sa part à un public du réservataire",
        _WATCH,
    ),
    FactType("flux.foreseen", Kind.WHOLE, "flux prévu pour l'année, par la déclaration et le rythme", _WATCH),
    FactType("flux.dwellings", Kind.WHOLE, "logements entrés dans le flux de l'année", _WATCH),
    FactType(
        "state.over_cap",
        Kind.DECIMAL,
        "logements de l'État au-dessus de son plafond du flux prévu pour l'année",
        _WATCH,
    ),
    FactType(
        "agents.over_cap",
        Kind.DECIMAL,
        "logements des agents de l'État au-dessus de leur plafond du flux prévu pour l'année",
        _WATCH,
    ),
    FactType("state.outside_qpv_percent", Kind.DECIMAL, "part de l'État dans le flux hors QPV, en %", _WATCH),
    FactType(
        "state.own_outside_qpv_percent", Kind.DECIMAL, "part hors QPV des logements de l'État, en %", _WATCH
    ),
    FactType("conventions.missing", Kind.WHOLE, "réservataires sans convention en vigueur", _WATCH),
    FactType(
        "conventions.missing_days",
        Kind.WHOLE,
        "jours depuis lesquels un réservataire est sans convention",
        _WATCH,
    ),
    FactType(
        "conventions.shares_percent",
        Kind.DECIMAL,
        "plus grande somme des parts dans une commune, en %",
        _WATCH,
    ),
    FactType(
        "exclusions.over_dwellings",
        Kind.DECIMAL,
        "logements sortis du flux au-dessus de ce que la prévision laissait attendre à ce jour",
        _WATCH,
    ),
    FactType(
        "exclusions.over_percent",
        Kind.DECIMAL,
        "exclusions au-dessus de la prévision à ce jour, en % des exclusions annoncées",
        _WATCH,
    ),
    FactType(
        "forecast.days_late",
        Kind.WHOLE,
        "jours depuis le 28 février sans prévision déclarée pour l'année",
        _WATCH,
    ),
    FactType(
        "waiting.days", Kind.WHOLE, "jours d'attente du logement libre depuis le plus longtemps", _WATCH
    ),
    FactType("waiting.twice", Kind.WHOLE, "logements ouverts sous deux vacances à la fois", _WATCH),
    FactType(
        "concertation.days_late",
        Kind.WHOLE,
        "jours de retard d'une concertation, depuis son délai (jamais ouverte : depuis la libération)",
        _WATCH,
    ),
    FactType("publics.outside_qpv", Kind.WHOLE, "attributions hors QPV dont le public est dit", _WATCH),
    FactType(
        "publics.quartile_percent",
        Kind.DECIMAL,
        "attributions hors QPV au premier quartile, en % de celles dont le public est dit",
        _WATCH,
        low=0,
        high=100,
    ),
    FactType(
        "gap.cause",
        Kind.TEXT,
        "cause de l'écart",
        frozenset({"correction"}),
        ("flux", "refusals", "arbitration"),
    ),
    FactType(
        "gap.units",
        Kind.DECIMAL,
        "logements dus à cette cause (négatif : reçus en trop)",
        frozenset({"correction"}),
    ),
)
CATALOGUE: Mapping[str, FactType] = MappingProxyType({fact.name: fact for fact in _CATALOGUE})
"""Every fact by name."""

WINDOWED = frozenset(fact.name for fact in _CATALOGUE if fact.windowed)
"""Facts counted over the days that a rule says."""


def known_to(family: str) -> list[str]:
    """Names of the facts a family's rules may test."""
    return [fact.name for fact in _CATALOGUE if family in fact.families]


FIGURES = tuple(
    name
    for name in known_to("conformite")
    if CATALOGUE[name].kind in {Kind.WHOLE, Kind.DECIMAL}
    and name not in {"convention.year", "progress.month", "answers.window_days"}
)
"""The figures an alert may follow."""
