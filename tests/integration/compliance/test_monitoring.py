"""What the demo ends with: commitments whose causes add up, alerts counted as they were told, the year closed."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections import Counter
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from aiguillage.exchanged import exchanged_in
from aiguillage.monitoring import Monitoring, alerts_in, promised_in
from aiguillage.monitoring_tables import show_monitoring
from chassis.bus import Record
from chassis.rulebook import load
from compliance.domain.closing.closing import closings
from compliance.domain.progress import view_of

Running = Callable[..., Any]
BOOK = load(Path(__file__).parents[3] / "rules")
YEAR, CLOSES_ON = 2026, date(2026, 4, 30)


async def test_the_monitoring_adds_up_and_reads_as_a_clerk_reads(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    async with running(url) as (compliance, journal):
        await compliance.handle(stream)
        await compliance.watch_until(CLOSES_ON)
        projections = compliance.projections.held()
        monitoring = Monitoring(
            YEAR,
            promised_in(projections, YEAR, CLOSES_ON),
            await alerts_in(journal, BOOK),
            exchanged_in(projections, BOOK, YEAR, CLOSES_ON),
            [each for one in projections for each in closings(one, BOOK, YEAR, CLOSES_ON)],
        )
    views = [view_of(each, name, YEAR, CLOSES_ON) for each in projections for name in each.conventions]
    assert sum(each.owed.total for each in monitoring.promised) == sum(view.owed.total for view in views)
    assert sum(each.counted for each in monitoring.promised) == sum(view.units for view in views)
    told = Counter(
        (body["data"]["kind"], body["type"])
        for body in (orjson.loads(message.value) for message in outlet.said if message.topic == "alerts")
    )
    assert monitoring.alerts
    for each in monitoring.alerts:
        assert each.raised == told[each.kind, "fr.aiguillage.alert.raised.v1"]
        assert each.cleared == told[each.kind, "fr.aiguillage.alert.cleared.v1"]
    for closing in monitoring.closings:
        assert closing.due == closing.carried + closing.refunded + closing.left + closing.extinguished
    written = StringIO()
    show_monitoring(Console(file=written, width=110), monitoring)
    said = written.getvalue()
    assert "Engagements 2026 : ce qui manque et pourquoi" in said
    assert "Clôture 2026 : ce qui est dû, et l'action corrective" in said
    assert all(each.title in said for each in monitoring.alerts)
    assert orjson.dumps(monitoring.to_json())
