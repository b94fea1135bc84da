"""Two replicas on one journal: whatever one has not heard of yet, it finds in the journal before it says no."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from chassis.bus import Hearing, Message, Record, Stand, TopicPartition
from chassis.clock import FixedClock
from chassis.held import HELD_LONG
from chassis.journal import Append, Mark, Outcome, SqlJournal
from chassis.left_behind import LOOK_EVERY
from chassis.metrics import Metrics
from chassis.rulebook import load
from orientation.domain.event_clock import all_at
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

RULES = Path(__file__).parents[3] / "rules"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFFSETS = count()


class Topics:
    """Takes what replicas publish, as a broker would; takes nothing while it is `away`."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.away = False

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        if self.away:
            return [ConnectionError("away") for _ in messages]
        self.said += messages
        return [None for _ in messages]

    def on(self, topic: str) -> list[Any]:
        return [orjson.loads(message.value) for message in self.said if message.topic == topic]


class Rules:
    def __init__(self) -> None:
        self._book = BookView(load(RULES))

    def current(self) -> BookView:
        return self._book


class Group:
    """The replicas as the broker knows them: one topic, said to so far, applied so far."""

    def __init__(self) -> None:
        self.said = self.applied = 0

    async def standing(self) -> dict[TopicPartition, Stand]:
        return {TopicPartition("outcomes.AL-48", 0): Stand(self.said, self.applied)}


class Overtaken(SqlJournal):
    """Lets another replica go first, once, at the last moment before it appends."""

    goes_first: Callable[[], Awaitable[None]] | None = None

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        first, self.goes_first = self.goes_first, None
        if first is not None:
            await first()
        return await super().append(appends, reached)


class Replicas:
    """As many replicas as wanted, each with a door of its own to one journal."""

    def __init__(self, url: str, topics: Topics, clock: FixedClock) -> None:
        self._url, self._topics, self._clock, self._rules = url, topics, clock, Rules()
        self.journals: list[Overtaken] = []
        self.group = Group()

    async def start(self) -> Orientation:
        journal = Overtaken(self._url, self._clock)
        await journal.open()
        self.journals.append(journal)

        replica = Orientation(
            Scopes(journal),
            journal,
            Publishing(journal, self._topics, self._clock),
            self._rules,
            self._clock,
            Meter(Metrics(CollectorRegistry())),
            hearing=Hearing(self.group),
        )
        await replica.start()
        return replica


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def replicas(tmp_path: Path, topics: Topics, clock: FixedClock) -> AsyncIterator[Replicas]:
    started = Replicas(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", topics, clock)
    yield started
    for journal in started.journals:
        await journal.close()


@pytest.fixture
def heard(encoded: Callable[[Any], bytes]) -> Callable[..., Record]:
    """A record that carries an event."""

    def record(event: Any, topic: str) -> Record:
        return Record(topic, 0, next(OFFSETS), b"", encoded(event), (), 0, "a-cluster/a-topic")

    return record


VACANCIES, CONVENTIONS = "vacancies.999001209", "conventions.999001209"
TOO_EARLY = {"service": "orientation", "topic_family": "vacancies", "reason": "date_impossible"}


async def test_a_stale_replica_accepts_the_amendment_of_a_vacancy_another_has_taken(
    replicas: Replicas, topics: Topics, says: Any, heard: Any
) -> None:
    stale, other = await replicas.start(), await replicas.start()
    await stale.handle([heard(says.convention("AL-48"), CONVENTIONS)])
    await other.handle([heard(says.vacancy("V-1"), VACANCIES)])
    amended = says.vacancy("V-1", {"floor": 3}) | {"type": "fr.aiguillage.vacancy.amended.v1"}
    await stale.handle([heard(amended, VACANCIES)])
    assert topics.on(f"{VACANCIES}.rejected") == []
    recorded = [event["data"] for event in topics.on("orientations") if "vacancy.recorded" in event["type"]]
    assert [data["vacancy_id"] for data in recorded] == ["V-1"]


async def test_a_stale_replica_refuses_only_what_the_journal_refuses(
    replicas: Replicas, topics: Topics, says: Any, heard: Any
) -> None:
    stale, other = await replicas.start(), await replicas.start()
    await stale.handle([heard(says.convention("AL-48"), CONVENTIONS)])
    await other.handle([heard(says.vacancy("V-1"), VACANCIES)])
    amended = says.vacancy("V-9") | {"type": "fr.aiguillage.vacancy.amended.v1"}
    await stale.handle([heard(amended, VACANCIES)])
    assert [event["id"] for event in topics.on(f"{VACANCIES}.rejected")] == [amended["id"]]


async def test_an_input_another_replica_applied_meanwhile_is_a_repeat_and_not_refused(
    replicas: Replicas, topics: Topics, says: Any, heard: Any
) -> None:
    zombie, heir = await replicas.start(), await replicas.start()
    await zombie.handle([heard(says.convention("AL-48", "100"), CONVENTIONS)])
    await zombie.handle([heard(says.vacancy("V-1"), VACANCIES)])
    [proposal] = [event["data"] for event in topics.on("proposals.AL-48") if "proposal_id" in event["data"]]
    refusal = heard(says.refusal(proposal), "outcomes.AL-48")
    await heir.handle([refusal])
    await zombie.handle([refusal])
    assert topics.on("outcomes.AL-48.rejected") == []


async def test_a_replica_whose_clock_is_slow_refuses_nothing_its_heir_has_applied(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    zombie, heir = await replicas.start(), await replicas.start()
    vacancies = [
        heard(says.vacancy(f"V-{day}", time=f"2026-03-{day:02}T09:00:00Z"), VACANCIES) for day in (4, 9)
    ]
    clock.set(NOON + timedelta(days=2))
    await heir.handle(vacancies)
    clock.set(NOON)
    await zombie.handle(vacancies)
    assert [event["data"]["vacancy_id"] for event in topics.on(f"{VACANCIES}.rejected")] == ["V-9"]
    told = zombie.meter.metrics.registry.get_sample_value("aiguillage_rejected_total", TOO_EARLY)
    assert told == 1


async def test_of_two_contents_under_one_id_the_one_applied_by_another_meanwhile_is_not_refused(
    replicas: Replicas, topics: Topics, says: Any, heard: Any
) -> None:
    zombie, heir = await replicas.start(), await replicas.start()
    first, second = (heard(says.vacancy("V-1", {"floor": n}, id="twice"), VACANCIES) for n in (1, 2))
    replicas.journals[0].goes_first = partial(heir.handle, [second])
    await zombie.handle([first, second])
    [refused] = topics.on(f"{VACANCIES}.rejected")
    assert refused["data"]["dwelling"]["floor"] == 1
    assert [kept.reject.offset for kept in await heir.journal.rejects(9)] == [first.offset]


async def test_an_outcome_given_up_on_a_stale_state_is_refused_to_nobody(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    stale, other = await replicas.start(), await replicas.start()
    early = {"proposal_id": None, "vacancy_id": "V-1", "reservataire": "AL-48"}
    await stale.handle([heard(says.convention("AL-48", "100"), CONVENTIONS)])
    await stale.handle([heard(says.refusal(early), "outcomes.AL-48")])
    await other.handle([heard(says.vacancy("V-1"), VACANCIES)])
    clock.set(clock.now() + timedelta(days=60))
    await stale._fire(clock.now(), partial(all_at, at=clock.now()))
    assert topics.on("outcomes.AL-48.rejected") == []
    applied = [event["data"] for event in topics.on("orientations") if "outcome.recorded" in event["type"]]
    assert [data["status"] for data in applied] == ["parked", "applied"]


async def test_a_message_refused_once_is_not_judged_again_when_it_is_delivered_again(
    replicas: Replicas, topics: Topics, says: Any, heard: Any
) -> None:
    killed, heir = await replicas.start(), await replicas.start()
    amended = heard(says.vacancy("V-1") | {"type": "fr.aiguillage.vacancy.amended.v1"}, VACANCIES)
    await killed.handle([amended])
    await heir.handle([heard(says.vacancy("V-1"), VACANCIES)])
    await heir.handle([amended])
    assert len(topics.on(f"{VACANCIES}.rejected")) == 1
    recorded = [event["type"] for event in topics.on("orientations") if "vacancy.recorded" in event["type"]]
    assert recorded == []


@pytest.mark.parametrize("later", [LOOK_EVERY, -timedelta(hours=1)], ids=["in time", "clock set back"])
async def test_what_a_killed_replica_left_unpublished_is_published_by_another(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any, later: timedelta
) -> None:
    killed, survivor = await replicas.start(), await replicas.start()
    topics.away = True
    await killed.handle([heard(says.convention("AL-48"), CONVENTIONS)])
    topics.away = False
    await survivor.on_idle()
    assert topics.said == []
    clock.set(clock.now() + later)
    await survivor.on_idle()
    assert len(topics.on("orientations")) == 1


async def test_a_wait_that_another_replica_began_ends_here(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    killed, survivor = await replicas.start(), await replicas.start()
    await killed.handle([heard(says.convention("AL-48", "100"), CONVENTIONS)])
    await killed.handle([heard(says.vacancy("V-1"), VACANCIES)])
    clock.set(clock.now() + timedelta(days=60))
    await survivor.on_idle()
    expired = [event for event in topics.on("orientations") if "proposal.expired" in event["type"]]
    assert [event["data"]["vacancy_id"] for event in expired] == ["V-1"]


async def waiting(replicas: Replicas, clock: FixedClock, says: Any, heard: Any) -> Orientation:
    """A replica with a proposal that was to be answered long ago."""
    replica = await replicas.start()
    await replica.handle([heard(says.convention("AL-48", "100"), CONVENTIONS)])
    await replica.handle([heard(says.vacancy("V-1"), VACANCIES)])
    clock.set(clock.now() + timedelta(days=60))
    return replica


def expired(topics: Topics) -> bool:
    return any("expired" in event["type"] for event in topics.on("orientations"))


async def test_no_wait_ends_while_another_replica_has_answers_left_to_apply(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    replica = await waiting(replicas, clock, says, heard)
    replicas.group.said = 7
    for replicas.group.applied in range(7):
        await replica.on_idle()
        assert not expired(topics)
    replicas.group.applied = 7
    await replica.on_idle()
    assert expired(topics)


async def test_a_wait_ends_while_somebody_goes_on_and_on(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    replica = await waiting(replicas, clock, says, heard)
    replicas.group.said = 7
    while not expired(topics):
        assert replicas.group.applied <= 7
        await replica.on_idle()
        replicas.group.said += 1_000
        replicas.group.applied += 1


async def test_waits_held_for_long_are_told_with_what_holds_them(
    replicas: Replicas, clock: FixedClock, says: Any, heard: Any
) -> None:
    replica = await waiting(replicas, clock, says, heard)
    replicas.group.said = 1
    await replica.on_idle()
    held = {"scopes_held": 1, "held_by": ["outcomes.AL-48"]}
    assert (replica.waits_check().status, replica.waits_check().detail) == ("ready", held)
    clock.set(clock.now() + HELD_LONG)
    await replica.on_idle()
    assert (replica.waits_check().status, replica.waits_check().detail) == ("degraded", held)
    assert waits_held(replica) == 1
    replicas.group.applied = 1
    await replica.on_idle()
    assert replica.waits_check().status == "ready"
    assert waits_held(replica) == 0


def waits_held(replica: Orientation) -> float | None:
    labels = {"service": "orientation"}
    return replica.meter.metrics.registry.get_sample_value("aiguillage_waits_held", labels)


async def test_a_refusal_the_broker_did_not_take_is_published_though_nothing_more_is_heard(
    replicas: Replicas, topics: Topics, clock: FixedClock, says: Any, heard: Any
) -> None:
    killed, survivor = await replicas.start(), await replicas.start()
    topics.away = True
    amended = says.vacancy("V-9") | {"type": "fr.aiguillage.vacancy.amended.v1"}
    await killed.handle([heard(amended, VACANCIES)])
    topics.away = False
    for _ in range(2):
        await survivor.on_idle()
        clock.set(clock.now() + LOOK_EVERY)
    assert [event["id"] for event in topics.on(f"{VACANCIES}.rejected")] == [amended["id"]]
