"""Writes small journals of both services: a sample year played in one process, without a broker.

`tests/journals/README.md` says when this is run, and from which commit.
"""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from aiguillage.lines import SAMPLE, event_time, topic_of
from aiguillage.parties import Agenda, Player
from aiguillage.sample import make_sample
from chassis.bus import Message, Record, Unavailable
from chassis.clock import FixedClock
from chassis.journal import SqlJournal
from chassis.metrics import Metrics
from chassis.rulebook import Rulebook, load
from compliance.handlers import Compliance
from compliance.projections import Projections
from compliance.rebuilding import rebuild_from_journal
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from contracts.canonical import decode, encode
from contracts.envelope import open_emitted
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

ROOT = Path(__file__).parents[2]
DEPARTEMENT, VACANCIES, SEED, YEAR = "48", 90, 11, 2026
UNTIL = datetime(YEAR, 10, 15, tzinfo=UTC)
"""In the middle of things: dwellings wait for answers, a split is being concerted."""
RECORDED = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass(slots=True)
class Wire:
    """Takes what services publish, but on the topics that are cut."""

    cut: set[str] = field(default_factory=set)
    sent: list[Message] = field(default_factory=list)

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """Keep the messages; none of a topic that is cut."""
        self.sent += [message for message in messages if message.topic not in self.cut]
        return [Unavailable("cut") if message.topic in self.cut else None for message in messages]

    def take(self) -> list[Message]:
        """What was published since the last time."""
        taken, self.sent = self.sent, []
        return taken


@dataclass(slots=True)
class House:
    """Both services on their journals, and where the next message stands in each topic."""

    orientation: Orientation
    compliance: Compliance
    wire: Wire
    clock: FixedClock
    offsets: dict[str, int] = field(default_factory=dict)
    stream: list[dict[str, Any]] = field(default_factory=list)
    """What was said on the ordered stream: `kind` and the data."""

    async def say(self, line: bytes, topic: str | None = None) -> list[tuple[str, dict[str, Any], datetime]]:
        """Hand a line to orientation and what it publishes to compliance; what parties hear of it."""
        self.clock.set(self.clock.now() + timedelta(seconds=1))
        await self.orientation.handle([self._record(topic or topic_of(line), line)])
        sent = self.wire.take()
        ordered = [message.value for message in sent if message.topic == "orientations"]
        await self.compliance.handle([self._record("orientations", value) for value in ordered])
        await self.compliance.on_idle(True)
        self.wire.take()
        heard = []
        for value in ordered:
            event = open_emitted(value)
            self.stream.append({"kind": event.type, **event.data})
            heard.append((event.type, event.data, event.time))
        return heard

    def last(self, kind: str, **named: object) -> dict[str, Any]:
        """The last item of a kind on the ordered stream with these fields."""
        return next(
            item
            for item in reversed(self.stream)
            if item["kind"] == kind and all(item.get(name) == value for name, value in named.items())
        )

    def _record(self, topic: str, value: bytes) -> Record:
        offset = self.offsets[topic] = self.offsets.get(topic, -1) + 1
        return Record(topic, 0, offset, None, value, (), 0)


async def write(orientation_url: str, compliance_url: str) -> None:
    """Write both journals; their databases have the tables, or are SQLite files that are not there yet."""
    clock = FixedClock(RECORDED)
    book, wire = load(ROOT / "rules"), Wire()
    async with AsyncExitStack() as stack:
        routing, watching = (SqlJournal(url, clock) for url in (orientation_url, compliance_url))
        for journal in (routing, watching):
            stack.push_async_callback(journal.close)
            await journal.open()
            await journal.put_in_force(book.digest, book.bundle())
        house = _house(routing, watching, wire, clock, book)
        await house.orientation.start()
        await house.compliance.start()
        await _year(house)
        await rebuild_from_journal(watching)  # as `compliance rebuild` does: a snapshot of every scope
        await _by_hand(house)
        wire.cut = {"orientations"}
        for number in range(1, 5):
            with suppress(Unavailable):
                await house.say(_vacancy(f"V-UNPUBLISHED-{number}", house))


def _house(routing: SqlJournal, watching: SqlJournal, wire: Any, clock: FixedClock, book: Rulebook) -> House:  # noqa: ANN401 - it publishes
    meter = Meter(Metrics.of(CollectorRegistry()))
    chosen = _Chosen(BookView(book))
    scopes, publishing = Scopes(routing), Publishing(routing, wire, clock)
    orientation = Orientation(scopes, routing, publishing, chosen, clock, meter, "event", "open")
    projections = Projections(watching)
    saying, watch = Saying(projections, wire, clock), Watching(watching, wire, RulesInForce(lambda: book))
    return House(orientation, Compliance(projections, saying, watch), wire, clock)


@dataclass(slots=True)
class _Chosen:
    book: BookView

    def current(self) -> BookView:
        return self.book


async def _year(house: House) -> None:
    """The sample year up to `UNTIL`, each line after what parties answer before it."""
    lines = list(make_sample(DEPARTEMENT, VACANCIES, SEED, YEAR))
    agenda = Agenda(Player(lines))
    for line in _until(lines, agenda):
        for kind, data, at in await house.say(line):
            agenda.hear(kind, data, at)


def _until(lines: list[bytes], agenda: Agenda) -> Iterator[bytes]:
    for line in lines:
        if topic_of(line) != SAMPLE and event_time(line) < UNTIL:
            yield from agenda.due(event_time(line))
            yield line
    yield from agenda.due(UNTIL)


async def _by_hand(house: House) -> None:
    """What the sample does not say: disputes, changed conventions, new buildings, what waits, what is refused."""
    for told in (
        _on_conventions,
        _on_vacancies,
        _overridden,
        _programmes,
        _answers,
        _first_letting,
        _refused,
    ):
        for line in told(house):
            await house.say(line)
    await house.say(b"{", "vacancies")


def _on_conventions(house: House) -> list[bytes]:
    signed = house.last("convention.recorded", change="signed")
    body = {name: signed[name] for name in _SIGNED if signed.get(name) is not None}
    other = next(
        item
        for item in house.stream
        if item["kind"] == "convention.recorded" and item["convention_id"] != signed["convention_id"]
    )
    party, where = signed["reservataire"]["id"], _where(signed)
    named = {"convention_id": signed["convention_id"], **where}
    return [
        _event("convention.adjusted", {**body, "respond_within_days": 21}),
        _event(
            "convention.contested", {**named, "by": party, "reason": "La part signée est autre."}, by=party
        ),
        _event(
            "convention.ended",
            {
                **_where(other),
                "convention_id": other["convention_id"],
                "on": "2026-12-01",
                "reason": "Accord.",
            },
        ),
    ]


def _on_vacancies(house: House) -> list[bytes]:
    outside = house.last("orientation.decided", outcome="outside_flux")
    party = house.last("convention.recorded", scope=outside["scope"])["reservataire"]["id"]
    named = {
        "vacancy_id": outside["vacancy_id"],
        **_where(outside),
        "proposal_id": None,
        "reservataire": party,
    }
    settled = house.last("outcome.recorded", outcome="lease.signed")
    lease = {"vacancy_id": settled["vacancy_id"], **_where(settled), "signed_on": "2026-10-10"}
    lease |= {"proposal_id": settled["proposal_id"], "reservataire": settled["reservataire"]}
    early = {"proposal_id": "0" * 32, "vacancy_id": "V-NOT-YET", **_where(settled)}
    early |= {"reservataire": settled["reservataire"], "by": "reservataire"}
    early |= {"reason": "absence_de_candidat", "note": "Aucun candidat ne convient à ce logement."}
    return [
        _event("exclusion.contested", {**named, "by": party, "reason": "Ce n'est pas une vente."}, by=party),
        _event("contestation.answered", {**named, "by": outside["bailleur"], "reason": "Acte transmis."}),
        _event("lease.signed", lease),
        _event("proposal.refused", early, by=settled["reservataire"]),
        *(_vacancy(f"V-OPEN-{number}", house) for number in range(1, 5)),
        _vacancy("V-WITHDRAWN", house),
        _event(
            "vacancy.withdrawn",
            {"vacancy_id": "V-WITHDRAWN", **_where(settled), "reason": "Le congé a été annulé."},
        ),
    ]


def _overridden(house: House) -> list[bytes]:
    """A proposal in hand is given to another party: it is withdrawn."""
    proposed = house.last("proposal.issued")
    decided = house.last("orientation.decided", vacancy_id=proposed["vacancy_id"])
    parties = [
        other["reservataire"]
        for other in decided["alternatives"]
        if other.get("reservataire") not in {None, "BAILLEUR", proposed["reservataire"]}
    ]
    named = {name: proposed[name] for name in ("proposal_id", "vacancy_id")}
    body = {
        **named,
        **_where(proposed),
        "reservataire": parties[0],
        "reason": "Relogement urgent après sinistre.",
    }
    return [_event("decision.overridden", body)]


def _programmes(house: House) -> list[bytes]:
    """Two new buildings: one is agreed on at once, of the other nobody has spoken yet."""
    like = house.last("orientation.decided", outcome="proposed")
    home = like["vacancy"]["dwelling"]
    lines = []
    for name in ("P-AGREED", "P-OPEN"):
        dwellings = [{**home, "dwelling_id": f"D-{name}-{number}"} for number in (1, 2)]
        promised = [{"reservataire": like["reservataire"], "count": 1}]
        body = {"programme_id": name, **_where(like), "dwellings": dwellings, "commitments": promised}
        lines.append(_event("programme.opened", {**body, "answer_by": "2026-11-15"}, name=name))
    return lines


def _answers(house: House) -> list[bytes]:
    proposed = house.last("concertation.proposed", programme_id="P-AGREED")
    named = {"programme_id": "P-AGREED", **_where(proposed), "round": proposed["round"], "answer": "agree"}
    return [
        _event("concertation.answered", {**named, "reservataire": party}, by=party, name=party)
        for party in sorted(proposed["asked"])
    ]


def _first_letting(house: House) -> list[bytes]:
    concluded = house.last("concertation.concluded", programme_id="P-AGREED")
    said = decode(_vacancy("V-NEW", house, dwelling_id="D-P-AGREED-1"))
    said["data"] |= {"cause": "neuf", "programme_id": concluded["programme_id"]}
    return [encode(said)]


def _refused(house: House) -> list[bytes]:
    """A person named, the same vacancy told otherwise, a convention that is not known, a type that is none."""
    said = decode(_vacancy("V-PERSON", house))
    said["data"]["dwelling"]["tenant_name"] = "Camille Martin"
    other = decode(_vacancy("V-OPEN-1", house, typologie="T5"))
    other["id"] = "told-otherwise"
    where = _where(house.last("convention.recorded"))
    ended = {**where, "convention_id": "UNKNOWN", "on": "2026-12-01", "reason": "?"}
    unknown = decode(_vacancy("V-UNKNOWN", house))
    unknown["type"] = "fr.aiguillage.vacancy.imagined.v1"
    return [*map(encode, (said, other, unknown)), _event("convention.ended", ended)]


def _vacancy(vacancy_id: str, house: House, **dwelling: object) -> bytes:
    like = house.last("orientation.decided", outcome="proposed")
    body = {name: value for name, value in like["vacancy"].items() if name in _DECLARED}
    home = {**like["vacancy"]["dwelling"], "dwelling_id": f"D-{vacancy_id}", **dwelling}
    return _event(
        "vacancy.declared",
        {
            "available_on": "2026-11-01",
            "cause": "conge",
            "purpose": "relocation",
            **body,
            "vacancy_id": vacancy_id,
            "bailleur": like["bailleur"],
            "dwelling": home,
        },
        name=vacancy_id,
    )


_DECLARED = ("cause", "purpose")
_SIGNED = (
    "convention_id",
    "bailleur",
    "departement",
    "reservataire",
    "year",
    "share_percent",
    "objective",
    "territory",
    "shares",
    "decompte",
    "management",
    "confirmation",
    "criteria",
    "effective",
)


def _where(item: dict[str, Any]) -> dict[str, str]:
    return {"bailleur": item["bailleur"], "departement": item["departement"]}


def _event(kind: str, data: dict[str, Any], *, by: str | None = None, name: str = "") -> bytes:
    source = f"/reservataires/{by}" if by else f"/bailleurs/{data['bailleur']}"
    event = {
        "specversion": "1.0",
        "id": f"by-hand-{kind}-{name or data.get('vacancy_id') or data.get('convention_id')}",
        "source": source,
        "type": f"fr.aiguillage.{kind}.v1",
        "time": UNTIL.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return encode(event)
