"""Every metric that is declared is fed."""

import asyncio
import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from aiguillage.everything import Everything, everything
from aiguillage.feeding import feed, feeder
from aiguillage.lines import SAMPLE, topic_of
from aiguillage.sample import make_sample
from chassis.metrics import Metrics
from chassis.settings import Settings

ROOT = Path(__file__).parents[3]
SERVICES = {"orientation", "compliance"}
DECLARED = sorted(name for name in vars(Metrics(CollectorRegistry())) if name != "registry")
OF_ANY_RUN = {
    "aiguillage_messages",
    "aiguillage_batch_records",
    "aiguillage_handling_seconds",
    "aiguillage_lag_records",
    "aiguillage_last_poll_age_seconds",
    "aiguillage_rulebook_last_reload_successful",
}
"""What both services feed in any run; what faults alone feed is shown by the tests of those faults."""


@pytest.mark.parametrize("metric", DECLARED)
def test_a_declared_metric_is_fed_somewhere(metric: str) -> None:
    sources = [p for p in (ROOT / "services").rglob("*.py") if p.parts[-2:] != ("metrics", "metrics.py")]
    fed = re.compile(rf"\b\w*metrics\.{metric}\b")
    assert any(fed.search(path.read_text(encoding="utf-8")) for path in sources)


@pytest.mark.embedded
async def test_a_year_feeds_what_both_services_count_and_the_time_of_each_stage(tmp_path: Path) -> None:
    lines = [line for line in make_sample("48", 20, 3) if topic_of(line) != SAMPLE]
    settings = Settings(
        kafka="embedded", data=tmp_path, rules=ROOT / "rules", port=0, clock="event", trust="open"
    )
    async with everything(settings) as whole:
        async with feeder(whole.bootstrap, whole.settings.tuning) as feeding:
            await feed(feeding, lines, rate=None, lockstep=True, told=lambda _: None)
        fed = await _fed_once_folded(whole)
    for name in OF_ANY_RUN:
        assert {labels["service"] for labels in fed[name]} == SERVICES, name
    stages = {(labels["service"], labels["stage"]) for labels in fed["aiguillage_stage_seconds"]}
    assert {("orientation", stage) for stage in ("read", "decide", "append", "publish")} <= stages
    assert {("compliance", stage) for stage in ("decide", "append", "publish")} <= stages
    assert {labels["outcome"] for labels in fed["aiguillage_messages"]} >= {"received", "folded"}
    assert fed["aiguillage_decisions"]


async def _fed_once_folded(whole: Everything) -> dict[str, list[dict[str, str]]]:
    """The labels of every series of the page, by family, once compliance has folded something."""
    async with asyncio.timeout(60):
        while True:
            text = await asyncio.to_thread(lambda: urlopen(f"{whole.web}metrics").read().decode())  # noqa: S310 - ours
            families = {family.name: family for family in text_string_to_metric_families(text)}
            labels = {
                name: [dict(sample.labels) for sample in each.samples] for name, each in families.items()
            }
            if any(each.get("outcome") == "folded" for each in labels["aiguillage_messages"]):
                return labels
            await asyncio.sleep(0.05)
