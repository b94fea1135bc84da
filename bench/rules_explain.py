"""Explaining a vacancy, against deciding the same one."""

from aiguillage.explanation import Explanation, explain, read_question, situation_of
from aiguillage.explanation.situation import Situation
from bench.material import before, book, declarations, sample_lines
from bench.report import Section
from bench.sizes import Sizes
from bench.timing import best_rates

DECIDED, WHY, WHY_NOT, ANEW = (
    "decided",
    "explained",
    "explained to the last in rank",
    "explained, conventions read first",
)


def measure(sizes: Sizes) -> Section:
    """The section; every vacancy meets its bailleur's conventions and nothing before it."""
    lines = sample_lines(sizes.explained)
    known, asked = before(lines), [read_question(line, None) for line in declarations(lines)]
    situations = [situation_of(question, book(), known) for question in asked]
    last = [(situation, _last_in_rank(situation)) for situation in situations]
    rates = best_rates(
        {
            DECIDED: lambda: lambda: [situation.decision() for situation in situations],
            WHY: lambda: lambda: [explain(situation) for situation in situations],
            WHY_NOT: lambda: lambda: [explain(situation, party) for situation, party in last],
            ANEW: lambda: lambda: [explain(situation_of(question, book(), known)) for question in asked],
        },
        len(asked),
        sizes.turns,
    )
    section = Section(
        "explain", f"rules explain: {len(asked)} vacancies, {len(known)} conventions and forecasts"
    )
    section.rates("vacancies/s", rates, {"decided": DECIDED})
    section.notes.append(
        "All start from a scope put away, which is thawed first. An explanation decides the vacancy too, and evaluates "
        "every test of every rule; who is not at turn is told how many like dwellings come before, by deciding them."
    )
    return section


def _last_in_rank(situation: Situation) -> str | None:
    said: Explanation = explain(situation)
    others = [] if said.decision is None else said.decision["alternatives"]
    return next(
        (other["reservataire"] for other in reversed(others) if other["reservataire"] != "BAILLEUR"), None
    )
