"""Killed without warning at any moment, orientation loses nothing, doubles nothing and explains everything."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

import asyncio
import signal
from asyncio.subprocess import Process
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
import pytest_asyncio

from aiguillage.conversation import HEARD, Conversation
from aiguillage.feeding import message_of
from aiguillage.lines import SAMPLE, event_time, topic_of, type_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from chassis.bus import GroupProgress, Publisher, Record, Tail, Tuning
from chassis.clock import WallClock
from chassis.journal import Row, SqlJournal, VerifyReport, verify
from chassis.rulebook import load
from contracts.canonical import encode
from contracts.envelope import derived_id, identity_of, open_emitted
from orientation.app import GROUP
from orientation.replaying import Replayed, replay
from orientation.rulebook import BookView

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

RULES = Path(__file__).parents[2] / "rules"
SEEDS = (1, 2, 3)
KILLS = 10
"""In each of three years played side by side: 30 in all."""
DEPARTEMENT, VACANCIES = "48", 120
END = datetime(2027, 6, 1, tzinfo=UTC)
FAMILIES = ("vacancies", "conventions", "programmes", "outcomes")
INPUTS = "|".join(FAMILIES)
PARTITIONS = 4
LOOK_SECONDS = 0.01
LIFE_SECONDS = 60.0
SETTLING_SECONDS = 120.0
LONGEST_START_MS = 5_000
DAWDLE_MS = 40


@dataclass
class Year:
    """One year fed to a service that is killed again and again, and what it left behind."""

    seed: int
    data: Path
    fed: list[bytes] = field(default_factory=list)
    heard: list[Record] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    verified: VerifyReport | None = None
    replayed: Replayed | None = None
    unpublished: list[str] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    @property
    def stream(self) -> list[Record]:
        return [record for record in self.heard if record.topic == "orientations"]

    def events(self) -> list[Any]:
        """The ordered stream read as its readers must: each id once."""
        return list({event.id: event for event in map(_event, self.stream)}.values())


def _event(record: Record) -> Any:
    return open_emitted(record.value or b"")


class Campaign:
    """Feeds a year a piece at a time and kills the service in the middle of each."""

    def __init__(self, year: Year, publisher: Publisher, tail: Tail, progress: GroupProgress) -> None:
        self.year = year
        self._publisher, self._tail, self._progress = publisher, tail, progress
        self._random = Random(year.seed)
        sample = list(make_sample(DEPARTEMENT, VACANCIES, year.seed))
        self._conversation = Conversation(Player(sample))
        self._lines = [line for line in sample if topic_of(line) != SAMPLE]

    async def feed(self, lines: Iterable[bytes]) -> None:
        said = list(lines)
        self.year.fed += said
        assert not any(await self._publisher.publish([message_of(line) for line in said]))

    async def listen(self) -> None:
        records = await self._tail.read()
        self.year.heard += records
        self._conversation.hear(records)

    async def is_level(self) -> bool:
        return (await self._progress.lag(INPUTS)).records == 0

    def pieces(self) -> list[list[bytes]]:
        """The year in as many pieces as there are kills, of random lengths."""
        cuts = sorted(self._random.sample(range(1, len(self._lines)), KILLS - 1))
        return [
            self._lines[start:end] for start, end in zip([0, *cuts], [*cuts, len(self._lines)], strict=True)
        ]

    async def live_and_die(self, service: Process, piece: list[bytes]) -> None:
        """Feed a piece while the service lives; kill it at a moment drawn from the seed."""
        feeding = asyncio.create_task(self._feed_slowly(piece))
        if self._random.random() < 1 / 4:
            self.year.kills["in time"] += 1
            await self._outlived(service, self._random.randrange(LONGEST_START_MS))
        else:
            self.year.kills["in messages"] += 1
            await self._heard(self._random.randint(1, 2 * len(piece)), feeding)
            await self._outlived(service, self._random.randrange(DAWDLE_MS))
        service.send_signal(signal.SIGKILL)
        assert await service.wait() == -signal.SIGKILL
        await feeding
        await self.listen()

    async def _feed_slowly(self, piece: list[bytes]) -> None:
        """A piece goes out in a few publications, with the answers due by then in between."""
        size = max(1, len(piece) // 4)
        for start in range(0, len(piece), size):
            part = piece[start : start + size]
            await self.feed([*self._conversation.due(event_time(part[0])), *part])

    async def _outlived(self, service: Process, milliseconds: int) -> None:
        """Let the service live that long; one that ends by itself was not killed, and fails the test."""
        with suppress(TimeoutError):
            async with asyncio.timeout(milliseconds / 1000):
                code = await service.wait()
                pytest.fail(f"the service ended by itself with {code}: see {self.year.data}/log")

    async def _heard(self, messages: int, feeding: asyncio.Task[None]) -> None:
        """Wait until so many more messages are on the stream, or until there is nothing left to apply."""
        before = len(self.year.stream)
        async with asyncio.timeout(LIFE_SECONDS):
            while len(self.year.stream) < before + messages:
                await self.listen()
                if feeding.done() and await self.is_level():
                    return
                await asyncio.sleep(LOOK_SECONDS)

    async def settle(self) -> None:
        """Say the rest of the answers in order of time, until nothing is left to say or to apply."""
        async with asyncio.timeout(SETTLING_SECONDS):
            while True:
                is_level = await self.is_level()
                await self.listen()
                answers = self._conversation.due(END) if is_level else []
                if is_level and not answers:
                    return
                await self.feed(answers)
                await asyncio.sleep(LOOK_SECONDS)


def topics(seed: int) -> dict[str, int]:
    """Every topic of a year, with its partitions."""
    player = Player(make_sample(DEPARTEMENT, VACANCIES, seed))
    shared = dict.fromkeys((*FAMILIES, "orientations"), PARTITIONS)
    return shared | dict.fromkeys(player.topics()[1], 1)


async def play(year: Year, bootstrap: str, run: Any, settings: Any, tuning: Tuning) -> None:
    """Play a year through a service that dies again and again, then through one that lives."""
    log, environment = year.data / "log", settings(bootstrap, year.data, TRUST="open")
    async with AsyncExitStack() as stack:
        publisher = Publisher(bootstrap, tuning)
        await publisher.start()
        stack.push_async_callback(publisher.stop)
        tail = await stack.enter_async_context(Tail(bootstrap, HEARD, tuning))
        progress = await stack.enter_async_context(GroupProgress(bootstrap, GROUP, tuning))
        campaign = Campaign(year, publisher, tail, progress)
        for piece in campaign.pieces():
            async with run(["serve", "orientation"], environment, log) as service:
                await campaign.live_and_die(service, piece)
        async with run(["serve", "orientation"], environment, log) as service:
            await campaign.settle()
            service.terminate()
            assert await service.wait() == 0
        await campaign.listen()


async def inspect(year: Year, book: BookView) -> None:
    """Read what the service left in its journal."""

    async def only_book(digest: str) -> BookView:
        assert digest == book.rules.digest
        return book

    journal = SqlJournal(f"sqlite+aiosqlite:///{year.data / 'orientation'}.sqlite", WallClock())
    await journal.open()
    try:
        year.rows = [row for scope in await journal.scopes() for row in await journal.rows(scope)]
        year.verified = await verify(journal)
        year.replayed = await replay(journal, only_book)
        year.unpublished = await journal.unpublished()
        year.refused = await journal.rejects(100)
    finally:
        await journal.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def years(
    run: Any, settings: Any, a_broker: Any, tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> list[Year]:
    """Years played side by side, each with its own broker, journal and seed, until everything fed is applied."""
    book, years = BookView(load(RULES)), [Year(seed, tmp_path_factory.mktemp("killed")) for seed in SEEDS]
    with ExitStack() as stack:
        brokers = [stack.enter_context(a_broker(topics(year.seed))) for year in years]
        pairs = zip(years, brokers, strict=True)
        await asyncio.gather(*(play(year, broker.bootstrap, run, settings, tuning) for year, broker in pairs))
    for year in years:
        await inspect(year, book)
    return years


async def test_the_service_was_killed_at_thirty_moments_or_more(years: list[Year]) -> None:
    kills = sum((year.kills for year in years), Counter[str]())
    assert kills.total() >= 30
    assert min(kills["in time"], kills["in messages"]) > 0


async def test_every_message_fed_was_applied_once_or_refused(years: list[Year]) -> None:
    for year in years:
        said = [orjson.loads(line) for line in year.fed]
        fed = {identity_of(event["source"], event["id"]) for event in said}
        inputs = [row.cause for row in year.rows if row.ordinal == 0 and row.type != "deadline.fired"]
        assert not year.refused
        assert sorted(inputs) == sorted(fed)


async def test_every_vacancy_has_exactly_one_current_decision(years: list[Year]) -> None:
    for year in years:
        declared = {orjson.loads(line)["data"]["vacancy_id"] for line in year.fed if _declares(line)}
        assert len(declared) == VACANCIES
        decisions = defaultdict(list)
        for event in year.events():
            if event.type == "orientation.decided":
                decisions[event.data["vacancy_id"]].append(event.data)
        assert decisions.keys() == declared
        for made in decisions.values():
            assert [one["attempt"] for one in made] == list(range(1, len(made) + 1))
            assert [one["supersedes"] for one in made] == [None, *(one["decision_id"] for one in made[:-1])]


def _declares(line: bytes) -> bool:
    return type_of(line) == "vacancy.declared"


async def test_what_is_published_twice_is_the_same_bytes(years: list[Year]) -> None:
    for year in years:
        said: dict[tuple[str, str], bytes | None] = {}
        for record in year.heard:
            place = (record.topic, _event(record).id)
            assert said.setdefault(place, record.value) == record.value


async def test_every_proposal_is_published_under_one_id_to_all_and_to_its_reservataire(
    years: list[Year],
) -> None:
    for year in years:
        told: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for record in year.heard:
            event = _event(record)
            if event.type == "proposal.issued":
                stream = "orientations" if record.topic == "orientations" else "proposals"
                reservataire = event.data["reservataire"]
                assert record.topic in {"orientations", f"proposals.{reservataire}"}
                told[stream].add((event.id, event.data["proposal_id"], reservataire))
        assert told["orientations"] == told["proposals"]
        assert len(told["orientations"]) == len({proposal for _, proposal, _ in told["orientations"]})


async def test_sequences_have_no_hole_in_any_topic_of_any_scope(years: list[Year]) -> None:
    for year in years:
        numbers: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for record in year.heard:
            event = _event(record)
            numbers[record.topic, event.data["scope"]][event.id] = event.data["sequence"]
        assert len(numbers) > 4
        for place, found in numbers.items():
            assert list(found.values()) == list(range(1, len(found) + 1)), place


async def test_the_topic_says_what_the_journal_holds_in_the_same_order(years: list[Year]) -> None:
    for year in years:
        journalled: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        published: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        for row in year.rows:
            if row.ordinal:
                journalled[row.scope].append((derived_id(row.cause, row.ordinal), row.data))
        for event in year.events():
            published[event.data["scope"]].append((event.id, encode(event.data)))
        assert published == journalled


async def test_the_journal_is_sound_and_replays_byte_for_byte_and_nothing_is_unpublished(
    years: list[Year],
) -> None:
    for year in years:
        assert year.verified is not None
        assert year.verified.faults == ()
        assert year.verified.rows == len(year.rows)
        assert year.replayed is not None
        assert year.replayed.differences == []
        assert year.replayed.facts == sum(1 for row in year.rows if row.ordinal)
        assert year.unpublished == []
