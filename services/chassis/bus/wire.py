"""FastStream set up so that no record is lost, altered or answered before a handler has seen it."""

from collections.abc import Awaitable, Callable
from ssl import SSLContext
from typing import TYPE_CHECKING, Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis.bus.cluster import Cluster
from chassis.bus.records import Record, as_record
from chassis.settings.tuning import Tuning

if TYPE_CHECKING:
    from aiokafka import ConsumerRebalanceListener, ConsumerRecord
    from faststream.kafka.subscriber.usecase import BatchSubscriber


def consuming_broker(cluster: Cluster, tuning: Tuning) -> KafkaBroker:
    """A FastStream broker that only consumes: no producer, no administration, no injected types."""
    return KafkaBroker(
        cluster.bootstrap.split(","),  # as text FastStream takes several addresses for one
        security=_security(**cluster.client()),
        consumer_only=True,
        metadata_max_age_ms=tuning.metadata_max_age_ms,
        request_timeout_ms=tuning.join_timeout_ms,
        graceful_timeout=None,
        apply_types=False,
        parser=parse_batch,
        decoder=decode_batch,
        logger=None,
    )


LOGINS: dict[str, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


def _security(
    *,
    security_protocol: str,
    ssl_context: SSLContext | None = None,
    sasl_mechanism: str | None = None,
    sasl_plain_username: str = "",
    sasl_plain_password: str = "",
    **_: Any,  # noqa: ANN401 - what else clients are made with
) -> BaseSecurity:
    """The arguments of aiokafka's clients in FastStream's words."""
    is_encrypted = security_protocol.endswith("SSL")
    if sasl_mechanism is None:
        return BaseSecurity(ssl_context, is_encrypted)
    login = LOGINS[sasl_mechanism]
    return login(sasl_plain_username, sasl_plain_password, ssl_context, is_encrypted)


def subscribe(
    broker: KafkaBroker,
    group: str,
    pattern: str,
    tuning: Tuning,
    listener: "ConsumerRebalanceListener",
    handle: Callable[[list[Record]], Awaitable[None]],
) -> "BatchSubscriber":
    """One batch subscriber for `pattern`, acknowledging nothing by itself and never replying.

    FastStream drops a batch whose handler raises, so `handle` must not; it reads `{name}` in a
    pattern as a parameter, so braces are doubled.
    """
    subscriber: BatchSubscriber = broker.subscriber(
        pattern=pattern.replace("{", "{{").replace("}", "}}"),
        group_id=group,
        batch=True,
        max_records=tuning.max_records,
        batch_timeout_ms=tuning.batch_timeout_ms,
        ack_policy=AckPolicy.MANUAL,
        no_reply=True,
        listener=listener,
        **tuning.consumer(),
    )
    subscriber(handle)
    return subscriber


async def parse_batch(raw: "tuple[ConsumerRecord[Any, Any], ...]") -> KafkaMessage:
    """A message without headers: FastStream's own parser fails on those that are not text.

    A null or non-UTF-8 header would make it drop the whole batch (FastStream issue 2458), and
    `reply_to` or `content-type` would steer it. Our handlers find the headers in the records.
    """
    first, last = raw[0], raw[-1]
    return KafkaMessage(
        raw_message=raw,
        body=b"",
        message_id=f"{first.topic}-{first.partition}-{first.offset}-{last.offset}",
        consumer=None,  # type: ignore[arg-type]  # offsets are committed by Consumption alone
    )


async def decode_batch(message: KafkaMessage) -> list[Record]:
    """The batch as records, bytes untouched."""
    return [as_record(raw) for raw in message.raw_message]
