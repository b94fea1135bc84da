"""Has a consumer group read again from the beginning: after a restore, with every member stopped."""

import asyncio
from collections.abc import Callable, Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from chassis.bus.cluster import Cluster
from chassis.bus.not_let_in import Refused, refusal
from chassis.bus.progress import GroupProgress
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

JOIN_SECONDS = 30.0
LOOK_MS = 50


async def rewind(
    cluster: Cluster | str,
    group: str,
    pattern: str,
    tuning: Tuning,
    metadata: Callable[[TopicPartition], str] = lambda _: "",
) -> int:
    """Set the group at the start of every partition of the matching topics; how many there are.

    `metadata` tells what goes with each offset.

    Joins the group for a moment, as its only member: `Unavailable` when somebody else is in it, `Refused` when
    we may not be.
    """
    async with GroupProgress(cluster, group, tuning) as progress:
        places = await progress.places(pattern)
    if not places:
        return 0
    member = AIOKafkaConsumer(
        **Cluster.of(cluster).client(), group_id=group, enable_auto_commit=False, **tuning.consumer()
    )
    member.subscribe(pattern=pattern)
    try:
        async with asyncio.timeout(JOIN_SECONDS):
            await member.start()
            await _alone(member, places)
            begins = await member.beginning_offsets(places)
            await member.commit({place: (at, metadata(place)) for place, at in begins.items()})
    except (KafkaError, OSError, TimeoutError) as error:
        if why := refusal(error):
            raise Refused(f"Le groupe {group} ne se rembobine pas : {why}") from error
        raise Unavailable(
            f"Le groupe {group} ne se rembobine pas : ses services sont-ils arrêtés ?"
        ) from error
    finally:
        await member.stop()
    return len(places)


async def _alone(member: AIOKafkaConsumer, places: Collection[TopicPartition]) -> None:
    """Wait until the member has been given every partition."""
    while not set(places) <= member.assignment():
        await member.getmany(timeout_ms=LOOK_MS)
