"""The same facts for every contender: a sample year of Paris and the default rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from aiguillage.lines import topic_of
from aiguillage.sample import make_sample
from chassis.rulebook import Rulebook as Loaded
from chassis.rulebook import load
from chassis.rulebook.facts import FactValue
from chassis.rulebook.rule import Layer, Rule
from contracts.inputs import Input, read
from flux.calendar import legal_date
from flux.scope import Scope
from orientation.domain.facts import of_vacancy
from orientation.rulebook import BookView

DEPARTEMENT, SEED = "75", 2026
RULES = Path("rules")
SPREAD = 15
"""How many times more vacancies the busy weeks' year would have."""
VACANCY = b"fr.aiguillage.vacancy.declared.v1"
BEFORE = (b"fr.aiguillage.convention.signed.v1", b"fr.aiguillage.forecast.declared.v1")


@dataclass(frozen=True, slots=True)
class Question:
    """What a verdict is asked of: a vacancy's facts, where and when."""

    on: date
    departement: str
    bailleur: str
    facts: dict[str, FactValue]


@cache
def book() -> BookView:
    """The default rules, checked and loaded once."""
    return BookView(load(RULES))


def fresh_book() -> BookView:
    """The same rules as if never asked anything: nothing compiled, nothing remembered."""
    return BookView(Loaded.from_bundle(book().loaded.bundle()))


@cache
def sample_lines(vacancies: int, seed: int = SEED) -> tuple[bytes, ...]:
    """Every line of a sample year."""
    return tuple(make_sample(DEPARTEMENT, vacancies, seed))


@cache
def busy_weeks(vacancies: int) -> tuple[bytes, ...]:
    """The first lines of a far larger sample: so many vacancies before most answers are overdue.

    Spread over a year they would be offered again and again on the event clock, since nobody answers here.
    """
    lines: list[bytes] = []
    for line in make_sample(DEPARTEMENT, vacancies * SPREAD, SEED):
        lines.append(line)
        vacancies -= VACANCY in line
        if not vacancies:
            break
    return tuple(lines)


def before(lines: Iterable[bytes]) -> list[bytes]:
    """Conventions and forecasts of a sample."""
    return [line for line in lines if any(kind in line for kind in BEFORE)]


def declarations(lines: Iterable[bytes]) -> list[bytes]:
    """Declarations of a sample, in order of time."""
    return [line for line in lines if VACANCY in line]


def inputs(lines: Iterable[bytes]) -> list[Input]:
    """Lines as the core takes them."""
    return [read(line, (), topic_of(line), now=None, trust="open") for line in lines]


def questions(vacancies: int) -> list[Question]:
    """The facts of each vacancy of a sample."""
    return [_question(cause) for cause in inputs(declarations(sample_lines(vacancies)))]


def _question(cause: Input) -> Question:
    scope = Scope.parse(cause.scope)
    day = legal_date(cause.time, scope.departement)
    facts = dict(of_vacancy(cause.data, 1, scope, book().lists_on(day)))
    return Question(day, scope.departement, scope.bailleur, facts)


def default_rules(family: str, on: date) -> Sequence[Rule]:
    """The law and the active default rules of a family in force on a day."""
    return [
        rule
        for rule in book().loaded.every_rule
        if rule.room.family == family
        and rule.room.layer in {Layer.LAW, Layer.DEFAULT}
        and rule.active
        and rule.is_in_force(on)
    ]
