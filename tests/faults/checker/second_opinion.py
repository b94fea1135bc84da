"""The naive model of `tests/model`, written from the docs alone, says every decision and account of each scope."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from chassis.journal import Row
from contracts.canonical import decode
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation
from tests.model.rulebook.files import RuleFolder, read_bundle
from tests.model.stream.comparison import Comparison
from tests.model.stream.inputs import Item

EMPTY = RuleFolder((), {})


def the_model_says_every_decision_and_every_account(reading: Reading) -> Iterator[Violation]:
    """What each input led to is predicted, by the rulebook that decided it, before it is looked at."""
    kept = reading.history.orientation
    comparison = Comparison(EMPTY)
    for scope, rows in kept.rows.items():
        for _, group in groupby(rows, key=attrgetter("cause")):
            led_to = list(group)
            rulebook = next((row.rulebook for row in led_to if row.rulebook), "")
            items = [_item(row) for row in led_to if row.ordinal]
            if items and rulebook in kept.bundles:
                comparison.take(scope, items, _folder(kept.bundles[rulebook]), _event_time(led_to))
    for found in comparison.disagreements:
        yield Violation("disagreement", f"{found.scope} item {found.sequence}", f"model: {found.what}")


@lru_cache(maxsize=16)
def _folder(bundle: bytes) -> RuleFolder:
    return read_bundle(bundle)


def _event_time(led_to: list[Row]) -> str:
    """When the input that led to these rows says that it happened."""
    said: Any = next((decode(row.data) for row in led_to if not row.ordinal), {})
    return str(said.get("time", ""))


def _item(row: Row) -> Item:
    data: Any = decode(row.data)
    return row.type, data
