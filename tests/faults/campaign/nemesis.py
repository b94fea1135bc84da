"""What goes wrong, drawn from a seed: processes die, freeze, come and go; servers crash, stall, fill; rules change."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from tests.cluster.replica import Replica
from tests.cluster.stage import READY_SECONDS, SESSION_MS, Stage
from tests.faults.campaign.database import Database
from tests.faults.campaign.rules import Operator

Fault = Callable[[], Awaitable[None]]

SERVICES = {"orientation": 3, "compliance": 2}
"""How many replicas of each there are, most of the time."""
LULL_SECONDS = (0.5, 4.0)
SHORT_SECONDS = (0.2, 1.5)
OUTAGE_SECONDS = (1.0, 6.0)
FAULTY_SECONDS = 3.0
"""Long enough to be noticed: services take up rules in under two."""
ZOMBIE_SECONDS = (1.2 * SESSION_MS / 1000, 3 * SESSION_MS / 1000)
"""Frozen that long a process has lost its partitions, and does not know."""


@dataclass(slots=True)
class Nemesis:
    """Three hands, each with its own sequence of faults from one seed: for processes, for servers, for rules."""

    stage: Stage
    seed: str
    calm: asyncio.Event
    """Set when it is to stop; what it began, it heals first."""
    injected: Counter[str]
    """What was begun so far, counted here."""
    operator: Operator
    """Changes the rules the services follow."""
    _entrance: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who starts processes, and by who writes rules: a process that starts on faulty ones ends by itself."""

    async def run(self) -> None:
        """Inject faults until `calm`."""
        hands = [
            (self._of_processes(Random(f"{self.seed} processes")), f"{self.seed} p"),
            (self._of_rules(), f"{self.seed} r"),
        ]
        if self.stage.kafka.is_ours:
            hands.append((self._of_servers(Random(f"{self.seed} servers")), f"{self.seed} s"))
        await asyncio.gather(*(self._torment(faults, Random(name)) for faults, name in hands))
        await self._complete()

    async def _torment(self, faults: Mapping[str, Fault], random: Random) -> None:
        """In an order of its own, each of them before one comes again."""
        left: list[str] = []
        while not self.calm.is_set():
            left = left or random.sample(sorted(faults), len(faults))
            name = left.pop()
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
            await asyncio.gather(leaving.stop(), self._start(leaving.service, 1))

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
        database = Database(postgres, self.stage.database.replace("{service}", "orientation"))

        async def outage(hurt: Callable[[], None], heal: Callable[[], None]) -> None:
            try:
                await asyncio.to_thread(hurt)
                await self._wait(random.uniform(*OUTAGE_SECONDS))
            finally:
                await asyncio.to_thread(heal)

        cuts: dict[str, Fault] = {
            "database connections cut": lambda: asyncio.to_thread(database.cut_connections)
        }
        if (relay := kafka.relay) is not None:
            cuts["broker connections cut"] = lambda: asyncio.to_thread(relay.cut)
        return cuts | {
            "broker killed": lambda: outage(lambda: kafka.hurt("kill"), lambda: kafka.hurt("restart")),
            "broker stalled": lambda: outage(lambda: kafka.hurt("pause"), lambda: kafka.hurt("resume")),
            "database restarted": lambda: outage(postgres.stop, postgres.start),
            "database crashed": lambda: outage(lambda: postgres.stop("immediate"), postgres.start),
            "database stalled": lambda: outage(database.stall, database.go_on),
            "database disk full": lambda: outage(database.fill, database.make_room),
        }

    def _of_rules(self) -> Mapping[str, Fault]:
        async def write(edit: Callable[[], None]) -> None:
            async with self._nobody_entering():
                await asyncio.to_thread(edit)

        async def misspell_and_mend() -> None:
            async with self._nobody_entering():
                await asyncio.to_thread(self.operator.misspell)
                await self._wait(FAULTY_SECONDS)
                await asyncio.to_thread(self.operator.mend)

        return {
            "rule added": lambda: write(self.operator.add),
            "rule replaced": lambda: write(self.operator.replace),
            "rule misspelt and mended": misspell_and_mend,
        }

    @asynccontextmanager
    async def _nobody_entering(self) -> AsyncIterator[None]:
        """No process is about to start: one that tries again to start reads the rules again."""
        async with self._entrance:
            alive = [each for service in SERVICES for each in self.stage.alive(service)]
            await self.stage.until(
                lambda: all(each.has_logged("group_joined") or not each.is_alive for each in alive),
                READY_SECONDS,
            )
            yield

    def _one(self, random: Random) -> Replica:
        service = random.choice(sorted(SERVICES))
        return random.choice([each for each in self.stage.alive(service) if not each.is_frozen])

    async def _complete(self) -> None:
        """Have as many replicas as there should be."""
        for service, number in SERVICES.items():
            await self._start(service, max(0, number - len(self.stage.alive(service))))

    async def _start(self, service: str, number: int) -> None:
        async with self._entrance:
            await self.stage.start(service, number)
