"""Reads one record of an input topic into an `Input`, or says why it cannot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from contracts.attributes import Headers, attributes_of, open_event
from contracts.canonical import decode, encode
from contracts.catalogue import INPUTS, TOPIC_OF, free_texts
from contracts.envelope import PREFIX, SUFFIX, identity_of
from contracts.persons import refuse_persons
from contracts.refusals import closest, refusal
from contracts.rejected import Rejected, RejectionReason
from contracts.speakers import Trust, check_body, check_topic, speaker_of
from contracts.values import Reading, instant_text

__all__ = ["TOPIC_OF", "Input", "read"]


@dataclass(frozen=True, slots=True)
class Input:
    """An accepted message: what the core sees of it, live and at replay alike.

    ``identity`` is SHA-256 of source, U+0000, id. ``type`` is short (``vacancy.declared``), ``time`` in UTC,
    ``scope`` is ``<bailleur>:<departement>``. ``data`` is what ``canonical`` decodes to: fields that are null
    or unknown are absent, decimals are ``Decimal``, a free text ``reason`` is replaced by ``reason_sha256``
    and kept apart in ``texts`` (SHA-256 → text), where it can be erased.
    """

    identity: str
    type: str
    source: str
    id: str
    time: datetime
    scope: str
    data: dict[str, Any]
    canonical: bytes
    texts: dict[str, str] = field(default_factory=dict)


def read(
    value: bytes | None,
    headers: Headers,
    topic: str,
    *,
    now: datetime | None,
    trust: Trust,
) -> Input:
    """The input a record carries, or `Rejected`.

    `now` is the present; none on the event clock, where no event can be in the future. `trust` says whether a
    shared topic (``vacancies``) is listened to, or only a party's own (``vacancies.<siren>``).
    """
    event = open_event(value, headers)
    refuse_persons(event, _INNOCENT)
    envelope = attributes_of(event, now)
    kind = envelope.type
    speaker = speaker_of(envelope.source)
    check_topic(topic, _family(kind), kind, speaker, trust)
    try:
        body = INPUTS[kind].model_validate(event["data"], context=Reading(envelope.time))
    except ValidationError as error:
        raise refusal(error, kind) from None
    data = body.model_dump(by_alias=True, exclude_none=True)
    check_body(kind, speaker, data)
    texts = dict(_set_apart(kind, data))
    attributes = {
        "id": envelope.id,
        "source": envelope.source,
        "time": instant_text(envelope.time),
        "type": kind,
    }
    canonical = encode({"data": data, **attributes})
    seen = cast("dict[str, Any]", decode(canonical))["data"]
    identity = identity_of(envelope.source, envelope.id)
    return Input(
        identity, kind, envelope.source, envelope.id, envelope.time, body.scope, seen, canonical, texts
    )


def _family(kind: str) -> str:
    family = TOPIC_OF.get(kind)
    if family is None:
        raise Rejected(
            RejectionReason.TYPE_INCONNU,
            "$.type",
            f"« {PREFIX}{kind[:60]}{SUFFIX} » n'est pas un événement reçu. Connus : {', '.join(TOPIC_OF)}."
            + closest(kind, list(TOPIC_OF)),
        )
    return family


def _set_apart(kind: str, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Replace each free text of `data` by its digest, and give both."""
    for name in _FREE_TEXTS[kind]:
        text = data.pop(name, None)
        if text is not None:
            digest = sha256(text.encode()).hexdigest()
            data[f"{name}_sha256"] = digest
            yield digest, text


_FREE_TEXTS: Mapping[str, tuple[str, ...]] = {kind: free_texts(body) for kind, body in INPUTS.items()}


def _keys(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _keys(part)


def _known(bodies: Mapping[str, type[BaseModel]]) -> frozenset[str]:
    names = {name for body in bodies.values() for name in _keys(body.model_json_schema())}
    return frozenset(names - {"name"}) | _ENVELOPE


_ENVELOPE = frozenset({"specversion", "id", "source", "type", "time", "datacontenttype", "subject", "data"})
_INNOCENT = _known(INPUTS)
