"""Kafka's Metadata request at version 12, the one that tells topic ids: aiokafka stops at version 5."""

from io import BytesIO
from uuid import UUID

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

UUID_BYTES = 16
METADATA, WITH_TOPIC_IDS = 3, 12


class Uuid(AbstractType[UUID]):  # type: ignore[misc]  # aiokafka ships no types
    """Sixteen bytes, all zero of a topic without an id."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        """The bytes as they are."""
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        """The next sixteen bytes."""
        return UUID(bytes=data.read(UUID_BYTES))


class TopicIdsResponse(Response):  # type: ignore[misc]  # as above
    """Brokers, the cluster's id, and of each topic its id."""

    API_KEY = METADATA
    API_VERSION = WITH_TOPIC_IDS
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AllTopics(RequestStruct):  # type: ignore[misc]  # as above
    FLEXIBLE_VERSION = True
    API_KEY = METADATA
    API_VERSION = WITH_TOPIC_IDS
    RESPONSE_TYPE = TopicIdsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicIdsRequest(Request[_AllTopics]):  # type: ignore[misc]  # as above
    """Asks for every topic; `NotImplementedError` when it is made ready for a broker that knows no topic ids."""

    API_KEY = METADATA

    def build(self, request_struct_class: type[_AllTopics]) -> _AllTopics:
        """No topic named: all of them."""
        return request_struct_class(None, False, False, {})
