"""What carry-overs add to the shares of one dwelling, or take from them; docs/decisions/0022-corrective-actions.md."""

from collections.abc import Iterator, Mapping, Sequence

from contracts.rejected import Rejected, RejectionReason
from flux.caps import by_kinds, cap_in_dwellings, claimed
from flux.convention import Convention, Line
from flux.law import Caps
from flux.shares import Flow, carry_share
from flux.units import DWELLING
from orientation.domain.because import percent
from orientation.domain.work import Work

Covering = Sequence[tuple[Convention, Line]]


def carries(
    covering: Covering, bases: Mapping[str, int], flows: Mapping[str, Flow], year: int, caps: Caps
) -> dict[str, int]:
    """Units of the dwelling that the carry-over of each line moves; lines that have none are left out.

    `flows` holds the flux as seen by the lines that have one. With it the State's shares stay under its caps in every
    dwelling: several lines under one cap are brought down in proportion.
    """
    wanted = {
        line.party: carry_share(line.due_in(year), bases[line.party], flows[line.party])
        for _, line in covering
        if line.party in flows and line.due_in(year)
    }
    for kinds, bound, _ in reversed(list(by_kinds(caps))):
        capped = {line.party for convention, line in covering if convention.kind in kinds}
        wanted |= dict(_brought_down(wanted, bases, capped, bound.units))
    return {name: units for name, units in wanted.items() if units}


def _brought_down(
    wanted: Mapping[str, int], bases: Mapping[str, int], capped: set[str], cap: int
) -> Iterator[tuple[str, int]]:
    added = {name: units for name, units in wanted.items() if name in capped and units > 0}
    total = sum(added.values())
    held = sum(bases[name] + min(wanted.get(name, 0), 0) for name in capped)
    room = max(cap - held, 0)
    if total > room:
        for name, units in added.items():
            yield name, units * room // total


def part_carried(carry: int, asked: int, given: int) -> int:
    """Of a share that was brought down from what was asked, the part that the carry-over moves."""
    if not asked or given == asked:
        return carry
    moved = abs(carry) * given // asked
    return moved if carry > 0 else -moved


def refuse_carry_above(work: Work, convention: Convention, others: Sequence[Convention], caps: Caps) -> None:
    """Refuse a carry-over that takes the State above a cap of the declared forecast, base and carry-overs together."""
    forecast = work.state.forecasts.get(convention.year)
    if forecast is None or sum(line.due_in(convention.year) for line in convention.lines) <= 0:
        return
    flux = int(forecast["flux"])
    for kinds, bound, label in by_kinds(caps):
        if convention.kind not in kinds:
            continue
        held = sum(
            claimed(each, convention.year, flux) for each in (*others, convention) if each.kind in kinds
        )
        whole = cap_in_dwellings(bound.units, flux)
        if held > whole * DWELLING:
            raise Rejected(
                RejectionReason.PLAFOND_ETAT,
                "$.data.carry_over.units",
                f"Avec ce report la part {label} serait de {percent(held // max(flux, 1))} ; le plafond est de "
                f"{whole} logements pour un flux prévu de {flux} (R.441-5-2) : réduisez le report, ou étalez-le.",
            )
