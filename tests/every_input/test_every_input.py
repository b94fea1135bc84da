"""Every input in every state its subject can be in, alone and in ordered pairs: no service ends, both fold it.

Here a part of the product; the whole of it: `make every-input`. The report says how many cases were tried.
"""

from collections.abc import Callable
from datetime import date
from typing import get_args

import pytest

from compliance.domain.exchanges.contesting import State as ContestationState
from contracts.catalogue import INPUTS
from contracts.events.concertations import ConcertationConcluded
from contracts.vocabulary import DecisionOutcome, ForecastStatus, OutcomeStatus
from orientation.domain.dossier import ATTRIBUTED, SETTLED
from tests.every_input.product import Report, run
from tests.every_input.states import CONVENTION, OTHER, PROGRAMME, STATES, VACANCY, reached

STATUSES = SETTLED | ATTRIBUTED | {*get_args(DecisionOutcome), "designated", "open"}
"""Every status of a dossier; it is "open" only while an input is applied. One that is new fails a test below."""
CONCLUSIONS = get_args(ConcertationConcluded.model_fields["conclusion"].annotation)


@pytest.fixture(scope="module")
def report() -> Report:
    return run(Report(), part=7, of=50, pairs_part=7, pairs_of=250)


def test_no_input_ends_a_service_whatever_state_its_subject_is_in(
    report: Report, record_property: Callable[[str, object], None]
) -> None:
    record_property("every_input", str(report))
    assert not report.faults, report
    assert "NO REASON" not in report.refused
    assert (report.singles > 500, report.pairs > 900) == (True, True)


def test_every_status_of_a_vacancy_is_among_the_states(report: Report) -> None:
    told = {name.split()[1].rstrip(",:") for name in VACANCY}
    assert set(get_args(DecisionOutcome)) - {"concertation"} <= told
    stood = {dossier.status for name in STATES if (dossier := reached(name).dossier()) is not None}
    assert stood == STATUSES - {"open"}
    assert report.statuses <= STATUSES


def test_every_end_of_a_concertation_and_every_state_of_a_contestation_is_among_the_states() -> None:
    ends = {name.rpartition(": ")[2] for name in PROGRAMME if name.startswith("programme concluded: ")}
    assert ends == set(CONCLUSIONS)
    contested = [reached(name).projection for name in [*OTHER, *CONVENTION] if "contest" in name]
    made = [each for projection in contested for each in projection.exchanges.contestations.made]
    states = {each.state(date.fromisoformat(each.contested_on)) for each in made}
    assert states == set(get_args(ContestationState))
    assert {f"forecast {status}" for status in get_args(ForecastStatus)} <= set(OTHER)


def test_every_input_is_applied_somewhere_and_outcomes_take_every_status(report: Report) -> None:
    recorded = {status for kind, status in report.said if kind == "outcome.recorded"}
    assert recorded == set(get_args(OutcomeStatus))
    assert len(INPUTS) == 19  # a new one needs its plain body in messages.py
