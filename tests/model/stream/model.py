"""The model of one scope: given each input of the stream, in order, it says what must follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.model.deciding.closing import take_back
from tests.model.deciding.outcomes import hear, hear_parked
from tests.model.deciding.scope import Scope
from tests.model.deciding.vacancies import amend, decide, wait_ended, withdraw
from tests.model.history.dossiers import Dossier, Place
from tests.model.rights.calendar import instant
from tests.model.rights.conventions import signed
from tests.model.stream.inputs import Input, Item
from tests.model.stream.predicted import Prediction

Told = Mapping[str, Any]
AUTHORITY = ("sans_delegation",)
"""Reasons of refusal taken as told."""


@dataclass(slots=True)
class Model:
    """A scope, and what each input leads to."""

    scope: Scope

    def predict(self, said: Input, items: Sequence[Item] = ()) -> Prediction:
        """What one input must lead to; the model's own state moves on. Of `items` only splits are read."""
        prediction, told, at = Prediction(), said.told, said.told["at"]
        name = told.get("vacancy_id")
        if said.kind == "declared":
            self._declare(told, said.vacancy or {}, prediction)
        elif said.kind == "amended":
            amend(self.scope, told["vacancy_id"], said.vacancy, self.scope.moment(at), prediction)
        elif said.kind == "withdrawn":
            withdraw(self.scope, told["vacancy_id"], prediction)
        elif said.kind == "outcome":
            hear(self.scope, told, prediction)
        elif said.kind == "wait ended" and name in self.scope.dossiers:
            wait_ended(self.scope, self.scope.dossiers[name], self.scope.moment(at), prediction)
        elif said.kind == "given up":
            self.scope.parked = [each for each in self.scope.parked if each["cause"] != told["of"]]
            prediction.tell("outcome.recorded", outcome=told["outcome"], status="rejected")
        elif said.kind == "forecast":
            self.scope.forecasts[told["year"]] = int(told["flux"])
        elif said.kind == "convention":
            self._convention(told, prediction)
        self._programmes(items, prediction)
        hear_parked(self.scope, at, prediction, told["cause"], _without_authority(items))
        return prediction

    def _declare(self, told: Told, vacancy: Told, prediction: Prediction) -> None:
        declared = self.scope.moment(told["declared_at"])
        dossier = Dossier(told["vacancy_id"], vacancy, declared.rules_of, told["declared_at"])
        self.scope.dossiers[dossier.id] = dossier
        decide(self.scope, dossier, replace(declared, at=told["at"]), prediction)

    def _convention(self, told: Told, prediction: Prediction) -> None:
        name, change = told["convention_id"], told["change"]
        known = self.scope.conventions
        if change in ("signed", "adjusted"):
            known[name] = replace(signed(told), ended_on=known[name].ended_on if name in known else None)
            self._release_held(told["at"], prediction)
        elif change == "ended":
            known[name] = replace(known[name], ended_on=date.fromisoformat(told["on"]))
            self._release_its_holders(name, told["at"], prediction)

    def _release_held(self, at: str, prediction: Prediction) -> None:
        """What waited for a convention is decided, in the order of declaration."""
        for dossier in sorted(
            self.scope.dossiers.values(), key=lambda each: (instant(each.declared_at), each.id)
        ):
            if dossier.place is Place.HELD and self.scope.in_force(dossier.declared_on):
                decide(self.scope, dossier, self.scope.moment(at), prediction)

    def _release_its_holders(self, name: str, at: str, prediction: Prediction) -> None:
        """What it holds of dwellings declared after its last day goes on to another."""
        for dossier in sorted(self.scope.dossiers.values(), key=lambda each: each.id):
            holder = dossier.current
            if holder is None or holder.convention != name or holder.is_attributed:
                continue
            if not self.scope.conventions[name].is_in_force(dossier.declared_on):
                if dossier.place is Place.PRE_ASSIGNED:
                    prediction.tell(
                        "vacancy.recorded", vacancy_id=dossier.id, change="convention_ended", status="applied"
                    )
                take_back(self.scope, dossier, "convention_ended", prediction)
                decide(self.scope, dossier, self.scope.moment(at), prediction)

    def _programmes(self, items: Sequence[Item], prediction: Prediction) -> None:
        """A concertation opens, or is over: its split is taken as told, and the dwellings that waited are decided."""
        concluded = [told for kind, told in items if kind == "concertation.concluded"]
        opened = [
            told
            for kind, told in items
            if kind == "programme.recorded" and told["change"] == "opened" and told.get("status") == "applied"
        ]
        for told in opened:
            self.scope.splits[told["programme_id"]] = None
        for told in concluded:
            self.scope.splits[told["programme_id"]] = {
                one["dwelling_id"]: one.get("reservataire") for one in told["split"]
            }
        for told in concluded or opened:
            self._decide_waiting(told, prediction)

    def _decide_waiting(self, told: Told, prediction: Prediction) -> None:
        for dossier in self._in_order_of_declaration():
            is_its = dossier.vacancy.get("programme_id") == told["programme_id"]
            if dossier.place is Place.CONCERTATION and is_its:
                decide(self.scope, dossier, self.scope.moment(told["at"]), prediction)

    def _in_order_of_declaration(self) -> list[Dossier]:
        return sorted(self.scope.dossiers.values(), key=lambda each: (instant(each.declared_at), each.id))

    def learn_ids(self, items: Sequence[Item]) -> None:
        """The ids of proposals are opaque: they are taken from the stream."""
        for kind, told in items:
            if kind == "proposal.issued":
                for proposal in self.scope.dossiers[told["vacancy_id"]].proposals:
                    if not proposal.id and proposal.line == told["line"]:
                        proposal.id = told["proposal_id"]


def _without_authority(items: Sequence[Item]) -> set[str]:
    """What waited and was refused because its sender may not say it: who may speak is not this model's matter."""
    return {
        told["of"]
        for kind, told in items
        if kind == "outcome.recorded"
        and told.get("of")
        and (told.get("error") or {}).get("reason") in AUTHORITY
    }
