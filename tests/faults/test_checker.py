"""The checker says nothing of a sound history, and finds each thing that can be wrong with one."""

# ruff: noqa: ANN401 - builders take the JSON values of an event as they come

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from chassis.bus import Message
from chassis.clock import FixedClock
from chassis.journal import Heard, Row, SqlJournal
from chassis.metrics import Metrics
from chassis.rulebook import load
from compliance.handlers import Compliance
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes
from tests.faults.checker import Fed, History, check, kept_by
from tests.faults.checker.history import Expected
from tests.faults.simulated.topics import Topics

RULES = Path(__file__).parents[2] / "rules"
SIREN, DEPARTEMENT = "999001209", "48"
SCOPE = f"{SIREN}:{DEPARTEMENT}"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWN, OTHER = "proposals.AL-48", "proposals.CD-48"


class Acknowledging:
    """Publishes to topics in memory, where everything arrives."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        for message in messages:
            self._topics.put(message)
        return [None] * len(messages)


class OneBook:
    def __init__(self, book: BookView) -> None:
        self._book = book

    def current(self) -> BookView:
        return self._book


def an_event(kind: str, number: int, **data: Any) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"{kind}-{number}",
        "source": f"/bailleurs/{SIREN}",
        "type": f"fr.aiguillage.{kind}.v1",
        "time": "2026-03-02T09:00:00Z",
        "data": {"bailleur": SIREN, "departement": DEPARTEMENT, **data},
    }
    return orjson.dumps(event)


def a_convention(reservataire: str, kind: str, share: str) -> bytes:
    terms = {
        "convention_id": f"C-{reservataire}",
        "reservataire": {"id": reservataire, "kind": kind},
        "year": 2026,
        "share_percent": share,
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
    }
    return an_event("convention.signed", len(reservataire) + int(share), **terms)


def a_vacancy(number: int) -> bytes:
    dwelling = {
        "dwelling_id": f"D{number}",
        "commune": "48095",
        "typologie": "T3",
        "financement": "PLUS",
        "qpv": False,
    }
    facts = {"available_on": "2026-03-10", "cause": "conge", "purpose": "relocation", "dwelling": dwelling}
    return an_event("vacancy.declared", number, vacancy_id=f"V{number}", **facts)


def fed() -> list[Fed]:
    """A few conventions and vacancies, an outcome that waits in vain, and one message that is wrong."""
    said: list[tuple[str, bytes, Expected]] = [
        ("conventions", a_convention("AL-48", "action_logement", "45"), "accepted"),
        ("conventions", a_convention("CD-48", "departement", "30"), "accepted"),
        *(("vacancies", a_vacancy(number), "accepted") for number in range(1, 7)),
        ("vacancies", a_vacancy(2), "accepted"),
        ("vacancies", an_event("vacancy.withdrawn", 9, vacancy_id="V404", reason="erreur"), "refused"),
        (
            "outcomes",
            an_event("lease.signed", 1, vacancy_id="V77", reservataire="AL-48", signed_on="2026-03-02"),
            "either",
        ),
    ]
    return [Fed(topic, value, expected) for topic, value, expected in said]


async def play() -> History:
    """What the services make of it when nothing fails; two months later every wait is over."""
    clock, topics, messages, book = FixedClock(NOON), Topics(), fed(), BookView(load(RULES))
    journals = [SqlJournal("sqlite://", clock) for _ in range(2)]
    for journal in journals:
        await journal.open()
    routing, watching = journals
    await routing.store_bundle(book.rules.digest, book.loaded.bundle())
    publisher: Any = Acknowledging(topics)
    meter = Meter(Metrics(CollectorRegistry()))
    orientation = Orientation(
        Scopes(routing),
        routing,
        Publishing(routing, publisher, clock),
        OneBook(book),
        clock,
        meter,
        trust="open",
    )
    projections = Projections(watching)
    rules = RulesInForce(lambda: book.loaded)
    compliance = Compliance(
        projections, Saying(projections, publisher, clock), Watching(watching, publisher, rules), wall=clock
    )
    records = [topics.put(Message(each.topic, SCOPE.encode(), each.value)) for each in messages]
    await orientation.handle(records)
    clock.set(NOON + timedelta(days=150))
    await orientation.on_idle()
    await compliance.handle(topics.logs["orientations"])
    await compliance.on_idle(True)
    kept = [await kept_by(journal) for journal in journals]
    for journal in journals:
        await journal.close()
    return History(messages, dict(topics.logs), *kept, settled_at=clock.now())


@pytest.fixture(scope="module")
def history() -> History:
    return asyncio.run(play())


def test_a_sound_history_is_proved_with_its_counts(history: History) -> None:
    verdict = check(history)
    assert str(verdict).startswith(
        "0 lost, 0 doubled, 0 leaked, 0 disagreements (1 scopes, 11 messages fed, "
    )
    assert verdict.is_sound
    assert verdict.counts["inputs applied"] == 9
    assert verdict.counts["messages refused"] == 2
    assert verdict.counts["proposals"] >= 4
    assert verdict.counts["waits ended"] >= 4


# ways in which a history can be wrong


def without_record(history: History, topic: str, number: int) -> History:
    records = list(history.records[topic])
    del records[number]
    return replace(history, records={**history.records, topic: records})


def with_value(history: History, topic: str, number: int, change: Callable[[bytes], bytes]) -> History:
    records = list(history.records[topic])
    records.append(replace(records[number], value=change(records[number].value or b"")))
    return replace(history, records={**history.records, topic: records})


def moved_record(history: History, topic: str, to: str) -> History:
    record = replace(history.records[topic][-1], topic=to)
    return replace(history, records={**history.records, to: [*history.records[to], record]})


def without_row(history: History, service: str, number: int) -> History:
    kept = getattr(history, service)
    rows = list(kept.rows[SCOPE])
    del rows[number]
    return replace(history, **{service: replace(kept, rows={SCOPE: rows})})


def without_rows(history: History, kind: str) -> History:
    kept = history.orientation
    rows = [row for row in kept.rows[SCOPE] if row.type != kind]
    return replace(history, orientation=replace(kept, rows={SCOPE: rows}))


def with_row(history: History, service: str, kind: str, change: Callable[[bytes], bytes]) -> History:
    kept = getattr(history, service)
    rows = list(kept.rows[SCOPE])
    number = next(n for n, row in enumerate(rows) if row.type == kind and row.data != change(row.data))
    rows[number] = replace(rows[number], data=change(rows[number].data))
    return replace(history, **{service: replace(kept, rows={SCOPE: rows})})


def with_alerts(history: History, change: Callable[[list[Row]], list[Row]]) -> History:
    kept = history.compliance
    alerts = {stream: change(list(rows)) for stream, rows in kept.alerts.items()}
    return replace(history, compliance=replace(kept, alerts=alerts))


def raised(rows: list[Row]) -> Row:
    """The last alert raised, raised once more at the number that follows."""
    last = [row for row in rows if row.type == "alert.raised"][-1]
    body = {**orjson.loads(last.data), "sequence": len(rows) + 1}
    return replace(last, data=orjson.dumps(body, option=orjson.OPT_SORT_KEYS))


def a_cause_again(history: History) -> History:
    kept = history.orientation
    first = kept.rows[SCOPE][0]
    rows = {**kept.rows, "999001209:75": [replace(first, scope="999001209:75")]}
    return replace(history, orientation=replace(kept, rows=rows))


def one_more_fed(history: History) -> History:
    return replace(history, fed=[*history.fed, Fed("vacancies", a_vacancy(99))])


def answered(history: History, at: datetime) -> History:
    """The first proposal that expired, answered by then."""
    row = next(row for row in history.orientation.rows[SCOPE] if row.type == "proposal.expired")
    answer = an_event("candidates.designated", 1, proposal_id=orjson.loads(row.data)["proposal_id"])
    return replace(history, fed=[*history.fed, Fed("outcomes", answer, acknowledged_at=at)])


def a_refusal(history: History, of: str, *, at: slice = slice(None)) -> History:
    """The message that declared a vacancy, refused at places where it stands: at each unless told."""
    kept = history.orientation
    reject = next(each for each in kept.rejects if each.reject.topic == "vacancies")
    said = [record for record in history.records["vacancies"] if of.encode() in (record.value or b"")]
    extra = [
        replace(reject, reject=replace(reject.reject, partition=record.partition, offset=record.offset))
        for record in said[at]
    ]
    return replace(history, orientation=replace(kept, rejects=[*kept.rejects, *extra]))


def applied_from(history: History, of: str, *, at: int) -> History:
    """The journal tells from which of the places where it stands a vacancy's declaration was applied."""
    record = [each for each in history.records["vacancies"] if of.encode() in (each.value or b"")][at]
    heard = Heard(("vacancies", record.partition, record.offset), sha256(record.value or b"").hexdigest())
    return replace(history, orientation=replace(history.orientation, heard=[heard]))


def expecting(history: History, expected: Expected, number: int) -> History:
    messages = list(history.fed)
    messages[number] = replace(messages[number], expected=expected)
    return replace(history, fed=messages)


def swapped(topic: str) -> Callable[[History], History]:
    """The first record of a topic comes after the second, and was never sent again."""

    def swap(history: History) -> History:
        first, second, *others = history.records[topic]
        return replace(history, records={**history.records, topic: [second, first, *others]})

    return swap


WRONGS: dict[str, tuple[Callable[[History], History], str]] = {
    "a message neither applied nor refused": (one_more_fed, "neither applied nor refused"),
    "a sound message refused": (lambda h: expecting(h, "accepted", 9), "nothing was wrong with it"),
    "a wrong message applied": (lambda h: expecting(h, "refused", 0), "it should have been refused"),
    "an input in two scopes": (a_cause_again, "applied 2 times"),
    "a message applied and refused": (lambda h: a_refusal(h, '"V3"'), "applied, and refused at"),
    "a message said twice, refused where it was applied": (
        lambda h: applied_from(a_refusal(h, '"V2"', at=slice(1)), '"V2"', at=0),
        "applied, and refused at",
    ),
    "a message said twice, refused after it was applied": (
        lambda h: a_refusal(h, '"V2"', at=slice(1, None)),
        "applied, and refused at",
    ),
    "an input nobody said": (
        lambda h: with_row(h, "orientation", "vacancy.declared", lambda b: b.replace(b"T3", b"T4")),
        "nobody said it",
    ),
    "a refusal nobody was told": (lambda h: without_record(h, "vacancies.rejected", 0), "never published"),
    "an outcome given up in silence": (
        lambda h: replace(h, orientation=replace(h.orientation, rejects=h.orientation.rejects[:1])),
        "its sender was never told",
    ),
    "an event lost on the stream": (
        lambda h: without_record(h, "orientations", 4),
        "journalled, never published",
    ),
    "an event out of order": (swapped("orientations"), "a reader in order stops at 1"),
    "a proposal its réservataire never heard of": (lambda h: without_record(h, OWN, 1), "never published"),
    "an event under another id": (
        lambda h: with_value(h, "orientations", 3, lambda b: b.replace(b'"id":"', b'"id":"0', 1)),
        "in bytes no row gives",
    ),
    "a proposal under two ids": (
        lambda h: with_value(h, OWN, 1, lambda b: b.replace(b'"proposal_id":"', b'"proposal_id":"0')),
        "told under two ids",
    ),
    "an id with two contents": (
        lambda h: with_value(h, OWN, 1, lambda b: b.replace(b"T3", b"T4")),
        "two contents under one id",
    ),
    "another's proposal": (lambda h: moved_record(h, OWN, OTHER), "it is addressed to AL-48"),
    "a ledger on a réservataire's topic": (
        lambda h: with_value(h, OWN, 1, lambda b: b.replace(b'"vacancy_id"', b'"ledger":{},"vacancy_id"')),
        "it carries the ledger",
    ),
    "rows unpublished": (
        lambda h: replace(h, orientation=replace(h.orientation, unpublished=[SCOPE])),
        "rows are still unpublished",
    ),
    "a vacancy never decided": (
        lambda h: without_rows(h, "orientation.decided"),
        "accepted, and never decided",
    ),
    "a decision that supersedes nothing": (
        lambda h: with_row(h, "orientation", "orientation.decided", _supersedes_nothing),
        "more than one stands",
    ),
    "a fact compliance never counted": (lambda h: without_row(h, "compliance", -1), "never counted it"),
    "a fact compliance counted otherwise": (
        lambda h: with_row(h, "compliance", "orientation.decided", lambda b: b.replace(b'"1/4"', b'"1/5"')),
        "count differently",
    ),
    "progress that was not said": (lambda h: without_record(h, "progress", -1), "last said at"),
    "progress that is not the fold's": (
        lambda h: with_value(h, "progress", -1, lambda b: b.replace(b'"proposed":', b'"proposed":1')),
        "not what the journal folds to",
    ),
    "an alert that was not told": (lambda h: without_record(h, "alerts", 0), "journalled, never told"),
    "an alert nobody journalled": (
        lambda h: with_value(h, "alerts", 0, lambda b: b.replace(b'"severity":"', b'"severity":"x')),
        "told in bytes no row gives",
    ),
    "an alert that is missing": (lambda h: with_alerts(h, lambda rows: rows[1:]), "it bears the number 2"),
    "an alert raised twice": (lambda h: with_alerts(h, lambda rows: [*rows, raised(rows)]), "and it stood"),
    "an alert cleared before it was raised": (
        lambda h: with_alerts(h, lambda rows: [replace(rows[0], type="alert.cleared"), *rows[1:]]),
        "cleared, and it did not stand",
    ),
    "a wait that did not end": (
        lambda h: replace(h, settled_at=h.settled_at and h.settled_at + timedelta(days=900)),
        "nothing was done",
    ),
    "a wait that ended though its answer was there": (
        lambda h: answered(h, NOON + timedelta(days=28)),
        "answered 2026-",
    ),
    "a byte changed in a journal": (
        lambda h: with_row(h, "compliance", "convention.recorded", lambda b: b.replace(b"2026", b"2027")),
        "l'empreinte ne prouve pas la ligne",
    ),
    "a decision that does not follow from the rules": (
        lambda h: with_row(h, "orientation", "orientation.decided", lambda b: b.replace(b"rotation", b"x")),
        "decided again",
    ),
    "a rulebook that was not kept": (
        lambda h: replace(h, orientation=replace(h.orientation, bundles={})),
        "named by decisions, and not kept",
    ),
}


def test_an_answer_that_came_too_late_is_no_reason_against_a_wait_that_ended(history: History) -> None:
    late = check(answered(history, NOON + timedelta(days=31)))
    assert not any("expired" in violation.what for violation in late.violations)


def _supersedes_nothing(body: bytes) -> bytes:
    event = orjson.loads(body)
    return orjson.dumps({**event, "supersedes": None}, option=orjson.OPT_SORT_KEYS)


def test_a_message_may_be_refused_where_it_stands_first_and_applied_where_it_stands_again(
    history: History,
) -> None:
    told = applied_from(a_refusal(history, '"V2"', at=slice(1)), '"V2"', at=1)
    assert not [each for each in check(told).violations if "applied, and refused" in each.what]


@pytest.mark.parametrize("wrong", WRONGS)
def test_whatever_is_wrong_is_found(history: History, wrong: str) -> None:
    change, what = WRONGS[wrong]
    verdict = check(change(history))
    assert not verdict.is_sound
    assert any(what in violation.what for violation in verdict.violations), str(verdict)
    assert not str(verdict).startswith("0 lost, 0 doubled, 0 leaked, 0 disagreements")
