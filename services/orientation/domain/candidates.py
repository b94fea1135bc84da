"""The parties of one dwelling: which lines cover it, what each holds of it, and who may take it now."""

from collections.abc import Mapping
from dataclasses import dataclass

from flux.caps import cap_in_dwellings, would_pass
from flux.convention import Convention, Line
from flux.criteria import Criterion, exclusion, lateness
from flux.ledger import YearLedger
from flux.shares import Flow, divide, share_of
from flux.units import BAILLEUR, DWELLING, share_of_percent
from orientation.domain.criteres import suiting
from orientation.domain.dossier import Dossier
from orientation.domain.echelle import covers, settled
from orientation.domain.ports import Facts, Verdict
from orientation.domain.work import Work


@dataclass(slots=True)
class Party:
    """A party of a dwelling: `share` in units of it; `obstacle` says in French why it may not take it.

    `has_room` is false once a cap has nothing left to credit: rights end where the cap does.
    """

    name: str
    share: int
    reservataire: str
    convention: Convention | None = None
    criteria: tuple[Criterion, ...] = ()
    lateness: int = 0
    obstacle: str | None = None
    has_room: bool = True

    @property
    def is_eligible(self) -> bool:
        """Whether nothing keeps it from taking the dwelling."""
        return self.obstacle is None


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody around one dwelling, in order of name, the bailleur last when it holds a remainder."""

    parties: tuple[Party, ...]
    is_normalised: bool
    is_covered: bool

    def shares(self) -> dict[str, int]:
        """Units of the dwelling by party; they sum to one dwelling."""
        return {party.name: party.share for party in self.parties}

    def accruals(self) -> dict[str, int]:
        """What a first round credits: the shares, those without room under a cap left to the bailleur."""
        credit = {party.name: party.share for party in self.parties if party.has_room}
        rest = DWELLING - sum(credit.values())
        if rest:
            credit[BAILLEUR] = credit.get(BAILLEUR, 0) + rest
        return credit


def seat(work: Work, dossier: Dossier, facts: Facts, rotation: Verdict) -> Table:
    """Seat the parties of a dwelling: lines in force on its declaration date that cover it, and the bailleur."""
    day, year = work.declared_on(dossier), work.state.ledger.year(dossier.year)
    conventions = list(work.state.in_force(day))
    lines = [(c, settled(work, c, line, facts)) for c in conventions for line in c.lines]
    covering = [(convention, line) for convention, line in lines if covers(work, convention, line, facts)]
    raw = {line.party: _share(work, dossier, line) for _, line in covering}
    parts, is_normalised = divide(raw)
    parties = [
        _party(work, dossier, convention, line, parts[line.party], facts)
        for convention, line in covering
        if line.party in parts
    ]
    _apply_caps(work, parties, year, dossier.year, rotation)
    if BAILLEUR in parts:
        parties.append(Party(BAILLEUR, parts[BAILLEUR], BAILLEUR))
    return Table(tuple(parties), is_normalised, bool(conventions))


def _share(work: Work, dossier: Dossier, line: Line) -> int:
    return line.share if line.share is not None else share_of(line, _flow(work, dossier, line))


def _flow(work: Work, dossier: Dossier, line: Line) -> Flow:
    """The flux as a line sees it, to turn an objective into a share."""
    day = work.declared_on(dossier)
    forecast = work.state.forecasts.get(dossier.year)
    whole = line.territory.scale in {None, "departement"} and line.territory.communes is None
    first, after = day.replace(month=1, day=1), day.replace(year=day.year + 1, month=1, day=1)
    return Flow(
        credited=work.state.ledger.year(dossier.year).credit.get(line.party, 0),
        covered=work.state.covered.get(f"{dossier.year}|{line.party}", 0),
        day_of_year=(day - first).days + 1,
        days_in_year=(after - first).days,
        expected=int(forecast["flux"]) if forecast is not None and whole else None,
    )


def _party(
    work: Work, dossier: Dossier, convention: Convention, line: Line, share: int, facts: Facts
) -> Party:
    lists, dwelling = work.rulebook.lists, dossier.dwelling
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


def _apply_caps(work: Work, parties: list[Party], ledger: YearLedger, year: int, rotation: Verdict) -> None:
    """Stop the State at its cap of the declared forecast: credit ends there, and so do proposals."""
    caps, forecast = rotation.value("caps"), work.state.forecasts.get(year)
    if not caps or forecast is None:
        return
    flux = int(forecast["flux"])
    for kinds, percent, label in _caps(caps):
        cap = share_of_percent(percent)
        whole = cap_in_dwellings(cap, flux)
        capped = [p for p in parties if p.convention is not None and p.convention.kind in kinds]
        if _held_by(work, ledger.credit, kinds) >= whole * DWELLING:
            for party in capped:
                party.has_room = False
        if would_pass(_held_by(work, ledger.engaged, kinds), cap, flux):
            for party in capped:
                if party.is_eligible:
                    work.use(rotation, "caps")
                    party.obstacle = f"plafond {label} atteint ({whole} logements pour un flux de {flux})"


def _caps(caps: Mapping[str, str]) -> list[tuple[frozenset[str], str, str]]:
    rows = []
    if caps.get("etat"):
        rows.append((frozenset({"etat_prioritaires", "etat_agents"}), caps["etat"], "de l'État"))
    if caps.get("etat_agents"):
        rows.append((frozenset({"etat_agents"}), caps["etat_agents"], "des agents de l'État"))
    return rows


def _held_by(work: Work, account: Mapping[str, int], kinds: frozenset[str]) -> int:
    """Units of an account held by all conventions of some kinds."""
    return sum(
        account.get(line.party, 0)
        for convention in work.state.conventions.values()
        if convention.kind in kinds
        for line in convention.lines
    )
