"""The parties of a sample contest exclusions and answer each other; delegated managements report, late or never."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from aiguillage.exchanged import exchanged_in
from aiguillage.lines import topic_of
from aiguillage.parties import Agenda, Player, in_time
from aiguillage.sample import make_sample
from aiguillage.sample.bailleurs import bailleurs_of
from aiguillage.sample.figures import departement_of
from aiguillage.sample.manners import CONTESTS_PER_THOUSAND
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import load
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode
from contracts.inputs import read
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.rulebook import BookView

BOOK = load(Path(__file__).parents[3] / "rules")
AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
SIREN = next(each.siren for each in bailleurs_of(departement_of("75"), 7) if each.trait.delegated)
CLOSES_ON = date(2027, 2, 28)


@pytest.fixture(scope="module")
def player() -> Player:
    return Player(make_sample("75", 10, 7))


def an_exclusion(number: int, **changes: object) -> dict[str, Any]:
    return {
        "decision_id": f"d{number}",
        "vacancy_id": f"V-{number}",
        "bailleur": SIREN,
        "departement": "75",
        "outcome": "outside_flux",
        "reservataire": None,
        **changes,
    }


def a_proposal(number: int, **changes: object) -> dict[str, Any]:
    return {
        "proposal_id": f"p{number}",
        "vacancy_id": f"V-{number}",
        "bailleur": SIREN,
        "departement": "75",
        "reservataire": "AL-75",
        "convention_id": f"{SIREN}-75-AL-75-2026",
        "attempt": 1,
        "management": "deleguee",
        "respond_by": "2027-04-01T09:00:00Z",
        **changes,
    }


def events(lines: Iterable[bytes]) -> list[Any]:
    return [decode(line) for line in lines]


def kinds(said: Sequence[Any]) -> list[tuple[str, str]]:
    """What was said, and by whom: the réservataire or the bailleur."""
    return [
        (event["type"].removeprefix("fr.aiguillage.").removesuffix(".v1"), event["source"].split("/")[1])
        for event in said
    ]


def test_few_exclusions_are_contested_by_one_who_has_a_convention_with_the_bailleur(player: Player) -> None:
    exchanges = [player.contestations(an_exclusion(number), AT) for number in range(4000)]
    contested = [events(said for _, said in exchange) for exchange in exchanges if exchange]
    assert len(contested) / 4 == pytest.approx(CONTESTS_PER_THOUSAND, abs=6)
    assert {each[0]["data"]["by"] for each in contested} > {"AL-75", "COMMUNE-75056"}
    assert not any(player.contestations(an_exclusion(n, departement="93"), AT) for n in range(400))
    assert not any(player.contestations(an_exclusion(n, outcome="proposed"), AT) for n in range(400))


def test_an_exchange_goes_on_until_the_bailleur_is_silent_or_the_other_satisfied(player: Player) -> None:
    exchanges = [player.contestations(an_exclusion(number), AT) for number in range(9000)]
    stories = Counter(tuple(kinds(events(said for _, said in each))) for each in exchanges if each)
    contests = ("exclusion.contested", "reservataires")
    answers = ("contestation.answered", "bailleurs")
    satisfied = ("contestation.answered", "reservataires")
    assert set(stories) == {(contests,), (contests, answers), (contests, answers, satisfied)}
    for exchange in exchanges:
        times = [at for at, _ in exchange]
        assert times == sorted(times)
        for _, said in exchange:
            topic = f"{topic_of(said)}.{decode(said)['source'].rpartition('/')[2]}"  # type: ignore[call-overload,index]  # an event is an object
            assert read(said, (), topic, now=None, trust="topics").scope == f"{SIREN}:75"


def reported(player: Player, proposals: Sequence[dict[str, Any]], by: datetime) -> list[Any]:
    agenda = Agenda(player)
    for number, proposal in enumerate(proposals):
        agenda.hear("proposal.issued", proposal, AT + timedelta(days=number))
    return [event for event in events(agenda.due(by)) if "delegation.reported" in event["type"]]


def test_a_delegated_bailleur_reports_each_quarter_once_how_far_its_dwellings_had_come(
    player: Player,
) -> None:
    proposals = [a_proposal(number) for number in range(300)]
    reports = reported(player, proposals, datetime(2027, 3, 1, tzinfo=UTC))
    periods = [report["data"]["period"] for report in reports]
    assert len(set(periods)) == len(periods) > 1
    assert set(periods) <= {"2026-T1", "2026-T2", "2026-T3", "2026-T4"}
    for report in reports:
        quarter = int(report["data"]["period"][-1])
        lines = {line["vacancy_id"]: line["stage"] for line in report["data"]["lines"]}
        for number, proposal in enumerate(proposals):
            at = AT + timedelta(days=number)
            assert (proposal["vacancy_id"] in lines) == ((at.month - 1) // 3 + 1 == quarter)
            if proposal["vacancy_id"] in lines:
                before = [
                    said for when, said in player.answers(proposal, at) if f"{when:%FT%TZ}" < report["time"]
                ]
                assert ("lease.signed" in str(before)) == (lines[proposal["vacancy_id"]] == "bail")
    assert {line["stage"] for report in reports for line in report["data"]["lines"]} > {
        "attribution",
        "bail",
        "refus",
    }


def test_a_dwelling_proposed_again_is_reported_where_its_last_attempt_has_come_whichever_was_heard_first(
    player: Player,
) -> None:
    twice = [a_proposal(number, attempt=attempt) for number in range(40) for attempt in (1, 2)]
    told = [reported_of(player, proposals) for proposals in (twice, twice[::-1])]
    last, first = (reported_of(player, [each for each in twice if each["attempt"] == n]) for n in (2, 1))
    assert told == [last, last]
    assert first != last


def reported_of(player: Player, proposals: Sequence[dict[str, Any]]) -> list[Any]:
    """The lines of what is reported of proposals all received at once, in spring."""
    agenda = Agenda(player)
    for proposal in proposals:
        agenda.hear("proposal.issued", proposal, AT + timedelta(days=80))
    said = events(agenda.due(datetime(2027, 3, 1, tzinfo=UTC)))
    return [event["data"]["lines"] for event in said if "delegation.reported" in event["type"]]


def test_what_is_heard_after_a_report_was_sent_does_not_send_it_again(player: Player) -> None:
    agenda, end = Agenda(player), datetime(2027, 3, 1, tzinfo=UTC)
    spring = AT + timedelta(days=80)
    agenda.hear("proposal.issued", a_proposal(1), spring)
    first = [event for event in events(agenda.due(end)) if "delegation.reported" in event["type"]]
    agenda.hear("proposal.issued", a_proposal(2), spring)
    again = [event for event in events(agenda.due(end)) if "delegation.reported" in event["type"]]
    assert (len(first), len(again)) == (1, 0)


def test_what_is_managed_directly_is_not_reported_and_some_reports_are_forgotten(player: Player) -> None:
    end = datetime(2027, 3, 1, tzinfo=UTC)
    assert not reported(player, [a_proposal(1, management="directe")], end)
    sent = [bool(reported(player, [a_proposal(1, convention_id=f"C-{n}")], end)) for n in range(100)]
    assert 80 <= sum(sent) < 100


def played(vacancies: int, seed: int) -> list[Projection]:
    """What compliance makes of a sample year whose parties say all they have to say."""
    lines, projections = list(make_sample("75", vacancies, seed)), dict[str, Projection]()
    agenda = Agenda(Player(lines))

    def follow(kind: str, data: dict[str, Any]) -> None:
        scope = data["scope"]
        apply(projections.setdefault(scope, Projection(scope)), kind, data)
        agenda.hear(kind, data, instant(data["at"]))

    with Scratch() as scratch:
        simulation = Simulation(BookView(BOOK), scratch, follow)
        for line in in_time(lines, agenda, datetime.combine(CLOSES_ON, time(), UTC)):
            with suppress(Rejected):
                simulation.apply(line)
    return list(projections.values())


def test_a_sample_year_has_contestations_in_every_state_and_reports_that_agree_with_the_stream() -> None:
    projections = played(3000, seed=7)
    exchanged = exchanged_in(projections, BOOK, 2026, CLOSES_ON)
    assert all(exchanged.contested[state] for state in ("open", "answered", "settled"))
    assert (exchanged.due, exchanged.received, exchanged.missing) == (4, 2, 2)
    matches = Counter(
        line.match
        for projection in projections
        for name in projection.conventions
        for line in projection.exchanges.delegated.lines(name, 2026)
    )
    assert matches["agreeing"] == matches.total() > 20
