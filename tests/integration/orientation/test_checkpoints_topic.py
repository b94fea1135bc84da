"""Both services say where their journals stand, and the command compares the journals with the topic."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.settings import Settings
from compliance.app import compliance_service

RULES = Path(__file__).parents[3] / "rules"


async def test_what_both_services_said_when_they_stopped_proves_their_journals(
    broker: EmbeddedBroker, open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    async with open_house(tmp_path) as house:
        await house.say(f"conventions.{says.SIREN}", encoded(says.convention("AL-48", "100")))
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy("V-1")))
        await house.decided("V-1")
        await _folded(house, tmp_path)
    verify = ["verify", "--against-checkpoints", "--kafka", broker.bootstrap, "--data", str(tmp_path)]
    sound = await asyncio.to_thread(CliRunner().invoke, app, verify)
    assert (sound.exit_code, sound.output.count("journal intact")) == (0, 2), sound.output

    for service in ("orientation", "compliance"):
        _cut_the_tail(tmp_path / f"{service}.sqlite")
    found = await asyncio.to_thread(CliRunner().invoke, app, verify)
    assert found.exit_code == 1
    for service in ("orientation", "compliance"):
        assert f"{service} {says.SCOPE} version 2 : publié jusqu'à" in found.output


async def _folded(house: Any, data: Path) -> None:
    """Run compliance until it has folded what orientation said, and stop it."""
    settings = Settings(kafka=house.bootstrap, data=data, rules=RULES, bus=house.tuning)
    clock = FixedClock(house.clock.now())
    async with compliance_service(settings, house.bootstrap, CollectorRegistry(), clock=clock) as service:
        said = len(house.events("proposal.issued")) + 2
        await house.until(lambda: any(p.sequence >= said for p in service.compliance.projections.held()))


def _cut_the_tail(file: Path) -> None:
    """Leave the first row of each scope only, bookkeeping in step."""
    connection = sqlite3.connect(file)
    connection.execute("DELETE FROM journal WHERE version > 1")
    connection.execute(
        "UPDATE scopes SET (head_version, head_hash) = "
        "(SELECT version, hash FROM journal WHERE journal.scope = scopes.scope)"
    )
    connection.commit()
    connection.close()
