"""Each principal may do what the integrator guide tells it to, and nothing with what is another's."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from aiguillage.rights import Right, rights

BAILLEUR, HOLDER, OTHER = "999001209", "AL-75", "AL-92"
COMMAND = Path(sys.executable).with_name("aiguillage")


def _of(principal: str) -> set[tuple[str, str]]:
    found = rights([BAILLEUR, HOLDER, OTHER])
    return {(r.operation, r.name) for r in found if r.principal == principal and r.resource == "topic"}


def test_a_reservataire_writes_on_its_own_topics_and_reads_its_own_proposals() -> None:
    assert _of(HOLDER) == {
        *(("Write", f"{family}.{HOLDER}") for family in ("outcomes", "conventions", "programmes")),
        *(("Read", f"{family}.{HOLDER}.rejected") for family in ("outcomes", "conventions", "programmes")),
        ("Read", f"proposals.{HOLDER}"),
        *(("Read", shared) for shared in ("progress", "alerts", "concertations")),
    }


def test_a_bailleur_writes_on_its_own_topics_and_reads_the_stream_but_no_proposals() -> None:
    own = ("vacancies", "conventions", "programmes", "outcomes")
    assert {name for operation, name in _of(BAILLEUR) if operation == "Write"} == {
        f"{family}.{BAILLEUR}" for family in own
    }
    assert ("Read", "orientations") in _of(BAILLEUR)
    assert not any("proposals" in name for _, name in _of(BAILLEUR))


def test_no_service_may_write_what_a_party_says() -> None:
    found = rights([BAILLEUR, HOLDER])
    said = {
        right.name for right in found if right.principal in {BAILLEUR, HOLDER} and right.operation == "Write"
    }
    by_services = [r for r in found if r.principal.startswith("aiguillage-") and r.operation == "Write"]
    assert said
    assert not [
        (right, topic)
        for right in by_services
        for topic in said
        if right.name == topic or (right.is_prefix and topic.startswith(right.name))
    ]


def test_a_group_of_one_party_is_no_group_of_another_whose_name_begins_alike() -> None:
    (group,) = [
        right for right in rights(["AL-7"]) if right.principal == "AL-7" and right.resource == "group"
    ]
    assert group == Right("AL-7", "Read", "group", "AL-7.", is_prefix=True)


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_every_right_and_asks_no_broker(as_json: bool) -> None:
    words = [COMMAND, "topics", "--acl", BAILLEUR, HOLDER, *["--json"][: int(as_json)]]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - our own
    expected = rights([BAILLEUR, HOLDER])
    if as_json:
        assert [Right(**each) for each in orjson.loads(done.stdout)] == expected
    else:
        lines = done.stdout.splitlines()
        assert len(lines) == len(expected)
        assert all(line.endswith(right.arguments) for line, right in zip(lines, expected, strict=True))
