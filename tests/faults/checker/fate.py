"""What became of every message fed: applied once, or refused once with its reason, and said so."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import orjson

from chassis.rejects import NOWHERE
from contracts.canonical import encode
from contracts.envelope import identity_of
from contracts.inputs import Input
from tests.faults.checker.history import Fed
from tests.faults.checker.reading import REJECTED, Place, Reading, readable
from tests.faults.checker.violation import Violation

Declaration = tuple[str, str, bytes]
"""Bailleur, vacancy, canonical body."""


def every_message_fed_was_applied_or_refused(reading: Reading) -> Iterator[Violation]:
    """Acknowledged by the broker, a message is in the journal, or repeats what is, or is kept with its reason."""
    applied = {row.cause: row.data for row in reading.inputs}
    refused = {(kept.reject.topic, kept.digest) for kept in reading.history.orientation.rejects}
    declared = _declarations(reading)
    for number, fed in enumerate(reading.history.fed):
        message = readable(fed.value, fed.headers, fed.topic)
        is_applied = message is not None and (
            applied.get(message.identity) == message.canonical or _declaration(message) in declared
        )
        is_refused = (fed.topic, sha256(fed.value).hexdigest()) in refused
        what = _wrong(fed, is_applied=is_applied, is_refused=is_refused)
        if what:
            yield Violation("lost", f"message {number} on {fed.topic}", what)


def _wrong(fed: Fed, *, is_applied: bool, is_refused: bool) -> str:
    if not is_applied and not is_refused:
        return "neither applied nor refused"
    if fed.expected == "accepted" and not is_applied:
        return "refused, and nothing was wrong with it"
    if fed.expected == "refused" and not is_refused:
        return "applied, and it should have been refused"
    return ""


def _declarations(reading: Reading) -> set[Declaration]:
    said = (message for found in reading.said.values() for _, message in found)
    applied = {row.cause for row in reading.inputs if row.type == "vacancy.declared"}
    return {key for message in said if message.identity in applied and (key := _declaration(message))}


def _declaration(message: Input) -> Declaration | None:
    if message.type != "vacancy.declared":
        return None
    return message.data["bailleur"], message.data["vacancy_id"], encode(message.data)


def nothing_was_applied_twice(reading: Reading) -> Iterator[Violation]:
    """An identity is one row in one scope, a vacancy one declaration, a refusal one entry."""
    for cause, times in Counter(row.cause for row in [*reading.inputs, *reading.deadlines]).items():
        if times > 1:
            yield Violation("doubled", f"cause {cause}", f"applied {times} times")
    decided = Counter(
        (fact.row.scope.partition(":")[0], fact.data["vacancy_id"])
        for fact in reading.facts
        if fact.row.type == "orientation.decided" and fact.data["supersedes"] is None
    )
    for (bailleur, vacancy), times in decided.items():
        if times > 1:
            yield Violation("doubled", f"vacancy {vacancy} of {bailleur}", f"first decided {times} times")
    kept = Counter(
        (each.reject.topic, each.reject.partition, each.reject.offset, each.digest)
        for each in reading.history.orientation.rejects
    )
    for place, times in kept.items():
        if times > 1:
            yield Violation("doubled", f"refusal of {place[:3]}", f"kept {times} times")


def nothing_was_both_applied_and_refused(reading: Reading) -> Iterator[Violation]:
    """A message applied was not refused at the place it was applied from: its sender is never told both.

    Said several times it may have been refused before it was applied, never after. Which place it was applied from is
    known where the journal tells; anywhere else it is one that was not refused, and none behind it was.
    """
    applied_from = {heard.place for heard in reading.history.orientation.heard}
    for row in reading.inputs:
        places = [
            place for place, message in reading.said.get(row.cause, ()) if message.canonical == row.data
        ]
        refused = [place for place in places if place in reading.refused]
        spared = [place for place in places if place not in reading.refused]
        wrong = [
            place
            for place in refused
            if not spared or place in applied_from or any(_is_behind(place, other) for other in spared)
        ]
        if wrong:
            yield Violation(
                "doubled", f"cause {row.cause} of {row.scope}", f"applied, and refused at {wrong}"
            )


def _is_behind(place: Place, other: Place) -> bool:
    """Whether whoever handles the one has handled the other before."""
    return place[:2] == other[:2] and place[2] > other[2]


def every_refusal_was_published(reading: Reading) -> Iterator[Violation]:
    """What is kept as refused is on `<topic>.rejected`, and nothing else is."""
    told = {
        (topic.removesuffix(REJECTED), headers["partition"], headers["offset"], headers["sha256"])
        for topic, records in reading.history.records.items()
        if topic.endswith(REJECTED)
        for headers in (_why(record.headers) for record in records)
    }
    kept = {
        (each.reject.topic, str(each.reject.partition), str(each.reject.offset), each.digest)
        for each in reading.history.orientation.rejects
    }
    for place in sorted(kept - told):
        yield Violation("lost", f"refusal of {place[:3]}", "kept, never published")
    for place in sorted(told - kept):
        yield Violation("disagreement", f"refusal of {place[:3]}", "published, not kept")


def _why(headers: tuple[tuple[str, bytes | None], ...]) -> dict[str, str]:
    return {name.removeprefix("aiguillage-error-"): (value or b"").decode() for name, value in headers}


def nothing_was_applied_that_nobody_said(reading: Reading) -> Iterator[Violation]:
    """Every input journalled stands on an input topic, with the content it was applied with."""
    for row in reading.inputs:
        if all(message.canonical != row.data for _, message in reading.said.get(row.cause, ())):
            yield Violation(
                "disagreement", f"cause {row.cause} of {row.scope}", "applied, and nobody said it"
            )


def what_waited_in_vain_was_refused_once_and_for_all(reading: Reading) -> Iterator[Violation]:
    """An outcome given up is refused to its sender, and only such a one is."""
    given_up = {
        fact.data["of"]
        for fact in reading.facts
        if fact.row.type == "outcome.recorded" and fact.data["status"] == "rejected"
    }
    told = {
        identity_of(event["source"], event["id"])
        for event in (
            orjson.loads(kept.reject.value or b"{}")
            for kept in reading.history.orientation.rejects
            if kept.reject.offset == NOWHERE
        )
    }
    for identity in sorted(given_up - told):
        yield Violation("lost", f"outcome {identity}", "given up, and its sender was never told")
    for identity in sorted(told - given_up):
        yield Violation("disagreement", f"outcome {identity}", "refused to its sender, and not given up")
