"""Turns what pydantic found wrong into faults an operator understands."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chassis.rulebook.document import Document, Where
from chassis.rulebook.faults import MOST_IN_A_FILE, Fault, cut, did_you_mean, shown
from chassis.rulebook.lint.remedies import slug_remedy

_Model = TypeVar("_Model", bound=BaseModel)


def validate(
    model: type[_Model],
    value: Any,  # noqa: ANN401 - a YAML value
    document: Document,
    where: Where,
    faults: list[Fault],
) -> _Model | None:
    """The value at `where` of the document as a model, or None with its faults added to the list."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False)[: MOST_IN_A_FILE + 1]
        faults.extend(_fault(model, problem, document, where) for problem in problems)
        return None


_SIMPLE = {
    "string_pattern_mismatch": ("nom mal écrit", "minuscules sans accent, chiffres, tirets"),
    "dict_type": ("il faut des clés et des valeurs", "{clé: valeur}"),
    "model_type": ("il faut des clés et des valeurs", "{clé: valeur}"),
    "list_type": ("il faut une liste", "[a, b]"),
    "too_short": ("il faut au moins une valeur", ""),
}
"""What is said of pydantic's other errors: message, and what is allowed."""


def _fault(model: type[BaseModel], problem: Any, document: Document, above: Where) -> Fault:  # noqa: ANN401 - pydantic
    where = (*above, *(part for part in problem["loc"] if part != "[key]"))
    name, found = str(where[-1]) if where else "", problem.get("input")
    context: dict[str, Any] = problem.get("ctx") or {}
    label = f"« {name} » : " if name and where != above else ""
    match problem["type"]:
        case "rule_file":
            said = (label + context["message"], context["found"], context["allowed"], context["remedy"])
        case "missing":
            said = (f"Il manque « {name} ».", "", "", f"Ajoutez « {name} ».")
        case "extra_forbidden":
            keys = _keys(model, where[len(above) : -1])
            said = ("Clé inconnue.", name, ", ".join(keys), did_you_mean(name, keys))
        case "literal_error":
            words = [word.strip("'") for word in re.split(", | or ", context["expected"])]
            said = (
                label + "valeur inconnue.",
                _shown(found),
                ", ".join(words),
                did_you_mean(shown(found), words),
            )
        case other:
            message, wanted = _SIMPLE.get(other, ("valeur refusée", "un texte"))
            remedy = slug_remedy(found) if other == "string_pattern_mismatch" else ""
            said = (f"{label}{message}.", _shown(found), wanted, remedy)
    return document.fault(where, *said)


def _keys(model: type[BaseModel], inside: Where) -> list[str]:
    """Names a mapping may hold, for the model found by following the path."""
    for part in inside:
        field = model.model_fields.get(str(part))
        nested = _model_in(field.annotation) if field is not None else None
        if nested is None:
            return []
        model = nested
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = getattr(annotation, "__args__", ())
    return next((found for part in inner if (found := _model_in(part)) is not None), None)


def _shown(value: object) -> str:
    return cut(shown(value))
