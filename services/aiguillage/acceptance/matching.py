"""Whether what a case expects is found among what was emitted; if not, what was found instead."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from aiguillage.acceptance.case import REJECTED, Case, Expected
from aiguillage.acceptance.playing import Fact, Played
from chassis.rulebook.document import Where
from chassis.rulebook.faults import Fault
from flux.units import BAILLEUR

_FLAGS = {"true": True, "oui": True, "false": False, "non": False}

Miss = tuple[Where, str, str]
"""What does not fit: where in the expectation, what it wants, what was found."""


def unmet(case: Case, played: Played) -> Iterator[Fault]:
    """Every expectation that does not hold, then every refusal nobody expected; at its line of the case."""
    for place, expected in enumerate(case.said.expect):
        misses = _turns(expected, played) if expected.turns else _misses(expected, played)
        for where, wanted, found in misses:
            yield case.document.fault(("expect", place, *where), f"Attendu : {wanted}.", found)
    foreseen = {expected.of for expected in case.said.expect if expected.event == REJECTED}
    for event, rejected in played.refused:
        if event.id not in foreseen:
            message = f"Événement {event.id} refusé : {rejected.message}"
            yield case.document.fault(("given", event.place), message, str(rejected.reason))


def _misses(expected: Expected, played: Played) -> Sequence[Miss]:
    found = list(_candidates(expected, played))
    misses = [list(_of_fact(expected, data)) for data in found]
    fitting = sum(not each for each in misses)
    if expected.times is not None:
        wanted = f"{expected.times} fois {_named(expected)}"
        return [] if fitting == expected.times else [(("times",), wanted, f"{fitting} fois")]
    if fitting:
        return []
    if not misses:
        return [((), _named(expected), "rien de tel n'est émis")]
    return min(misses, key=len)


def _candidates(expected: Expected, played: Played) -> Iterator[Mapping[str, Any]]:
    if expected.event == REJECTED:
        for event, rejected in played.refused:
            if expected.of in {None, event.id}:
                said = {"reason": str(rejected.reason), "path": rejected.path}
                yield {**said, "because": [rejected.message]}
        return
    for kind, data in played.facts:
        if kind == expected.event and expected.vacancy in {None, data.get("vacancy_id")}:
            yield data


def _named(expected: Expected) -> str:
    whose = expected.vacancy or expected.of
    return f"{expected.event} {whose}" if whose else f"{expected.event}"


def _of_fact(expected: Expected, data: Mapping[str, Any]) -> Iterator[Miss]:
    yield from misses(expected.data, data, ("data",))
    for rule in expected.rules:
        cited = data.get("rules") or []
        if rule not in cited:
            yield ("rules",), f"la règle {rule}", ", ".join(cited) or "aucune règle"
    said = data.get("because") or []
    for words in expected.because:
        if not any(words in sentence for sentence in said):
            yield ("because",), f"« {words} »", " ".join(said) or "aucune phrase"


def misses(wanted: Any, found: Any, where: Where) -> Iterator[Miss]:  # noqa: ANN401 - YAML and JSON values
    """Where a found value is not what is wanted: mappings by the keys wanted, lists by the elements wanted."""
    if isinstance(wanted, Mapping):
        inside = found if isinstance(found, Mapping) else {}
        for key, value in wanted.items():
            yield from misses(value, inside.get(key), (*where, key))
    elif isinstance(wanted, list):
        elements = found if isinstance(found, list) else []
        for place, value in enumerate(wanted):
            if not any(not list(misses(value, each, ())) for each in elements):
                yield (*where, place), f"{where[-1] if where else ''} avec {_shown(value)}", _shown(found)
    elif not _equal(wanted, found):
        yield where, f"{where[-1] if where else ''} {_shown(wanted)}".strip(), _shown(found)


def _equal(wanted: str | None, found: object) -> bool:
    if wanted is None or found is None:
        return wanted is found
    if isinstance(found, bool):
        return _FLAGS.get(wanted) is found
    if isinstance(found, int | Decimal):
        return _number(wanted) == found
    return wanted == found


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _shown(value: object) -> str:
    match value:
        case None:
            return "rien"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(_shown(each) for each in value) + "]"
        case _:
            return str(value)


def _turns(expected: Expected, played: Played) -> Sequence[Miss]:
    """Who holds each vacancy after its first decision."""
    found = [_holder(fact) for fact in played.facts if _is_first(fact)]
    wanted = list(expected.turns)
    if found == wanted:
        return []
    return [(("turns",), " ".join(wanted), " ".join(found))]


def _is_first(fact: Fact) -> bool:
    return fact[0] == "orientation.decided" and fact[1]["attempt"] == 1


def _holder(fact: Fact) -> str:
    data = fact[1]
    kept = BAILLEUR if data["outcome"] == "kept_by_bailleur" else data["outcome"]
    return str(data["reservataire"] or kept)
