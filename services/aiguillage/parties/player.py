"""The parties of a sample, played: given what they are told, what they say and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiguillage.cloudevents import bailleur_source, line, reservataire_source
from aiguillage.draws import Draws
from aiguillage.parties.contesting import exchange
from aiguillage.parties.manners import PARTY, ROLE_OF, BailleurManner, ReservataireManner
from aiguillage.parties.play import ANSWERED_AHEAD, Answer, Play, delay
from contracts.canonical import decode

CONCERTATION_DAYS = (2, 15)
HOUR_SECONDS = 3600
REMAINDER = "BAILLEUR"
"""How a decision's alternatives name what the bailleur keeps: nobody an override can name."""
OVERRIDES = (
    "Situation d’urgence signalée par le service social.",
    "Équilibre de peuplement de la résidence.",
    "Logement adapté, demandé par un autre réservataire.",
)
OBJECTION = "Répartition par typologie contraire à la convention de garantie."


class Player:
    """Answers for every party described in a sample; a party it does not know stays silent.

    Pure and deterministic: the same sample and the same messages give the same answers, whatever their order.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._reservataires: dict[str, ReservataireManner] = {}
        self._bailleurs: dict[str, BailleurManner] = {}
        self._watching: dict[str, set[str]] = {}
        for one in lines:
            if _PARTY_MARK in one:
                self._learn(_mapping(_mapping(decode(one))["data"]))

    def topics(self) -> tuple[str, ...]:
        """The topics on which the réservataires hear their proposals, in order."""
        return tuple(sorted(f"proposals.{party}" for party in self._reservataires))

    def answers(self, proposal: Mapping[str, Any], at: datetime) -> list[Answer]:
        """What becomes of a proposal (`data` of `proposal.issued`, received `at`), in order of time."""
        party, siren = str(proposal["reservataire"]), str(proposal["bailleur"])
        reservataire, bailleur = self._reservataires.get(party), self._bailleurs.get(siren)
        if reservataire is None or bailleur is None:
            return []
        draws = Draws(reservataire.seed, proposal["vacancy_id"], proposal["attempt"], party)
        play = Play(proposal, at, draws)
        if proposal.get("management") == "deleguee":
            play.bailleur_designates(bailleur)
            play.commission_decides(bailleur)
        elif play.reservataire_answers(reservataire):
            play.commission_decides(bailleur)
        return play.answers

    def confirmations(self, decision: Mapping[str, Any], at: datetime) -> list[Answer]:
        """What the bailleur says of a pre-assigned dwelling (`data` of `orientation.decided`)."""
        bailleur = self._bailleurs.get(str(decision["bailleur"]))
        if decision["outcome"] != "pre_assigned" or bailleur is None:
            return []
        draws = Draws(bailleur.seed, "confirmation", decision["vacancy_id"], decision["attempt"])
        said_at = at + timedelta(seconds=HOUR_SECONDS * draws.between(*bailleur.confirmation_hours))
        others = _others(decision)
        kind, data = "orientation.confirmed", _address(decision)
        if others and draws.happens(bailleur.override_percent):
            kind, reason = "decision.overridden", OVERRIDES[draws.below(len(OVERRIDES))]
            data |= {"reservataire": others[draws.below(len(others))], "reason": reason}
        source, key = bailleur_source(bailleur.party), f"{decision['decision_id']}-{kind}"
        return [(said_at, line(kind, id=key, source=source, time=said_at, data=data))]

    def contestations(self, decision: Mapping[str, Any], at: datetime) -> list[Answer]:
        """What is said of a dwelling left outside the flux (`data` of `orientation.decided`): mostly nothing."""
        bailleur = self._bailleurs.get(str(decision["bailleur"]))
        watching = sorted(self._watching.get(f"{decision['bailleur']}:{decision['departement']}", ()))
        if decision["outcome"] != "outside_flux" or bailleur is None or not watching:
            return []
        draws = Draws(bailleur.seed, "contestation", decision["vacancy_id"], decision["decision_id"])
        reservataire = self._reservataires[watching[draws.below(len(watching))]]
        if not draws.happens(reservataire.contests_per_thousand, among=1000):
            return []
        return list(exchange(decision, at, reservataire, bailleur, draws))

    def bailleur(self, siren: str) -> BailleurManner | None:
        """The manner of a bailleur; None of one it does not know."""
        return self._bailleurs.get(siren)

    def concertation_answers(self, proposed: Mapping[str, Any], at: datetime) -> list[Answer]:
        """What each réservataire that is asked says of a programme's split (`data` of `concertation.proposed`)."""
        parties = sorted(proposed["asked"])
        known = [self._reservataires[party] for party in parties if party in self._reservataires]
        return sorted(_concerted(manner, proposed, at) for manner in known)

    def _learn(self, data: Mapping[str, Any]) -> None:
        if data.get("role") == ROLE_OF[BailleurManner]:
            bailleur = BailleurManner.from_data(data)
            self._bailleurs[bailleur.party] = bailleur
        else:
            reservataire = ReservataireManner.from_data(data)
            self._reservataires[reservataire.party] = reservataire
            for scope in reservataire.scopes:
                self._watching.setdefault(scope, set()).add(reservataire.party)


def _concerted(manner: ReservataireManner, proposed: Mapping[str, Any], at: datetime) -> Answer:
    spoken_of = (proposed["programme_id"], proposed["round"], manner.party)
    draws = Draws(manner.seed, "concertation", *spoken_of)
    said_at = min(at + delay(draws, CONCERTATION_DAYS), _latest(proposed, at))
    objects = draws.happens(manner.objection_percent)
    data = {
        "programme_id": proposed["programme_id"],
        "bailleur": proposed["bailleur"],
        "departement": proposed["departement"],
        "reservataire": manner.party,
        "answer": "object" if objects else "agree",
        "reason": OBJECTION if objects else None,
        "round": proposed["round"],
    }
    key, source = "-".join(map(str, ("answer", *spoken_of))), reservataire_source(manner.party)
    return said_at, line("concertation.answered", id=key, source=source, time=said_at, data=data)


def _latest(proposed: Mapping[str, Any], at: datetime) -> datetime:
    """The last moment at which a réservataire in time answers."""
    return max(datetime.fromisoformat(proposed["respond_by"]) - ANSWERED_AHEAD, at + timedelta(seconds=1))


def _others(decision: Mapping[str, Any]) -> list[str]:
    """Réservataires the bailleur could name instead: eligible, and not the one chosen."""
    alternatives = decision.get("alternatives") or []
    named = {
        str(other["reservataire"])
        for other in alternatives
        if other.get("eligible") and other.get("reservataire")
    }
    return sorted(named - {REMAINDER, str(decision["reservataire"])})


def _address(decision: Mapping[str, Any]) -> dict[str, object]:
    names = ("vacancy_id", "bailleur", "departement", "reservataire")
    return {"proposal_id": decision.get("proposal_id"), **{name: decision[name] for name in names}}


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return value


_PARTY_MARK = f'"fr.aiguillage.{PARTY}.v1"'.encode()
