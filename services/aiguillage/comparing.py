"""Two sets of rules on the same events: what changes for whom."""

from dataclasses import dataclass

from aiguillage.simulating import Outcome
from aiguillage.summary import Summary


@dataclass(frozen=True, slots=True)
class Change:
    """A party under both sets of rules: proposals received and units engaged, before and after."""

    year: int
    party: str
    proposed: tuple[int, int]
    engaged: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The digests compared and the parties of every year; units of a dwelling."""

    digests: tuple[str, str]
    changes: list[Change]


def compare(ours: Outcome, theirs: Outcome) -> Comparison:
    """Party by party, what the first set of rules gives and what the other would."""
    others = {summary.year: summary for summary in theirs.summaries}
    changes = [change for summary in ours.summaries for change in _changes(summary, others.get(summary.year))]
    return Comparison((ours.digest, theirs.digest), changes)


def _changes(ours: Summary, theirs: Summary | None) -> list[Change]:
    others = {standing.party: standing for standing in theirs.standings} if theirs else {}
    changes = []
    for standing in ours.standings:
        other = others.get(standing.party)
        proposed = (standing.counts.get("proposed", 0), other.counts.get("proposed", 0) if other else 0)
        engaged = (standing.engaged, other.engaged if other else 0)
        changes.append(Change(ours.year, standing.party, proposed, engaged))
    return changes
