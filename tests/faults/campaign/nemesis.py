"""What goes wrong, drawn from a seed: processes die, freeze, come, go, lose the time; servers crash, stall, fill up."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import Random
from time import monotonic

from tests.cluster.replica import Replica
from tests.cluster.stage import SESSION_MS, Stage
from tests.faults.campaign.database import Database
from tests.faults.campaign.rules import Operator

Fault = Callable[[], Awaitable[None]]

SERVICES = {"orientation": 3, "compliance": 2}
"""How many replicas of each there are, most of the time."""
LULL_SECONDS = {"processes": (1.0, 6.0), "database": (3.0, 9.0), "rules": (0.5, 4.0), "broker": (8.0, 20.0)}
"""Between two faults of one hand, or for as long as the last one took where that is longer: on a busy machine servers
come back slowly, and whoever is never left in peace proves nothing but patience."""
SHORT_SECONDS = (0.2, 1.5)
OUTAGE_SECONDS = (1.0, 6.0)
JOIN_SECONDS = 30.0
"""Given to who comes, before the next one goes: for so long, whatever else goes wrong, most of them are at work."""
FAULTY_SECONDS = 3.0
"""Long enough to be noticed: services take up rules in under two."""
ZOMBIE_SECONDS = (1.2 * SESSION_MS / 1000, 3 * SESSION_MS / 1000)
"""Frozen that long a process has lost its partitions, and does not know."""
WRONG_HOURS = (-20.0, 20.0)
"""Within the day by which an event may be ahead of a service's clock."""


@dataclass(slots=True)
class Nemesis:
    """Four hands, each with its own sequence of faults from one seed: for processes, broker, database and rules."""

    stage: Stage
    seed: str
    calm: asyncio.Event
    """Set when it is to stop; what it began, it heals first."""
    injected: Counter[str]
    """What was begun so far, counted here."""
    operator: Operator
    """Changes the rules the services follow."""

    async def run(self) -> None:
        """Inject faults until `calm`."""
        hands = self._hands()
        await asyncio.gather(*(self._torment(name, faults) for name, faults in hands.items()))
        await self._complete()

    def spared(self) -> set[str]:
        """The kinds of fault there are that never happened."""
        kinds = {kind for faults in self._hands().values() for kind in faults}
        return {kind for kind in kinds if self.injected[kind] < 1}

    def _hands(self) -> Mapping[str, Mapping[str, Fault]]:
        hands = {
            "processes": self._of_processes(Random(f"{self.seed} in processes")),
            "database": self._of_database(Random(f"{self.seed} in database")),
            "rules": self._of_rules(),
        }
        if self.stage.kafka.is_ours:
            hands["broker"] = self._of_broker(Random(f"{self.seed} in broker"))
        return hands

    async def _torment(self, hand: str, faults: Mapping[str, Fault]) -> None:
        """In an order of its own, each of them before one comes again."""
        random, left = Random(f"{self.seed} {hand}"), list[str]()
        while not self.calm.is_set():
            left = left or random.sample(sorted(faults), len(faults))
            name = left.pop()
            self.injected[name] += 1
            began = monotonic()
            await faults[name]()
            await self._wait(max(random.uniform(*LULL_SECONDS[hand]), monotonic() - began))

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
            await self._joined(await self._complete())

        async def leave_and_join() -> None:
            leaving = self._one(random)
            _, coming = await asyncio.gather(self._leave(leaving), self.stage.start(leaving.service))
            await self._joined(coming)

        async def freeze(lasting: tuple[float, float]) -> None:
            frozen = self._one(random)
            frozen.freeze()
            await self._wait(random.uniform(*lasting))
            frozen.thaw()

        async def misset() -> None:
            astray = self._one(random)
            astray.misset(random.uniform(*WRONG_HOURS))
            await self._wait(random.uniform(*OUTAGE_SECONDS))
            astray.misset(0)

        async def forget_its_journal() -> None:
            service = random.choice(sorted(SERVICES))
            while not await self.stage.has_begun(service):
                if self.calm.is_set():
                    self.injected["journal forgotten"] -= 1
                    return
                await self._wait(1)
            rogue = await self.stage.a_rogue(service)
            try:
                with suppress(TimeoutError):
                    await self.stage.until(
                        lambda: self.calm.is_set() or rogue.has_logged("not_admitted"), JOIN_SECONDS
                    )
                self.injected["process not let in"] += rogue.has_logged("not_admitted")
                await self._wait(random.uniform(*OUTAGE_SECONDS))
            finally:
                await rogue.kill()

        return {
            "journal forgotten": forget_its_journal,
            "process killed": kill,
            "process replaced": leave_and_join,
            "process frozen for a moment": lambda: freeze(SHORT_SECONDS),
            "process frozen beyond its session": lambda: freeze(ZOMBIE_SECONDS),
            "process clock set wrong": misset,
        }

    async def _outage(self, random: Random, hurt: Callable[[], None], heal: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(hurt)
            await self._wait(random.uniform(*OUTAGE_SECONDS))
        finally:
            await asyncio.to_thread(heal)

    def _of_broker(self, random: Random) -> Mapping[str, Fault]:
        kafka, outage = self.stage.kafka, partial(self._outage, random)
        cuts: dict[str, Fault] = {}
        if (relay := kafka.relay) is not None:
            cuts["broker connections cut"] = lambda: asyncio.to_thread(relay.cut)
        return cuts | {
            "broker killed": lambda: outage(lambda: kafka.hurt("kill"), lambda: kafka.hurt("restart")),
            "broker stalled": lambda: outage(lambda: kafka.hurt("pause"), lambda: kafka.hurt("resume")),
        }

    def _of_database(self, random: Random) -> Mapping[str, Fault]:
        postgres, outage = self.stage.postgres, partial(self._outage, random)
        database = Database(postgres, self.stage.database.replace("{service}", "orientation"))
        of_disk: dict[str, Fault] = {}
        if (disk := postgres.disk) is not None:

            def mend() -> None:
                disk.be_well()
                database.start_anew()

            of_disk["database fsync slow"] = lambda: outage(lambda: disk.suffer("slow"), disk.be_well)
            of_disk["database fsync failed"] = lambda: outage(lambda: disk.suffer("failing"), mend)
        return of_disk | {
            "database connections cut": lambda: asyncio.to_thread(database.cut_connections),
            "database restarted": lambda: outage(postgres.stop, postgres.start),
            "database crashed": lambda: outage(lambda: postgres.stop("immediate"), postgres.start),
            "database stalled": lambda: outage(database.stall, database.go_on),
            "database disk full": lambda: outage(database.fill, database.make_room),
        }

    def _of_rules(self) -> Mapping[str, Fault]:
        async def misspell_and_mend() -> None:
            await asyncio.to_thread(self.operator.misspell)
            await self._wait(FAULTY_SECONDS)
            await asyncio.to_thread(self.operator.mend)

        return {
            "rule added": lambda: asyncio.to_thread(self.operator.add),
            "rule replaced": lambda: asyncio.to_thread(self.operator.replace),
            "rule misspelt and mended": misspell_and_mend,
        }

    def _one(self, random: Random) -> Replica:
        service = random.choice(sorted(SERVICES))
        return random.choice([each for each in self.stage.alive(service) if not each.is_frozen])

    async def _leave(self, leaving: Replica) -> None:
        """Ask it to stop; kill it when it takes too long, as an orchestrator does, and let that be seen."""
        try:
            await leaving.stop()
        except TimeoutError:
            self.injected["process killed that would not stop"] += 1
            await leaving.kill()

    async def _complete(self) -> list[Replica]:
        """Have as many replicas as there should be; those that come."""
        coming: list[Replica] = []
        for service, number in SERVICES.items():
            coming += await self.stage.start(service, max(0, number - len(self.stage.alive(service))))
        return coming

    async def _joined(self, coming: list[Replica]) -> None:
        """Wait until these are in their groups, though not for ever; not at all once all is to be calm."""

        def are_there() -> bool:
            return self.calm.is_set() or all(each.has_logged("group_joined") for each in coming)

        with suppress(TimeoutError):
            await self.stage.until(are_there, JOIN_SECONDS)
