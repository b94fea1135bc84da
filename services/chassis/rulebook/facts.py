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


class Kind(StrEnum):
    """How a fact's values compare."""

    TEXT = "texte"
    FLAG = "oui ou non"
    WHOLE = "nombre entier"
    DECIMAL = "nombre"


@dataclass(frozen=True, slots=True)
class FactType:
    """One entry of the catalogue; `values` lists what a text may be, `pattern` how it is written.

    `low` and `high` bound a number whose values are bounded by what it is.
    """

    name: str
    kind: Kind
    label: str
    families: frozenset[str]
    values: tuple[str, ...] = ()
    pattern: str = ""
    low: int | None = None
    high: int | None = None


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
        pattern=r"2[AB]|[0-9]{2}|9[78][0-9]",
    ),
    FactType("vacancy.month", Kind.WHOLE, "mois de disponibilité (1 à 12)", _ROUTING, low=1, high=12),
    FactType("dwelling.commune", Kind.TEXT, "code INSEE déclaré", _ROUTING, pattern=COMMUNE),
    FactType("dwelling.city", Kind.TEXT, "code INSEE, arrondissements réunis", _ROUTING, pattern=COMMUNE),
    FactType("dwelling.typologie", Kind.TEXT, "typologie (T1…)", _ROUTING, TYPOLOGIES),
    FactType("dwelling.financement", Kind.TEXT, "financement (PLAI, PLUS…)", _ROUTING, FINANCEMENTS),
    FactType("dwelling.qpv", Kind.FLAG, "en quartier prioritaire", _ROUTING),
    FactType("dwelling.qpv_code", Kind.TEXT, "code du quartier prioritaire", _ROUTING),
    FactType("dwelling.construction_year", Kind.WHOLE, "année de construction", _ROUTING),
    FactType("dwelling.construction_period", Kind.TEXT, "période de construction (segment)", _ROUTING),
    FactType("dwelling.surface_m2", Kind.DECIMAL, "surface en m²", _ROUTING),
    FactType("dwelling.floor", Kind.WHOLE, "étage", _ROUTING),
    FactType("dwelling.lift", Kind.FLAG, "ascenseur", _ROUTING),
    FactType("dwelling.accessible", Kind.FLAG, "accessible", _ROUTING),
    FactType("dwelling.rent_eur", Kind.DECIMAL, "loyer mensuel en euros", _ROUTING),
    FactType("dwelling.charges_eur", Kind.DECIMAL, "charges mensuelles en euros", _ROUTING),
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
    FactType("convention.year", Kind.WHOLE, "année de la convention", _BY_CONVENTION | _MONITORING),
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
    FactType("progress.share_percent", Kind.DECIMAL, "part obtenue, en %", _MONITORING),
    FactType("progress.refused_percent", Kind.DECIMAL, "refus, en % des propositions", _MONITORING),
    FactType("progress.month", Kind.WHOLE, "mois de l'année suivie", _MONITORING, low=1, high=12),
    FactType(
        "gap.cause",
        Kind.TEXT,
        "cause de l'écart",
        frozenset({"correction"}),
        ("flux", "refusals", "arbitration"),
    ),
)
CATALOGUE: Mapping[str, FactType] = MappingProxyType({fact.name: fact for fact in _CATALOGUE})
"""Every fact by name."""


def known_to(family: str) -> list[str]:
    """Names of the facts a family's rules may test."""
    return [fact.name for fact in _CATALOGUE if family in fact.families]
