"""What others write to the services' own topics is left out: it neither stops compliance nor is believed."""

# ruff: noqa: ANN401 - JSON values

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from chassis.bus import Record
from compliance.items import read_alerts, read_items

ITEM = {"scope": "999001209:48", "sequence": 1}
ALERT = {**ITEM, "rulebook": "e3b0c442"}
SAID = {
    "type": "fr.aiguillage.orientation.decided.v1",
    "id": "1",
    "source": "/aiguillage/orientation",
    "time": "2026-03-02T09:00:00Z",
    "data": ITEM,
}
FOREIGN: dict[str, dict[str, Any]] = {
    "no data": {"data": None},
    "data of nothing": {"data": {}},
    "data that are a list": {"data": [1]},
    "a scope that is no text": {"data": {**ALERT, "scope": 48}},
    "a sequence in words": {"data": {**ALERT, "sequence": "1"}},
    "a sequence that is a claim": {"data": {**ALERT, "sequence": True}},
    "a bailleur's word": {"source": "/bailleurs/999001209"},
    "no source": {"source": None},
    "a time nobody can place": {"time": "2026-03-02T09:00:00"},
}


def a_record(**changes: Any) -> Record:
    return Record("orientations", 0, 0, None, orjson.dumps({**SAID, **changes}), [], 0)


def an_alert(**changes: Any) -> Record:
    return a_record(**{"source": "/aiguillage/compliance", "data": ALERT, **changes})


@pytest.mark.parametrize("changes", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(("read", "own"), [(read_items, a_record), (read_alerts, an_alert)])
def test_a_foreign_event_is_left_out_and_those_around_it_are_read(
    read: Callable[..., list[Any]], own: Callable[..., Record], changes: dict[str, Any]
) -> None:
    assert len(read([own(), own(**changes), own()])) == 2


def test_an_alert_that_names_no_rules_is_foreign() -> None:
    assert read_alerts([an_alert(data=ITEM)]) == []


def test_neither_service_is_taken_for_the_other() -> None:
    assert read_items([an_alert()]) == []
    assert read_alerts([a_record(data=ALERT)]) == []
