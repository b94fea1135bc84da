"""A rule file that is wrong stops a first start, and says where, what was found and what is allowed."""

# ruff: noqa: ANN401 - tests cannot import what a conftest holds

import asyncio
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

RULES = Path(__file__).parents[2] / "rules"
START_SECONDS = 60


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the default rules, to be spoilt."""
    return Path(copytree(RULES, tmp_path / "rules"))


@pytest.mark.parametrize(
    "arguments", [["serve", "orientation"], ["up"]], ids=["one service", "all in one process"]
)
async def test_a_service_that_never_ran_does_not_start_and_names_file_and_line(
    run: Any, settings: Any, rules: Path, tmp_path: Path, arguments: list[str]
) -> None:
    number = _spoil(rules)
    bootstrap = None if arguments == ["up"] else "127.0.0.1:1"
    environment, log = settings(bootstrap, tmp_path, RULES=str(rules)), tmp_path / "log"
    async with run(arguments, environment, log) as service:
        said, _ = await _ended(service)
    assert service.returncode == 2
    told = log.read_text(encoding="utf-8")
    assert f"delais/delais-ordinaires.yaml:{number}" in told
    assert "respond_within_day" in told
    assert "respond_within_days" in told
    assert "Traceback" not in told
    assert said == b""
    assert not (tmp_path / "run.json").exists()


async def test_all_in_one_process_starts_again_beside_wrong_rules_and_tells_whoever_started_it(
    run: Any, settings: Any, rules: Path, tmp_path: Path
) -> None:
    environment, log = settings(None, tmp_path / "data", RULES=str(rules)), tmp_path / "log"
    async with run(["up"], environment, log) as service:
        assert "Règles fautives" not in await _greeting(service)
    number = _spoil(rules)
    async with run(["up"], environment, log) as service:
        said = await _greeting(service)
    assert "Règles fautives : le dernier recueil en vigueur (" in said
    assert f"delais/delais-ordinaires.yaml:{number}: " in said


async def test_rules_from_a_topic_are_not_taken_from_a_broker_that_keeps_nothing(
    run: Any, settings: Any, tmp_path: Path
) -> None:
    environment, log = settings(None, tmp_path), tmp_path / "log"
    async with run(["up", "--rules", "topic"], environment, log) as service:
        await _ended(service)
    assert service.returncode == 2
    assert "--kafka HÔTE:PORT, ou --rules DOSSIER" in log.read_text(encoding="utf-8")


def _spoil(rules: Path) -> int:
    """Misspell what a rule decides; on which line."""
    spoilt = rules / "delais" / "delais-ordinaires.yaml"
    lines = spoilt.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("then:"))
    lines[number - 1] = "then: {respond_within_day: 30}"
    spoilt.write_text("\n".join(lines), encoding="utf-8")
    return number


async def _greeting(service: Any) -> str:
    """What it says until it is there."""
    said = b""
    async with asyncio.timeout(START_SECONDS):
        while b"Ctrl-C" not in said:
            line = await service.stdout.readline()
            assert line, said
            said += line
    return said.decode()


async def _ended(service: Any) -> tuple[bytes, bytes | None]:
    async with asyncio.timeout(START_SECONDS):
        out: tuple[bytes, bytes | None] = await service.communicate()
    return out
