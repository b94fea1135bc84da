"""Every accepted vacancy has exactly one current decision."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation


def every_vacancy_has_exactly_one_current_decision(reading: Reading) -> Iterator[Violation]:
    """Its decisions supersede one another, one after the other, from the first to the one that stands."""
    made: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for fact in reading.facts:
        if fact.row.type == "orientation.decided":
            made[fact.row.scope, fact.data["vacancy_id"]].append(fact.data)
    for scope, vacancy in _declared(reading):
        decisions = made.pop((scope, vacancy), [])
        where = f"vacancy {vacancy} of {scope}"
        if not decisions:
            yield Violation("lost", where, "accepted, and never decided")
        supersedes = [decision["supersedes"] for decision in decisions]
        if supersedes != [None, *(decision["decision_id"] for decision in decisions)][: len(decisions)]:
            yield Violation("doubled", where, "its decisions are no chain: more than one stands")
        if [decision["attempt"] for decision in decisions] != list(range(1, len(decisions) + 1)):
            yield Violation("disagreement", where, "its attempts do not follow one another")
    for scope, vacancy in made:
        yield Violation("disagreement", f"vacancy {vacancy} of {scope}", "decided, and never declared")


def _declared(reading: Reading) -> list[tuple[str, str]]:
    names = {
        message.identity: message.data["vacancy_id"]
        for found in reading.said.values()
        for _, message in found
        if message.type == "vacancy.declared"
    }
    return [
        (row.scope, names[row.cause])
        for row in reading.inputs
        if row.type == "vacancy.declared" and row.cause in names
    ]
