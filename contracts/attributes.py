"""CloudEvents 1.0 on Kafka, structured or binary mode → the attributes and the data of an event."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.envelope import PREFIX, SUFFIX
from contracts.reading import json_value
from contracts.rejected import Rejected, RejectionReason
from contracts.values import EARLIEST, instant

Headers = Sequence[tuple[str, bytes | None]]
"""Kafka headers: several may have one name, a value may be null or anything."""

FUTURE_AT_MOST = timedelta(days=1)
"""How far ahead of the present an event may say it happened: clocks drift, years do not."""
_BINARY = "ce_"
_TEXT_AT_MOST = 256
_PLAIN_JSON = "application/json"
_JSON = re.compile(r"application/json\s*(?:;.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attributes:
    """The envelope of an input; `type` is short (``vacancy.declared``)."""

    id: str
    source: str
    type: str
    time: datetime


def open_event(value: bytes | None, headers: Headers) -> dict[str, Any]:
    """The event as one object, attributes beside ``data``, whichever mode it came in; raises `Rejected`."""
    event = json_value(value)
    if _is_binary(headers):
        return {**_from_headers(headers), "data": event}
    if type(event) is not dict:
        raise _wrong("$", "Le message n'est pas un objet JSON : attendu une enveloppe CloudEvents 1.0.")
    return event


def attributes_of(event: Mapping[str, Any], now: datetime | None) -> Attributes:
    """The checked envelope; `now` is the present, none on the event clock. Raises `Rejected`."""
    if event.get("specversion") != "1.0":
        raise _wrong("$.specversion", f'specversion vaut « {event.get("specversion")} » : attendu "1.0".')
    content = event.get("datacontenttype", _PLAIN_JSON)
    if content != _PLAIN_JSON and (type(content) is not str or _JSON.fullmatch(content) is None):
        raise _wrong("$.datacontenttype", "datacontenttype doit être application/json, ou absent.")
    if type(event.get("data")) is not dict:
        raise _wrong("$.data", "data manque ou n'est pas un objet JSON : mettez-y le corps de l'événement.")
    return Attributes(
        id=_attribute(event, "id"),
        source=_attribute(event, "source"),
        type=_short(_attribute(event, "type")),
        time=_time(_attribute(event, "time"), now),
    )


def _is_binary(headers: Headers) -> bool:
    for name, value in headers:
        if name == "content-type" and (value or b"").lower().startswith(b"application/cloudevents"):
            return False
    return any(name == _BINARY + "specversion" for name, _ in headers)


def _from_headers(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for header, value in headers:
        name = "datacontenttype" if header == "content-type" else header.removeprefix(_BINARY)
        if name == header:
            continue
        if name == "data" or name in found or value is None:
            raise _bad_header(header)
        try:
            found[name] = value.decode()
        except UnicodeDecodeError:
            raise _bad_header(header) from None
    return found


def _bad_header(header: str) -> Rejected:
    return Rejected(
        RejectionReason.ENTETE_INVALIDE,
        f"headers.{header[:80]}",
        f"L'en-tête {header[:80]} est nul, en double ou illisible : écrivez-le une fois, en UTF-8.",
    )


def _attribute(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if type(value) is not str or not value.strip() or not value.isprintable():
        raise _wrong(f"$.{name}", f"L'attribut {name} manque ou n'est pas un texte : il est obligatoire.")
    if len(value) > _TEXT_AT_MOST:
        raise _wrong(f"$.{name}", f"L'attribut {name} dépasse {_TEXT_AT_MOST} caractères. Raccourcissez-le.")
    return value


def _short(name: str) -> str:
    if name.startswith(PREFIX) and name.endswith(SUFFIX):
        return name[len(PREFIX) : -len(SUFFIX)]
    raise Rejected(
        RejectionReason.TYPE_INCONNU,
        "$.type",
        f"« {name[:80]} » n'est pas un type d'événement : attendu {PREFIX}<nom>{SUFFIX}.",
    )


def _time(text: str, now: datetime | None) -> datetime:
    try:
        read = instant(text)
    except (ValueError, OverflowError):
        raise _impossible(
            f"« {text[:40]} » n'est pas un instant : donnez le fuseau, par ex. 2026-03-01T08:00:00Z."
        ) from None
    if read.date() < EARLIEST:
        raise _impossible(f"« {text[:40]} » est avant l'an 2000. Vérifiez l'année.")
    if now is not None and read > now.astimezone(UTC) + FUTURE_AT_MOST:
        raise _impossible(f"« {text[:40]} » est dans plus d'un jour. Vérifiez l'année et le fuseau.")
    return read


def _impossible(message: str) -> Rejected:
    return Rejected(RejectionReason.DATE_IMPOSSIBLE, "$.time", message)


def _wrong(path: str, message: str) -> Rejected:
    return Rejected(RejectionReason.ENVELOPPE, path, message)
