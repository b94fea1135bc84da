"""How each party of a sample will answer, drawn around what a metropolitan study measured."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aiguillage.cloudevents import bailleur_source, line, reservataire_source
from aiguillage.draws import Draws
from aiguillage.parties.manners import PARTY, BailleurManner, Manner, ReservataireManner
from aiguillage.sample.bailleurs import Bailleur
from aiguillage.sample.conventions import Timed
from aiguillage.sample.holders import Holder

SILENT_PERCENT, VOID_PERCENT, REFUSED_PERCENT = 9, 2, 19
"""Of a hundred proposals: no answer, refused without any reason, refused for a reason."""
CANDIDATE_REFUSES_PERCENT = 28
"""Of a hundred candidates accepted. With the above, some 46 proposals in 100 come to nothing: 9 not answered,
2 void, about 36 for a reason, half of these the réservataire's, half the candidate's."""
CONTESTS_PER_THOUSAND = 15
"""Of a thousand dwellings left outside the flux: contested by a réservataire (our estimate: nobody publishes it)."""
RESERVATAIRE_REASONS = {"absence_de_candidat": 60, "hors_criteres": 25, "information_insuffisante": 15}
VOID_REASON = "motif_non_precise"
CANDIDATE_REASONS = {
    "localisation": 26,
    "loyer_trop_eleve": 24,
    "surface_inadaptee": 20,
    "environnement": 10,
    "accessibilite": 8,
    "etat_du_logement": 6,
    "deja_reloge": 6,
}
"""Codes of `rules/referentiels/motifs-refus.yaml`, with their weights."""


def reservataires(
    holders: Mapping[str, Iterable[Holder]], departement: str, seed: int, at: datetime
) -> Iterator[Timed]:
    """One line a réservataire, however many bailleurs (by SIREN) it signs with."""
    scopes, names = dict[str, list[str]](), dict[str, str]()
    for siren, signing in holders.items():
        for holder in signing:
            names[holder.id] = holder.name
            scopes.setdefault(holder.id, []).append(f"{siren}:{departement}")
    for party, name in sorted(names.items()):
        manner = _reservataire(party, name, seed, tuple(sorted(scopes[party])))
        yield at, _line(manner, reservataire_source(party), at)


def bailleurs(parties: Iterable[Bailleur], seed: int, at: datetime) -> Iterator[Timed]:
    """One line a bailleur: its commission, its leases, and how often it keeps the last word."""
    for bailleur in parties:
        yield at, _line(_bailleur(bailleur, seed), bailleur_source(bailleur.siren), at)


def _line(manner: Manner, source: str, at: datetime) -> bytes:
    return line(PARTY, id=f"party-{manner.party}", source=source, time=at, data=manner.to_data())


def _reservataire(party: str, name: str, seed: int, scopes: tuple[str, ...]) -> ReservataireManner:
    draws = Draws(seed, "manner", party)
    return ReservataireManner(
        party=party,
        name=name,
        seed=seed,
        silence_percent=SILENT_PERCENT + draws.between(-3, 3),
        void_percent=VOID_PERCENT + draws.between(-1, 1),
        refusal_percent=REFUSED_PERCENT + draws.between(-5, 5),
        void_reason=VOID_REASON,
        reasons=RESERVATAIRE_REASONS,
        delay_days=(2, draws.between(10, 25)),
        note_percent=5,
        objection_percent=5,
        scopes=scopes,
        contests_per_thousand=CONTESTS_PER_THOUSAND,
        contest_delay_days=(5, 45),
        satisfied_percent=60,
        satisfied_delay_days=(2, 20),
    )


def _bailleur(bailleur: Bailleur, seed: int) -> BailleurManner:
    draws = Draws(seed, "manner", bailleur.siren)
    return BailleurManner(
        party=bailleur.siren,
        name=bailleur.name,
        seed=seed,
        caleol_delay_days=(5, draws.between(12, 25)),
        non_attribution_percent=4,
        inadmissible_percent=1,
        ranked_percent=20,
        conditional_percent=5,
        publics={"dalo": 12, "prioritaire": 20, "premier_quartile": 25},
        candidate_refusal_percent=CANDIDATE_REFUSES_PERCENT,
        candidate_reasons=CANDIDATE_REASONS,
        candidate_delay_days=(2, 10),
        next_candidate_percent=50,
        lease_delay_days=(7, draws.between(20, 45)),
        delegated_delay_days=(2, 8),
        confirmation_hours=(2, 40),
        override_percent=3,
        unanswered_contestation_percent=20,
        contestation_delay_days=(5, 40),
        forgotten_report_percent=9,
        report_delay_days=(10, 45),
    )
