"""Reads one record of an input topic into an `Input`, or says why it cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

TOPIC_OF: Mapping[str, str] = {}
"""Short event type → the family of topics it belongs to."""


@dataclass(frozen=True, slots=True)
class Input:
    """An accepted message: what the core sees of it, live and at replay alike.

    ``data`` is what ``canonical`` decodes to: fields that are null or unknown are absent, decimals are
    ``Decimal``, each free text is replaced by ``<field>_sha256`` and kept apart in ``texts``.
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
    headers: Sequence[tuple[str, bytes | None]],
    topic: str,
    *,
    now: datetime | None,
    trust: Literal["topics", "open"],
) -> Input:
    """The input a record carries; raises `Rejected`."""
    raise NotImplementedError
