"""The conventions of a sample, and the flux each bailleur forecasts, all signed before the year begins."""

from collections.abc import Iterator
from datetime import UTC, datetime

from aiguillage.cloudevents import bailleur_source, line
from aiguillage.draws import Draws
from aiguillage.sample.bailleurs import Bailleur
from aiguillage.sample.figures import Departement
from aiguillage.sample.holders import Holder
from aiguillage.sample.purposes import OPERATIONS, PER_THOUSAND, flux_of
from aiguillage.season import office_time

RESPOND_WITHIN_DAYS = 30
MIXED_WEIGHTS = {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
QPV_TARGET = {"dimension": "qpv", "segment": "hors_qpv", "target_percent": "60", "kind": "target"}

Timed = tuple[datetime, bytes]
"""When an event happens, and its line."""


def signed(
    bailleur: Bailleur, departement: Departement, holders: tuple[Holder, ...], seed: int, year: int
) -> Iterator[Timed]:
    """One `convention.signed` a holder, in the second week of December before `year`."""
    draws = Draws(seed, departement.code, "signed", bailleur.rank)
    for holder in holders:
        time = datetime(year - 1, 12, draws.between(7, 11), tzinfo=UTC) + office_time(draws)
        body = _body(bailleur, departement, holder, year)
        yield (
            time,
            line(
                "convention.signed",
                id=f"{body['convention_id']}-signed",
                source=bailleur_source(bailleur.siren),
                time=time,
                data=body,
            ),
        )


def forecast(bailleur: Bailleur, departement: Departement, vacancies: int, year: int) -> Timed:
    """The `forecast.declared` of a bailleur that expects to free `vacancies` dwellings."""
    time = datetime(year - 1, 12, 15, 9, bailleur.rank, tzinfo=UTC)
    rate = departement.moves * 10_000 // max(1, departement.stock)
    data = {
        "bailleur": bailleur.siren,
        "departement": departement.code,
        "year": year,
        "flux": flux_of(vacancies),
        "by_operation": {operation: vacancies * PER_THOUSAND[operation] // 1000 for operation in OPERATIONS},
        "taux_rotation_percent": f"{rate // 100}.{rate % 100:02d}",
        "status": "partage",
    }
    key = f"{bailleur.siren}-{departement.code}-{year}-forecast"
    return time, line(
        "forecast.declared", id=key, source=bailleur_source(bailleur.siren), time=time, data=data
    )


def opening(year: int) -> datetime:
    """The first instant of a sample: before every convention."""
    return datetime(year - 1, 12, 1, tzinfo=UTC)


def _body(bailleur: Bailleur, departement: Departement, holder: Holder, year: int) -> dict[str, object]:
    trait, share = bailleur.trait, str(holder.percent)
    weights = MIXED_WEIGHTS if trait.method == "mixte" else None
    is_delegated = trait.delegated and holder.kind == "action_logement"
    targets = [QPV_TARGET] if trait.targets_qpv and holder.kind == "etat_prioritaires" else []
    years = 3 if trait.correction == "etalement" else None
    return {
        "convention_id": f"{bailleur.siren}-{departement.code}-{holder.id}-{year}",
        "bailleur": bailleur.siren,
        "departement": departement.code,
        "reservataire": {"id": holder.id, "kind": holder.kind, "name": holder.name},
        "year": year,
        "share_percent": None if holder.objective else share,
        "objective": holder.objective,
        "territory": holder.territory,
        "shares": None,
        "decompte": {"method": trait.method, "weights": weights, "year_of": "event"},
        "management": "deleguee" if is_delegated else "directe",
        "confirmation": "bailleur" if trait.confirms else None,
        "respond_within_days": RESPOND_WITHIN_DAYS,
        "stock_weight_percent": share,
        "criteria": targets,
        "carry_over": None,
        "correction": {"method": trait.correction, "years": years, "refund_eur": None},
        "effective": {"from": f"{year}-01-01", "until": f"{year}-12-31"},
    }
