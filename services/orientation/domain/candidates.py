"""The parties of one dwelling: which lines cover it, what each holds of it, and who may take it now."""

from flux.convention import Convention, Line
from flux.criteria import exclusion, lateness
from flux.shares import Flow, divide, share_of
from flux.units import BAILLEUR
from orientation.domain.carrying import Covering, carries, part_carried
from orientation.domain.criteres import suiting
from orientation.domain.dossier import Dossier
from orientation.domain.echelle import covers, settled
from orientation.domain.parties import Party, Table
from orientation.domain.ports import Facts, Verdict
from orientation.domain.state_caps import apply_caps
from orientation.domain.work import Work


def seat(work: Work, dossier: Dossier, facts: Facts, rotation: Verdict) -> Table:
    """Seat the parties of a dwelling: lines in force on its declaration date that cover it, and the bailleur."""
    conventions = list(work.state.in_force(work.declared_on(dossier)))
    lines = [(c, settled(work, c, line, facts)) for c in conventions for line in c.lines]
    covering = [(convention, line) for convention, line in lines if covers(work, convention, line, facts)]
    asked, carried = _asked(work, dossier, covering, rotation)
    parts, is_normalised = divide(asked)
    parties = []
    for convention, line in covering:
        name, carry = line.party, carried.get(line.party, 0)
        if name in parts or carry:
            party = _party(work, dossier, convention, line, parts.get(name, 0), facts)
            party.carry = part_carried(carry, asked[name], party.share)
            parties.append(party)
    apply_caps(work, parties, dossier.year, rotation)
    moved = {party.name: party.carry for party in parties if party.carry and party.has_room}
    seated = [party for party in parties if party.share]
    if BAILLEUR in parts:
        seated.append(Party(BAILLEUR, parts[BAILLEUR], BAILLEUR))
    return Table(tuple(seated), is_normalised, bool(conventions), moved)


def _asked(
    work: Work, dossier: Dossier, covering: Covering, rotation: Verdict
) -> tuple[dict[str, int], dict[str, int]]:
    """What each line asks of the dwelling, its carry-over included; and that carry-over apart."""
    flows = {
        line.party: _flow(work, dossier, line)
        for _, line in covering
        if line.share is None or line.due_in(dossier.year)
    }
    bases = {
        line.party: line.share if line.share is not None else share_of(line, flows[line.party])
        for _, line in covering
    }
    carried = carries(covering, bases, flows, dossier.year, work.caps(rotation)) if flows else {}
    return {name: base + carried.get(name, 0) for name, base in bases.items()}, carried


def _flow(work: Work, dossier: Dossier, line: Line) -> Flow:
    """The flux as a line sees it, to turn an objective or a carry-over into a share."""
    day = work.declared_on(dossier)
    forecast = work.state.forecasts.get(dossier.year)
    whole = line.territory.scale in {None, "departement"} and line.territory.communes is None
    first, after = day.replace(month=1, day=1), day.replace(year=day.year + 1, month=1, day=1)
    ledger = work.state.ledger.year(dossier.year)
    carried = ledger.carry.get(line.party, 0)
    return Flow(
        credited=ledger.credit.get(line.party, 0) - carried,
        carried=carried,
        covered=work.state.covered.get(f"{dossier.year}|{line.party}", 0),
        day_of_year=(day - first).days + 1,
        days_in_year=(after - first).days,
        expected=int(forecast["flux"]) if forecast is not None and whole else None,
    )


def _party(
    work: Work, dossier: Dossier, convention: Convention, line: Line, share: int, facts: Facts
) -> Party:
    lists, dwelling = work.lists, dossier.dwelling
    suits = suiting(work, convention, line, facts)
    party = Party(line.party, share, convention.reservataire, convention, suits.criteria)
    excluded = exclusion(suits.criteria, dwelling, lists)
    if convention.reservataire in dossier.answered:
        party.obstacle = "a déjà répondu non pour ce logement"
    elif excluded is not None:
        party.obstacle = f"écarté par le critère de sa convention ({excluded.key})"
    elif suits.excluded_by is not None:
        party.obstacle = "écarté par une règle : " + suits.excluded_by
    elif any(criterion.kind == "target" for criterion in suits.criteria):
        party.lateness = lateness(suits.criteria, dwelling, lists, _mix_of(work, dossier.year, line.party))
    return party


def _mix_of(work: Work, year: int, name: str) -> dict[str, int]:
    prefix = f"{name}|"
    mix = work.state.ledger.year(year).mix
    return {key.removeprefix(prefix): units for key, units in mix.items() if key.startswith(prefix)}
