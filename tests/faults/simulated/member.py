"""One process's place in a consumer group, behaving as `chassis.bus.Membership` does."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from chassis.bus import Record, Unavailable
from chassis.bus.incarnation.admits import Admits, LetsAllIn, NotAdmittedError
from chassis.bus.incarnation.placing import Placing
from tests.faults.simulated.group import Group
from tests.faults.simulated.stage import pause
from tests.faults.simulated.trouble import FROM_BROKER, TO_BROKER, Trouble

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
    admission: Admits = field(default_factory=LetsAllIn)
    begin: Callable[[], Awaitable[None]] | None = None
    _placing: Placing = field(init=False)
    _has_begun: bool = False

    def __post_init__(self) -> None:
        self._placing = Placing(self.admission)

    async def consume(self) -> None:
        """For as long as the process lives; a broker lost is joined again, memory kept."""
        self.group.leave(self.name)
        while True:
            try:
                await pause()
                if not self.trouble.is_cut(FROM_BROKER, self.name) and await self._is_prepared():
                    await self._turn()
            except BrokerLostError:
                self.group.leave(self.name)
            except NotAdmittedError:
                self._is_refused()

    async def _is_prepared(self) -> bool:
        """As `Consumption.prepare`: let in first, then what is done once."""
        if self._has_begun and self.admission.is_admitted:
            return True
        try:
            if not self.admission.is_admitted:
                await self.admission.admit()
            if not self._has_begun and self.begin is not None:
                await self.begin()
        except Unavailable:
            return False
        self._has_begun = True
        self.group.absent.discard(self.name)
        return True

    def _is_refused(self) -> None:
        self.trouble.met["process not let in"] += 1
        if self.name not in self.group.absent:
            self.group.exclude(self.name)

    async def _is_joined(self) -> bool:
        """Whether the member was given its partitions of this generation, each from where it must begin."""
        if not self.group.is_new_to(self.name):
            return True
        generation = self.group.generation
        try:
            starts = await self.admission.admit(self.group.owned(self.name))
        except Unavailable:
            return False
        self.group.join(self.name, generation, starts)
        self._placing.forget()
        return not self.group.is_new_to(self.name)

    async def _turn(self) -> None:
        if not await self._is_joined():
            return
        generation = self.group.generation
        batch = await self._placing.placed(self.group.poll(self.name))
        if not batch:
            self.group.commit_positions(self.name, generation, self.admission.metadata)
            await self._idle()
            return
        if self.acknowledges_first:
            self.group.commit(generation, batch, self.admission.metadata)
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
        if self.trouble.is_cut(TO_BROKER, self.name) or self.trouble.strikes("offsets lost", times=3):
            self.group.leave(self.name)
            return
        self.group.commit(generation, batch, self.admission.metadata)
