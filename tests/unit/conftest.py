"""The rules delivered with the house, and a scene: one scope played through the core on the event clock."""

# ruff: noqa: ANN401 - builders take the JSON values of an event as they come

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import orjson
import pytest

from chassis.rulebook import load
from contracts.authority import own_source
from contracts.catalogue import TOPIC_OF
from contracts.inputs import Input, read
from flux.ledger import YearLedger
from flux.scope import Scope
from orientation.domain.dossier import Dossier
from orientation.domain.event_clock import run_until
from orientation.domain.routing import route
from orientation.domain.state import ScopeState
from orientation.domain.work import Fact
from orientation.rulebook import BookView

RULES = Path(__file__).parents[2] / "rules"
SIREN = "999001209"

Data = dict[str, Any]


def source_of(party: str) -> str:
    """The source of a party: the bailleur by its SIREN, else a réservataire."""
    return f"/bailleurs/{SIREN}" if party == SIREN else f"/reservataires/{party}"


@pytest.fixture(scope="session")
def book() -> BookView:
    return BookView(load(RULES))


@pytest.fixture(scope="session")
def book_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BookView]:
    """The rulebook once this bailleur has switched some rules on that are delivered off."""

    @cache
    def switched_on(*rules: str) -> BookView:
        directory = tmp_path_factory.mktemp("rules") / "rules"
        copytree(RULES, directory)
        for rule in rules:
            text = (directory / f"{rule}.yaml").read_text(encoding="utf-8")
            assert "active: non" in text
            overlay = directory / "bailleurs" / SIREN / f"{rule}.yaml"
            overlay.parent.mkdir(parents=True, exist_ok=True)
            overlay.write_text(text.replace("active: non", "active: oui"), encoding="utf-8")
        return BookView(load(directory))

    return switched_on


@dataclass
class Scene:
    """A scope, what happens to it through `contracts.inputs.read`, and every fact it caused.

    `now` is the time of the next event. In every test that plays a scene, after every input the credits of a
    year sum to its engagements and the sequence has no hole.
    """

    book: BookView
    departement: str = "75"
    now: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)
    facts: list[Fact] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.state = ScopeState(Scope(SIREN, self.departement))

    # what happens

    def send(self, kind: str, body: Data, *, at: datetime | None = None, by: str | None = None) -> list[Fact]:
        """Apply one event said by `by`, else by whoever's word it is; raises what the core raises."""
        cause = self.event(kind, body, at=at, by=by)
        when = max(self.state.clock, cause.time)
        self.fire(when)
        return self.apply(cause, when)

    def event(self, kind: str, body: Data, *, at: datetime | None = None, by: str | None = None) -> Input:
        self.names["event"] += 1
        envelope = {
            "specversion": "1.0",
            "id": f"e{self.names['event']}",
            "source": source_of(by) if by else own_source(kind, {"bailleur": SIREN, **body}),
            "type": f"fr.aiguillage.{kind}.v1",
            "time": (at or self.now).isoformat(),
            "data": {"bailleur": SIREN, **body},
        }
        return read(orjson.dumps(envelope), (), TOPIC_OF[kind], now=None, trust="open")

    def apply(self, cause: Input, when: datetime) -> list[Fact]:
        facts = route(self.state, cause, when, self.book)
        self._keep(cause, facts)
        return facts

    def fire(self, until: datetime) -> None:
        for fired, _, facts in run_until(self.state, until, self.book):
            self._keep(fired, facts)

    def _keep(self, cause: Input, facts: list[Fact]) -> None:
        first = len(self.facts) + 1
        assert [data["sequence"] for _, data in facts] == list(range(first, first + len(facts)))
        self.inputs.append(cause)
        self.facts += facts
        for year, ledger in self.state.ledger.years.items():
            assert sum(ledger.credit.values()) == sum(ledger.engaged.values()), (year, cause.type)

    def wait(self, **time: int) -> None:
        """Let time pass; waits that end on the way end."""
        self.now += timedelta(**time)
        self.fire(self.now)

    def sign(self, reservataire: str, share: str | None = None, **terms: Any) -> Data:
        """A convention of the bailleur for 2026, `C-<reservataire>` unless named."""
        return self.send("convention.signed", self.convention(reservataire, share, **terms))[0][1]

    def adjust(self, reservataire: str, share: str | None = None, **terms: Any) -> Data:
        return self.send("convention.adjusted", self.convention(reservataire, share, **terms))[0][1]

    def convention(self, reservataire: str, share: str | None = None, **terms: Any) -> Data:
        return {
            "convention_id": terms.pop("id", f"C-{reservataire}"),
            "departement": self.departement,
            "reservataire": {"id": reservataire, "kind": terms.pop("kind", "autre")},
            "year": 2026,
            "share_percent": share,
            "effective": {"from": "2026-01-01", "until": "2026-12-31"},
            **terms,
        }

    def declare(self, vacancy_id: str | None = None, **facts: Any) -> Data:
        """A vacancy of an ordinary dwelling, unless said otherwise; gives its decision back."""
        at = facts.pop("at", None)
        vacancy = self.vacancy(vacancy_id or f"V{self.names['vacancy'] + 1}", **facts)
        self.names["vacancy"] += 1
        self.send("vacancy.declared", vacancy, at=at)
        return self.decision(vacancy["vacancy_id"])

    def amend(self, vacancy_id: str, **facts: Any) -> list[Fact]:
        return self.send("vacancy.amended", self.vacancy(vacancy_id, **facts))

    def vacancy(self, vacancy_id: str, **facts: Any) -> Data:
        own = {
            name: facts.pop(name)
            for name in ("purpose", "cause", "stock_reservation", "programme_id")
            if name in facts
        }
        dwelling = {
            "dwelling_id": f"D-{vacancy_id}",
            "commune": "75114",
            "typologie": "T3",
            "financement": "PLUS",
            "qpv": False,
            "construction_year": 1974,
            **facts,
        }
        return {
            "vacancy_id": vacancy_id,
            "available_on": self.now.date().isoformat(),
            "cause": "conge",
            "purpose": "relocation",
            "dwelling": dwelling,
            **own,
        }

    def open_programme(self, *commitments: tuple[str, int], homes: int = 3) -> list[Fact]:
        """Programme P1 of dwellings N1, N2…, all alike; commitments as (réservataire, count)."""
        dwelling = {"commune": "75114", "typologie": "T3", "financement": "PLUS", "qpv": False}
        return self.about(
            "programme.opened",
            programme_id="P1",
            dwellings=[{"dwelling_id": f"N{number}", **dwelling} for number in range(1, homes + 1)],
            commitments=[{"reservataire": party, "count": count} for party, count in commitments],
            answer_by=(self.now + timedelta(days=20)).date().isoformat(),
        )

    def conclude(self) -> None:
        """Let silence conclude programme P1."""
        self.wait(days=22)
        assert self.state.programmes["P1"].conclusion is not None

    def let_first(self, number: int, **facts: Any) -> Data:
        """Declare the first letting of dwelling N<number> of P1, as vacancy V<number>; gives its decision back."""
        facts = {"cause": "neuf", "programme_id": "P1", "dwelling_id": f"N{number}", **facts}
        return self.declare(f"V{number}", **facts)

    def withdraw(self, vacancy_id: str) -> list[Fact]:
        return self.about("vacancy.withdrawn", vacancy_id=vacancy_id, reason="Vendu finalement.")

    def end(self, reservataire: str, on: str) -> list[Fact]:
        return self.about(
            "convention.ended", convention_id=f"C-{reservataire}", on=on, reason="Commun accord."
        )

    def forecast(self, flux: int, year: int = 2026) -> list[Fact]:
        return self.about("forecast.declared", year=year, flux=flux, status="partage")

    def year(self, dwellings: int, *, flux: int = 96, year: int = 2026) -> None:
        """A year of so many dwellings for a forecast of `flux`, then the first days of the next one."""
        self.forecast(flux, year=year)
        for _ in range(dwellings):
            self.declare()
            self.wait(hours=1)
        self.now = datetime(year + 1, 1, 5, 9, tzinfo=UTC)
        self.fire(self.now)
        self.forecast(flux, year=year + 1)

    def about(self, kind: str, **body: Any) -> list[Fact]:
        return self.send(kind, {"departement": self.departement, **body})

    def outcome(self, kind: str, vacancy_id: str, **body: Any) -> list[Fact]:
        """An outcome of the open proposal, or of the one its fields name."""
        dossier = self.state.dossiers.get(vacancy_id)
        body.setdefault("reservataire", dossier.reservataire if dossier else None)
        body.setdefault("proposal_id", dossier.proposal_id if dossier else None)
        speaker, at = body.pop("speaker", None), body.pop("at", None)
        body = {"departement": self.departement, "vacancy_id": vacancy_id, **body}
        return self.send(kind, body, by=speaker, at=at)

    def refuse(
        self, vacancy_id: str, reason: str = "hors_criteres", by: str = "reservataire", **body: Any
    ) -> list[Fact]:
        """`by` is who says no: the réservataire itself, or a candidate, whose refusal the bailleur reports."""
        return self.outcome("proposal.refused", vacancy_id, by=by, reason=reason, **body)

    def designate(self, vacancy_id: str, count: int = 3, **body: Any) -> list[Fact]:
        return self.outcome(
            "candidates.designated", vacancy_id, **{"count": count, "on_behalf": False, **body}
        )

    def deliberate(self, vacancy_id: str, decision: str = "attribution", **body: Any) -> list[Fact]:
        return self.outcome("caleol.decided", vacancy_id, **{"decision": decision, **body})

    def lease(self, vacancy_id: str, **body: Any) -> list[Fact]:
        return self.outcome("lease.signed", vacancy_id, **{"signed_on": self.now.date().isoformat(), **body})

    def confirm(self, vacancy_id: str) -> list[Fact]:
        return self.outcome("orientation.confirmed", vacancy_id)

    def override(self, vacancy_id: str, to: str) -> list[Fact]:
        return self.outcome("decision.overridden", vacancy_id, reservataire=to, reason="Urgence sociale.")

    # what is seen

    def decision(self, vacancy_id: str) -> Data:
        """The latest decision about a vacancy."""
        return self.all("orientation.decided", vacancy_id)[-1]

    def all(self, kind: str, vacancy_id: str | None = None) -> list[Data]:
        return [d for k, d in self.facts if k == kind and vacancy_id in {None, d.get("vacancy_id")}]

    def dossier(self, vacancy_id: str) -> Dossier:
        return self.state.dossiers[vacancy_id]

    def ledger(self, year: int = 2026) -> YearLedger:
        return self.state.ledger.year(year)

    def counts(self, reservataire: str, year: int = 2026) -> dict[str, int]:
        """The counters of a convention that moved and did not come back to zero."""
        return {name: n for name, n in self.ledger(year).counts.get(f"C-{reservataire}", {}).items() if n}

    def apart(self, line: str) -> dict[str, int]:
        """The counters kept apart of a line that moved and did not come back to zero."""
        counts = self.ledger().counts.get(line, {})
        return {name: n for name, n in counts.items() if name.startswith("apart_") and n}

    def flux(self) -> Data:
        """What the flux counts of 2026: every account that is not empty, the counters left out."""
        ledger = self.ledger().to_json()
        return {name: account for name, account in ledger.items() if name != "counts" and account}


@pytest.fixture
def scene(book: BookView) -> Scene:
    return Scene(book)


@pytest.fixture(scope="session")
def scene_of() -> Callable[..., Scene]:
    """Makes scenes with another rulebook or another département."""
    return Scene
