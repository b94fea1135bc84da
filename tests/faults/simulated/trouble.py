"""What may go wrong at an await, how often, and what did."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from chassis.bus import Unavailable
from chassis.journal import JournalUnavailable
from tests.faults.simulated.stage import pause

BROKER = "broker"
TO_BROKER, FROM_BROKER = "way to broker", "way from broker"
"""One-way partitions of a process: what it sends never arrives, or what it is answered never does."""
SLOW_STEPS = 25
"""Turns of everybody else while a disk writes through."""
WRITES = frozenset(
    {"append", "mark_published", "reject", "mark_rejects_published", "store_bundle", "put_in_force"}
)


@dataclass(slots=True)
class Trouble:
    """Faults drawn at every await while there is no peace; `rate` is how many in ten thousand awaits fail.

    `outages` are things that fail every time until they are mended: ``broker``, ``database <service>``,
    ``disk <service>``, ``way to broker <process>``, ``way from broker <process>``.
    """

    chance: Random
    rate: int
    outages: dict[str, int] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    is_over: bool = False

    def strikes(self, what: str, times: int = 1) -> bool:
        """Whether this goes wrong now; counted when it does."""
        if self.is_over or self.chance.randrange(10_000) >= self.rate * times:
            return False
        self.met[what] += 1
        return True

    def is_cut(self, way: str, process: str) -> bool:
        """Whether nothing of a process passes one way to the broker, or from it; the broker being away cuts both."""
        return BROKER in self.outages or f"{way} {process}" in self.outages

    def begin(self, outage: str, steps: int) -> None:
        """Something fails from now on, for so many steps."""
        self.met[f"{outage} out"] += 1
        self.outages[outage] = steps

    def pass_time(self) -> None:
        """One step less of every outage."""
        if self.outages:
            self.outages = {name: left - 1 for name, left in self.outages.items() if left > 1}

    def peace(self) -> None:
        """Nothing goes wrong any more."""
        self.is_over = True
        self.outages.clear()

    async def before_journal(self, service: str, call: str) -> None:
        """On the way to a database: the call may never arrive."""
        await pause()
        disk_full = f"disk {service}" in self.outages and call in WRITES
        if disk_full or f"database {service}" in self.outages or self.strikes("journal call lost"):
            raise JournalUnavailable("the database did not answer" if not disk_full else "no space left")

    async def after_journal(self, call: str) -> None:
        """On the way back: what was done may be known late, or never."""
        await pause()
        if call in WRITES and self.strikes("slow fsync"):
            for _ in range(SLOW_STEPS):
                await pause()
        if self.strikes(f"journal {'commit' if call in WRITES else 'answer'} lost after effect"):
            raise JournalUnavailable("the connection was lost")

    async def before_publishing(self) -> None:
        """On the way to a broker."""
        await pause()
        if BROKER in self.outages or self.strikes("publication refused"):
            raise Unavailable("no broker answers")
