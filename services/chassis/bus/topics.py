"""Makes the topics a service publishes to: a real cluster refuses what goes to a topic that is not there."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from chassis.bus.cluster import Cluster
from chassis.bus.not_let_in import Refused, refusal
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

log = structlog.get_logger(__name__)

BROKERS_OWN = -1
"""As a number of partitions or of copies: what the cluster is configured with."""
EMBEDDED_CLUSTER = "mockCluster"
"""How librdkafka's in-process cluster begins its id."""
KEPT_FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1"}
COMPACTED = {"cleanup.policy": "compact"}
SETTINGS = {
    "alerts": KEPT_FOR_EVER,
    "checkpoints": KEPT_FOR_EVER,
    "conventions": KEPT_FOR_EVER,
    "progress": COMPACTED,
    "rulebooks": COMPACTED | {"max.message.bytes": "1048576"},
    "rulebooks.reports": COMPACTED,
}
"""By topic, or by family for the topics of one party; anything else is as the cluster makes it."""
OF_ONE_PARTITION = {"rulebooks"}


class Topics:
    """What is known of a cluster's topics; `make` adds those that are missing.

    The in-process broker cannot be asked to: there a topic appears at its first use.
    """

    def __init__(self, cluster: Cluster | str, tuning: Tuning | None = None) -> None:
        self._cluster = Cluster.of(cluster)
        self._request_timeout_ms = (tuning or Tuning()).request_timeout_ms
        self._there: set[str] = set()

    def forget(self) -> None:
        """Ask the cluster again: a topic may have been deleted."""
        self._there.clear()

    async def make(self, wanted: Collection[str]) -> dict[str, Unavailable]:
        """Have these topics there; why not, for each that is not: `Refused` when somebody has to act.

        Raises `Unavailable` when no broker answers.
        """
        unknown = set(wanted) - self._there
        if not unknown:
            return {}
        try:
            async with self._admin() as admin:
                unknown -= set(await admin.list_topics())
                not_made = await _made(admin, sorted(unknown)) if unknown else {}
        except (KafkaError, OSError) as error:
            raise await self._cluster.no_answer(error) from error
        self._there |= set(wanted) - not_made.keys()
        return not_made

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self._cluster.client(), request_timeout_ms=self._request_timeout_ms)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


async def _made(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, Unavailable]:
    cluster = await admin.describe_cluster()
    if str(cluster["cluster_id"]).startswith(EMBEDDED_CLUSTER):
        return {}
    if cluster["controller_id"] not in {broker["node_id"] for broker in cluster["brokers"]}:
        raise Unavailable("the cluster is electing a controller: no topic can be made now")
    answer = await admin.create_topics([_new(name) for name in names])
    not_made = {}
    for name, code, *said in answer.topic_errors:
        if error := why_not_made(code, (said and said[0]) or ""):
            not_made[name] = error
            log.error("topic_not_made", topic=name, error=str(error))
        elif code == NoError.errno:
            log.info("topic_made", topic=name)
    return not_made


def why_not_made(code: int, said: str) -> Unavailable | None:
    """What a broker's answer to "make this topic" means: None when the topic is there.

    `Refused` when somebody has to act; brokers that are down or slow are asked again.
    """
    error = for_code(code)
    if error in {NoError, TopicAlreadyExistsError}:
        return None
    if why := refusal(error()):
        return Refused(f"{why} {said}".rstrip())
    return Unavailable(f"{error.__name__}: {said}".rstrip())


def _new(name: str) -> Any:  # noqa: ANN401 - aiokafka ships no types
    family = name.partition(".")[0]
    is_refused = name.endswith(".rejected")
    settings = {} if is_refused else SETTINGS.get(name) or SETTINGS.get(family, {})
    of_a_party = "." in name and not is_refused
    topic = NewTopic(name, 1, 1, topic_configs=settings)
    # Brokers take -1 as their own default; aiokafka's constructor does not let it pass.
    topic.replication_factor = BROKERS_OWN
    if not of_a_party and name not in OF_ONE_PARTITION:
        topic.num_partitions = BROKERS_OWN
    return topic
