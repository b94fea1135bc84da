"""A broker some of whose topics take nothing: what stands on the others, and how much it was offered."""

from collections import defaultdict
from collections.abc import Sequence

import orjson

from chassis.bus import Message, Unavailable


class Broker:
    """Takes nothing on `closed` topics; keeps the sequences it took, topic by topic, and counts what it was offered."""

    def __init__(self, *closed: str) -> None:
        self.closed = set(closed)
        self.taken: dict[str, list[int]] = defaultdict(list)
        self.offered = 0

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        self.offered += len(messages)
        return [self._take(message) for message in messages]

    def _take(self, message: Message) -> BaseException | None:
        if message.topic in self.closed:
            return Unavailable("no such topic")
        self.taken[message.topic].append(orjson.loads(message.value)["data"]["sequence"])
        return None
