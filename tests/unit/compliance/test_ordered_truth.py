"""Whatever is said, in whatever order: the counters are those of a plain reading of the ordered stream."""

# ruff: noqa: ANN401 - JSON values

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from compliance.domain.progress import view_of
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze, thaw
from compliance.domain.tallies import COUNTERS
from contracts.canonical import decode, encode
from contracts.rejected import Rejected
from flux.units import BAILLEUR, DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other
Data = dict[str, Any]

PARTIES = {"AL": "action_logement", "COM": "departement", "X": "autre"}
DECOMPTES = [
    {"method": "proposition"},
    {"method": "attribution"},
    {"method": "bail", "year_of": "proposal"},
    {"method": "mixte", "weights": {"proposition": "0.5", "attribution": "0.75", "bail": "0.9"}},
]
WHICH = st.integers(0, 9)
NAMES = st.sampled_from(sorted(PARTIES))
FACTS = st.fixed_dictionaries(
    {
        "commune": st.sampled_from(["75114", "75120"]),
        "typologie": st.sampled_from(["T1", "T3"]),
        "qpv": st.booleans(),
        "construction_year": st.sampled_from([None, 1930, 2020]),
        "purpose": st.sampled_from(["relocation", "relocation", "vente", "mutation_interne"]),
    }
)
ENDS = {"refused", "not_attributed"}


class PlainModel:
    """The stream read as a clerk would: what each proposal and each vacancy came to, then counted."""

    def __init__(self) -> None:
        self.proposals: dict[str, Data] = {}
        self.open: dict[str, str] = {}
        self.decisions: dict[str, Data] = {}
        self.entered: dict[str, tuple[str, str]] = {}
        self.others: Counter[tuple[str, str]] = Counter()

    def read(self, kind: str, data: Data) -> None:
        name = data.get("vacancy_id", "")
        if kind == "orientation.decided":
            self.decisions[name] = data
            if data["outcome"] == "outside_flux":
                self.entered[name] = ("outside", data["reason"])
            elif data.get("first_round"):
                self.entered[name] = ("flux", "")
        elif kind == "proposal.issued":
            self.issue(name, data)
        elif kind in {"proposal.expired", "proposal.withdrawn"}:
            self.close(name, data)
        elif kind == "vacancy.recorded" and data["status"] == "applied":
            if data["change"] != "convention_ended":
                self.entered.pop(name, None)
        elif kind == "outcome.recorded":
            self.hear(name, data)

    def issue(self, name: str, data: Data) -> None:
        dwelling, day = data["dwelling"], self.decisions[name]["vacancy"]["dwelling"]
        assert dwelling == day
        self.open[name] = data["proposal_id"]
        self.proposals[data["proposal_id"]] = {
            "line": data["line"],
            "stages": {"proposed"},
            "end": "open",
            "typologie": dwelling["typologie"],
            "commune": dwelling["commune"],
            "qpv": "qpv" if dwelling["qpv"] else "hors_qpv",
            "construction_period": data["construction_period"] or "inconnue",
        }

    def close(self, name: str, data: Data) -> None:
        proposal = self.proposals[self.open.pop(name)]
        cause = data["cause_of_closing"]
        if cause in {"amended", "withdrawn"}:
            proposal["stages"], proposal["end"] = {"annulled"}, ""
            return
        proposal["end"] = "expired" if cause == "sans_reponse" else "withdrawn"
        if cause == "override":
            proposal["stages"].add("overridden")

    def hear(self, name: str, data: Data) -> None:
        if data["outcome"] == "decision.overridden" and data["status"] == "applied":
            before = self.decisions[name]
            if before["outcome"] == "pre_assigned" and name not in self.open:
                self.others[before["line"], "overridden"] += 1
        elif "ledger" in data and data["outcome"] == "candidates.designated" and not data.get("closes"):
            self.others[data["line"], "delegated"] += data["on_behalf"]
        if data["status"] != "applied" or name not in self.open:
            return
        proposal = self.proposals[self.open[name]]
        if data.get("stage"):
            proposal["stages"].add("attributed")
        if data.get("stage") == "bail":
            proposal["end"] = "leased"
        if data.get("closes"):
            cause, _ = data["closes"], self.open.pop(name)
            proposal["end"] = "refused" if cause in _REFUSALS else "not_attributed"

    def counts(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter(self.others)
        for proposal in self.proposals.values():
            for name in (*proposal["stages"], proposal["end"]):
                found[proposal["line"], name] += 1
        return found

    def by(self, dimension: str) -> Counter[tuple[str, str, str]]:
        """The counters of proposals, by line and value."""
        found: Counter[tuple[str, str, str]] = Counter()
        for proposal in self.proposals.values():
            for name in (*proposal["stages"], proposal["end"]):
                found[proposal["line"], proposal[dimension], name] += 1
        return found

    def excluded(self) -> Counter[str]:
        return Counter(reason for into, reason in self.entered.values() if into == "outside")


_REFUSALS = {"refus_candidat", "refus_motive", "refus_sans_motif", "sans_candidat"}


class AnyStream(RuleBasedStateMachine):
    """A scope where parties say anything, late, twice, in any order, against one another."""

    make: Callable[[], Scene]

    def __init__(self) -> None:
        super().__init__()
        self.scene = type(self).make()
        self.projection = Projection(str(self.scene.state.scope))
        self.model = PlainModel()
        self.proposals: list[str] = []

    def attempt(self, act: Callable[[], object]) -> None:
        with suppress(Rejected):
            act()

    @initialize(first=st.sampled_from(DECOMPTES), second=st.sampled_from(DECOMPTES), confirms=st.booleans())
    def begin(self, first: Data, second: Data, *, confirms: bool) -> None:
        confirmation = "bailleur" if confirms else None
        self.scene.sign("AL", "45", decompte=first, kind=PARTIES["AL"], confirmation=confirmation)
        self.scene.sign("COM", "30", decompte=second, kind=PARTIES["COM"], respond_within_days=3)
        self.scene.sign("X", objective=20, decompte=first, kind=PARTIES["X"])

    @rule(facts=FACTS)
    def declare(self, facts: Data) -> None:
        self.scene.declare(**facts)

    @rule(facts=FACTS)
    def declare_more(self, facts: Data) -> None:
        self.scene.declare(**facts)

    @rule(which=WHICH, facts=FACTS)
    def amend(self, which: int, facts: Data) -> None:
        self.attempt(lambda: self.scene.amend(self.vacancy(which), **facts))

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        self.attempt(lambda: self.scene.withdraw(self.vacancy(which)))

    @rule(which=WHICH, to=st.sampled_from([*sorted(PARTIES), BAILLEUR]))
    def override(self, which: int, to: str) -> None:
        self.attempt(lambda: self.scene.override(self.vacancy(which), to))

    @rule(
        which=WHICH,
        reason=st.sampled_from(["hors_criteres", "sans_motif", "absence_de_candidat"]),
        by=st.sampled_from(["reservataire", "candidat"]),
        name=NAMES,
    )
    def refuse(self, which: int, reason: str, by: str, name: str) -> None:
        self.say("proposal.refused", which, name, by=by, reason=reason)

    @rule(which=WHICH, count=st.sampled_from([0, 1, 3]), on_behalf=st.booleans(), name=NAMES)
    def designate(self, which: int, count: int, name: str, *, on_behalf: bool) -> None:
        self.say("candidates.designated", which, name, count=count, on_behalf=on_behalf)

    @rule(
        which=WHICH, decision=st.sampled_from(["attribution", "attribution", "non_attribution"]), name=NAMES
    )
    def deliberate(self, which: int, decision: str, name: str) -> None:
        self.say("caleol.decided", which, name, decision=decision)

    @rule(which=WHICH, name=NAMES)
    def lease(self, which: int, name: str) -> None:
        self.say("lease.signed", which, name, signed_on=self.scene.now.date().isoformat())

    @rule(which=WHICH, kind=st.sampled_from(["lease.signed", "proposal.refused"]))
    def contradict(self, which: int, kind: str) -> None:
        """Of any proposal that ever was, by its own addressee."""
        if self.proposals:
            proposal_id = self.proposals[which % len(self.proposals)]
            vacancy, party = self.addressee(proposal_id)
            bodies = {
                "lease.signed": {"signed_on": "2026-06-01"},
                "proposal.refused": {"by": "reservataire", "reason": "hors_criteres"},
            }
            body = {"proposal_id": proposal_id, "reservataire": party, **bodies[kind]}
            self.attempt(lambda: self.scene.outcome(kind, vacancy, **body))

    @rule(days=st.sampled_from([1, 4, 31, 62]))
    def wait(self, days: int) -> None:
        """Within the year: what is said in another year has its own test."""
        if self.scene.now.month < 10:
            self.scene.wait(days=days)

    @rule(name=NAMES, days=st.integers(-5, 5))
    def end(self, name: str, days: int) -> None:
        on = (self.scene.now + timedelta(days=days)).date().isoformat()
        self.attempt(lambda: self.scene.end(name, on))

    def say(self, kind: str, which: int, name: str, **body: Any) -> None:
        """Mostly by the holder, sometimes by somebody who holds nothing here."""
        dossier = self.scene.state.dossiers.get(self.vacancy(which))
        if which % 4 and dossier is not None and dossier.reservataire is not None:
            name = dossier.reservataire
        self.attempt(lambda: self.scene.outcome(kind, self.vacancy(which), reservataire=name, **body))

    def vacancy(self, which: int) -> str:
        return f"V{max(self.scene.names['vacancy'] - which % 6, 1)}"

    def addressee(self, proposal_id: str) -> tuple[str, str]:
        issued = (data for kind, data in self.scene.facts if kind == "proposal.issued")
        return next((d["vacancy_id"], d["reservataire"]) for d in issued if d["proposal_id"] == proposal_id)

    # what holds

    @invariant()
    def the_counters_are_those_of_a_plain_reading(self) -> None:
        for kind, data in self.scene.facts[self.projection.sequence :]:
            item: Any = decode(encode(data))
            apply(self.projection, kind, item)
            self.model.read(kind, item)
            if kind == "proposal.issued":
                self.proposals.append(item["proposal_id"])
        counts = self.model.counts()
        tallies = self.projection.year(2026).lines
        for line in ("C-AL", "C-COM", "C-X"):
            tally = tallies.get(line)
            for name in COUNTERS:
                counted = 0 if tally is None else tally.counts.get(name, 0)
                assert counted == counts[line, name], (line, name)
        assert Counter(self.projection.outside_flux(2026)) == self.model.excluded()
        flux = sum(into == "flux" for into, _ in self.model.entered.values())
        assert self.projection.year(2026).flux.counts.get("dwellings", 0) == flux

    @invariant()
    def each_dimension_is_that_of_a_plain_reading(self) -> None:
        for dimension in ("typologie", "commune", "qpv", "construction_period"):
            found = Counter(
                {
                    (line, value, name): number
                    for line, tally in self.projection.year(2026).lines.items()
                    for value, counters in tally.by.get(dimension, {}).items()
                    for name, number in counters.items()
                    if name not in {"delegated", "overridden"} and number
                }
            )
            plain = self.model.by(dimension)
            assert found == Counter({key: n for key, n in plain.items() if key[2] not in {"", "overridden"}})

    @invariant()
    def what_is_awaited_is_what_is_held(self) -> None:
        """Two roads to one figure: engaged less counted, lost and settled, or the dwellings in hand."""
        for line in ("C-AL", "C-COM", "C-X"):
            if line not in self.projection.lines:
                continue
            view = view_of(self.projection, line, 2026)
            held = [each for each in self.projection.held.values() if each.line == line]
            assert view.awaited == sum(each.uncounted for each in held)
            assert all(0 <= each.uncounted <= DWELLING for each in held)
            assert view.causes.total == view.gap

    @invariant()
    def a_snapshot_gives_it_back(self) -> None:
        frozen = freeze(self.projection)
        thawed = thaw(frozen)
        assert thawed == self.projection
        assert freeze(thawed) == frozen


@pytest.mark.property
@pytest.mark.slow
def test_counters_are_a_plain_reading_of_the_ordered_stream_whatever_is_said(
    scene_of: Callable[..., Scene], book: BookView
) -> None:
    class Played(AnyStream):
        make = staticmethod(lambda: scene_of(book))

    run_state_machine_as_test(
        Played, settings=settings(max_examples=100, stateful_step_count=40, deadline=None)
    )
