"""Dwellings that look like the social stock: size, financing, age, rent, in the proportions of RPLS."""

from collections.abc import Mapping
from decimal import Decimal

from aiguillage.draws import Draws, Table
from aiguillage.sample.figures import Place

DENSE = frozenset({"75", "92", "93", "94"})
"""Départements where dwellings are smaller and stand in buildings."""
OVERSEAS = frozenset({"971", "972", "973", "974", "976"})
"""Départements financed by LLS and LLTS instead of PLUS and PLAI."""

TYPOLOGIES = Table([("T1", 7), ("T1bis", 1), ("T2", 21), ("T3", 36), ("T4", 26), ("T5", 8), ("T6", 1)])
DENSE_TYPOLOGIES = Table([("T1", 15), ("T1bis", 3), ("T2", 28), ("T3", 32), ("T4", 17), ("T5", 4), ("T6", 1)])
"""Typologies per hundred freed (our estimate: small dwellings are freed more often than their share)."""
PERIODS = Table([((1920, 1948), 6), ((1949, 1976), 44), ((1977, 2000), 26), ((2001, 2023), 24)])
"""Years of construction per hundred (order of magnitude of RPLS)."""
FINANCEMENTS: Mapping[int, Table[str]] = {
    1976: Table([("HLMO", 66), ("PLUS", 16), ("ILN", 7), ("ILM", 4), ("PALULOS", 4), ("PLAI", 3)]),
    2000: Table([("PLUS", 80), ("PLAI", 7), ("PLS", 6), ("PCL", 4), ("PLI", 3)]),
    2100: Table([("PLUS", 52), ("PLAI", 24), ("PLS", 16), ("PLUS_CD", 4), ("PLI", 4)]),
}
"""By last year of construction, financing per hundred (our estimate)."""
OVERSEAS_NAMES = {"PLUS": "LLS", "PLAI": "LLTS"}
SURFACES = {
    "T1": (180, 330),
    "T1bis": (260, 380),
    "T2": (400, 530),
    "T3": (560, 710),
    "T4": (700, 880),
    "T5": (860, 1060),
    "T6": (1020, 1300),
}
"""Least and most surface, in tenths of a square metre."""
RENT_CENTS = {"PLAI": 590, "LLTS": 590, "PLS": 950, "PLI": 1250, "ILN": 820, "ILM": 800, "HLMO": 560}
"""Monthly rent a square metre, in cents; `USUAL_RENT_CENTS` for any other financing (order of magnitude)."""
USUAL_RENT_CENTS = 670
QPV_PERCENT, DENSE_QPV_PERCENT = 30, 22
STEPLESS_SINCE = 1980
LIFT_FROM_FLOOR = 4


def dwelling(
    draws: Draws, place: Place, departement: str, number: int, built: int | None = None
) -> dict[str, object]:
    """A dwelling of `place` as `vacancy.declared` writes it; `built` fixes its year of construction.

    `number` (below ten million) tells it from every other dwelling of the département.
    """
    is_dense = departement in DENSE
    typologie = (DENSE_TYPOLOGIES if is_dense else TYPOLOGIES).pick(draws)
    year = built or draws.between(*PERIODS.pick(draws))
    financement = _financement(draws, year, departement)
    surface, floor = draws.between(*SURFACES[typologie]), draws.below(8 if is_dense else 5)
    lift = floor >= LIFT_FROM_FLOOR or draws.happens(45)
    rent = surface * RENT_CENTS.get(financement, USUAL_RENT_CENTS) * draws.between(90, 115) // 1000
    return {
        "dwelling_id": f"{departement:0>3}{number:07d}",
        "commune": place.code,
        "typologie": typologie,
        "financement": financement,
        "qpv": draws.happens(DENSE_QPV_PERCENT if is_dense else QPV_PERCENT),
        "construction_year": year,
        "surface_m2": Decimal(surface).scaleb(-1),
        "floor": floor,
        "lift": lift,
        "accessible": year >= STEPLESS_SINCE and (lift or floor == 0),
        "rent_eur": Decimal(rent).scaleb(-2),
        "charges_eur": Decimal(surface * draws.between(110, 190) // 10).scaleb(-2),
        "conventionne": financement != "PLI",
    }


def _financement(draws: Draws, year: int, departement: str) -> str:
    table = next(table for last, table in FINANCEMENTS.items() if year <= last)
    financement = table.pick(draws)
    return OVERSEAS_NAMES.get(financement, financement) if departement in OVERSEAS else financement
