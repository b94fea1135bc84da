"""Parties who distrust one another share a real broker: each is who it says, hears its own, and is told why not."""

import asyncio
import subprocess
from asyncio.trsock import TransportSocket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from aiguillage.feeding import message_of
from aiguillage.party_topics import bailleur, reservataire, told_to, told_to_everybody, written_by
from aiguillage.rights import OPERATOR, Right, rights
from chassis.bus import (
    Access,
    Cluster,
    GroupProgress,
    Message,
    Publisher,
    Refused,
    Tail,
    Unavailable,
)
from chassis.bus.rewinding import rewind
from chassis.bus.topics import Topics
from chassis.health import consumer_check
from chassis.settings import Settings
from compliance.app import GROUP as COMPLIANCE
from compliance.app import STREAM
from contracts.envelope import Emitted, open_emitted
from orientation.app import GROUP as ORIENTATION
from orientation.app import OrientationService, orientation_service
from tests.authority import Authority
from tests.cluster.replica import COMMAND, Replica
from tests.cluster.secured import BY_CERTIFICATE, BY_PASSWORD, Secured, a_secured_kafka
from tests.cluster.stage import QUICK, RULES, settings_of

pytestmark = [pytest.mark.slow, pytest.mark.kafka]

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
Way = Callable[[Secured], Cluster]
"""How somebody comes."""
BAILLEUR, HOLDER, OTHER = "999001209", "AL-75", "AL-92"
SPEAKERS = [bailleur(BAILLEUR), reservataire(HOLDER), reservataire(OTHER)]
LATE_SECONDS = 60.0
CLOSED = -1
STREAM_RIGHT = Right(ORIENTATION, "Write", "topic", "orientations")
GROUP_RIGHT = Right(ORIENTATION, "Read", "group", ORIENTATION)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Everybody's topics made, everybody let in by password, compliance by certificate; each with its rights."""
    folder = tmp_path_factory.mktemp("secured")
    with a_secured_kafka(folder) as secured:
        own = {topic for speaker in SPEAKERS for topic in (*written_by(speaker), *told_to(speaker))}
        assert not asyncio.run(Topics(secured.kafka.bootstrap, QUICK).make({*own, *told_to_everybody()}))
        for user in (ORIENTATION, OPERATOR, BAILLEUR, HOLDER, OTHER):
            secured.add_user(user)
        secured.authority.issue(COMPLIANCE)
        Authority.named("stranger", folder).issue("impostor")
        secured.grant(rights(SPEAKERS))
        secured.wait_until_told(OTHER, f"proposals.{OTHER}")
        yield secured


@pytest.fixture(scope="module")
def journals(secured: Secured) -> Path:
    """The services' journals, the same for as long as the cluster: on any other they would decide nothing."""
    folder = secured.folder / "journals"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
async def goodbyes(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Over TLS both ends say goodbye before a connection closes, after aiokafka has let go of it: wait for that."""
    loop = asyncio.get_running_loop()
    connect, opened = loop.create_connection, list[TransportSocket]()

    async def noted(*where: Any, **how: Any) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:  # noqa: ANN401 - as the loop takes them
        transport, protocol = await connect(*where, **how)
        opened.append(transport.get_extra_info("socket"))
        return transport, protocol

    monkeypatch.setattr(loop, "create_connection", noted)
    yield
    async with asyncio.timeout(LATE_SECONDS):
        await _until(lambda: all(each.fileno() == CLOSED for each in opened))


async def test_each_party_speaks_on_its_topics_hears_its_own_and_who_operates_proves_and_repairs(
    secured: Secured, journals: Path
) -> None:
    unreadable = Message(f"outcomes.{BAILLEUR}", None, b"{}")
    async with _services(secured, journals), _speaking(secured, BAILLEUR) as speaking:
        assert await speaking.publish([unreadable, *_of_the_bailleur()]) == [None, None, None]
        async with Tail(secured.cluster_of(HOLDER), r"proposals\..+", QUICK) as own:
            issued = await _heard(own, "proposal.issued")
        async with Tail(_by_certificate(secured, COMPLIANCE), r"orientations", QUICK) as stream:
            assert (await _heard(stream, "orientation.decided")).data["outcome"] == "proposed"
        assert issued.data["reservataire"] == HOLDER
        async with Tail(secured.cluster_of(OTHER), r"progress", QUICK) as told:
            assert await _heard(told, "progress.updated", proposed=1)
        async with Tail(secured.cluster_of(BAILLEUR), r"outcomes\..+\.rejected", QUICK) as refused:
            await _until_read(refused)
    assert await _answer_to_reading(secured, HOLDER, f"proposals.{HOLDER}") == "OK"
    assert await _answer_to_reading(secured, OTHER, f"proposals.{HOLDER}") == "TOPIC_AUTHORIZATION_FAILED"
    async with _speaking(secured, OTHER) as other:
        (forged,) = await other.publish([Message(f"outcomes.{HOLDER}", None, b"{}")])
        assert isinstance(forged, Unavailable)
        assert "droit refusé sur un sujet : l'ACL manque" in str(forged)
    await _proved_and_repaired(secured, journals)


async def _proved_and_repaired(secured: Secured, folder: Path) -> None:
    """By the operator's account, on the journals the services left: the only ones of these topics."""
    verified = await asyncio.to_thread(
        _by_the_operator, secured, folder, "journal", "verify", "--against-checkpoints"
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    requeued = await asyncio.to_thread(_by_the_operator, secured, folder, "rejected", "requeue", "1")
    assert requeued.returncode == 0, requeued.stdout + requeued.stderr
    recovered = await asyncio.to_thread(_by_the_operator, secured, folder, "journal", "recover", "--json")
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert orjson.loads(recovered.stdout)["refused"] == 1
    async with GroupProgress(secured.cluster_of(OPERATOR), COMPLIANCE, QUICK) as watching:
        places = await watching.places(STREAM)
        assert places
        assert set((await watching.committed(places)).values()) == {0}


def _plain(secured: Secured) -> Cluster:
    return Cluster(secured.at(BY_PASSWORD))


def _without_certificate(secured: Secured) -> Cluster:
    return Cluster(
        secured.at(BY_CERTIFICATE),
        Access(security_protocol="SSL", ca_file=secured.folder / "authority.pem"),
    )


def _without_password(secured: Secured) -> Cluster:
    return Cluster(
        secured.at(BY_PASSWORD), Access(security_protocol="SSL", ca_file=secured.folder / "authority.pem")
    )


def _to_the_open_port(secured: Secured) -> Cluster:
    return Cluster(
        secured.kafka.bootstrap, Access(security_protocol="SSL", ca_file=secured.folder / "authority.pem")
    )


@pytest.mark.parametrize("way", [_plain, _without_certificate, _without_password, _to_the_open_port])
async def test_who_shows_nothing_is_told_what_may_be_missing(secured: Secured, way: Way) -> None:
    with pytest.raises(Unavailable, match="attend-il TLS, un certificat ou un mot de passe"):
        await Publisher(way(secured), QUICK).start()


def _distrustful(secured: Secured) -> Cluster:
    return _changed(secured, ca_file=str(secured.folder / "stranger.pem"))


def _mistaken(secured: Secured) -> Cluster:
    return _changed(secured, password="wrong")  # noqa: S106 - of nobody


def _of_another_mechanism(secured: Secured) -> Cluster:
    return _changed(secured, sasl_mechanism="PLAIN")


def _changed(secured: Secured, **changes: str) -> Cluster:
    return Cluster(secured.at(BY_PASSWORD), Access.model_validate(secured.settings_of(ORIENTATION) | changes))


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (_distrustful, "le certificat du courtier n'est pas signé par une autorité connue"),
        (_mistaken, "authentification refusée : vérifiez AIGUILLAGE_KAFKA_USER et le mot de passe"),
        (_of_another_mechanism, "mécanisme refusé : vérifiez AIGUILLAGE_KAFKA_SASL_MECHANISM"),
    ],
)
async def test_who_is_refused_is_told_why(secured: Secured, way: Way, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await Publisher(way(secured), QUICK).start()
    with pytest.raises(Refused, match=why):
        async with Tail(way(secured), "orientations", QUICK):
            pass


async def test_who_may_not_be_in_a_group_is_told_so_when_rewinding_it(secured: Secured) -> None:
    with pytest.raises(Refused, match="droit refusé sur un groupe de lecture : l'ACL Read manque"):
        await rewind(secured.cluster_of(HOLDER), ORIENTATION, "progress", QUICK)


async def test_a_service_refused_at_start_ends_at_once_and_never_tells_its_password(
    secured: Secured, tmp_path: Path
) -> None:
    settings = _settings(secured, tmp_path, secured.settings_of(ORIENTATION) | {"password": "tell-nobody"})
    replica = await Replica.start("orientation", settings, tmp_path / "log")
    async with asyncio.timeout(LATE_SECONDS):
        assert await replica.process.wait() == 2
    log = replica.log.read_text()
    assert replica.has_logged("start_refused")
    assert "authentification refusée" in log.splitlines()[-1]
    assert "tell-nobody" not in log


async def test_a_topic_the_cluster_refuses_is_told_by_health_and_its_messages_are_kept(
    secured: Secured, journals: Path
) -> None:
    async with (
        _in_process(secured, journals) as service,
        _speaking(secured, BAILLEUR) as speaking,
        Tail(_by_certificate(secured, COMPLIANCE), "orientations", QUICK) as stream,
        asyncio.timeout(LATE_SECONDS),
    ):
        secured.withdraw(STREAM_RIGHT)
        await speaking.publish(_of_the_bailleur())
        await _until(lambda: service.checks["publisher"]().is_degraded)
        told = str(service.checks["publisher"]().detail["refused"])
        assert "droit refusé sur un sujet : l'ACL manque" in told
        secured.grant([STREAM_RIGHT])
        await _heard(stream, "convention.recorded")
        await _until(lambda: not service.checks["publisher"]().is_degraded)


async def test_a_right_taken_away_is_told_by_health_and_given_back_all_goes_on(
    secured: Secured, journals: Path
) -> None:
    async with _in_process(secured, journals) as service, asyncio.timeout(LATE_SECONDS):
        await _until(lambda: service.consumption.state().is_joined)
        secured.withdraw(GROUP_RIGHT)
        await _until(lambda: "refused" in consumer_check(service.consumption.state()).detail)
        told = consumer_check(service.consumption.state())
        assert not told.is_ready
        assert "droit refusé sur un groupe de lecture : l'ACL Read manque" in str(told.detail["refused"])
        secured.grant([GROUP_RIGHT])
        await _until(lambda: service.consumption.state().is_joined)
        assert "refused" not in consumer_check(service.consumption.state()).detail


def test_who_operates_publishes_rules_and_sees_them_in_force(secured: Secured, tmp_path: Path) -> None:
    rules = copytree(RULES, tmp_path / "rules", ignore=ignore_patterns("acceptance"))
    who = ("--author", "pole", "--message", "essai")
    published = _by_the_operator(secured, tmp_path, "rules", "publish", str(rules), *who, "--json")
    assert published.returncode == 0, published.stdout + published.stderr
    status = _by_the_operator(secured, tmp_path, "rules", "status", "--json")
    assert orjson.loads(status.stdout)["in_force"] == orjson.loads(published.stdout)["digest"]


def _by_the_operator(secured: Secured, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own command
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=LATE_SECONDS,
        check=False,
        env=_settings(secured, folder, secured.settings_of(OPERATOR)),
    )


async def _answer_to_reading(secured: Secured, user: str, topic: str) -> str:
    return await asyncio.to_thread(secured.answer_to_reading, user, topic)


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(0.05)


async def _until_read(tail: Tail) -> None:
    """Until something was published there."""
    async with asyncio.timeout(LATE_SECONDS):
        while not await tail.read():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def _heard(tail: Tail, kind: str, **facts: int) -> Emitted:
    """The first event of a kind that says so."""
    async with asyncio.timeout(LATE_SECONDS):
        while True:
            for record in await tail.read():
                event = open_emitted(record.value or b"")
                if event.type == kind and facts.items() <= event.data.items():
                    return event
            await asyncio.sleep(0.05)


def _of_the_bailleur() -> list[Message]:
    convention = orjson.loads((EXAMPLES / "convention.signed.json").read_bytes())
    convention["data"] |= {
        "reservataire": {"id": HOLDER, "kind": "action_logement", "name": "Action Logement"},
        "share_percent": "100",
        "criteria": [],
    }
    vacancy = orjson.loads((EXAMPLES / "vacancy.declared.json").read_bytes())
    said = [message_of(orjson.dumps(event)) for event in (convention, vacancy)]
    return [Message(f"{each.topic}.{BAILLEUR}", each.key, each.value) for each in said]


@asynccontextmanager
async def _speaking(secured: Secured, party: str) -> AsyncIterator[Publisher]:
    publisher = Publisher(secured.cluster_of(party), QUICK)
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


@asynccontextmanager
async def _services(secured: Secured, folder: Path) -> AsyncIterator[None]:
    """Both as processes of their own: orientation shows a password, compliance a certificate."""
    routing = _settings(secured, folder, secured.settings_of(ORIENTATION))
    watching = _settings(secured, folder, _certificate_of(secured, COMPLIANCE), BY_CERTIFICATE)
    replicas = [
        await Replica.start("orientation", routing, folder / "orientation.log"),
        await Replica.start("compliance", watching, folder / "compliance.log"),
    ]
    try:
        async with asyncio.timeout(LATE_SECONDS):
            await _until(lambda: all(each.has_logged("group_joined") for each in replicas))
        yield
        for replica in replicas:
            await replica.stop()
    finally:
        for replica in replicas:
            await replica.kill()


@asynccontextmanager
async def _in_process(secured: Secured, folder: Path) -> AsyncIterator[OrientationService]:
    access = Access.model_validate(secured.settings_of(ORIENTATION))
    where = secured.at(BY_PASSWORD)
    settings = Settings(kafka=where, access=access, data=folder, rules=RULES, bus=QUICK)
    async with orientation_service(settings, where, CollectorRegistry()) as service:
        yield service


def _certificate_of(secured: Secured, name: str) -> dict[str, str]:
    return {
        "security_protocol": "SSL",
        "ca_file": str(secured.folder / "authority.pem"),
        "certificate_file": str(secured.folder / f"{name}.pem"),
        "key_file": str(secured.folder / f"{name}.key"),
    }


def _by_certificate(secured: Secured, name: str) -> Cluster:
    return Cluster(secured.at(BY_CERTIFICATE), Access.model_validate(_certificate_of(secured, name)))


def _settings(
    secured: Secured, folder: Path, access: dict[str, str], listener: int = BY_PASSWORD
) -> dict[str, str]:
    given = {f"KAFKA_{name.upper()}": value for name, value in access.items()}
    return settings_of(secured.at(listener), folder, **given)
