"""One process's place in a consumer group, behaving as `chassis.bus.Membership` does."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from chassis.bus import Record, Unavailable
from tests.faults.simulated.group import Group
from tests.faults.simulated.stage import pause
from tests.faults.simulated.trouble import BROKER, Trouble

BATCHES_A_REST = 5
"""Under steady traffic what is done when idle is done between two batches, now and then."""

Handle = Callable[[Sequence[Record]], Awaitable[None]]
Idle = Callable[[bool], Awaitable[None]]


class BrokerLostError(CancelledError):
    """What was in hand is cancelled; the process lives on and joins again, with all it has in memory."""


@dataclass(slots=True)
class Member:
    """Polls, handles, commits; idles when there is nothing to handle. `acknowledges_first` is a mutant's."""

    name: str
    group: Group
    trouble: Trouble
    handle: Handle
    on_idle: Idle
    acknowledges_first: bool = False

    async def consume(self) -> None:
        """For as long as the process lives; a broker lost is joined again, memory kept."""
        self.group.leave(self.name)
        while True:
            try:
                await pause()
                await self._turn()
            except BrokerLostError:
                self.group.leave(self.name)

    async def _turn(self) -> None:
        if BROKER in self.trouble.outages:
            return
        generation = self.group.join(self.name)
        batch = self.group.poll(self.name)
        if not batch:
            await self._idle()
            return
        if self.acknowledges_first:
            self.group.commit(generation, batch)
        if await self._is_handled(batch, generation):
            self._commit(generation, batch)
            if not self.group.chance.randrange(BATCHES_A_REST):
                await self._idle()

    async def _idle(self) -> None:
        try:
            await self.on_idle(self.group.is_caught_up(self.name))
        except Unavailable:
            return

    async def _is_handled(self, batch: Sequence[Record], generation: int) -> bool:
        """Whether the batch was handled; it is tried again until the group moves on without this member."""
        while True:
            try:
                await self.handle(batch)
            except Unavailable:
                await pause()
                if generation != self.group.generation:
                    return False
            else:
                return True

    def _commit(self, generation: int, batch: Sequence[Record]) -> None:
        if self.trouble.strikes("offsets lost", times=3):
            self.group.leave(self.name)
            return
        self.group.commit(generation, batch)
