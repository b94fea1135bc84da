"""A whole explanation: the decision, the families consulted, and a réservataire's answer when it asks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from aiguillage.explanation.answer import Answer, answer
from aiguillage.explanation.consultation import FamilyReading
from aiguillage.explanation.hearing import Hearing, hear
from aiguillage.explanation.situation import Situation
from aiguillage.explanation.steps import Asked, steps
from flux.convention import Convention


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a vacancy is decided so. Without events, `decision` and `answer` are None: only rules are explained."""

    vacancy_id: str
    scope: str
    on: date
    rulebook: str
    dwelling: Mapping[str, Any]
    steps: tuple[FamilyReading, ...]
    decision: Mapping[str, Any] | None
    answer: Answer | None
    refused: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON values; decimals of the dwelling as texts."""
        said = asdict(self)
        said["on"] = self.on.isoformat()
        said["dwelling"] = {
            name: value if isinstance(value, str | bool | int) else str(value)
            for name, value in self.dwelling.items()
        }
        return said


def explain(situation: Situation, reservataire: str | None = None) -> Explanation:
    """Explain a question; `reservataire` asks why it is not its turn. Same situation, same explanation."""
    hearing, cause = hear(situation), situation.question.cause
    known = situation.has_events
    return Explanation(
        vacancy_id=cause.data["vacancy_id"],
        scope=cause.scope,
        on=situation.question.on,
        rulebook=situation.book.rules.digest,
        dwelling=hearing.dwelling,
        steps=steps(_asked(hearing, reservataire)),
        decision=_told(hearing.decision) if known else None,
        answer=answer(hearing, reservataire) if known and reservataire is not None else None,
        refused=situation.refused,
    )


def _asked(hearing: Hearing, reservataire: str | None) -> Asked:
    """Families asked for every line, or for those of the réservataire that asks."""
    lines = hearing.lines_in_force()
    own = tuple(pair for pair in lines if pair[0].reservataire == reservataire)
    return Asked(
        place=hearing.place,
        facts=hearing.facts,
        lists=hearing.work.lists,
        lines=own or lines,
        terms=_terms(hearing, own),
        has_turn=not hearing.is_settled_by_concertation,
        is_offered=hearing.decision["outcome"] == "proposed",
    )


def _terms(hearing: Hearing, own: tuple[tuple[Convention, Any], ...]) -> Convention | None:
    if own:
        return own[0][0]
    chosen = hearing.decision["convention_id"]
    return None if chosen is None else hearing.state.conventions[chosen]


_TOLD = (
    *("vacancy_id", "at", "outcome", "reservataire", "convention_id", "reason", "attempt", "counted_apart"),
    *("alternatives", "because", "rules", "rulebook", "warnings"),
)


def _told(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a decision that its reader looks at: what is emitted, without ids nor movements."""
    return {name: decision[name] for name in _TOLD if name in decision}
