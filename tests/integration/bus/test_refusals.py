"""What a cluster has against us is told as long as it stands, and nothing else is taken for it."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiokafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    NoError,
    RequestTimedOutError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)

from chassis.bus import Access, Cluster, Consumption, Refused, Subscription, Tuning, Unavailable
from chassis.bus.publisher import not_sent
from chassis.bus.topics import why_not_made
from tests.authority import HOST, Authority

WAIT_SECONDS, LOOK_SECONDS = 15, 0.01


async def _until_refused(consumption: Consumption, *, is_refused: bool) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while (consumption.state().refusal is not None) is not is_refused:  # noqa: ASYNC110 - it happens in another task
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_refusal_is_told_no_more_once_the_broker_is_merely_away(
    tuning: Tuning, tmp_path: Path
) -> None:
    async def handle(_: object) -> None:
        pytest.fail("nobody lets it in")

    Authority.named("authority", tmp_path)
    certificate = Authority.named("stranger", tmp_path).issue("broker")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server = await asyncio.start_server(lambda _, writer: writer.close(), str(HOST), 0, ssl=theirs)
    port = server.sockets[0].getsockname()[1]
    access = Access(security_protocol="SSL", ca_file=tmp_path / "authority.pem")
    quick = tuning.model_copy(update={"first_retry_seconds": 0.05})
    subscription = Subscription("group", "^in$", handle)
    async with Consumption(Cluster(f"{HOST}:{port}", access), subscription, quick).running() as consumption:
        await _until_refused(consumption, is_refused=True)
        assert "n'est pas signé par une autorité connue" in str(consumption.state().refusal)
        server.close()
        await server.wait_closed()
        await _until_refused(consumption, is_refused=False)


@pytest.mark.parametrize("error", [InvalidReplicationFactorError, RequestTimedOutError])
def test_a_topic_not_made_while_brokers_are_down_calls_for_nobody(error: type[KafkaError]) -> None:
    why = why_not_made(error.errno, "only 1 broker of 3 is alive")
    assert why is not None
    assert not isinstance(why, Refused)
    assert str(why) == f"{error.__name__}: only 1 broker of 3 is alive"


def test_a_topic_we_have_no_right_to_make_calls_for_somebody() -> None:
    assert isinstance(why_not_made(TopicAuthorizationFailedError.errno, ""), Refused)


@pytest.mark.parametrize("kind", [Refused, Unavailable])
def test_a_message_to_a_topic_that_cannot_be_made_calls_for_somebody_when_the_topic_does(
    kind: type[Unavailable],
) -> None:
    error = not_sent("alerts", kind("why"))
    assert type(error) is kind
    assert str(error) == "the topic alerts is missing and cannot be made: why"


@pytest.mark.parametrize("answer", [NoError, TopicAlreadyExistsError])
def test_a_topic_that_is_there_is_no_trouble(answer: type[KafkaError]) -> None:
    assert why_not_made(answer.errno, "") is None
