"""A rule file that is wrong stops the start, and says where, what was found and what is allowed."""

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
async def test_the_service_does_not_start_and_names_file_and_line(
    run: Any, settings: Any, rules: Path, tmp_path: Path, arguments: list[str]
) -> None:
    spoilt = rules / "delais" / "delais-ordinaires.yaml"
    lines = spoilt.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("then:"))
    lines[number - 1] = "then: {respond_within_day: 30}"
    spoilt.write_text("\n".join(lines), encoding="utf-8")
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


async def test_rules_from_a_topic_are_not_taken_from_a_broker_that_keeps_nothing(
    run: Any, settings: Any, tmp_path: Path
) -> None:
    environment, log = settings(None, tmp_path), tmp_path / "log"
    async with run(["up", "--rules", "topic"], environment, log) as service:
        await _ended(service)
    assert service.returncode == 2
    assert "--kafka HOST:PORT, or --rules DIR" in log.read_text(encoding="utf-8")


async def _ended(service: Any) -> tuple[bytes, bytes | None]:
    async with asyncio.timeout(START_SECONDS):
        out: tuple[bytes, bytes | None] = await service.communicate()
    return out
