"""What was journalled is on its topics: all of it, under one id, in order, and to nobody it does not concern."""

from collections import defaultdict
from collections.abc import Iterator

from orientation.emissions import ORIENTATIONS, emissions
from tests.faults.checker.reading import PROPOSALS, Event, Reading
from tests.faults.checker.violation import Violation

Told = tuple[str, str, bytes]
"""Topic, id, bytes."""


def everything_journalled_is_published_and_nothing_else(reading: Reading) -> Iterator[Violation]:
    """Each fact stands on its topics with the id and the bytes its row gives; no event is without a row."""
    due = _due(reading)
    told = {
        (topic, event.id, event.value): event for topic, events in reading.events.items() for event in events
    }
    for topic, name, _ in sorted(due - told.keys()):
        yield Violation("lost", f"{topic} event {name}", "journalled, never published")
    for topic, name, _ in sorted(told.keys() - due):
        yield Violation("doubled", f"{topic} event {name}", "published under an id or in bytes no row gives")
    for scope in reading.history.orientation.unpublished:
        yield Violation("lost", scope, "rows are still unpublished")


def _due(reading: Reading) -> set[Told]:
    return {
        (emission.topic, _id_of(emission.message.value), emission.message.value)
        for fact in reading.facts
        for emission in emissions(fact.row.type, fact.row.ordinal, fact.data, fact.row.data)
    }


def _id_of(value: bytes) -> str:
    marker = b'"id":"'
    start = value.index(marker) + len(marker)
    return value[start : value.index(b'"', start)].decode()


def every_proposal_is_told_to_all_and_to_its_reservataire_under_one_id(
    reading: Reading,
) -> Iterator[Violation]:
    """A decision leads to one proposal at most; it has one id, one event, on both topics."""
    told: dict[tuple[str, str, int], set[tuple[str, str, str]]] = defaultdict(set)
    for events in reading.events.values():
        for event in events:
            if event.kind == "proposal.issued":
                issued = event.data
                key = (issued["scope"], issued["vacancy_id"], issued["attempt"])
                told[key].add((event.topic, issued["proposal_id"], event.id))
    for (scope, vacancy, attempt), found in told.items():
        where = f"proposal of {vacancy}, attempt {attempt}, {scope}"
        if len({(proposal, event) for _, proposal, event in found}) > 1:
            yield Violation("doubled", where, "told under two ids")
        topics = {topic for topic, _, _ in found}
        if ORIENTATIONS not in topics or not any(topic.startswith(PROPOSALS) for topic in topics):
            yield Violation("lost", where, f"told on {', '.join(sorted(topics))} only")


def no_reservataire_hears_of_anothers_proposals(reading: Reading) -> Iterator[Violation]:
    """A réservataire's own topic carries what is addressed to it, and nothing that only services need."""
    for topic, events in reading.events.items():
        for event in events if topic.startswith(PROPOSALS) else ():
            addressee = _addressee(event)
            if addressee != topic.removeprefix(PROPOSALS):
                yield Violation("leaked", f"{topic} event {event.id}", f"it is addressed to {addressee}")
            if "ledger" in event.data:
                yield Violation("leaked", f"{topic} event {event.id}", "it carries the ledger")


def _addressee(event: Event) -> str:
    reservataire = event.data["reservataire"]
    return str(reservataire["id"] if isinstance(reservataire, dict) else reservataire)


def sequences_can_be_read_in_order(reading: Reading) -> Iterator[Violation]:
    """Per (topic, scope) whoever waits for the next sequence, and drops the rest, hears everything once.

    An id that comes again has the same bytes; a sequence belongs to one id.
    """
    for topic, events in reading.events.items():
        heard: dict[str, int] = defaultdict(int)
        highest: dict[str, int] = defaultdict(int)
        values: dict[str, bytes] = {}
        owners: dict[tuple[str, int], str] = {}
        for event in events:
            scope, sequence = event.data["scope"], event.data["sequence"]
            heard[scope] += sequence == heard[scope] + 1
            highest[scope] = max(highest[scope], sequence)
            if values.setdefault(event.id, event.value) != event.value:
                yield Violation("doubled", f"{topic} event {event.id}", "two contents under one id")
            if owners.setdefault((scope, sequence), event.id) != event.id:
                yield Violation(
                    "doubled", f"{topic} {scope} sequence {sequence}", "two events at one sequence"
                )
        for scope, last in highest.items():
            if heard[scope] < last:
                yield Violation(
                    "lost", f"{topic} {scope}", f"a reader in order stops at {heard[scope]} of {last}"
                )
