"""The vacancy an explanation is asked about: a `vacancy.declared` event, or its data alone and a date."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from contracts.canonical import encode
from contracts.envelope import PREFIX, SUFFIX
from contracts.inputs import Input, read
from contracts.reading import json_value
from contracts.values import departement_of
from flux.calendar import legal_date, legal_time
from orientation.domain.instants import instant_text

DECLARED = "vacancy.declared"


@dataclass(frozen=True, slots=True)
class Question:
    """An accepted declaration and the civil day, in its département, on which its rules are read."""

    cause: Input
    on: date


def read_question(text: bytes, on: date | None) -> Question:
    """The vacancy some bytes declare, `on` a day when it is given, else when the event says.

    Raises `Rejected` when the services would refuse the declaration, `ValueError` when it is another event, or
    data alone without a day.
    """
    said = json_value(text)
    if not isinstance(said, dict):
        raise ValueError("Ce fichier n'est ni un événement vacancy.declared, ni ses données.")  # noqa: TRY004 - the file is wrong, not a type of ours
    event = said if "data" in said else _enveloped(said, on)
    kind = str(event.get("type", "")).removeprefix(PREFIX).removesuffix(SUFFIX)
    if kind != DECLARED:
        raise ValueError(f"Une explication porte sur vacancy.declared, pas sur « {kind} ».")
    if on is not None:
        event = {**event, "time": _noon(event["data"], on)}
    cause = read(encode(event), (), "vacancies", now=None, trust="open")
    return Question(cause, legal_date(cause.time, cause.scope.partition(":")[2]))


def _enveloped(data: dict[str, Any], on: date | None) -> dict[str, Any]:
    if on is None:
        raise ValueError("Ces données ne disent pas quand : donnez --on AAAA-MM-JJ, ou l'événement entier.")
    return {
        "specversion": "1.0",
        "id": f"explication-{data.get('vacancy_id')}",
        "source": f"/bailleurs/{data.get('bailleur')}",
        "type": f"{PREFIX}{DECLARED}{SUFFIX}",
        "data": data,
    }


def _noon(data: object, on: date) -> str:
    """Noon of a day in the dwelling's own département; what is misspelt is refused later, with its path."""
    dwelling = data.get("dwelling") if isinstance(data, dict) else None
    commune = dwelling.get("commune") if isinstance(dwelling, dict) else None
    return instant_text(datetime.combine(on, time(12), legal_time(departement_of(str(commune)))))
