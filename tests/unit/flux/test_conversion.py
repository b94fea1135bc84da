"""Stock → flux: the worked cases hold to the last digit, and what cannot be converted says why."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from flux.caps import cap_in_dwellings
from flux.conversion import (
    Conversion,
    ConversionError,
    EtatDesLieux,
    Holder,
    Lot,
    Method,
    Part,
    Right,
    StateCaps,
    Terms,
    Weighting,
    convert,
    share_on_territory,
)
from flux.conversion.droits_uniques import spread
from flux.conversion.duration import days_running, years_left
from flux.units import share_of_percent

CASES = Path(__file__).parents[2] / "cases"
WORKED = json.loads((CASES / "conversion.json").read_text(encoding="utf-8"))
CAPS = json.loads((CASES / "rounding.json").read_text(encoding="utf-8"))["caps"]
UNCAPPED = StateCaps(Fraction(1), Fraction(1))
LEGAL = StateCaps(Fraction(30, 100), Fraction(5, 100))
YEAR = 2026
FREE = "NON_RESERVE"


def worked(name: str) -> Any:  # noqa: ANN401 - JSON values
    return next(case for case in WORKED if case["name"] == name)


def a_lot(reservataire: str = "AL", dwellings: int = 50, **said: Any) -> Lot:  # noqa: ANN401 - fields of a lot
    until = said.pop("until", date(2040, 12, 31))
    rotation = said.pop("rotation", "8")
    right = said.pop("right", Right.NON_RESERVE if reservataire == FREE else Right.DROIT_DE_SUITE)
    return Lot(
        reservataire, right, dwellings, until, None if rotation is None else Fraction(rotation) / 100, **said
    )


def an_etat(*lots: Lot, kinds: Mapping[str, str] | None = None) -> EtatDesLieux:
    names = {lot.reservataire for lot in lots if lot.right is Right.DROIT_DE_SUITE}
    return EtatDesLieux(
        lots, {name: Holder(name, (kinds or {}).get(name, "action_logement")) for name in names}
    )


def terms(method: Method, **said: Any) -> Terms:  # noqa: ANN401 - fields of terms
    return Terms(method, YEAR, said.pop("caps", UNCAPPED), **said)


def part(conversion: Conversion, name: str = "AL") -> Part:
    return next(part for part in conversion.parts if part.holder.id == name)


def in_years(years: int) -> date:
    return date(YEAR + years - 1, 12, 31)


def test_fifty_dwellings_at_eight_percent_over_fifteen_years_are_sixty_rights() -> None:
    case = worked("droits uniques")
    lots = [a_lot(dwellings=lot["dwellings"], rotation=lot["rotation_percent"]) for lot in case["lots"]]
    for years, each_year in case["per_year"].items():
        made = part(convert(an_etat(*lots), terms(Method.DROITS_UNIQUES, flux=56, years=int(years))))
        assert made.rights == Fraction(case["rights"])
        assert made.per_year == (Fraction(each_year),) * int(years)
        assert made.undrawn == 0


def test_mixed_lots_add_up_exactly_and_the_fraction_of_a_right_is_told_not_drawn() -> None:
    case = worked("droits uniques, lots mêlés")
    lots = [
        a_lot(
            dwellings=lot["dwellings"],
            rotation=lot["rotation_percent"],
            until=in_years(int(lot["years_left"])),
        )
        for lot in case["lots"]
    ]
    made = part(convert(an_etat(*lots), terms(Method.DROITS_UNIQUES, flux=56, years=10)))
    assert made.rights == Fraction(case["rights"])
    assert list(map(int, made.per_year)) == [4, 4, 4, 4, 4, 3, 3, 3, 3, 3]
    assert made.undrawn == Fraction(7, 10)


@pytest.mark.parametrize("name", ["part du stock", "part du stock pondérée par la rotation"])
def test_shares_of_the_stock_are_exact_weighted_by_rotation_or_not(name: str) -> None:
    case = worked(name)
    rotations = case.get("rotation_percent", {})
    lots = [a_lot(who, count, rotation=rotations.get(who)) for who, count in case["stock"].items()]
    weighting = Weighting(rotation=case["weighting"] == "rotation")
    made = convert(an_etat(*lots), terms(Method.POURCENTAGE, weighting=weighting))
    expected = {who: Fraction(text) for who, text in case.get("shares_exact", {}).items()} or {
        who: Fraction(text) / 100 for who, text in case["shares_percent"].items()
    }
    assert made.bailleur_share == expected.pop(FREE)
    assert {each.holder.id: each.share for each in made.parts} == expected
    assert made.flux == (Fraction(case["expected_flow"]) if "expected_flow" in case else None)


def test_an_initial_share_runs_for_the_days_its_rights_still_run() -> None:
    case = worked("part initiale et durée restante en jours")
    lots = [
        a_lot(
            dwellings=lot["dwellings"],
            until=date.fromordinal(date(2025, 12, 31).toordinal() + lot["days_running_in_year"]),
        )
        for lot in case["lots"]
    ]
    rest = case["stock"] - sum(lot.dwellings for lot in lots)
    made = convert(
        an_etat(*lots, a_lot(FREE, rest)), terms(Method.POURCENTAGE, weighting=Weighting(days=True))
    )
    assert part(made).share == Fraction(case["share_exact"])


def test_both_weights_multiply() -> None:
    etat = an_etat(a_lot(dwellings=10, rotation="10", until=date(2026, 3, 14)), a_lot(FREE, 20, rotation="5"))
    made = convert(etat, terms(Method.POURCENTAGE, weighting=Weighting(rotation=True, days=True)))
    assert part(made).share == Fraction(73, 365) / 2


@pytest.mark.parametrize("case", CAPS, ids=lambda case: str(case["flux"]))
def test_a_cap_is_floored_never_rounded(case: dict[str, int]) -> None:
    flux = case["flux"]
    wanted = {"ETAT": flux, "AGENTS": flux}
    kinds = {"ETAT": "etat_prioritaires", "AGENTS": "etat_agents"}
    assert LEGAL.dwellings({"ETAT": flux}, kinds, flux) == {"ETAT": case["state_cap"]}
    assert LEGAL.dwellings({"AGENTS": flux}, kinds, flux) == {"AGENTS": case["agents_cap"]}
    assert sum(LEGAL.dwellings(wanted, kinds, flux).values()) <= case["state_cap"]
    assert LEGAL.state_in(flux) == cap_in_dwellings(share_of_percent("30"), flux) == case["state_cap"]


def test_parties_under_one_cap_come_down_alike_each_floored() -> None:
    kinds = dict.fromkeys("AB", "etat_agents") | dict.fromkeys("PQ", "etat_prioritaires")
    wanted = {"A": 2, "B": 1, "P": 20, "Q": 10, "AL": 40}
    assert LEGAL.dwellings(wanted, {**kinds, "AL": "action_logement"}, 56) == {
        "A": 0,
        "B": 0,
        "P": 10,
        "Q": 5,
        "AL": 40,
    }


def test_needs_above_the_states_cap_are_floored_under_it_and_said_capped() -> None:
    etat = an_etat(a_lot("ETAT"), a_lot(FREE), kinds={"ETAT": "etat_prioritaires"})
    made = convert(etat, terms(Method.BESOINS, caps=LEGAL, flux=56, needs={"ETAT": 17}))
    assert part(made, "ETAT").objective == 16
    assert part(made, "ETAT").is_capped
    assert made.bailleur_dwellings == 40


def test_needs_below_the_cap_stand_and_newcomers_have_theirs() -> None:
    need = {"ETAT": 16, "CD": 4}
    newcomers = {"CD": Holder("CD", "departement")}
    etat = an_etat(a_lot("ETAT"), a_lot(FREE), kinds={"ETAT": "etat_prioritaires"})
    made = convert(etat, terms(Method.BESOINS, caps=LEGAL, flux=56, needs=need, newcomers=newcomers))
    assert {each.holder.id: each.objective for each in made.parts} == need
    assert not any(each.is_capped for each in made.parts)


def test_a_state_share_above_thirty_percent_is_brought_to_exactly_thirty_of_which_five_for_agents() -> None:
    kinds = {"ETAT": "etat_prioritaires", "AGENTS": "etat_agents"}
    etat = an_etat(a_lot("ETAT", 40), a_lot("AGENTS", 10), a_lot(FREE, 50), kinds=kinds)
    made = convert(etat, terms(Method.POURCENTAGE, caps=LEGAL))
    assert part(made, "ETAT").share + part(made, "AGENTS").share == Fraction(30, 100)
    assert part(made, "AGENTS").share == Fraction(5, 100) * Fraction(30, 45)
    assert made.bailleur_share == Fraction(70, 100)


def test_five_rights_over_three_years_are_two_two_and_one() -> None:
    drawn = spread({"AL": Fraction(5)}, {"AL": 3}, {"AL": "autre"}, UNCAPPED, 56)
    assert drawn == {"AL": (2, 2, 1)}


def test_what_a_cap_holds_back_waits_for_later_years() -> None:
    rights, kinds = (
        {"A": Fraction(10), "B": Fraction(4)},
        {"A": "etat_prioritaires", "B": "etat_prioritaires"},
    )
    drawn = spread(rights, {"A": 5, "B": 1}, kinds, LEGAL, 10)
    assert drawn == {"A": (1, 3, 2, 2, 2), "B": (2,)}


def test_rights_are_drawn_over_each_ones_longest_right_when_nobody_says() -> None:
    etat = an_etat(a_lot("AL", 50), a_lot("CD", 50, until=date(2027, 3, 1)), a_lot(FREE, 900))
    made = convert(etat, terms(Method.DROITS_UNIQUES))
    assert len(part(made, "AL").per_year) == 15
    assert len(part(made, "CD").per_year) == 2


def test_a_percentage_is_applied_to_the_flow_never_to_the_stock() -> None:
    made = convert(an_etat(a_lot(dwellings=300), a_lot(FREE, 700)), terms(Method.POURCENTAGE, flux=56))
    assert part(made).per_year == (Fraction(30, 100) * 56,)


def test_droits_simples_and_ended_rights_do_not_convert_but_stay_in_the_stock() -> None:
    etat = an_etat(
        a_lot("AL", 20),
        a_lot("AL", 30, right=Right.DROIT_SIMPLE, until=None),
        a_lot("CD", 10, until=date(2025, 12, 31)),
        a_lot(FREE, 40),
    )
    made = convert(etat, terms(Method.POURCENTAGE))
    assert [(each.holder.id, each.dwellings, each.share) for each in made.parts] == [
        ("AL", 20, Fraction(1, 5))
    ]
    assert (etat.simple_rights().by_reservataire, etat.lapsed(YEAR).by_reservataire) == (
        {"AL": 30},
        {"CD": 10},
    )
    assert (etat.simple_rights().dwellings, etat.simple_rights().lots) == (30, 1)


def test_a_stock_without_any_right_is_all_the_bailleurs() -> None:
    for method in Method:
        made = convert(an_etat(a_lot(FREE, 100)), terms(method))
        assert not made.parts
        assert made.bailleur_share == 1


def test_the_share_of_a_territory_is_the_same_dwellings_of_a_smaller_flow() -> None:
    etat = an_etat(
        a_lot("VILLE", 30, commune="93048", rotation="5"),
        a_lot(FREE, 70, commune="93048", rotation="10"),
        a_lot(FREE, 100, commune="93066", rotation="8"),
    )
    for weighting in (Weighting(), Weighting(rotation=True)):
        made = part(convert(etat, terms(Method.POURCENTAGE, weighting=weighting)), "VILLE")
        there = EtatDesLieux(tuple(lot for lot in etat.lots if lot.commune == "93048"), etat.holders)
        alone = part(convert(there, terms(Method.POURCENTAGE, weighting=weighting)), "VILLE")
        assert share_on_territory(made.share, etat, weighting, frozenset({"93048"})) == alone.share


@pytest.mark.parametrize(
    ("until", "days", "years"),
    [
        (date(2025, 12, 31), 0, Fraction(0)),
        (date(2026, 1, 1), 1, Fraction(1, 365)),
        (date(2026, 12, 31), 365, Fraction(1)),
        (date(2028, 2, 29), 365, 2 + Fraction(60, 366)),
        (date(2040, 12, 31), 365, Fraction(15)),
    ],
)
def test_what_is_left_of_a_right_is_counted_to_the_day(until: date, days: int, years: Fraction) -> None:
    assert (days_running(until, YEAR), years_left(until, YEAR)) == (days, years)


def test_a_leap_year_has_a_day_more() -> None:
    assert days_running(date(2030, 1, 1), 2028) == 366


@pytest.mark.parametrize(
    ("etat", "by", "told"),
    [
        (an_etat(a_lot(line=7, rotation=None)), terms(Method.DROITS_UNIQUES, flux=9), "Ligne 7 : taux de rotation"),
        (an_etat(a_lot(line=7, until=None)), terms(Method.DROITS_UNIQUES), "Ligne 7 : échéance du droit inconnue"),
        (
            an_etat(a_lot(line=7, until=None)),
            terms(Method.POURCENTAGE, weighting=Weighting(days=True)),
            "Ligne 7 : échéance",
        ),
        (
            an_etat(a_lot(), a_lot(FREE, rotation=None, line=3)),
            terms(Method.POURCENTAGE, weighting=Weighting(rotation=True)),
            "Ligne 3 : taux de rotation inconnu",
        ),
        (an_etat(a_lot(), a_lot(FREE, rotation=None)), terms(Method.DROITS_UNIQUES), "Donnez le nombre de .* (--flux)"),
        (an_etat(a_lot(dwellings=5)), terms(Method.DROITS_UNIQUES), "ne fait pas un logement par an"),
        (an_etat(a_lot(dwellings=0)), terms(Method.POURCENTAGE), "ne pèse rien"),
        (an_etat(a_lot()), terms(Method.BESOINS, needs={"AL": 9}, flux=8), "font 9 logements par an .* de 8"),
        (an_etat(a_lot()), terms(Method.DROITS_UNIQUES, years=2, flux=10), "30 logements .* sur 6 ans (--years 6)"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_says_why_and_what_to_do(etat: EtatDesLieux, by: Terms, told: str) -> None:
    pattern = told.replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(ConversionError, match=pattern):
        convert(etat, by)


def test_the_years_a_refusal_advises_are_the_fewest_that_fit() -> None:
    etat = an_etat(a_lot("AL", 50), a_lot("CD", 37))
    by = terms(Method.DROITS_UNIQUES, flux=10, years=11)
    assert sum(each.objective for each in convert(etat, by).parts) <= 10
    with pytest.raises(ConversionError, match="--years 11"):
        convert(etat, replace(by, years=10))


def test_more_holders_than_dwellings_cannot_be_spread_at_all() -> None:
    etat = an_etat(*(a_lot(name) for name in "ABC"))
    with pytest.raises(ConversionError, match="convertissez par pourcentage"):
        convert(etat, terms(Method.DROITS_UNIQUES, flux=2))
