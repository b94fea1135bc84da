"""An explanation safe to hand to one party: its own lines and figures, and nothing of any other party's.

No credit, rank, criterion, convention or name of another party, and no id but the one that asks. What a rule looks at
is told only when it is the dwelling or the territory: a condition on conventions may name others. Whatever would still
name somebody else is left out, and said to be.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from aiguillage.explanation.answer import answer
from aiguillage.explanation.hearing import Hearing, hear
from aiguillage.explanation.obstacles import LineReading, Obstacle
from aiguillage.explanation.situation import Situation
from flux.units import BAILLEUR

LEFT_OUT = "Un motif n'est pas dit ici, parce qu'il parle d'une autre partie."
_OTHERS_FIRST = "que d'autres, plus en retard sur leur part, soient servis d'abord"


@dataclass(frozen=True, slots=True)
class PartyLine:
    """What one line of the party's conventions reads: its obstacle and why, in French."""

    line: str
    convention_id: str | None
    obstacle: Obstacle
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyExplanation:
    """Why a dwelling is or is not a party's own, told to that party; `unread_events` counts those that were refused."""

    vacancy_id: str
    scope: str
    on: date
    rulebook: str
    dwelling: Mapping[str, Any]
    attempt: int
    reservataire: str
    is_chosen: bool
    lines: tuple[PartyLine, ...]
    first_change: str
    unread_events: int

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON values; decimals of the dwelling as texts."""
        dwelling = {
            name: value if isinstance(value, str | bool | int | None) else str(value)
            for name, value in self.dwelling.items()
        }
        return {**asdict(self), "on": self.on.isoformat(), "dwelling": dwelling}


def explain_to(situation: Situation, reservataire: str) -> PartyExplanation:
    """Explain a question to one réservataire (or ``BAILLEUR``). Same situation, same explanation."""
    hearing, cause = hear(situation), situation.question.cause
    found, others = answer(hearing, reservataire), _Others(hearing, reservataire)
    lines = tuple(_line(hearing, reading, others) for reading in found.lines)
    (change,) = others.left_out((_change(hearing, found.obstacle, found.first_change),)) or ("",)
    return PartyExplanation(
        vacancy_id=cause.data["vacancy_id"],
        scope=cause.scope,
        on=hearing.place.on,
        rulebook=situation.book.rules.digest,
        dwelling=hearing.dwelling,
        attempt=int(hearing.decision.get("attempt") or 1),
        reservataire=reservataire,
        is_chosen=found.is_chosen,
        lines=lines,
        first_change=change,
        unread_events=len(situation.refused),
    )


def _line(hearing: Hearing, reading: LineReading, others: "_Others") -> PartyLine:
    sentences = others.left_out(_sentences(hearing, reading))
    name = reading.line if others.may_be_told(reading.line) else others.asking
    return PartyLine(name, reading.convention_id, reading.obstacle, sentences)


def _sentences(hearing: Hearing, reading: LineReading) -> tuple[str, ...]:
    match reading.obstacle:
        case Obstacle.NO_CONVENTION:
            scope = hearing.place.scope
            where = f"pour le bailleur {scope.bailleur} dans le département {scope.departement}"
            return (f"Aucune convention de {reading.line} n'est connue {where}.",)
        case Obstacle.CONCERTATION:
            is_over = hearing.decision["outcome"] != "concertation"
            said = "a donné ce logement à un autre" if is_over else "n'est pas encore conclue"
            return (f"La concertation sur le programme {hearing.facts['vacancy.programme_id']} {said}.",)
        case _:
            return reading.own_sentences


def _change(hearing: Hearing, obstacle: Obstacle, change: str) -> str:
    """What would have to change first, without who it is about."""
    match obstacle:
        case Obstacle.NOT_ITS_TURN if hearing.decision["reason"] == "arbitrage":
            return "que le bailleur n'en décide pas autrement, avec un motif"
        case Obstacle.NOT_ITS_TURN:
            own = change.partition(" ; ")[2]
            return f"{_OTHERS_FIRST} ; {own}" if own else _OTHERS_FIRST
        case Obstacle.SCALE_RULE | Obstacle.CRITERIA_RULE | Obstacle.OUTSIDE_FLUX:
            return "que la règle ne s'applique plus à ce logement"
        case _:
            return change


class _Others:
    """What names every party but the one that asks: ids, names, conventions and their lines."""

    def __init__(self, hearing: Hearing, asking: str) -> None:
        self.asking = asking
        state = hearing.state
        theirs = [one for one in state.conventions.values() if one.reservataire != asking]
        ours = [one for one in state.conventions.values() if one.reservataire == asking]
        own = {asking, *(name for one in ours for name in (one.id, *(line.party for line in one.lines)))}
        ids = {name for one in theirs for name in (one.reservataire, one.id, *(x.party for x in one.lines))}
        ids |= {row["reservataire"] for row in hearing.decision["alternatives"]} | {BAILLEUR}
        ids |= set(_promised(hearing))
        names = {_name(one.body) for one in theirs} - {""}
        self._named = _pattern(ids - own, names)

    def may_be_told(self, text: str) -> bool:
        """Whether a text names nobody else."""
        return self._named is None or not self._named.search(text)

    def left_out(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """The sentences that name nobody else; one says that others were left out."""
        said = list(sentences)
        kept = [sentence for sentence in said if self.may_be_told(sentence)]
        return tuple(kept if len(kept) == len(said) else [*kept, LEFT_OUT])


def _name(body: Mapping[str, Any]) -> str:
    """The réservataire's name as a convention writes it; empty when it does not."""
    return str(body["reservataire"].get("name") or "")


def _promised(hearing: Hearing) -> Iterator[str]:
    """Whom the programmes of the scope promise dwellings."""
    for programme in hearing.state.programmes.values():
        yield from (one.reservataire for one in programme.commitments)


def _pattern(ids: Iterable[str], names: Iterable[str]) -> re.Pattern[str] | None:
    """Ids as whole words, names wherever they stand and in any case."""
    words = [rf"(?<![\w#-]){re.escape(word)}(?![\w#-])" for word in sorted(ids)]
    words += [f"(?i:{re.escape(name)})" for name in sorted(names)]
    return re.compile("|".join(words)) if words else None
