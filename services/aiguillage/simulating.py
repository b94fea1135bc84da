"""Runs a whole file through a simulation: decisions written, refusals kept, a summary of each year."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from aiguillage.line_check import RefusedLine
from aiguillage.lines import SAMPLE, topic_of
from aiguillage.parties import Agenda, Player, in_time
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from aiguillage.summary import Summary, summarize
from compliance.domain.projection import Projection, apply
from contracts.canonical import encode
from contracts.rejected import Rejected, RejectionReason
from orientation.domain.instants import instant
from orientation.domain.ports import Rulebook

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Outcome:
    """What a simulation came to, under the rules of one digest."""

    digest: str
    decisions: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    """The lines that were refused, in the order they were."""
    summaries: list[Summary] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """How many were refused."""
        return len(self.refused)


class _Follower:
    """Folds what is decided into projections, writes decisions, hears what the parties answer."""

    def __init__(
        self, outcome: Outcome, decisions: IO[bytes] | None, refused: "_Refusals", player: Player | None
    ) -> None:
        self._outcome = outcome
        self._refused = refused
        self._decisions = decisions
        self.agenda = None if player is None else Agenda(player)
        self.projections: dict[str, Projection] = {}

    def follow(self, kind: str, data: dict[str, Any]) -> None:
        scope = data["scope"]
        projection = self.projections.get(scope)
        if projection is None:
            projection = self.projections[scope] = Projection(scope)
        apply(projection, kind, data)
        if self.agenda is not None:
            self.agenda.hear(kind, data, instant(data["at"]))
        if kind == "orientation.decided":
            self._decided(data)
        elif kind == "outcome.recorded" and data["status"] == "rejected":
            self._refused.keep(encode(data), **data["error"])

    def _decided(self, data: dict[str, Any]) -> None:
        self._outcome.decisions += 1
        if self._decisions is not None:
            self._decisions.write(encode(data) + b"\n")


def simulate_lines(
    lines: Sequence[bytes],
    rulebook: Rulebook,
    until: datetime | None,
    decisions: Path | None,
    *,
    with_parties: bool = False,
) -> Outcome:
    """Apply lines in their order, with the parties' answers in between when asked; close at `until`.

    Decisions go one a line to `decisions`; what is refused goes to `<decisions>.rejected.jsonl` with its reason.
    """
    outcome = Outcome(rulebook.rules.digest)
    with ExitStack() as stack:
        written = stack.enter_context(decisions.open("wb")) if decisions is not None else None
        player = Player(lines) if with_parties else None
        refused = stack.enter_context(_Refusals(decisions, lines))
        follower = _Follower(outcome, written, refused, player)
        scratch = stack.enter_context(Scratch())
        simulation = Simulation(rulebook, scratch, follower.follow)
        for line in _in_time(lines, follower.agenda, until):
            try:
                simulation.apply(line)
            except Rejected as rejected:
                refused.keep(line, str(rejected.reason), rejected.path, rejected.message)
        if until is not None:
            simulation.close(until)
    outcome.refused = refused.kept
    outcome.summaries = _summaries(follower.projections.values())
    return outcome


def _in_time(lines: Sequence[bytes], agenda: Agenda | None, until: datetime | None) -> Iterator[bytes]:
    """The file's own order; without parties nothing is ever in between."""
    if agenda is not None:
        return in_time(lines, agenda, until or FOREVER)
    return (line for line in lines if topic_of(line) != SAMPLE)


class _Refusals:
    """Lines that were refused, with their reason, beside the decisions; no file when nothing is refused."""

    def __init__(self, decisions: Path | None, lines: Sequence[bytes]) -> None:
        self._path = None if decisions is None else decisions.with_name(decisions.name + ".rejected.jsonl")
        self._file: IO[bytes] | None = None
        self._numbers = {id(line): number for number, line in enumerate(lines, start=1)}
        self.kept: list[RefusedLine] = []

    def __enter__(self) -> Self:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, event: bytes, reason: str, path: str, message: str) -> None:
        """Keep one refused event; one that names a person is counted, not copied."""
        self.kept.append(RefusedLine(self._numbers.get(id(event)), reason, path, message))
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("wb")
        withheld = reason == RejectionReason.DONNEE_PERSONNELLE
        shown = None if withheld else event.decode("utf-8", "replace")
        body = {"reason": reason, "path": path, "message": message, "event": shown}
        self._file.write(encode(body) + b"\n")


def _summaries(projections: Collection[Projection]) -> list[Summary]:
    years = sorted({year for projection in projections for year in projection.ledger.years})
    return [summarize(projections, year) for year in years]
