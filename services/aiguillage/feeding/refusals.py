"""Refusals of what was fed, read back on the topics of rejected messages."""

from collections.abc import Mapping

from aiguillage.feeding.feeder import Position
from aiguillage.line_check import RefusedLine
from chassis.bus import GroupProgress, TopicPartition
from chassis.rejects import PREFIX
from contracts.inputs import TOPIC_OF

_REJECTED = f"^({'|'.join(sorted(set(TOPIC_OF.values())))})\\.rejected$"


class Refusals:
    """What services refused since this was opened; `progress` is a connected client of no group."""

    def __init__(self, progress: GroupProgress) -> None:
        self._progress = progress
        self._read: dict[TopicPartition, int] = {}

    async def open(self) -> None:
        """Remember where the topics end now."""
        self._read = await self._ends()

    async def of(self, fed: Mapping[Position, int]) -> list[RefusedLine]:
        """The refused among the lines fed, by their number, in order."""
        records = await self._progress.records(self._read, await self._ends())
        found = []
        for record in records:
            why = {name.removeprefix(PREFIX): (value or b"").decode() for name, value in record.headers}
            number = fed.get(Position(why["topic"], int(why["partition"]), int(why["offset"])))
            if number is not None:
                found.append(RefusedLine(number, why["reason"], why["path"], why["message"]))
        return sorted(found, key=lambda each: each.number or 0)

    async def _ends(self) -> dict[TopicPartition, int]:
        return dict(await self._progress.ends(await self._progress.places(_REJECTED)))
