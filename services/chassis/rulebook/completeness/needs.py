"""The keys that every decision needs: no default stands in the code for one that the rules do not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.rulebook.conditions import ALWAYS, AllOf, Comparison, Condition
from chassis.rulebook.facts import OUTCOME_CAUSES

GAP_CAUSES = ("flux", "refusals", "arbitration")
"""What may leave a gap at the year's end (`gap.cause`)."""


@dataclass(frozen=True, slots=True)
class Need:
    """A key of a family's `then` (or `key.part` of it) that must be said wherever a condition holds."""

    family: str
    key: str
    where: Condition = ALWAYS

    def is_said_by(self, then: Mapping[str, Any]) -> bool:
        """Whether the effect of a rule says it; `aucun` says none on purpose."""
        key, _, part = self.key.partition(".")
        return key in then and (not part or part in then[key])


def _each(family: str, *keys: str, where: Condition = ALWAYS) -> tuple[Need, ...]:
    return tuple(Need(family, key, where) for key in keys)


_FIRST_LETTING = AllOf(
    (Comparison("vacancy.first_letting", "is", True), Comparison("vacancy.programme_id", "present", True))
)
NEEDS: tuple[Need, ...] = (
    *_each("rotation", "method", "criteria_window", "restore_cap_days"),
    *_each("rotation", *(f"restore.{cause}" for cause in OUTCOME_CAUSES)),
    *_each("delais", "respond_within_days", "attempts", "hold_days", "wait_for_proposal_days"),
    *_each("gestion", "management", "confirmation", "within_hours", "report_within_days", "report_every"),
    *_each("decompte", "method", "year_of"),
    *_each("echelle", "scale"),
    *_each("neuf", "first_letting", "counted", where=_FIRST_LETTING),
    *(Need("correction", "action", Comparison("gap.cause", "is", cause)) for cause in GAP_CAUSES),
    *_each("correction", "years", "cap_percent", "beyond_cap", "extinction_years"),
)
"""Every need; what depends on the convention alone (its share, its territory) is not the rules' to say."""
