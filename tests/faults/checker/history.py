"""A history as plain values: what was fed, what stands on the topics, what each service's journal holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chassis.bus import Record
from chassis.journal import Head, Heard, KeptReject, Row

Expected = Literal["accepted", "refused", "either"]


@dataclass(frozen=True, slots=True)
class Fed:
    """A message a party published, and saw acknowledged; what it may expect to become of it.

    `accepted`: nothing that may happen around it is a reason to refuse it. `either`: it depends on what came before.
    """

    topic: str
    value: bytes
    expected: Expected = "either"
    headers: tuple[tuple[str, bytes | None], ...] = ()
    acknowledged_at: datetime | None = None
    """By when it was, on orientation's clock, where that is known."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a service's journal holds: rows by scope in order of version, and the bookkeeping beside them."""

    rows: Mapping[str, Sequence[Row]]
    heads: Mapping[str, Head]
    rejects: Sequence[KeptReject] = ()
    heard: Collection[Heard] = ()
    """Where the messages applied stood, where a journal tells: one in memory does."""
    unpublished: Sequence[str] = ()
    """Scopes with rows not acknowledged on every topic."""
    bundles: Mapping[str, bytes] = field(default_factory=dict)
    """Rulebooks by digest."""
    alerts: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Streams of alerts, in order of version: compliance's only."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is left once faults have stopped and everything was drained.

    `records` holds each topic from its beginning, input topics included, each partition in order. `settled_at` is
    the instant, on orientation's clock, up to which every wait had its time to end; None leaves waits unproved.
    """

    fed: Sequence[Fed]
    records: Mapping[str, Sequence[Record]]
    orientation: Kept
    compliance: Kept
    settled_at: datetime | None = None
    said_at: Mapping[tuple[str, int, int], datetime] = field(default_factory=dict)
    """When records were written, by orientation's clock; empty where that is not told, or the clock went back."""
