"""Two minutes of torment, of the kind `make faults` gives for as long as one likes: everything is proved afterwards."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign, campaign
from tests.kafka import KafkaCluster, a_kafka
from tests.postgres import PostgresCluster, a_cluster

pytestmark = pytest.mark.slow

SEED, MINUTES = 20, 2.0


@pytest.fixture
def kafka() -> Iterator[KafkaCluster]:
    """A broker whose connections can be cut."""
    with a_kafka(is_relayed=True) as cluster:
        yield cluster


@pytest.fixture
def postgres() -> Iterator[PostgresCluster]:
    """A server whose disk can be in trouble."""
    with a_cluster(is_on_a_disk=True) as cluster:
        yield cluster


async def test_two_minutes_of_faults_lose_double_and_leak_nothing(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    report = await campaign(kafka, postgres, tmp_path, Campaign(SEED, MINUTES), Counter())
    assert report.verdict.is_sound, str(report)
    assert str(report.verdict).startswith("0 lost, 0 doubled, 0 leaked, 0 disagreements")
    assert report.verdict.counts["decisions"] > 200
    assert not report.spared, str(report)
    assert report.waits > 0, str(report)
