"""What makes up for a gap, cause by cause: the convention's own words, then the rules."""

# ruff: noqa: ANN401 - builders take and give JSON values

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.domain.causes import Causes
from compliance.domain.closing.correcting import Remedy, remedies_of, remedy_of
from compliance.domain.tallies import Tally
from compliance.domain.views import LineView, ProgressView
from contracts.canonical import decode, encode
from contracts.events.alerts import CorrectiveAction
from flux.convention import Convention
from flux.units import DWELLING
from orientation.rulebook import BookView

ON = date(2027, 1, 15)


def a_view(
    flux: int = 0, refusals: int = 0, arbitration: int = 0, *, awaited: int = 0, **correction: Any
) -> ProgressView:
    """A convention of 24 dwellings that lacks so many, by cause, at the end of 2026."""
    owed = Causes(flux * DWELLING, refusals * DWELLING, arbitration * DWELLING)
    expected, units = 24 * DWELLING, 24 * DWELLING - owed.total
    line = LineView(
        line="C-AL",
        counts={},
        units=units,
        expected=expected,
        engaged=expected,
        awaited=awaited * DWELLING,
        causes=owed,
        base=expected,
        owed=owed,
    )
    body = {
        "convention_id": "C-AL",
        "reservataire": {"id": "AL", "kind": "action_logement"},
        "year": 2026,
        "objective": 24,
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
        "correction": correction or None,
    }
    return ProgressView(
        scope="999001209:75",
        sequence=1,
        as_of="2027-01-15T00:00:00Z",
        day=ON,
        year=2026,
        convention=Convention.from_body(body),
        lines=(line,),
        tally=Tally(),
        apart=Tally(),
        units_by_year={},
        commitment=None,
        forecast=None,
        flux=100,
        outside_flux={},
    )


def told(remedy: Remedy | None) -> Any:
    """What an alert would say of it, read back by the contract."""
    assert remedy is not None
    body: Any = decode(encode(remedy.body()))
    CorrectiveAction.model_validate(body)
    return {name: value for name, value in body.items() if name != "because"}


def test_a_convention_that_says_report_carries_every_cause(book: BookView) -> None:
    found = remedies_of(a_view(3, 2, method="report"), book.loaded, ON)
    assert [(each.cause, each.action, each.units // DWELLING, each.left) for each in found] == [
        ("flux", "report", 3, 0),
        ("refusals", "report", 2, 0),
    ]
    assert {each.because for each in found} == {"La convention prévoit le report sur l'année suivante."}


def test_a_spread_says_over_how_many_years(book: BookView) -> None:
    remedy = remedy_of(a_view(5, method="etalement", years=3), book.loaded, ON)
    assert told(remedy) == {"action": "etalement", "units": "5", "years": 3}


def test_a_refund_is_worth_what_the_convention_says_of_each_right(book: BookView) -> None:
    remedy = remedy_of(a_view(5, method="remboursement", refund_eur=Decimal("1250.5")), book.loaded, ON)
    assert told(remedy) == {"action": "remboursement", "units": "5", "refund_eur": Decimal("6252.5")}


def test_a_refund_nobody_priced_names_no_sum(book: BookView) -> None:
    assert "refund_eur" not in told(remedy_of(a_view(5, method="remboursement"), book.loaded, ON))


def test_what_was_received_in_excess_is_carried_never_refunded(book: BookView) -> None:
    (remedy,) = remedies_of(a_view(arbitration=-2, method="remboursement"), book.loaded, ON)
    assert (remedy.action, remedy.units) == ("report", -2 * DWELLING)


def test_the_remedy_told_is_that_of_the_cause_that_left_most(book: BookView) -> None:
    remedy = remedy_of(a_view(1, 4, method="report"), book.loaded, ON)
    assert remedy is not None
    assert remedy.cause == "refusals"


@pytest.mark.parametrize("view", [a_view(method="report"), a_view(2, -3, method="report")])
def test_nothing_owed_has_no_remedy(book: BookView, view: ProgressView) -> None:
    assert remedy_of(view, book.loaded, ON) is None


def test_what_awaits_an_answer_is_not_missing_yet(book: BookView) -> None:
    (remedy,) = remedies_of(a_view(3, awaited=2, method="report"), book.loaded, ON)
    assert remedy.units == DWELLING
    assert remedy_of(a_view(3, awaited=3, method="report"), book.loaded, ON) is None
