"""Whatever happens in a scope, in whatever order: what holds after every input."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from compliance.domain import projection as compliance
from contracts.canonical import decode, encode
from contracts.rejected import Rejected
from orientation.domain import fold
from orientation.domain.routing import route
from orientation.domain.snapshot import freeze, thaw
from orientation.domain.state import ScopeState
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

KINDS = {
    "ETAT": "etat_prioritaires",
    "AGENTS": "etat_agents",
    "AL": "action_logement",
    "DEP": "departement",
    "X": "autre",
}
PARTIES = st.sampled_from(sorted(KINDS))
SHARES = st.sampled_from(["0", "0.5", "5", "12.3456789", "25", "30", "45", "80", "100"])
DECOMPTES = st.sampled_from(
    [
        {"method": "proposition"},
        {"method": "attribution"},
        {"method": "bail", "year_of": "proposal"},
        {"method": "mixte", "weights": {"proposition": "0.5", "attribution": "0.75", "bail": "1"}},
    ]
)
TERRITORIES = st.sampled_from(
    [None, {"scale": "communes", "communes": ["75120"]}, {"scale": "zone", "code": "exemple_paris_est"}]
)
CRITERIA = st.sampled_from(
    [
        None,
        [{"dimension": "typologie", "in": ["T1"], "kind": "exclude"}],
        [{"dimension": "qpv", "segment": "hors_qpv", "target_percent": "60", "kind": "target"}],
    ]
)
EFFECTIVE = st.sampled_from(
    [
        ("2026-01-01", "2027-12-31"),
        ("2026-01-01", "2026-12-31"),
        ("2026-03-01", "2026-06-30"),
        ("2027-01-01", None),
    ]
)
CARRY_OVERS = st.sampled_from(
    [
        None,
        {"units": 2.5, "from_year": 2025, "cause": "flux"},
        {"units": -1, "from_year": 2025, "cause": "arbitration"},
        {
            "units": 1,
            "from_year": 2025,
            "cause": "flux",
            "parts": [
                {"year": 2026, "units": 1, "from_year": 2025, "cause": "flux"},
                {"year": 2027, "units": -2, "from_year": 2024, "cause": "refusals"},
            ],
        },
    ]
)
TERMS = st.fixed_dictionaries(
    {
        "carry_over": CARRY_OVERS,
        "decompte": DECOMPTES,
        "territory": TERRITORIES,
        "criteria": CRITERIA,
        "confirmation": st.sampled_from([None, "bailleur"]),
        "respond_within_days": st.sampled_from([None, 3]),
    }
)
FACTS = st.fixed_dictionaries(
    {
        "commune": st.sampled_from(["75114", "75120"]),
        "typologie": st.sampled_from(["T1", "T3"]),
        "qpv": st.booleans(),
        "dwelling_id": st.sampled_from(["D1", "D2", "D3", "D4"]),
        "purpose": st.sampled_from(["relocation"] * 6 + ["vente"]),
        "cause": st.sampled_from(["conge", "deces", "neuf"]),
        "programme_id": st.sampled_from([None, None, "P1", "P2"]),
    }
)
PROGRAMMES = st.sampled_from(["P1", "P2"])
COMMITMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "reservataire": PARTIES,
            "typologie": st.sampled_from([None, "T1", "T3"]),
            "count": st.integers(0, 3),
        }
    ),
    max_size=3,
)
KINDS_OF_HOMES = st.lists(st.sampled_from(["T1", "T3"]), min_size=1, max_size=4)
WHICH = st.integers(0, 50)
REFUSALS = st.sampled_from(["hors_criteres", "sans_motif", "absence_de_candidat", "trop_loin"])


class AnyYear(RuleBasedStateMachine):
    """A scope that everything may happen to; refused inputs change nothing."""

    make: Callable[[], Scene]

    def __init__(self) -> None:
        super().__init__()
        self.scene = type(self).make()
        self.folded = ScopeState(self.scene.state.scope)
        self.watched = compliance.Projection(str(self.scene.state.scope))
        self.replayed = ScopeState(self.scene.state.scope)
        self.archive = {each.vacancy_id: each for each in self.replayed.pop_settled()}
        self.open: dict[str, set[str]] = {}
        self.said_no: dict[str, set[str]] = {}
        self.proposals: list[str] = ["f" * 32]
        self.seen = self.played = 0

    # what happens

    def attempt(self, act: Callable[[], object]) -> None:
        self.scene.fire(self.scene.now)
        before = freeze(self.scene.state)
        try:
            act()
        except Rejected:
            assert freeze(self.scene.state) == before

    @initialize(share=SHARES, terms=TERMS)
    def begin(self, share: str, terms: dict[str, Any]) -> None:
        self.sign("AL", share, ("2026-01-01", "2027-12-31"), terms)

    @rule(name=PARTIES, share=SHARES, days=EFFECTIVE, terms=TERMS)
    def sign(self, name: str, share: str, days: tuple[str, str], terms: dict[str, Any]) -> None:
        effective = {"from": days[0], "until": days[1]}
        self.attempt(lambda: self.scene.sign(name, share, kind=KINDS[name], effective=effective, **terms))

    @rule(objective=st.integers(0, 40))
    def sign_an_objective(self, objective: int) -> None:
        self.attempt(lambda: self.scene.sign("EMPLOYEUR", objective=objective))

    @rule(name=PARTIES, share=SHARES, terms=TERMS)
    def adjust(self, name: str, share: str, terms: dict[str, Any]) -> None:
        self.attempt(lambda: self.scene.adjust(name, share, kind=KINDS[name], **terms))

    @rule(name=PARTIES, days=st.integers(-20, 40))
    def end(self, name: str, days: int) -> None:
        on = (self.scene.now + timedelta(days=days)).date().isoformat()
        self.attempt(lambda: self.scene.end(name, on))

    @rule(flux=st.integers(0, 60), year=st.sampled_from([2026, 2027]))
    def forecast(self, flux: int, year: int) -> None:
        self.attempt(lambda: self.scene.forecast(flux, year))

    @rule(facts=FACTS, late=st.sampled_from([0, 0, 0, 72]))
    def declare(self, facts: dict[str, Any], late: int) -> None:
        at = self.scene.now - timedelta(hours=late)
        self.attempt(lambda: self.scene.declare(at=at, **facts))

    @rule(facts=FACTS)
    def declare_another(self, facts: dict[str, Any]) -> None:
        """Half of what happens is a dwelling that becomes free."""
        self.declare(facts, 0)

    @initialize(commitments=COMMITMENTS, kinds=KINDS_OF_HOMES)
    def build(self, commitments: list[dict[str, Any]], kinds: list[str]) -> None:
        self.open_a_programme("P1", commitments, kinds, 20)

    @rule(name=PROGRAMMES, commitments=COMMITMENTS, kinds=KINDS_OF_HOMES, days=st.integers(-1, 20))
    def open_a_programme(
        self, name: str, commitments: list[dict[str, Any]], kinds: list[str], days: int
    ) -> None:
        homes = [
            {
                "dwelling_id": f"D{n}",
                "commune": "75114",
                "typologie": kind,
                "financement": "PLUS",
                "qpv": False,
            }
            for n, kind in enumerate(kinds, 1)
        ]
        body = {"programme_id": name, "dwellings": homes, "commitments": commitments}
        answer_by = (self.scene.now + timedelta(days=days)).date().isoformat()
        self.attempt(lambda: self.scene.about("programme.opened", **body, answer_by=answer_by))

    @rule(
        name=PROGRAMMES,
        which=WHICH,
        answer=st.sampled_from(["agree", "object", "object"]),
        turn=st.sampled_from([None, None, 1, 2]),
        objected=st.sampled_from([None, None, [], ["D1"], ["D2", "D3"]]),
    )
    def answer(
        self, name: str, which: int, answer: str, turn: int | None, objected: list[str] | None
    ) -> None:
        """More often one that is asked than another."""
        programme = self.scene.state.programmes.get(name)
        asked = programme.asked if programme is not None and programme.asked else sorted(KINDS)
        party = asked[which % len(asked)] if which % 7 else "X"
        said = {"answer": answer, "round": turn, "objected": objected}
        self.attempt(
            lambda: self.scene.about("concertation.answered", programme_id=name, reservataire=party, **said)
        )

    @rule(name=PROGRAMMES, facts=FACTS)
    def let_first(self, name: str, facts: dict[str, Any]) -> None:
        self.declare({**facts, "cause": "neuf", "programme_id": name}, 0)

    @rule(which=WHICH, facts=FACTS)
    def amend(self, which: int, facts: dict[str, Any]) -> None:
        self.attempt(lambda: self.scene.amend(self.vacancy(which), **facts))

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        self.attempt(lambda: self.scene.withdraw(self.vacancy(which)))

    @rule(
        which=WHICH,
        reason=REFUSALS,
        by=st.sampled_from(["reservataire", "candidat"]),
        left=st.sampled_from([None, 0, 1]),
    )
    def refuse(self, which: int, reason: str, by: str, left: int | None) -> None:
        self.outcome("proposal.refused", which, by=by, reason=reason, candidates_left=left)

    @rule(which=WHICH, count=st.sampled_from([0, 1, 3]))
    def designate(self, which: int, count: int) -> None:
        self.outcome("candidates.designated", which, count=count, on_behalf=False)

    @rule(
        which=WHICH,
        decision=st.sampled_from(
            ["attribution", "attribution_rang", "attribution_condition", "non_attribution", "irrecevabilite"]
        ),
        rank=st.sampled_from([None, 1, 2]),
    )
    def deliberate(self, which: int, decision: str, rank: int | None) -> None:
        self.outcome("caleol.decided", which, decision=decision, rank=rank)

    @rule(which=WHICH)
    def lease(self, which: int) -> None:
        self.outcome("lease.signed", which, signed_on=self.scene.now.date().isoformat())

    @rule(which=WHICH)
    def confirm(self, which: int) -> None:
        self.outcome("orientation.confirmed", which)

    @rule(which=WHICH, to=st.sampled_from([*sorted(KINDS), "BAILLEUR"]))
    def override(self, which: int, to: str) -> None:
        self.attempt(lambda: self.scene.override(self.vacancy(which), to))

    @rule(
        which=WHICH,
        kind=st.sampled_from(["lease.signed", "candidates.designated"]),
        proposal=WHICH,
        name=PARTIES,
    )
    def speak_of_any_proposal(self, which: int, kind: str, proposal: int, name: str) -> None:
        body = {"signed_on": "2026-06-01"} if kind == "lease.signed" else {"count": 2, "on_behalf": True}
        named = self.proposals[proposal % len(self.proposals)]
        self.attempt(
            lambda: self.scene.outcome(
                kind, self.vacancy(which), reservataire=name, proposal_id=named, **body
            )
        )

    @rule(name=PARTIES)
    def speak_too_early(self, name: str) -> None:
        """Of the vacancy that will be declared next."""
        coming = f"V{self.scene.names['vacancy'] + 1}"
        self.attempt(lambda: self.scene.designate(coming, reservataire=name))

    @rule(days=st.sampled_from([1, 4, 31, 62, 150]))
    def wait(self, days: int) -> None:
        self.scene.wait(days=days)

    @rule()
    def turn_the_year(self) -> None:
        self.scene.now = max(self.scene.now, datetime(2026, 12, 31, 22, 59, tzinfo=UTC))

    def outcome(self, kind: str, which: int, **body: Any) -> None:  # noqa: ANN401 - JSON values
        name = self.vacancy(which)
        dossier = self.scene.state.dossiers.get(name)
        if dossier is not None and dossier.reservataire is not None:
            self.attempt(lambda: self.scene.outcome(kind, name, **body))

    def vacancy(self, which: int) -> str:
        """One of the latest vacancies more often than an old one."""
        declared = self.scene.names["vacancy"]
        return f"V{max(declared - which % 6, 1)}"

    # what holds

    @invariant()
    def the_fold_the_replay_and_compliance_agree(self) -> None:
        new = self.scene.facts[self.seen :]
        self.seen += len(new)
        for kind, data in new:
            row: Any = decode(encode(data))
            fold.apply(self.folded, kind, row)
            compliance.apply(self.watched, kind, row)
            self.follow(kind, row)
        frozen = freeze(self.scene.state)
        assert freeze(self.folded) == frozen
        thawed = thaw(frozen)
        assert thawed is not None
        assert freeze(thawed) == frozen
        assert asdict(self.watched.ledger) == asdict(self.scene.state.ledger)
        assert self.replay() == new

    def replay(self) -> list[tuple[str, dict[str, Any]]]:
        """Decide the same inputs again, settled dossiers archived in between as the service does."""
        facts = []
        for cause in self.scene.inputs[self.played :]:
            name = cause.data.get("vacancy_id") or cause.data.get("subject", "")
            if name in self.archive:
                self.replayed.restore(self.archive.pop(name))
            at = max(self.replayed.clock, cause.time)
            facts += route(self.replayed, cause, at, self.scene.book)
            self.archive.update({each.vacancy_id: each for each in self.replayed.pop_settled()})
        self.played = len(self.scene.inputs)
        return facts

    def follow(self, kind: str, data: dict[str, Any]) -> None:
        """What the stream alone shows: one open proposal a vacancy, nobody asked again who said no."""
        name, closes = data.get("vacancy_id", ""), data.get("closes")
        still_open, said_no = self.open.setdefault(name, set()), self.said_no.setdefault(name, set())
        if kind == "orientation.decided":
            self.judge(data, said_no)
        elif kind == "proposal.issued":
            assert not still_open
            still_open.add(data["proposal_id"])
            self.proposals.append(data["proposal_id"])
        elif kind in {"proposal.expired", "proposal.withdrawn"}:
            still_open.remove(data["proposal_id"])
            if kind == "proposal.expired":
                said_no.add(data["reservataire"])
        elif closes:
            still_open.clear()
            said_no.add(data["reservataire"])
        elif kind == "outcome.recorded" and data["outcome"] == "lease.signed" and data["status"] == "applied":
            assert still_open
        elif kind == "vacancy.recorded" and (data["change"], data["status"]) == ("amended", "applied"):
            said_no.clear()

    @staticmethod
    def judge(data: dict[str, Any], said_no: set[str]) -> None:
        assert data["because"]
        assert all(sentence.endswith(".") for sentence in data["because"])
        if data["reservataire"] is not None:
            first = data["alternatives"][0]
            assert first["reservataire"] == data["reservataire"]
            assert data["reason"] == "arbitrage" or data["reservataire"] not in said_no


@pytest.mark.property
@pytest.mark.slow
@pytest.mark.parametrize(
    "rules",
    [
        (),
        ("rotation/rotation-ordre-fixe", "gestion/confirmation-par-le-bailleur"),
        ("neuf/premiere-location-concertation-flux",),
    ],
)
def test_whatever_happens_credits_match_engagements_and_history_can_be_folded_and_replayed(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView], book: BookView, rules: tuple[str, ...]
) -> None:
    chosen = book_with(*rules) if rules else book

    class Played(AnyYear):
        make = staticmethod(lambda: scene_of(chosen))

    run_state_machine_as_test(
        Played, settings=settings(max_examples=60, stateful_step_count=50, deadline=None)
    )
