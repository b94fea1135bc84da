"""Each principal may do what the integrator guide tells it to, and nothing with what is another's."""

import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from aiguillage.party_topics import bailleur, reservataire
from aiguillage.rights import OPERATOR, Right, rights
from compliance.app import GROUP as COMPLIANCE
from orientation.app import GROUP as ORIENTATION

BAILLEUR, HOLDER, OTHER = "999001209", "AL-75", "AL-92"
EPCI = "999007024"
"""A réservataire that bears its SIREN."""
OBSERVATORY = "OBSERVATOIRE"
SPEAKERS = [bailleur(BAILLEUR), *map(reservataire, (HOLDER, OTHER, EPCI))]
COMMAND = Path(sys.executable).with_name("aiguillage")
DEPLOYING = Path(__file__).parents[3] / "deploy" / "README.md"


def _of(principal: str, *followers: str) -> set[tuple[str, str]]:
    found = rights(SPEAKERS, followers)
    return {(r.operation, r.name) for r in found if r.principal == principal and r.resource == "topic"}


@pytest.mark.parametrize("holder", [HOLDER, EPCI])
def test_a_reservataire_writes_on_its_own_topics_and_reads_its_own_proposals(holder: str) -> None:
    assert _of(holder) == {
        *(("Write", f"{family}.{holder}") for family in ("outcomes", "conventions", "programmes")),
        *(("Read", f"{family}.{holder}.rejected") for family in ("outcomes", "conventions", "programmes")),
        ("Read", f"proposals.{holder}"),
        *(("Read", shared) for shared in ("progress", "alerts", "concertations")),
    }


def test_a_bailleur_writes_on_its_own_topics_and_reads_no_proposals() -> None:
    own = ("vacancies", "conventions", "programmes", "outcomes")
    assert _of(BAILLEUR) == {
        *(("Write", f"{family}.{BAILLEUR}") for family in own),
        *(("Read", f"{family}.{BAILLEUR}.rejected") for family in own),
        *(("Read", shared) for shared in ("progress", "alerts", "concertations")),
    }


def test_nobody_reads_the_stream_but_the_services_their_operator_and_who_was_named_for_it() -> None:
    def readers(*followers: str) -> set[str]:
        found = rights(SPEAKERS, followers)
        return {r.principal for r in found if r.name == "orientations" and r.operation == "Read"}

    services = {COMPLIANCE, ORIENTATION, OPERATOR}
    assert readers() == services
    assert readers(BAILLEUR, OBSERVATORY) == {*services, BAILLEUR, OBSERVATORY}


def test_an_observatory_reads_what_a_bilan_and_its_proof_are_made_from_and_says_nothing() -> None:
    heard = ("orientations", "progress", "alerts", "concertations", "rulebooks", "checkpoints")
    assert _of(OBSERVATORY, OBSERVATORY) == {("Read", topic) for topic in heard}


def test_a_party_that_follows_the_stream_is_given_each_right_once() -> None:
    found = rights(SPEAKERS, [BAILLEUR])
    assert len(found) == len(set(found))


def test_who_operates_says_again_what_was_said_and_cannot_write_the_proofs_of_it() -> None:
    said = {f"{family}.{BAILLEUR}" for family in ("vacancies", "conventions", "programmes", "outcomes")}
    said |= {
        f"{family}.{holder}"
        for family in ("conventions", "programmes", "outcomes")
        for holder in (HOLDER, OTHER, EPCI)
    }
    written = {name for operation, name in _of(OPERATOR) if operation == "Write"}
    assert written == {*said, "orientations", "concertations", "proposals.", "rulebooks"}
    groups = {r.name for r in rights(SPEAKERS) if r.principal == OPERATOR and r.resource == "group"}
    assert groups == {ORIENTATION, COMPLIANCE}


def test_every_principal_of_ours_has_a_row_in_the_deploying_guide() -> None:
    rows = set(re.findall(r"^\| `User:(aiguillage-[a-z]+)` \|", DEPLOYING.read_text(), re.MULTILINE))
    assert rows == {r.principal for r in rights(SPEAKERS) if r.principal.startswith("aiguillage-")}


def test_no_service_may_write_what_a_party_says() -> None:
    found = rights(SPEAKERS)
    parties = {speaker.party for speaker in SPEAKERS}
    said = {right.name for right in found if right.principal in parties and right.operation == "Write"}
    services = {ORIENTATION, COMPLIANCE}
    by_services = [r for r in found if r.principal in services and r.operation == "Write"]
    assert said
    assert not [
        (right, topic)
        for right in by_services
        for topic in said
        if right.name == topic or (right.is_prefix and topic.startswith(right.name))
    ]


def test_a_group_of_one_party_is_no_group_of_another_whose_name_begins_alike() -> None:
    found = rights([reservataire("AL-7")])
    (group,) = [right for right in found if right.principal == "AL-7" and right.resource == "group"]
    assert group == Right("AL-7", "Read", "group", "AL-7.", is_prefix=True)


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_every_right_and_asks_no_broker(as_json: bool) -> None:
    done = _topics(
        *("--acl", "--bailleur", BAILLEUR, "--reservataire", HOLDER, "--reservataire", EPCI),
        *("--stream", OBSERVATORY, *["--json"][: int(as_json)]),
    )
    expected = rights([bailleur(BAILLEUR), reservataire(HOLDER), reservataire(EPCI)], [OBSERVATORY])
    assert done.returncode == 0, done.stderr
    if as_json:
        assert [Right(**each) for each in orjson.loads(done.stdout)] == expected
    else:
        lines = done.stdout.splitlines()
        assert len(lines) == len(expected)
        assert all(line.endswith(right.arguments) for line, right in zip(lines, expected, strict=True))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--bailleur", HOLDER), "« AL-75 » n'est pas le SIREN d'un bailleur"),
        (("--bailleur", "999001208"), "« 999001208 » n'est pas le SIREN d'un bailleur"),
        (("--reservataire", "al 75"), "« al 75 » n'est pas un identifiant"),
        (("--stream", "al 75"), "« al 75 » n'est pas un identifiant"),
    ],
)
def test_a_name_that_is_none_in_its_role_is_told_and_nothing_is_printed(
    words: tuple[str, ...], told: str
) -> None:
    done = _topics("--acl", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def _topics(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "topics", *words], capture_output=True, text=True, timeout=60, check=False
    )
