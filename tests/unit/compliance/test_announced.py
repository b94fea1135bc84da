"""Against the year as announced: what the promise comes to, and what goes missing by cause."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.domain.causes import Causes
from compliance.domain.forecast.announced import Promise, Year, missing, promise_of
from compliance.domain.forecast.season import Season
from flux.convention import Convention
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
MID_YEAR, YEAR_END = date(2026, 7, 2), date(2026, 12, 31)


def a_year(day: date = YEAR_END, **facts: Any) -> Year:  # noqa: ANN401 - the fields of a year
    given = {"came": 100, "flux": 100, "operations": 20, "excluded": 20, **facts}
    return Year(season=Season({}, 2026), day=day, **given)


def a_convention(**terms: Any) -> Convention:  # noqa: ANN401 - JSON values
    body = {
        "convention_id": "C",
        "reservataire": {"id": "AL", "kind": "autre"},
        "year": 2026,
        "share_percent": None if "objective" in terms else "25",
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
        **terms,
    }
    return Convention.from_body(body)


def promised(convention: Convention, year: Year, credit: int = 0, ended: date | None = None) -> Any:  # noqa: ANN401 - dwellings
    promise = promise_of(convention, convention.lines[0], ended, credit, year)
    return promise and (Fraction(promise.whole, DWELLING), Fraction(promise.to_date, DWELLING))


def test_a_share_is_promised_on_the_forecast() -> None:
    assert promised(a_convention(), a_year(flux=400)) == (100, 100)
    whole, to_date = promised(a_convention(), a_year(MID_YEAR, flux=365))
    assert (whole, to_date) == (Fraction("91.25"), Fraction("45.75"))


def test_an_objective_is_promised_as_it_is_and_by_the_days_elapsed() -> None:
    assert promised(a_convention(objective=24), a_year(flux=None)) == (24, 24)
    assert promised(a_convention(objective=365), a_year(MID_YEAR)) == (365, 183)


def test_nothing_is_promised_on_a_share_before_a_forecast() -> None:
    assert promised(a_convention(), a_year(flux=None)) is None


def test_a_convention_of_half_a_year_is_promised_half_of_it() -> None:
    half = a_convention(effective={"from": "2026-07-03", "until": "2026-12-31"})
    whole, to_date = promised(half, a_year(flux=365))
    assert (whole, to_date) == (Fraction("45.5"), Fraction("45.5"))
    assert promised(half, a_year(MID_YEAR, flux=365))[1] == 0
    ended = promised(a_convention(), a_year(flux=365), ended=MID_YEAR)
    assert ended == (Fraction("45.75"), Fraction("45.75"))


def test_on_a_smaller_territory_the_part_given_so_far_is_taken_for_the_years() -> None:
    local = a_convention(territory={"scale": "communes", "communes": ["75114"]})
    year = a_year(MID_YEAR, came=50, flux=365)
    whole, to_date = promised(local, year, credit=5 * DWELLING)
    assert whole == Fraction("36.5")
    assert to_date == Fraction("18.3")
    assert promised(local, a_year(came=0), credit=0) is None


@pytest.mark.parametrize(
    ("year", "credit", "flux", "arbitration"),
    [
        (a_year(), 25, 0, 0),
        (a_year(came=80), 20, 5, 0),
        (a_year(came=80, excluded=32), 20, 2, 3),
        (a_year(came=80, excluded=60), 20, 0, 5),
        (a_year(came=120, excluded=60), 30, -5, 0),
        (a_year(came=80, excluded=60, operations=None), 20, 5, 0),
    ],
    ids=[
        "as announced",
        "fewer freed",
        "more excluded",
        "excluded explains all",
        "more freed",
        "unannounced",
    ],
)
def test_fewer_dwellings_are_freed_or_more_are_excluded(
    year: Year, credit: int, flux: int, arbitration: int
) -> None:
    promise = Promise(25 * DWELLING, 25 * DWELLING)
    causes = missing(promise, credit * DWELLING, Causes(), year)
    assert causes == Causes(flux=flux * DWELLING, arbitration=arbitration * DWELLING)


def test_an_objective_of_24_of_which_19_are_done_misses_five_and_says_why(
    scene: Scene, progress: Told
) -> None:
    scene.forecast(24)
    scene.sign("AL", objective=24, decompte={"method": "attribution"})
    for number in range(1, 22):
        scene.declare(f"V{number}")
        if number in {5, 6}:
            scene.wait(days=31)
        else:
            scene.lease(f"V{number}")
    scene.now = scene.now.replace(month=12, day=31, hour=12)
    scene.declare(purpose="vente")
    commitment = progress(scene)["commitment"]
    assert (commitment["year"], commitment["to_date"], commitment["missing"]) == ("24", "24", "5")
    assert commitment["causes"] == {"flux": "3", "refusals": "2", "arbitration": "0"}


def test_reservations_kept_in_stock_are_no_excess_of_exclusions(scene: Scene, progress: Told) -> None:
    scene.about("forecast.declared", year=2026, flux=4, by_operation={"vente": 0}, status="partage")
    scene.sign("AL", "100")
    for stock in ("defense", "defense", None):
        scene.declare(stock_reservation=stock)
    scene.declare(purpose="vente")
    scene.now = scene.now.replace(month=12, day=31, hour=12)
    scene.declare()
    commitment = progress(scene)["commitment"]
    assert commitment["missing"] == "2"
    assert commitment["causes"] == {"flux": "1", "refusals": "0", "arbitration": "1"}
