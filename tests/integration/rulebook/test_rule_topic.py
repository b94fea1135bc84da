"""Services that follow the topic `rulebooks`: the last sound publication is in force, whatever comes after it."""

# ruff: noqa: ASYNC110 - what is waited on is a task of the service

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from aiguillage.rule_topic import read_topic
from chassis.bus import Message, Publisher, Tail
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.health import Check
from chassis.rulebook import Rulebook, RuleFileErrors, load
from chassis.rulesource import followed_topic
from chassis.rulesource.followed_topic import FollowedTopic
from chassis.rulesource.publication import TOPIC, message_of
from chassis.rulesource.reporting import REPORTS
from chassis.rulesource.signatures import SigningKey
from chassis.settings import Settings
from orientation.app import OrientationService, orientation_service

pytestmark = pytest.mark.embedded

RULES = Path(__file__).parents[3] / "rules"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAIT_SECONDS = 20
LOOK_SECONDS = 0.02

Start = Callable[..., AbstractAsyncContextManager[OrientationService]]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rulebook, Rulebook]:
    """The delivered rules, and the same with another delay."""
    other = Path(copytree(RULES, tmp_path_factory.mktemp("other") / "rules"))
    rule = other / "delais" / "delais-ordinaires.yaml"
    rule.write_text(rule.read_text().replace("respond_within_days: 30", "respond_within_days: 29"))
    return load(RULES), load(other)


@contextmanager
def a_broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        topics = ("vacancies", "conventions", "programmes", "outcomes", "orientations", TOPIC, REPORTS)
        running.cluster.create_topics(dict.fromkeys(topics, 1))
        yield running


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with a_broker() as running:
        yield running


@pytest.fixture
def start(broker: EmbeddedBroker, tmp_path: Path) -> Start:
    """Start the service on its one journal; on the test's broker unless another is given."""

    @asynccontextmanager
    async def started(
        on: EmbeddedBroker = broker, rules_keys: Path | None = None
    ) -> AsyncIterator[OrientationService]:
        tuning = on.tuning.model_copy(update={"session_timeout_ms": 600, "idle_seconds": 0.05})
        settings = Settings(
            kafka=on.bootstrap,
            data=tmp_path,
            rules="topic",
            trust="open",
            bus=tuning,
            rules_keys=rules_keys,
        )
        async with orientation_service(
            settings, on.bootstrap, CollectorRegistry(), FixedClock(NOON)
        ) as service:
            yield service

    return started


@pytest.fixture
async def producer(broker: EmbeddedBroker) -> AsyncIterator[AIOKafkaProducer]:
    """A client that sends what ours never would."""
    running = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await running.start()
    yield running
    await running.stop()


async def _publish(broker: EmbeddedBroker, *messages: Message) -> None:
    publisher = Publisher(broker.bootstrap, broker.tuning)
    try:
        assert await publisher.publish(messages) == [None] * len(messages)
    finally:
        await publisher.stop()


def _said(book: Rulebook, text: str, minutes: int = 0, key: SigningKey | None = None) -> Message:
    return message_of(book, "drihl", text, NOON + timedelta(minutes=minutes), key, forced=True)


def _key(folder: Path) -> SigningKey:
    """An office's key, whose public half stands in the file `trusted`."""
    made = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "trusted").write_bytes(public)
    return SigningKey(made)


async def test_with_keys_set_neither_an_unsigned_rulebook_nor_an_old_one_sent_again_is_taken(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start, tmp_path: Path
) -> None:
    first, second = books
    key = _key(tmp_path)
    old = _said(first, "avant", 0, key)
    await _publish(broker, old, _said(second, "après", 1, key), _said(first, "sans signature", 2))
    async with start(rules_keys=tmp_path / "trusted") as service:
        assert _check(service).detail["digest"] == second.digest
        await _publish(broker, old)
        while "plus ancienne" not in str(_check(service).detail["faults"]):
            await asyncio.sleep(LOOK_SECONDS)
        assert _check(service).detail["digest"] == second.digest
    async with start(rules_keys=tmp_path / "trusted") as service:
        assert _check(service).detail["digest"] == second.digest


async def test_a_rulebook_the_journal_kept_unsigned_does_not_come_back_where_keys_are_set(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start, tmp_path: Path
) -> None:
    first, _ = books
    await _publish(broker, _said(first, "sans signature"))
    async with start() as service:
        assert _check(service).detail["digest"] == first.digest
    _key(tmp_path)
    with pytest.raises(RuleFileErrors, match="n'est pas signée"):
        async with start(rules_keys=tmp_path / "trusted"):
            pass


def _lie(book: Rulebook) -> Message:
    """Junk under the key of a sound rulebook, as somebody who may write could leave it."""
    return Message(TOPIC, b"0" * 64, _said(book, "mensonge").value.replace(book.digest.encode(), b"0" * 64))


def _check(service: OrientationService) -> Check:
    return service.checks["rulebook"]()


async def _until(service: OrientationService, condition: Callable[[Check], bool]) -> Check:
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition(_check(service)):
            await asyncio.sleep(LOOK_SECONDS)
    return _check(service)


async def test_each_publication_comes_into_force_and_an_earlier_one_can_come_back(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start
) -> None:
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))
    async with start() as service:
        assert _check(service).detail["digest"] == first.digest
        await _publish(broker, _said(second, "Vingt-neuf jours", 1))
        await _until(service, lambda check: check.detail["digest"] == second.digest)
        await _publish(broker, _said(first, "Retour", 2))
        await _until(service, lambda check: check.detail["digest"] == first.digest)
        assert await service.journal.bundle(second.digest) == second.bundle()
    topic = await read_topic(broker.bootstrap)
    assert [publication.message for publication in topic.publications] == [
        "Premier recueil",
        "Vingt-neuf jours",
        "Retour",
    ]
    assert [standing.digest for standing in topic.standings] == [first.digest]
    assert topic.named(second.digest[:10]).offer().sound().digest == second.digest
    with pytest.raises(ValueError, match="0 recueils publiés"):
        topic.named("nul")


async def test_a_lie_on_the_topic_leaves_the_last_good_rules_in_force_even_across_a_restart(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start
) -> None:
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))
    async with start() as service:
        await _publish(broker, _lie(first))
        check = await _until(service, lambda check: check.is_degraded)
        assert check.is_ready
        assert check.detail["digest"] == first.digest
        assert "n'est pas celle du recueil" in str(check.detail["faults"])
    async with start() as service:
        check = _check(service)
        assert check.is_degraded
        assert check.detail["digest"] == first.digest
        await _publish(broker, _said(second, "Réparé", 1))
        check = await _until(service, lambda check: check.detail["digest"] == second.digest)
        assert not check.is_degraded
    assert [kind for kind, _ in await _reports(broker)] == [
        *("rulebook.activated", "rulebook.refused"),
        *("rulebook.activated", "rulebook.refused", "rulebook.activated"),
    ]


async def test_an_edit_nobody_forced_is_refused_by_who_runs_and_by_who_restarts_alike(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start
) -> None:
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))
    async with start() as service:
        await _publish(broker, message_of(second, "drihl", "Sans force", NOON + timedelta(minutes=1)))
        check = await _until(service, lambda check: check.is_degraded)
        assert check.detail["digest"] == first.digest
        assert "a changé dans une règle en vigueur" in str(check.detail["faults"])
    async with start() as service:
        check = _check(service)
        assert (check.is_degraded, check.detail["digest"]) == (True, first.digest)
    await _publish(broker, _said(second, "De force", 2))
    await _publish(broker, message_of(first, "drihl", "Retour sans force", NOON + timedelta(minutes=3)))
    async with start() as service:
        check = _check(service)
        assert (check.is_degraded, check.detail["digest"]) == (True, second.digest)


async def test_a_service_does_not_start_on_an_empty_topic_and_says_what_to_do(start: Start) -> None:
    with pytest.raises(RuleFileErrors, match="aiguillage rules publish"):
        async with start():
            pytest.fail("it started without rules")


@pytest.mark.parametrize("left", ["nothing", "a lie"])
async def test_a_topic_without_a_sound_rulebook_left_leaves_in_force_the_one_last_decided_by(
    broker: EmbeddedBroker,
    books: tuple[Rulebook, Rulebook],
    start: Start,
    convention: dict[str, Any],
    left: str,
) -> None:
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))
    async with start() as service:
        await _publish(broker, Message("conventions", b"x", orjson.dumps(convention)))
        await _until(service, lambda _: bool(service.orientation.applied))
    with a_broker() as emptied:
        if left == "a lie":
            await _publish(emptied, _lie(first))
        async with start(emptied) as service:
            check = _check(service)
            assert (check.status, check.detail["digest"]) == ("degraded", first.digest)
            await _publish(emptied, _said(second, "De nouveau", 1))
            check = await _until(service, lambda check: check.detail["digest"] == second.digest)
            assert check.status == "ready"


async def test_a_tombstone_is_passed_over(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], start: Start, producer: AIOKafkaProducer
) -> None:
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))
    async with start() as service:
        await producer.send_and_wait(TOPIC, None, key=b"x")
        await _publish(broker, _said(second, "Encore", 1))
        check = await _until(service, lambda check: check.detail["digest"] != first.digest)
        assert check.status == "ready"


async def test_publications_in_several_partitions_have_no_order_and_are_refused(
    books: tuple[Rulebook, Rulebook], start: Start
) -> None:
    first, _ = books
    with EmbeddedBroker() as broker:
        broker.cluster.create_topics({TOPIC: 2, "conventions": 1})
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, max_request_size=2_000_000)
        await producer.start()
        for partition in range(2):
            await producer.send_and_wait(TOPIC, _said(first, "Deux fois").value, partition=partition)
        await producer.stop()
        with pytest.raises(RuleFileErrors, match="une seule partition"):
            async with start(broker):
                pytest.fail("it started without an order")


async def test_what_is_published_after_an_outage_of_the_broker_is_followed(
    broker: EmbeddedBroker, books: tuple[Rulebook, Rulebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_topic, "AGAIN_SECONDS", 0.1)
    first, second = books
    await _publish(broker, _said(first, "Premier recueil"))

    tuning = broker.tuning.model_copy(update={"request_timeout_ms": 500})
    with capture_logs() as logged:
        async with FollowedTopic(broker.bootstrap, tuning) as topic:
            assert (await topic.first()).digest == first.digest
            async with aclosing(topic.following()) as offers:
                following = asyncio.ensure_future(anext(offers))
                broker.cluster.set_down()
                async with asyncio.timeout(WAIT_SECONDS):
                    while not any(line["event"] == "rulebooks_unread" for line in logged):
                        await asyncio.sleep(LOOK_SECONDS)
                broker.cluster.set_up()
                await _publish(broker, _said(second, "Au retour", 1))
                async with asyncio.timeout(WAIT_SECONDS):
                    assert (await following).digest == second.digest


async def _reports(broker: EmbeddedBroker) -> list[tuple[str, dict[str, Any]]]:
    async with Tail(broker.bootstrap, REPORTS, broker.tuning) as tail:
        said = [orjson.loads(record.value or b"") for record in await tail.read()]
    return [(body["type"].removeprefix("fr.aiguillage.").removesuffix(".v1"), body["data"]) for body in said]
