"""What goes wrong, drawn from a seed: processes die, freeze, come and go; servers crash, stall, start again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.cluster.replica import Replica
from tests.cluster.stage import SESSION_MS, Stage

Fault = Callable[[], Awaitable[None]]

SERVICES = {"orientation": 3, "compliance": 2}
"""How many replicas of each there are, most of the time."""
LULL_SECONDS = (0.5, 4.0)
SHORT_SECONDS = (0.2, 1.5)
OUTAGE_SECONDS = (1.0, 6.0)
ZOMBIE_SECONDS = (1.2 * SESSION_MS / 1000, 3 * SESSION_MS / 1000)
"""Frozen that long a process has lost its partitions, and does not know."""


@dataclass(slots=True)
class Nemesis:
    """Two hands, each with its own sequence of faults from one seed: one for processes, one for servers."""

    stage: Stage
    seed: int
    calm: asyncio.Event
    """Set when it is to stop; what it began, it heals first."""
    injected: Counter[str]
    """What was begun so far, counted here."""

    async def run(self) -> None:
        """Inject faults until `calm`."""
        hands = [(self._of_processes(Random(f"{self.seed} processes")), f"{self.seed} p")]
        if self.stage.kafka.is_ours:
            hands.append((self._of_servers(Random(f"{self.seed} servers")), f"{self.seed} s"))
        await asyncio.gather(*(self._torment(faults, Random(name)) for faults, name in hands))
        await self._complete()

    async def _torment(self, faults: Mapping[str, Fault], random: Random) -> None:
        while not self.calm.is_set():
            name = random.choice(sorted(faults))
            self.injected[name] += 1
            await faults[name]()
            await self._wait(random.uniform(*LULL_SECONDS))

    async def _wait(self, seconds: float) -> None:
        """Let that long go by, unless all is to be calm."""
        try:
            async with asyncio.timeout(seconds):
                await self.calm.wait()
        except TimeoutError:
            return

    def _of_processes(self, random: Random) -> Mapping[str, Fault]:
        async def kill() -> None:
            await self._one(random).kill()
            await self._complete()

        async def leave_and_join() -> None:
            leaving = self._one(random)
            await asyncio.gather(leaving.stop(), self.stage.start(leaving.service))

        async def freeze(lasting: tuple[float, float]) -> None:
            frozen = self._one(random)
            frozen.freeze()
            await self._wait(random.uniform(*lasting))
            frozen.thaw()

        return {
            "process killed": kill,
            "process replaced": leave_and_join,
            "process frozen for a moment": lambda: freeze(SHORT_SECONDS),
            "process frozen beyond its session": lambda: freeze(ZOMBIE_SECONDS),
        }

    def _of_servers(self, random: Random) -> Mapping[str, Fault]:
        kafka, postgres = self.stage.kafka, self.stage.postgres

        async def outage(hurt: Callable[[], None], heal: Callable[[], None]) -> None:
            await asyncio.to_thread(hurt)
            await self._wait(random.uniform(*OUTAGE_SECONDS))
            await asyncio.to_thread(heal)

        return {
            "broker killed": lambda: outage(lambda: kafka.hurt("kill"), lambda: kafka.hurt("restart")),
            "broker stalled": lambda: outage(lambda: kafka.hurt("pause"), lambda: kafka.hurt("resume")),
            "database restarted": lambda: outage(postgres.stop, postgres.start),
            "database crashed": lambda: outage(lambda: postgres.stop("immediate"), postgres.start),
        }

    def _one(self, random: Random) -> Replica:
        service = random.choice(sorted(SERVICES))
        return random.choice([each for each in self.stage.alive(service) if not each.is_frozen])

    async def _complete(self) -> None:
        """Have as many replicas as there should be."""
        for service, number in SERVICES.items():
            await self.stage.start(service, max(0, number - len(self.stage.alive(service))))
