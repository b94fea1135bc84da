"""Whatever the stock, the method and the order of rows: shares sum to the flux, caps hold, nothing is lost."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from flux.conversion import (
    Conversion,
    ConversionError,
    EtatDesLieux,
    Holder,
    Lot,
    Method,
    Right,
    StateCaps,
    Terms,
    Weighting,
    convert,
)
from flux.conversion.droits_uniques import spread

KINDS = {
    "P": "etat_prioritaires",
    "Q": "etat_prioritaires",
    "A": "etat_agents",
    "B": "etat_agents",
    "AL": "action_logement",
    "V": "commune",
}
HOLDERS = {name: Holder(name, kind) for name, kind in KINDS.items()}
STATE, AGENTS = {"P", "Q", "A", "B"}, {"A", "B"}
LEGAL = StateCaps(Fraction(30, 100), Fraction(5, 100))

LOTS = st.lists(
    st.builds(
        Lot,
        reservataire=st.sampled_from(sorted(KINDS)),
        right=st.sampled_from(Right),
        dwellings=st.integers(0, 500),
        until=st.dates(date(2024, 1, 1), date(2050, 12, 31)),
        rotation=st.fractions(0, 1, max_denominator=1000),
    ),
    min_size=1,
    max_size=12,
)
TERMS = st.builds(
    Terms,
    method=st.sampled_from(Method),
    year=st.integers(2025, 2030),
    caps=st.just(LEGAL),
    flux=st.none() | st.integers(1, 400),
    years=st.none() | st.integers(1, 30),
    weighting=st.builds(Weighting, rotation=st.booleans(), days=st.booleans()),
    needs=st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(0, 60)),
)


def made(lots: list[Lot], terms: Terms) -> Conversion:
    try:
        return convert(EtatDesLieux(tuple(lots), HOLDERS), terms)
    except ConversionError:
        assume(False)
        raise


def held(amounts: Mapping[str, Fraction], whose: set[str]) -> Fraction:
    return sum((amount for name, amount in amounts.items() if name in whose), Fraction(0))


@given(lots=LOTS, terms=TERMS)
def test_with_the_bailleurs_remainder_the_shares_are_the_whole_flux(lots: list[Lot], terms: Terms) -> None:
    conversion = made(lots, terms)
    assert sum((each.share for each in conversion.parts), conversion.bailleur_share) == 1
    assert all(0 <= each.share <= each.claimed for each in conversion.parts)
    assert 0 <= conversion.bailleur_share <= 1
    if conversion.flux is not None:
        first = sum((each.per_year[0] for each in conversion.parts), Fraction(0))
        assert first + (conversion.bailleur_dwellings or 0) == conversion.flux


@given(lots=LOTS, terms=TERMS)
def test_the_state_never_passes_its_cap_nor_its_agents_theirs_in_any_year(
    lots: list[Lot], terms: Terms
) -> None:
    conversion = made(lots, terms)
    shares = {each.holder.id: each.share for each in conversion.parts}
    assert held(shares, STATE) <= LEGAL.state
    assert held(shares, AGENTS) <= LEGAL.agents
    flux = conversion.flux or Fraction(0)
    for year in range(max((len(each.per_year) for each in conversion.parts), default=0)):
        drawn = {
            each.holder.id: each.per_year[year] for each in conversion.parts if year < len(each.per_year)
        }
        assert held(drawn, STATE) <= LEGAL.state * flux
        assert held(drawn, AGENTS) <= LEGAL.agents * flux
        assert sum(drawn.values()) <= flux


@given(lots=LOTS, terms=TERMS, data=st.data())
def test_the_order_of_rows_changes_nothing(lots: list[Lot], terms: Terms, data: st.DataObject) -> None:
    assert made(data.draw(st.permutations(lots)), terms) == made(lots, terms)


@given(lots=LOTS, terms=TERMS)
def test_splitting_a_row_in_two_changes_nothing(lots: list[Lot], terms: Terms) -> None:
    first, *others = lots
    assume(first.dwellings > 1)
    halves = [
        Lot(first.reservataire, first.right, count, first.until, first.rotation)
        for count in (first.dwellings // 2, first.dwellings - first.dwellings // 2)
    ]
    assert made([*halves, *others], terms).parts == made(lots, terms).parts


@given(lots=LOTS, terms=TERMS, more=st.integers(1, 100))
def test_droits_simples_give_their_holder_nothing(lots: list[Lot], terms: Terms, more: int) -> None:
    simple = Lot("AL", Right.DROIT_SIMPLE, more, None, Fraction(0))
    before, after = made(lots, terms), made([*lots, simple], terms)
    assert {each.holder.id: each.dwellings for each in after.parts} == {
        each.holder.id: each.dwellings for each in before.parts
    }
    assert all(new.claimed <= old.claimed for new, old in zip(after.parts, before.parts, strict=True))


@given(
    rights=st.dictionaries(
        st.sampled_from(["AL", "V"]), st.fractions(0, 400, max_denominator=50), min_size=1
    ),
    years=st.integers(1, 40),
)
def test_without_a_cap_every_whole_right_is_drawn_and_no_year_is_two_apart(
    rights: dict[str, Fraction], years: int
) -> None:
    drawn = spread(rights, dict.fromkeys(rights, years), KINDS, LEGAL, 1)
    for name, numbers in drawn.items():
        assert sum(numbers) == rights[name].__floor__()
        assert sorted(numbers, reverse=True) == list(numbers)
        assert numbers[0] - numbers[-1] <= 1
