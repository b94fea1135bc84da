"""The nemesis: kills, freezes, cuts and confuses, at moments and for durations the seed draws."""

from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from chassis.clock import FixedClock
from tests.faults.simulated.books import books
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.member import BrokerLostError
from tests.faults.simulated.processes import COMPLIANCE, ORIENTATION, Astray, World
from tests.faults.simulated.stage import Actor
from tests.faults.simulated.trouble import BROKER, FROM_BROKER, TO_BROKER

LONGEST_OUTAGE = 120
LONGEST_DEATH = 60
LONGEST_FREEZE = 200
DUMPED = 4
"""Of so many faults, one is followed by a backup."""
STEPS_UNNOTICED = 1_000
"""On average, of a process that was given a wrong journal: long enough for it to do harm if it is let in."""
MOST_MINUTES_APART = 120
MOST_HOURS_BACK = 6
"""All jumps back together stay below the day by which a message may be ahead of its reader's clock."""


@dataclass(slots=True)
class Nemesis:
    """Acts now and then; everything it does is counted in the world's trouble."""

    chance: Random
    world: World
    clock: FixedClock
    processes: list[Actor]
    rate: int
    _hours_back: int = 0
    _dumps: dict[str, MemoryJournal] = field(default_factory=dict)
    _acts: tuple[Callable[[], None], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._acts = (
            self._kill,
            self._kill,
            self._cancel,
            self._lose_the_broker,
            self._freeze,
            self._rebalance,
            self._rebalance,
            self._cut,
            self._cut_one_way,
            self._jump,
            self._set_apart,
            self._edit_rules,
            self._lead_astray,
            self._expire,
        )

    def act(self) -> None:
        """Perhaps do something."""
        self._notice()
        if self.chance.randrange(10_000) < self.rate:
            self.chance.choice(self._acts)()
            service = self.chance.choice((ORIENTATION, COMPLIANCE))
            if not self.chance.randrange(DUMPED):
                self._dumps[service] = self.world.journals[service].dump()

    def put_right(self) -> None:
        """Whoever has a wrong journal, or is at another cluster, is started again as it should be.

        A fold let in on an older dump of its journal has taken the group further than that: the group is set back, as
        `docs/sauvegarde.md` says.
        """
        for process in self.processes:
            astray = self.world.astray.pop(process.name, None)
            if astray is None:
                continue
            process.kill()
            service = process.name.partition("-")[0]
            if astray.journal is not None and service == COMPLIANCE:
                self.world.groups[service].forget()

    def _notice(self) -> None:
        """An operator sees that a process is not ready, after a while."""
        if self.world.astray and not self.chance.randrange(STEPS_UNNOTICED):
            self.put_right()

    def _lead_astray(self) -> None:
        """Start a process anew on an empty journal, on an older copy of its own, or at another cluster.

        Of two journals that hold nothing, or the same, nobody could tell which is the right one: there is none then.
        """
        victim = self._victim()
        service = victim.name.partition("-")[0]
        journal, dump = self.world.journals[service], self._dumps.get(service)
        if not journal.names():
            return
        wrong = {
            "journal forgotten": Astray(MemoryJournal(self.clock)),
            "other cluster": Astray(cluster="another"),
        }
        if dump is not None and dump.rows_of_all() < journal.rows_of_all():
            wrong["older dump restored"] = Astray(dump.dump())
        what = self.chance.choice(sorted(wrong))
        self._count(what)
        self.world.astray[victim.name] = wrong[what]
        victim.kill()

    def _expire(self) -> None:
        self._count("offsets expired")
        self.world.groups[self.chance.choice((ORIENTATION, COMPLIANCE))].expire()

    def _victim(self) -> Actor:
        return self.chance.choice(self.processes)

    def _count(self, what: str) -> None:
        self.world.trouble.met[what] += 1

    def _kill(self) -> None:
        victim = self._victim()
        self._count("process killed")
        victim.kill()
        victim.away = self.chance.randrange(LONGEST_DEATH)

    def _cancel(self) -> None:
        self._count("process cancelled")
        self._victim().interrupt(CancelledError())

    def _lose_the_broker(self) -> None:
        self._count("broker lost, joined again")
        self._victim().interrupt(BrokerLostError())

    def _freeze(self) -> None:
        self._count("process frozen")
        self._victim().away = self.chance.randrange(LONGEST_FREEZE)

    def _rebalance(self) -> None:
        self._count("rebalance")
        self.world.groups[self.chance.choice((ORIENTATION, ORIENTATION, COMPLIANCE))].rebalance()

    def _cut(self) -> None:
        what = self.chance.choice(
            (
                BROKER,
                *(f"{part} {service}" for part in ("database", "disk") for service in self.world.journals),
            )
        )
        self.world.trouble.begin(what, self.chance.randrange(1, LONGEST_OUTAGE))

    def _cut_one_way(self) -> None:
        """What a process sends, or what it is answered, is lost on the way; the other way is open."""
        way = self.chance.choice((TO_BROKER, FROM_BROKER))
        self._count(f"{way} cut")
        self.world.trouble.outages[f"{way} {self._victim().name}"] = self.chance.randrange(1, LONGEST_OUTAGE)

    def _set_apart(self) -> None:
        """A process's next life has a clock of its own."""
        self._count("clocks apart")
        minutes = self.chance.randrange(-MOST_MINUTES_APART, MOST_MINUTES_APART + 1)
        self.world.apart[self._victim().name] = timedelta(minutes=minutes)

    def _jump(self) -> None:
        if self.chance.random() < 1 / 3 and self._hours_back < MOST_HOURS_BACK:
            self._hours_back += 1
            self._count("clock jumped back")
            self._move(-timedelta(minutes=self.chance.randrange(1, 60)))
        else:
            self._count("clock jumped ahead")
            self._move(timedelta(minutes=self.chance.randrange(1, 3 * 24 * 60)))

    def _move(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)

    def _edit_rules(self) -> None:
        self._count("rules edited")
        self.world.book = self.chance.choice(books())
