"""In one process each service lives by itself: one that ends is told and started again, the other goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aiguillage.everything import Everything, everything
from aiguillage.feeding import feeder
from aiguillage.lines import event_time
from aiguillage.sample import make_sample
from aiguillage.supervision import LiveChecks, ServiceDown, Supervised
from chassis.backoff import Backoff
from chassis.health import Check
from chassis.settings import Settings
from chassis.unavailable import Unavailable

AT_ONCE = Backoff(first=timedelta(0), longest=timedelta(0))
LONG = Backoff(first=timedelta(hours=1), longest=timedelta(hours=1))
RULES = Path(__file__).parents[3] / "rules"
WAIT_SECONDS = 40
LOOK_SECONDS = 0.02
UNTIL = datetime(2026, 2, 1, tzinfo=UTC)


class Lives:
    """A service that ends when told to; what happened to it."""

    def __init__(self, *starts: Exception) -> None:
        self.starts = list(starts)
        self.lives = 0
        self.told: list[str] = []
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def checks(self) -> dict[str, Callable[[], Check]]:
        return {"journal": lambda: Check(is_ready=True, detail={})}

    @asynccontextmanager
    async def start(self) -> AsyncIterator["Lives"]:
        if self.starts:
            raise self.starts.pop(0)
        self.lives += 1
        self.end = asyncio.get_running_loop().create_future()

        async def live() -> None:
            await self.end

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(live())
            try:
                yield self
            finally:
                task.cancel()


def supervised(lives: Lives, restarts: Backoff = AT_ONCE) -> Supervised[Lives]:
    return Supervised("compliance", "La veille", lives.start, lives.told.append, restarts)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_service_that_ends_is_told_and_started_again() -> None:
    lives = Lives()
    async with supervised(lives).running() as service:
        assert (service.service, service.checks()["compliance.service"]().status) == (lives, "ready")
        lives.end.set_exception(KeyError("answer_by"))
        await until(lambda: lives.lives == 2 and len(lives.told) == 2)
        assert lives.told[0].startswith("La veille s'est arrêtée (KeyError) ; nouvel essai dans 0 s.")
        assert lives.told[1] == "La veille est repartie."
        assert service.checks()["compliance.service"]().detail == {"ended": 1, "ended_by": "KeyError"}


async def test_while_a_service_is_down_health_says_so_and_the_other_stays_ready() -> None:
    lives, other = Lives(), Lives()
    orientation = Supervised("orientation", "L'orientation", other.start, other.told.append)
    async with supervised(lives, LONG).running() as service, orientation.running():
        checks = LiveChecks(service.checks, orientation.checks)
        assert len(checks) == 4
        lives.end.set_exception(KeyError("answer_by"))
        await until(lambda: bool(lives.told))
        assert {name: check().status for name, check in checks.items()} == {
            "compliance.service": "not_ready",
            "orientation.service": "ready",
            "orientation.journal": "ready",
        }
        with pytest.raises(ServiceDown):
            _ = service.service
        assert other.told == []


async def test_what_the_first_start_raises_is_raised_and_a_later_one_is_tried_again() -> None:
    first = Lives(Unavailable("no broker"))
    with pytest.raises(Unavailable, match="no broker"):
        async with supervised(first).running():
            raise AssertionError
    later = Lives()
    async with supervised(later).running():
        later.starts = [Unavailable("no broker"), Unavailable("no broker")]
        later.end.set_exception(KeyError("answer_by"))
        await until(lambda: later.lives == 2)
    assert [told.partition("(")[2].partition(")")[0] for told in later.told] == [
        "KeyError",
        "Unavailable",
        "Unavailable",
        "",
    ]


def lines() -> list[bytes]:
    """The first weeks of a département's year."""
    return [line for line in make_sample("48", 150, seed=5) if event_time(line) < UNTIL]


@asynccontextmanager
async def a_house(data: Path, told: list[str]) -> AsyncIterator[Everything]:
    settings = Settings(data=data, rules=str(RULES), port=0, clock="event", trust="open", kafka="embedded")
    async with everything(settings, tell=told.append, restarts=AT_ONCE) as whole:
        yield whole


async def feed(whole: Everything, said: list[bytes]) -> None:
    async with feeder(whole.bootstrap, whole.settings.tuning) as feeding:
        await feeding.apply(said)


async def heads(whole: Everything) -> tuple[dict[str, int], dict[str, int]]:
    """Where orientation's stream stands, and where compliance does."""
    own = await whole.compliance.journal.heads()
    stream = await whole.orientation.orientation.publishing.last_sequences()
    return stream, {scope: own[scope].version for scope in stream if scope in own}


async def is_level(whole: Everything) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            stream, own = await heads(whole)
            if stream and stream == own:
                return
            await asyncio.sleep(LOOK_SECONDS)


async def test_compliance_ends_orientation_decides_on_and_compliance_catches_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, told = lines(), list[str]()
    async with a_house(tmp_path, told) as whole:
        await feed(whole, said[: len(said) // 2])
        await is_level(whole)
        orientation = whole.orientation

        async def breaks(*_: object) -> None:
            raise MemoryError

        monkeypatch.setattr(type(whole.compliance.compliance), "_fold", breaks)
        await feed(whole, said[len(said) // 2 :])
        await until(lambda: len(told) > 1)
        assert whole.orientation is orientation
        assert "La veille s'est arrêtée (MemoryError)" in told[0]
        monkeypatch.undo()
        await is_level(whole)
        assert whole.orientation is orientation


def _lose(data: Path) -> None:
    """Compliance's journal is gone: all of it was published, on a broker that is no more."""
    for path in data.glob("compliance.sqlite*"):
        path.unlink()


async def test_compliance_that_lost_a_stretch_asks_for_it_at_the_next_start_on_a_new_broker(
    tmp_path: Path,
) -> None:
    said = lines()
    async with a_house(tmp_path, []) as whole:
        await feed(whole, said)
        await is_level(whole)
    _lose(tmp_path)
    async with a_house(tmp_path, []) as whole:
        await is_level(whole)
        assert whole.compliance.checks["stream"]().status == "ready"
