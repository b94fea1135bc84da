"""Writes the CloudEvents that a sample, an import and the players publish, each marked as synthetic."""

from collections.abc import Mapping
from datetime import datetime

from contracts.canonical import encode


def envelope(
    kind: str,
    *,
    id: str,  # noqa: A002 — the name of the CloudEvents attribute
    source: str,
    time: datetime,
    data: Mapping[str, object],
) -> dict[str, object]:
    """A structured CloudEvent of short type `kind` (`vacancy.declared`); `time` is aware and in UTC.

    The extension attribute ``synthetic`` tells any reader that nothing here happened.
    """
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"fr.aiguillage.{kind}.v1",
        "time": instant(time),
        "datacontenttype": "application/json",
        "synthetic": "true",
        "data": data,
    }


def line(
    kind: str,
    *,
    id: str,  # noqa: A002 — the name of the CloudEvents attribute
    source: str,
    time: datetime,
    data: Mapping[str, object],
) -> bytes:
    """The canonical bytes of that event: one line of a JSONL file, without its end."""
    return encode(envelope(kind, id=id, source=source, time=time, data=data))


def instant(time: datetime) -> str:
    """A UTC time to the second, as RFC 3339 writes it."""
    return f"{time.isoformat()[:19]}Z"


def bailleur_source(siren: str) -> str:
    """The `source` of what a bailleur says."""
    return f"/bailleurs/{siren}"


def reservataire_source(party: str) -> str:
    """The `source` of what a réservataire says."""
    return f"/reservataires/{party}"
