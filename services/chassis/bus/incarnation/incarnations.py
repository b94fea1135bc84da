"""Asks a cluster for its id and its topics' ids: at start, at each assignment, and when an offset goes back."""

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from chassis.bus.cluster import Cluster
from chassis.bus.incarnation.protocol import TopicIdsRequest
from chassis.bus.topics import EMBEDDED_CLUSTER


class Incarnations:
    """The logs of a cluster's topics, as of the last look."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._topic_ids: dict[str, str] = {}
        self.cluster_id: str | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether it is the in-process broker, which keeps nothing beyond its process."""
        return (self.cluster_id or "").startswith(EMBEDDED_CLUSTER)

    def of(self, topic: str) -> str:
        """The log a topic's offsets count in now; "" of a topic without an id, or of one that is not known."""
        topic_id = self._topic_ids.get(topic)
        return f"{self.cluster_id}/{topic_id}" if self.cluster_id and topic_id else ""

    async def look(self) -> set[str]:
        """Ask again; the topics that were deleted and made again since. `Unavailable` when no broker answers."""
        before = self._topic_ids
        await self._ask()
        now = self._topic_ids
        return {topic for topic, known in before.items() if known and topic in now and now[topic] != known}

    async def _ask(self) -> None:
        try:
            async with self._cluster.connection() as connection:
                await self._told_by(connection)
        except (KafkaError, OSError) as error:
            raise await self._cluster.no_answer(error) from error

    async def _told_by(self, connection: AIOKafkaConnection) -> None:
        try:
            told = await connection.send(TopicIdsRequest())
        except NotImplementedError:  # a broker of before topic ids
            told = await connection.send(MetadataRequest([]))
            self.cluster_id, self._topic_ids = told.cluster_id, {}
            return
        self.cluster_id = told.cluster_id
        self._topic_ids = {name: _id(topic_id) for _, name, topic_id, *_ in told.topics}


def _id(topic_id: object) -> str:
    """The id as text; "" of none."""
    text = str(topic_id)
    return text if text.strip("0-") else ""
