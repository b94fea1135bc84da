"""What is handed to a party speaks of it alone: a whole year, every round, every party, and one that is unknown."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from aiguillage.explanation import Situation, explain, explain_to, read_question, situation_of
from aiguillage.explanation.obstacles import Obstacle
from aiguillage.explanation.party_form import LEFT_OUT, PartyExplanation
from aiguillage.explanation.recorded import find_decision, situation_recorded
from aiguillage.explanation.telling import told_party
from aiguillage.lines import SAMPLE, topic_of
from aiguillage.sample import make_sample
from chassis.journal import Row
from chassis.journal.semantics import SEMANTICS
from chassis.rulebook import load
from contracts.canonical import encode
from contracts.inputs import Input, read
from flux.scope import Scope
from flux.units import spoken, units_of
from orientation.domain.because import percent
from orientation.domain.event_clock import run_until
from orientation.domain.routing import route
from orientation.domain.state import ScopeState
from orientation.emissions import emissions
from orientation.rulebook import BookView

Story = Any  # the class is in conftest.py: tests cannot import each other
BOOK = BookView(load(Path(__file__).parents[4] / "rules"))
NUMBER = re.compile(r"\d+,\d+")
REFUSED_EVERY = 3
"""Every third proposal is refused, so that dwellings have later rounds."""


class _Year:
    """Scopes played on the event clock, their rows as a journal keeps them."""

    def __init__(self) -> None:
        self.states: dict[str, ScopeState] = {}
        self.rows: dict[str, list[Row]] = {}
        self.names: dict[str, str] = {}
        self.issued = 0

    def apply(self, line: bytes) -> None:
        cause = read(line, (), topic_of(line), now=None, trust="open")
        self.until(cause.scope, cause.time)
        self._play(cause, max(self._state(cause.scope).clock, cause.time))

    def until(self, scope: str, when: datetime) -> None:
        for fired, _, facts in run_until(self._state(scope), when, BOOK):
            self._keep(fired, facts)

    def _state(self, scope: str) -> ScopeState:
        return self.states.setdefault(scope, ScopeState(Scope.parse(scope)))

    def _play(self, cause: Input, at: datetime) -> None:
        facts = route(self.states[cause.scope], cause, at, BOOK)
        self._keep(cause, facts)
        for kind, data in facts:
            if kind == "convention.recorded" and "reservataire" in data:
                holder = data["reservataire"]
                self.names[holder["id"]] = holder.get("name") or holder["id"]
            if kind == "proposal.issued":
                self.issued += 1
                if self.issued % REFUSED_EVERY == 0:
                    self.apply(_refusal(data, at + timedelta(hours=6)))

    def _keep(self, cause: Input, facts: list[tuple[str, dict[str, Any]]]) -> None:
        rows = self.rows.setdefault(cause.scope, [])
        entries = [(cause.type, cause.canonical), *((kind, encode(data)) for kind, data in facts)]
        for ordinal, (kind, data) in enumerate(entries):
            rows.append(
                Row(
                    scope=cause.scope,
                    version=len(rows) + 1,
                    cause=cause.identity,
                    ordinal=ordinal,
                    type=kind,
                    data=data,
                    rulebook=BOOK.rules.digest,
                    event_time=cause.time,
                    recorded_at=cause.time,
                    hash="",
                    semantics=SEMANTICS,
                )
            )


def _refusal(proposal: dict[str, Any], at: datetime) -> bytes:
    named = ("proposal_id", "vacancy_id", "bailleur", "departement", "reservataire")
    data = {name: proposal[name] for name in named}
    return encode(
        {
            "specversion": "1.0",
            "id": f"refus-{proposal['proposal_id']}",
            "source": f"/reservataires/{proposal['reservataire']}",
            "type": "fr.aiguillage.proposal.refused.v1",
            "time": at.isoformat(),
            "data": {**data, "by": "reservataire", "reason": "hors_criteres"},
        }
    )


@cache
def year() -> _Year:
    played = _Year()
    for line in make_sample("75", 40, 7):
        if topic_of(line) != SAMPLE:
            played.apply(line)
    for scope in list(played.states):
        played.until(scope, datetime(2027, 1, 1, tzinfo=UTC))
    return played


def decisions() -> Iterator[tuple[Situation, dict[str, Any]]]:
    for rows in year().rows.values():
        for row in rows:
            if row.type == "orientation.decided":
                data = orjson.loads(row.data)
                found = find_decision(rows, data["vacancy_id"], data["attempt"])
                yield situation_recorded(rows, found, BOOK), data


def told(said: PartyExplanation) -> str:
    """All that a party reads, on its screen or by a machine, but for the dwelling and the scope."""
    body = said.to_json()
    body.pop("dwelling")
    body.pop("scope")
    return "\n".join([*told_party(said), orjson.dumps(body).decode()])


def test_over_a_year_nobody_reads_anything_of_another_party() -> None:
    names, rounds, obstacles = year().names, set[int](), set[Obstacle]()
    for situation, decision in decisions():
        rounds.add(decision["attempt"])
        for party in [*names, "INCONNU"]:
            said = explain_to(situation, party)
            text, mine = told(said), [row for row in decision["alternatives"] if row["reservataire"] == party]
            others = {name for other in names if other != party for name in (other, names[other])}
            assert [name for name in others if name != names.get(party) and name in text] == []
            assert "BAILLEUR" not in text
            assert "Rang" not in text
            assert set(NUMBER.findall(text)) <= {number for row in mine for number in figures(row)}
            obstacles |= {line.obstacle for line in said.lines}
    assert max(rounds) > 1
    assert {Obstacle.NOT_ITS_TURN, Obstacle.NONE, Obstacle.ANSWERED, Obstacle.NO_CONVENTION} <= obstacles


def figures(row: dict[str, Any]) -> Iterator[str]:
    """A party's own numbers as they are spoken."""
    yield from (spoken(units_of(row["credit"])), spoken(units_of(row["engaged"])))
    yield percent(units_of(row["share"])).removesuffix(" %")


def test_the_answer_is_the_one_the_journal_holds() -> None:
    for situation, decision in decisions():
        for party in year().names:
            is_chosen = decision["reservataire"] == party
            assert explain_to(situation, party).is_chosen == is_chosen, (decision, party)


def test_the_full_form_of_a_later_round_says_who_went_before() -> None:
    situation, decision = next(
        (situation, data) for situation, data in decisions() if data["attempt"] > 1 and data["reservataire"]
    )
    said = explain(situation, "INCONNU")
    assert said.decision is not None
    assert said.decision["reservataire"] == decision["reservataire"]
    assert said.decision["alternatives"] == decision["alternatives"]


def test_a_party_that_said_no_reads_why_not_it_in_the_next_round() -> None:
    for situation, decision in decisions():
        if decision["attempt"] == 2:
            refused = situation.decided_on.data.get("reservataire")
            if refused:
                lines = explain_to(situation, refused).lines
                assert [line.obstacle for line in lines] == [Obstacle.ANSWERED]
                assert lines[0].sentences[-1].startswith("Il a déjà répondu non")


def test_a_round_nobody_decided_is_told_with_those_that_were() -> None:
    rows = next(iter(year().rows.values()))
    vacancy = next(orjson.loads(row.data)["vacancy_id"] for row in rows if row.type == "orientation.decided")
    with pytest.raises(ValueError, match=r"Pas de décision au tour 40 pour la vacance .* tours connus : 1"):
        find_decision(rows, vacancy, 40)
    with pytest.raises(ValueError, match="Pas de décision pour la vacance INCONNUE"):
        find_decision(rows, "INCONNUE")


def to(story: Story, party: str, **facts: Any) -> list[str]:  # noqa: ANN401 - builders take JSON values
    """What a party is handed of one more vacancy."""
    text = story.event("vacancy.declared", story.vacancy(**facts), "2026-03-01T09:00:00Z", "question")
    return list(
        told_party(explain_to(situation_of(read_question(text, None), story.book, story.events), party))
    )


def test_an_unknown_id_lists_nobody(story: Story) -> None:
    story.sign("AL-75", "50")
    assert to(story, "AL-57") == [
        "AL-57 : non.",
        "  Aucune convention de AL-57 n'est connue pour le bailleur 999001209 dans le département 75.",
        "  Ce qui devrait changer d'abord : une convention signée (convention.signed).",
    ]


def test_a_party_behind_reads_its_own_standing_and_no_rank(story: Story) -> None:
    story.sign("AL", "50")
    story.sign("DEPT", "10")
    assert to(story, "DEPT") == [
        "DEPT : non.",
        "  La convention C-DEPT couvre le logement (tout le département 75), part 10 %.",
        "  Ce n'est pas encore son tour (crédit 0,10, engagé 0,00).",
        (
            "  Ce qui devrait changer d'abord : que d'autres, plus en retard sur leur part, soient servis d'abord ; "
            "avec des logements tous semblables et tous pris, son tour viendrait au 8e, celui-ci compris."
        ),
    ]


def test_a_rule_that_looks_at_conventions_is_not_quoted(
    story: Story, tmp_path: Path, laid_over: Callable[[Path, str, str, str], BookView]
) -> None:
    when = "{all: [{fact: convention.reservataire, in: [AL, DEPT]}, {fact: dwelling.qpv, is: oui}]}"
    story.book = laid_over(tmp_path, "ni-al-ni-dept", when, "AL et DEPT ne prennent pas les QPV.")
    story.sign("AL", "50")
    said = "\n".join(to(story, "AL", qpv=True))
    assert "DEPT" not in said
    assert "Une règle qui vise sa convention l'écarte (règle du bailleur 999001209" in said


def test_a_sentence_that_names_another_is_left_out_and_that_is_said(
    story: Story, tmp_path: Path, laid_over: Callable[[Path, str, str, str], BookView]
) -> None:
    when = "{all: [{fact: dwelling.qpv, is: oui}]}"
    story.book = laid_over(tmp_path, "reserve-aux-autres", when, "Gardé pour DEPT.")
    story.sign("AL", "50")
    story.sign("DEPT", "10")
    said = to(story, "AL", qpv=True)
    assert "DEPT" not in "\n".join(said)
    assert f"  {LEFT_OUT}" in said


def test_over_a_year_no_item_of_a_partys_own_topic_speaks_of_another() -> None:
    told, names = 0, year().names
    for rows in year().rows.values():
        for row in rows:
            if row.ordinal:
                for one in emissions(row.type, row.ordinal, orjson.loads(row.data), row.data):
                    family, _, party = one.topic.partition(".")
                    if family == "proposals":
                        told += 1
                        text = (one.message.value or b"").decode()
                        others = {name for other in names if other != party for name in (other, names[other])}
                        assert [n for n in others if n != names[party] and f'"{n}' in text] == [], text
    assert told > 100


def test_the_ids_a_refusal_suggests_are_never_those_of_parties() -> None:
    """A suggestion is made among words of the contract or of the lists, never among who is known."""
    root = Path(__file__).parents[4] / "services"
    asked = {
        line.strip()
        for room in ("orientation", "compliance")
        for file in (root / room).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"(did_you_mean|closest)\(", line) and not line.lstrip().startswith("def ")
    }
    assert asked == {"+ closest(criterion.segment, known),", "+ closest(value, list(allowed or ())),"}
