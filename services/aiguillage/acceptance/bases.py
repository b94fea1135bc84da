"""The bases of a case: mappings that events start from, and the number that a repeated event reads."""

from collections.abc import Mapping
from typing import Any

from aiguillage.acceptance.case import Case
from chassis.rulebook.document import Where
from chassis.rulebook.faults import Fault, did_you_mean

_DEEPEST = 8
"""Bases that lean on bases: more is a circle."""


def based(
    case: Case,
    value: Any,  # noqa: ANN401 - YAML values
    where: Where,
    faults: list[Fault],
    depth: int = 0,
) -> Any:  # noqa: ANN401 - YAML values
    """The value with every `like` replaced by its base, what stands beside it laid over."""
    if isinstance(value, list):
        return [based(case, item, (*where, n), faults, depth) for n, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    own = {key: item for key, item in value.items() if key != "like"}
    if "like" not in value:
        return {key: based(case, item, (*where, key), faults, depth) for key, item in own.items()}
    name = str(value["like"])
    base = case.said.bases.get(name)
    if base is None or depth > _DEEPEST:
        message = "Base inconnue." if base is None else "Ces bases tournent en rond."
        remedy = did_you_mean(name, case.said.bases)
        faults.append(
            case.document.fault((*where, "like"), message, name, ", ".join(case.said.bases), remedy)
        )
        return own
    return based(case, _over(base, own), where, faults, depth + 1)


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`own` laid over `base`: mappings are merged, all else is replaced."""
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _over(below, value)
        else:
            merged[key] = value
    return merged


def numbered(value: Any, number: int) -> Any:  # noqa: ANN401 - YAML values
    """The value with every ``{n}`` replaced by a number."""
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, list):
        return [numbered(item, number) for item in value]
    if isinstance(value, Mapping):
        return {key: numbered(item, number) for key, item in value.items()}
    return value
