"""Delegated management played: what a bailleur reports of each quarter to the réservataire it designates for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any

from aiguillage.cloudevents import bailleur_source, line
from aiguillage.draws import Draws
from aiguillage.parties.manners import BailleurManner
from aiguillage.parties.play import Answer, delay
from contracts.canonical import decode

QUARTER_MONTHS = 3
_ATTRIBUTED = "attribution"


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """A convention's report on a quarter (``2026-T1``), and when it is sent."""

    sent_at: datetime
    convention_id: str
    period: str


class Delegations:
    """Remembers what was proposed under delegated management, and reports on each quarter once, on its day.

    A report tells how far each dwelling proposed in the quarter has come by then; of one proposed again, where its
    last attempt has come. The same proposals give the same reports, in whatever order they were heard before that day.
    """

    def __init__(self) -> None:
        self._proposed: dict[Report, list[tuple[Mapping[str, Any], Sequence[Answer]]]] = defaultdict(list)
        self._due: list[Report] = []
        self._sent = set[Report]()

    def hear(
        self, manner: BailleurManner, proposal: Mapping[str, Any], at: datetime, answers: Sequence[Answer]
    ) -> None:
        """Take in a proposal received `at`, and what becomes of it; others than delegated ones are let pass."""
        if proposal.get("management") != "deleguee" or proposal.get("convention_id") is None:
            return
        report = _report_on(manner, proposal["convention_id"], at)
        if report is None or report in self._sent:
            return
        if report not in self._proposed:
            heappush(self._due, report)
        self._proposed[report].append((proposal, answers))

    def due(self, at: datetime) -> Iterator[Answer]:
        """The reports to be sent by an instant, in order; they are sent once."""
        while self._due and self._due[0].sent_at <= at:
            report = heappop(self._due)
            self._sent.add(report)
            yield report.sent_at, _written(report, self._proposed.pop(report))

    @property
    def next_time(self) -> datetime | None:
        """When the next report is due."""
        return self._due[0].sent_at if self._due else None


def _report_on(manner: BailleurManner, convention_id: str, at: datetime) -> Report | None:
    """The report that tells of a proposal of this instant; None when the bailleur forgets it."""
    quarter = (at.month - 1) // QUARTER_MONTHS + 1
    period = f"{at.year}-T{quarter}"
    draws = Draws(manner.seed, "report", convention_id, period)
    if draws.happens(manner.forgotten_report_percent):
        return None
    years, month = divmod(quarter * QUARTER_MONTHS, 12)
    ended = datetime(at.year + years, month + 1, 1, tzinfo=UTC)
    return Report(ended + delay(draws, manner.report_delay_days), convention_id, period)


def _written(report: Report, proposed: Sequence[tuple[Mapping[str, Any], Sequence[Answer]]]) -> bytes:
    first, _ = proposed[0]
    by_attempt = sorted(proposed, key=lambda heard: int(heard[0]["attempt"]))
    reached = {each["vacancy_id"]: _stage(answers, report.sent_at) for each, answers in by_attempt}
    data = {
        "proposal_id": None,
        "bailleur": first["bailleur"],
        "departement": first["departement"],
        "reservataire": first["reservataire"],
        "convention_id": report.convention_id,
        "period": report.period,
        "lines": [{"vacancy_id": name, "stage": stage} for name, stage in sorted(reached.items())],
    }
    key, source = f"report-{report.convention_id}-{report.period}", bailleur_source(str(first["bailleur"]))
    return line("delegation.reported", id=key, source=source, time=report.sent_at, data=data)


def _stage(answers: Sequence[Answer], by: datetime) -> str:
    """How far a dwelling has come by an instant."""
    stage = "proposition"
    for at, said in answers:
        if at < by:
            event: Any = decode(said)
            stage = _reached(event["type"].split(".")[2:-1], event["data"]) or stage
    return stage


def _reached(kind: list[str], data: Mapping[str, Any]) -> str | None:
    """The stage an answer brings a dwelling to; None: where it was."""
    match kind:
        case ["lease", "signed"]:
            return "bail"
        case ["caleol", "decided"]:
            return _ATTRIBUTED if data["decision"].startswith(_ATTRIBUTED) else "refus"
        case ["proposal", "refused"]:
            return None if data.get("candidates_left") else "refus"
        case _:
            return None
