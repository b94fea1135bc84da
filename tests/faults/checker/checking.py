"""Runs every check on a history, and says what was proved: the counts, or every violation."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.faults.checker import (
    agreement,
    decisions,
    fate,
    proof,
    publication,
    second_opinion,
    timely,
    waits,
    watch,
)
from tests.faults.checker.history import History
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import KINDS, Violation

Check = Callable[[Reading], Iterator[Violation]]

CHECKS: tuple[Check, ...] = (
    fate.every_message_fed_was_applied_or_refused,
    fate.nothing_was_applied_twice,
    fate.nothing_was_both_applied_and_refused,
    fate.nothing_was_applied_that_nobody_said,
    fate.what_waited_in_vain_was_refused_once_and_for_all,
    fate.every_refusal_was_published,
    decisions.every_vacancy_has_exactly_one_current_decision,
    publication.everything_journalled_is_published_and_nothing_else,
    publication.every_proposal_is_told_to_all_and_to_its_reservataire_under_one_id,
    publication.no_reservataire_hears_of_anothers_proposals,
    publication.sequences_can_be_read_in_order,
    agreement.compliance_holds_what_orientation_journalled,
    agreement.counters_are_the_fold_of_the_log,
    waits.no_wait_was_lost,
    waits.no_proposal_expired_that_was_answered_in_time,
    timely.no_wait_ended_before_what_was_said_in_time,
    agreement.progress_says_what_compliance_holds,
    watch.alerts_told_are_those_journalled,
    watch.alerts_are_raised_and_cleared_in_turn,
    proof.hash_chains_are_intact,
    proof.the_rotation_follows_from_rulebooks_and_inputs,
    second_opinion.the_model_says_every_decision_and_every_account,
)
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, by kind, and every violation found."""

    counts: Mapping[str, int]
    violations: tuple[Violation, ...]

    @property
    def is_sound(self) -> bool:
        """Nothing was lost, doubled, leaked or told two ways."""
        return not self.violations

    def __str__(self) -> str:
        found = Counter(violation.kind for violation in self.violations)
        names = [kind if kind != "disagreement" else "disagreements" for kind in KINDS]
        sums = ", ".join(f"{found[kind]} {name}" for kind, name in zip(KINDS, names, strict=True))
        looked_at = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        shown = [f"  {violation}" for violation in self.violations[:MOST_SHOWN]]
        return "\n".join([f"{sums} ({looked_at})", *shown])


def check(history: History) -> Verdict:
    """Prove a history, or find everything wrong with it."""
    reading = Reading(history)
    violations = tuple(violation for one in CHECKS for violation in _found(one, reading))
    return Verdict(_counted(reading), violations)


def _found(one: Check, reading: Reading) -> Iterator[Violation]:
    """What a check finds; that it cannot read or fold what is there is a finding too."""
    try:
        yield from one(reading)
    except Exception as error:  # noqa: BLE001 - whatever breaks on a broken history is what is wrong with it
        yield Violation("disagreement", one.__name__.replace("_", " "), f"cannot be told: {error!r}")


def _counted(reading: Reading) -> dict[str, int]:
    kinds = Counter(fact.row.type for fact in reading.facts)
    history = reading.history
    return {
        "scopes": len(history.orientation.rows),
        "messages fed": len(history.fed),
        "inputs applied": len(reading.inputs),
        "waits ended": len(reading.deadlines),
        "messages refused": len(history.orientation.rejects),
        "facts": len(reading.facts),
        "decisions": kinds["orientation.decided"],
        "proposals": kinds["proposal.issued"],
        "events published": sum(map(len, reading.events.values())),
        "facts counted": sum(map(len, history.compliance.rows.values())),
    }
